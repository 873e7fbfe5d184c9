//! Which optional data GitHub shows to a connection's token.

use chrono::{DateTime, Utc};
use domain::{Endpoint, RepositoryId, TenantId};

use crate::store::{Store, StoreError, Transaction};

impl Store {
    /// Records whether GitHub shows this kind of data.
    pub(crate) async fn set_available(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        endpoint: Endpoint,
        available: bool,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        if transaction.owns_repository(tenant, repository).await? {
            transaction
                .record_availability(repository, endpoint, available, now)
                .await?;
        }
        transaction.commit().await
    }

    /// Whether GitHub shows this kind of data to the connection's token; `None` before the first
    /// request.
    pub(crate) async fn is_available(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        endpoint: Endpoint,
    ) -> Result<Option<bool>, StoreError> {
        const AVAILABLE: &str = "
            select o.offered from offers o join repositories r on r.id = o.repository_id
            where r.tenant_id = $1 and o.repository_id = $2 and o.endpoint = $3";
        Ok(on!(&self.db, |pool| sqlx::query_scalar(AVAILABLE)
            .bind(tenant.get())
            .bind(repository.get())
            .bind(endpoint.as_str())
            .fetch_optional(pool)
            .await)?)
    }
}

impl Transaction {
    /// Records whether GitHub shows this kind of data; writes nothing without a change.
    pub(in crate::store) async fn record_availability(
        &mut self,
        repository: RepositoryId,
        endpoint: Endpoint,
        available: bool,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        const UPSERT: &str = "
            insert into offers (repository_id, endpoint, offered, told_at) values ($1, $2, $3, $4)
            on conflict (repository_id, endpoint) do update
            set offered = excluded.offered, told_at = excluded.told_at
            where offers.offered <> excluded.offered";
        within!(*self, |connection| sqlx::query(UPSERT)
            .bind(repository.get())
            .bind(endpoint.as_str())
            .bind(available)
            .bind(now)
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }
}
