//! Whether GitHub shows a token what it has beside the traffic.

use chrono::{DateTime, Utc};
use domain::{Endpoint, RepositoryId, TenantId};

use crate::store::{Store, StoreError, Transaction};

impl Store {
    /// Keeps that GitHub shows this kind of data, or does not.
    pub(crate) async fn save_offer(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        endpoint: Endpoint,
        offered: bool,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        if transaction.owns_repository(tenant, repository).await? {
            transaction
                .offer(repository, endpoint, offered, now)
                .await?;
        }
        transaction.commit().await
    }

    /// Whether GitHub shows this kind of data to the connection's token; `None` until it was
    /// asked.
    pub(crate) async fn is_offered(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        endpoint: Endpoint,
    ) -> Result<Option<bool>, StoreError> {
        const OFFERED: &str = "
            select o.offered from offers o join repositories r on r.id = o.repository_id
            where r.tenant_id = $1 and o.repository_id = $2 and o.endpoint = $3";
        Ok(on!(&self.db, |pool| sqlx::query_scalar(OFFERED)
            .bind(tenant.get())
            .bind(repository.get())
            .bind(endpoint.as_str())
            .fetch_optional(pool)
            .await)?)
    }
}

impl Transaction {
    /// Keeps that GitHub shows this kind of data, or does not; nothing is written where that is
    /// known.
    pub(in crate::store) async fn offer(
        &mut self,
        repository: RepositoryId,
        endpoint: Endpoint,
        offered: bool,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        const OFFER: &str = "
            insert into offers (repository_id, endpoint, offered, told_at) values ($1, $2, $3, $4)
            on conflict (repository_id, endpoint) do update
            set offered = excluded.offered, told_at = excluded.told_at
            where offers.offered <> excluded.offered";
        within!(*self, |connection| sqlx::query(OFFER)
            .bind(repository.get())
            .bind(endpoint.as_str())
            .bind(offered)
            .bind(now)
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }
}
