//! Tracking many repositories at once.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use domain::{Reach, RepositoryId, TenantId};

use super::reach::{Reaching, listed, reaching};
use super::{NewRepository, Store, StoreError, Transaction};

impl Store {
    /// GitHub's ids of the repositories that a tenant tracks; kept ones are not among them.
    pub(crate) async fn tracked_github_ids(
        &self,
        tenant: TenantId,
    ) -> Result<HashSet<i64>, StoreError> {
        let ids: Vec<i64> = on!(&self.db, |pool| sqlx::query_scalar(
            "select github_id from repositories where tenant_id = $1 and status <> 'archived'"
        )
        .bind(tenant.get())
        .fetch_all(pool)
        .await)?;
        Ok(ids.into_iter().collect())
    }

    /// How many of these repositories the tenant has.
    pub(crate) async fn count_repositories(
        &self,
        tenant: TenantId,
        repositories: &Reach,
    ) -> Result<usize, StoreError> {
        const COUNT: Reaching = reaching!(
            "select count(*) from repositories r where r.tenant_id = $1",
            ""
        );
        let count: i64 = on!(&self.db, |pool| sqlx::query_scalar(COUNT.text(&self.db))
            .bind(tenant.get())
            .bind(listed(repositories))
            .fetch_one(pool)
            .await)?;
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }
}

impl Transaction {
    /// Tracks a repository, anew or again; `None` where it is tracked already.
    pub(crate) async fn track_repository(
        &mut self,
        tenant: TenantId,
        repository: &NewRepository<'_>,
        now: DateTime<Utc>,
    ) -> Result<Option<RepositoryId>, StoreError> {
        const TRACK: &str = "
            insert into repositories
                (tenant_id, connection_id, github_id, owner, name, status, added_at)
            values ($1, $2, $3, $4, $5, 'active', $6)
            on conflict (tenant_id, github_id) do update
            set status = 'active', connection_id = excluded.connection_id,
                owner = excluded.owner, name = excluded.name, failure = null,
                failure_kind = null, failing_since = null, rest_until = null
            where repositories.status = 'archived'
            returning id";
        let id: Option<i64> = within!(*self, |executor| sqlx::query_scalar(TRACK)
            .bind(tenant.get())
            .bind(repository.connection.get())
            .bind(repository.github_id)
            .bind(repository.name.owner())
            .bind(repository.name.name())
            .bind(now)
            .fetch_optional(executor)
            .await)?;
        Ok(id.map(RepositoryId::new))
    }
}
