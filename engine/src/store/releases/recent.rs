//! The releases of all repositories in scope.

use chrono::{DateTime, Utc};
use domain::{Day, DayRange, RepositoryId, RepositoryName, RepositoryScope, TenantId};
use sqlx::FromRow;

use crate::store::full_name;
use crate::store::numbers::to_u64;
use crate::store::scope::{Scoped, id_list, scoped};
use crate::store::{Store, StoreError};

/// A release of one of several repositories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DatedRelease {
    pub(crate) repository: RepositoryName,
    pub(crate) id: RepositoryId,
    pub(crate) tag: String,
    pub(crate) day: Day,
    /// The downloads of its files so far; `None` if it has no files.
    pub(crate) downloads: Option<u64>,
}

#[derive(FromRow)]
struct ReleaseRow {
    id: i64,
    owner: String,
    name: String,
    tag: String,
    published_at: DateTime<Utc>,
    downloads: Option<i64>,
}

impl Store {
    /// The releases of repositories in scope that were published on these days, newest first; at
    /// most `most`.
    pub(crate) async fn releases_in(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        days: DayRange,
        most: u32,
    ) -> Result<Vec<DatedRelease>, StoreError> {
        const RELEASES: Scoped = scoped!(
            "select r.id, r.owner, r.name, x.tag, x.published_at,
                (select cast(sum(a.total) as bigint) from release_assets a
                    where a.release_id = x.id) as downloads
            from releases x join repositories r on r.id = x.repository_id
            where r.tenant_id = $1 and x.published_at >= $3 and x.published_at < $4",
            "order by x.published_at desc, x.id desc limit $5"
        );
        let text = RELEASES.text(&self.db, scope);
        let rows: Vec<ReleaseRow> = on!(&self.db, |pool| sqlx::query_as(text)
            .bind(tenant.get())
            .bind(id_list(scope))
            .bind(days.from.begins_at())
            .bind(days.to.plus(1).begins_at())
            .bind(i64::from(most))
            .fetch_all(pool)
            .await)?;
        rows.into_iter()
            .map(|row| {
                Ok(DatedRelease {
                    repository: full_name(&row.owner, &row.name)?,
                    id: RepositoryId::new(row.id),
                    tag: row.tag,
                    day: Day::of(row.published_at),
                    downloads: row.downloads.map(to_u64),
                })
            })
            .collect()
    }
}
