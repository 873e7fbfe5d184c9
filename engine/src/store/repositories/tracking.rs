//! Tracking repositories: the same upsert for one and for many.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::{ConnectionId, FollowRuleId, RepositoryId, RepositoryName, RepositoryScope, TenantId};

use crate::store::batch::{Batch, batch, json};
use crate::store::numbers::to_usize;
use crate::store::scope::{Scoped, id_list, scoped};
use crate::store::{Store, StoreError, Transaction};

/// Whether a tenant's repository is collected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TrackingState {
    /// It is tracked.
    Tracked,
    /// It is no longer collected, and its history is kept.
    HistoryOnly,
}

/// A statement that inserts the listed repositories of a tenant (`$1`) and a connection (`$3`),
/// tracked since `$4`, by the rule `$5`.
macro_rules! tracking {
    ($after:literal) => {
        batch!(
            "insert into repositories
                (tenant_id, connection_id, status, added_at, followed_by, github_id, owner, name)
            select $1, $3, 'active', $4, $5, ",
            0 "bigint", 1 "text", 2 "text"; $after
        )
    };
}

impl Store {
    /// GitHub's ids of the repositories that a tenant tracks.
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

    /// How many of these repositories belong to the tenant.
    pub(crate) async fn count_repositories(
        &self,
        tenant: TenantId,
        repositories: &RepositoryScope,
    ) -> Result<usize, StoreError> {
        const COUNT: Scoped = scoped!(
            "select count(*) from repositories r where r.tenant_id = $1",
            ""
        );
        let count: i64 = on!(&self.db, |pool| sqlx::query_scalar(
            COUNT.text(&self.db, repositories)
        )
        .bind(tenant.get())
        .bind(id_list(repositories))
        .fetch_one(pool)
        .await)?;
        Ok(to_usize(count))
    }
}

impl Transaction {
    /// GitHub's ids of all repositories of a tenant, with their tracking state.
    pub(crate) async fn known_repositories(
        &mut self,
        tenant: TenantId,
    ) -> Result<HashMap<i64, TrackingState>, StoreError> {
        let rows: Vec<(i64, bool)> = within!(*self, |executor| sqlx::query_as(
            "select github_id, status <> 'archived' from repositories where tenant_id = $1"
        )
        .bind(tenant.get())
        .fetch_all(executor)
        .await)?;
        let known = |is_tracked| {
            if is_tracked {
                TrackingState::Tracked
            } else {
                TrackingState::HistoryOnly
            }
        };
        Ok(rows
            .into_iter()
            .map(|(id, is_tracked)| (id, known(is_tracked)))
            .collect())
    }

    /// Tracks repositories of a connection, each listed once, including those with history only.
    /// Returns the id and GitHub's id of each that was not tracked already.
    pub(crate) async fn track_repositories(
        &mut self,
        tenant: TenantId,
        connection: ConnectionId,
        repositories: &[(i64, &RepositoryName)],
        now: DateTime<Utc>,
    ) -> Result<Vec<(RepositoryId, i64)>, StoreError> {
        const TRACK: Batch = tracking!(
            "on conflict (tenant_id, github_id) do update
            set status = 'active', connection_id = excluded.connection_id,
                owner = excluded.owner, name = excluded.name, failure = null,
                failure_kind = null, failing_since = null, rest_until = null, followed_by = null
            where repositories.status = 'archived'
            returning id, github_id"
        );
        self.insert_repositories(TRACK, tenant, connection, None, repositories, now)
            .await
    }

    /// Tracks new repositories for a rule, each listed once. Those that the tenant has already stay
    /// as they are. Returns the id and GitHub's id of each new one.
    pub(crate) async fn follow_repositories(
        &mut self,
        tenant: TenantId,
        connection: ConnectionId,
        rule: FollowRuleId,
        repositories: &[(i64, &RepositoryName)],
        now: DateTime<Utc>,
    ) -> Result<Vec<(RepositoryId, i64)>, StoreError> {
        const FOLLOW: Batch =
            tracking!("on conflict (tenant_id, github_id) do nothing returning id, github_id");
        self.insert_repositories(FOLLOW, tenant, connection, Some(rule), repositories, now)
            .await
    }

    async fn insert_repositories(
        &mut self,
        insert: Batch,
        tenant: TenantId,
        connection: ConnectionId,
        rule: Option<FollowRuleId>,
        repositories: &[(i64, &RepositoryName)],
        now: DateTime<Utc>,
    ) -> Result<Vec<(RepositoryId, i64)>, StoreError> {
        if repositories.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<_> = repositories
            .iter()
            .map(|(id, name)| (id, name.owner(), name.name()))
            .collect();
        let rows = json(&rows)?;
        let text = insert.text(self);
        let inserted: Vec<(i64, i64)> = within!(*self, |executor| sqlx::query_as(text)
            .bind(tenant.get())
            .bind(rows)
            .bind(connection.get())
            .bind(now)
            .bind(rule.map(FollowRuleId::get))
            .fetch_all(executor)
            .await)?;
        let inserted: Vec<(RepositoryId, i64)> = inserted
            .into_iter()
            .map(|(id, github_id)| (RepositoryId::new(id), github_id))
            .collect();
        let ids: Vec<RepositoryId> = inserted.iter().map(|(id, _)| *id).collect();
        self.insert_summaries(&ids).await?;
        Ok(inserted)
    }
}
