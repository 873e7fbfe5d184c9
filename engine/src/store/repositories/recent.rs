//! What happened lately to the repositories in scope: failures, new stars, newly tracked ones.

use chrono::{DateTime, Utc};
use domain::{Day, FailureKind, RepositoryId, RepositoryName, RepositoryScope, TenantId};
use sqlx::FromRow;

use super::{failure_kind, full_name};
use crate::store::numbers::{to_u32, to_u64};
use crate::store::scope::{Scoped, id_list, scoped};
use crate::store::{Store, StoreError};

/// The repositories that fail in the same way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FailingRepositories {
    pub(crate) kind: FailureKind,
    pub(crate) repositories: u32,
    /// The first by name.
    pub(crate) first: RepositoryName,
}

/// The stars that a repository gained from one day to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StarGain {
    pub(crate) id: RepositoryId,
    pub(crate) repository: RepositoryName,
    pub(crate) gained: u64,
    /// The stars gained in the 28 days before, if known.
    pub(crate) before: Option<u64>,
}

/// The last collection, and what follow rules tracked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RecentlyTracked {
    pub(crate) collected_at: Option<DateTime<Utc>>,
    pub(crate) repositories: u32,
    /// The first by name, and when the first of them was tracked.
    pub(crate) first: Option<(RepositoryName, DateTime<Utc>)>,
}

#[derive(FromRow)]
struct FailingRow {
    failure_kind: String,
    repositories: i64,
    first: String,
}

#[derive(FromRow)]
struct GainRow {
    id: i64,
    owner: String,
    name: String,
    gained: i64,
    before: Option<i64>,
}

#[derive(FromRow)]
struct TrackedRow {
    collected_at: Option<DateTime<Utc>>,
    repositories: i64,
    first: Option<String>,
    since: Option<DateTime<Utc>>,
}

impl Store {
    /// The failing repositories in scope by kind, those of most repositories first.
    pub(crate) async fn failing_by_kind(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
    ) -> Result<Vec<FailingRepositories>, StoreError> {
        const FAILING: Scoped = scoped!(
            "select r.failure_kind, count(*) as repositories,
                min(r.owner || '/' || r.name) as first
            from repositories r
            where r.tenant_id = $1 and r.status in ('active', 'unreachable')
                and r.failure_kind is not null",
            "group by r.failure_kind order by count(*) desc, r.failure_kind"
        );
        let text = FAILING.text(&self.db, scope);
        let rows: Vec<FailingRow> = on!(&self.db, |pool| sqlx::query_as(text)
            .bind(tenant.get())
            .bind(id_list(scope))
            .fetch_all(pool)
            .await)?;
        rows.into_iter()
            .map(|row| {
                Ok(FailingRepositories {
                    kind: failure_kind(&row.failure_kind)?,
                    repositories: to_u32(row.repositories),
                    first: named(&row.first)?,
                })
            })
            .collect()
    }

    /// The repositories in scope that had more stars on a day than on the one before.
    pub(crate) async fn star_gains(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        day: Day,
    ) -> Result<Vec<StarGain>, StoreError> {
        const GAINS: Scoped = scoped!(
            "select r.id, r.owner, r.name, n.stars - b.stars as gained, b.stars - e.stars as before
            from repositories r
                join popularity_days n on n.repository_id = r.id and n.day = $3
                join popularity_days b on b.repository_id = r.id and b.day = $4
                left join popularity_days e on e.repository_id = r.id and e.day = $5
            where r.tenant_id = $1 and n.stars > b.stars",
            "order by n.stars - b.stars desc, r.id"
        );
        let text = GAINS.text(&self.db, scope);
        let rows: Vec<GainRow> = on!(&self.db, |pool| sqlx::query_as(text)
            .bind(tenant.get())
            .bind(id_list(scope))
            .bind(day.date())
            .bind(day.plus(-1).date())
            .bind(day.plus(-29).date())
            .fetch_all(pool)
            .await)?;
        rows.into_iter()
            .map(|row| {
                Ok(StarGain {
                    id: RepositoryId::new(row.id),
                    repository: full_name(&row.owner, &row.name)?,
                    gained: to_u64(row.gained),
                    before: row.before.map(|before| to_u64(before.max(0))),
                })
            })
            .collect()
    }

    /// When repositories in scope were last collected, and those that follow rules tracked since a
    /// time.
    pub(crate) async fn recently_tracked(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        since: DateTime<Utc>,
    ) -> Result<RecentlyTracked, StoreError> {
        const RECENT: Scoped = scoped!(
            "select max(r.last_collected_at) as collected_at,
                sum(case when r.followed_by is not null and r.added_at >= $3 then 1 else 0 end)
                    as repositories,
                min(case when r.followed_by is not null and r.added_at >= $3
                    then r.owner || '/' || r.name end) as first,
                min(case when r.followed_by is not null and r.added_at >= $3
                    then r.added_at end) as since
            from repositories r where r.tenant_id = $1 and r.status <> 'archived'",
            "having count(*) > 0"
        );
        let text = RECENT.text(&self.db, scope);
        let row: Option<TrackedRow> = on!(&self.db, |pool| sqlx::query_as(text)
            .bind(tenant.get())
            .bind(id_list(scope))
            .bind(since)
            .fetch_optional(pool)
            .await)?;
        let Some(row) = row else {
            return Ok(RecentlyTracked::default());
        };
        Ok(RecentlyTracked {
            collected_at: row.collected_at,
            repositories: to_u32(row.repositories),
            first: (row.first.as_deref().map(named).transpose()?).zip(row.since),
        })
    }
}

fn named(text: &str) -> Result<RepositoryName, StoreError> {
    text.parse()
        .map_err(|_| StoreError::UnknownWord("repository name"))
}
