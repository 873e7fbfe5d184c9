//! Sums of traffic over the repositories in scope; each reads one index range.

use chrono::NaiveDate;
use domain::{Day, DayRange, RepositoryId, RepositoryScope, TenantId};
use sqlx::FromRow;

use crate::store::numbers::to_u64;
use crate::store::scope::{Scoped, id_list, scoped};
use crate::store::{Store, StoreError};

/// One repository's sums over a range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RangeSums {
    /// Views on the days with known views.
    pub(crate) views: u64,
    pub(crate) view_uniques_daily_sum: u64,
    pub(crate) views_known: i64,
    /// Clones on the days with known clones.
    pub(crate) clones: u64,
    pub(crate) clones_known: i64,
}

/// The sums of all repositories in scope on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DaySums {
    pub(crate) day: Day,
    pub(crate) views: Option<u64>,
    pub(crate) view_uniques_daily_sum: Option<u64>,
    pub(crate) clones: Option<u64>,
    pub(crate) clone_uniques_daily_sum: Option<u64>,
}

#[derive(FromRow)]
struct RangeRow {
    repository_id: i64,
    views: Option<i64>,
    view_uniques: Option<i64>,
    views_known: i64,
    clones: Option<i64>,
    clones_known: i64,
}

#[derive(FromRow)]
struct DayRow {
    day: NaiveDate,
    views: Option<i64>,
    view_uniques: Option<i64>,
    clones: Option<i64>,
    clone_uniques: Option<i64>,
}

#[derive(FromRow)]
struct TrendRow {
    repository_id: i64,
    day: NaiveDate,
    views: i64,
}

impl Store {
    /// Sums over a range per repository in scope; one without known days is left out.
    pub(crate) async fn range_sums(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        range: DayRange,
    ) -> Result<Vec<(RepositoryId, RangeSums)>, StoreError> {
        // PostgreSQL sums bigint as numeric, hence the casts.
        const SUMS: Scoped = scoped!(
            "select d.repository_id,
                cast(sum(d.views) as bigint) as views,
                cast(sum(d.view_uniques) as bigint) as view_uniques,
                count(d.views) as views_known,
                cast(sum(d.clones) as bigint) as clones,
                count(d.clones) as clones_known
            from repositories r join traffic_days d on d.repository_id = r.id
            where r.tenant_id = $1",
            "and d.day between $3 and $4 group by d.repository_id"
        );
        let text = SUMS.text(&self.db);
        let rows: Vec<RangeRow> = on!(&self.db, |pool| sqlx::query_as(text)
            .bind(tenant.get())
            .bind(id_list(scope))
            .bind(range.from.date())
            .bind(range.to.date())
            .fetch_all(pool)
            .await)?;
        Ok(rows
            .into_iter()
            .map(|row| {
                let sums = RangeSums {
                    views: natural(row.views).unwrap_or_default(),
                    view_uniques_daily_sum: natural(row.view_uniques).unwrap_or_default(),
                    views_known: row.views_known,
                    clones: natural(row.clones).unwrap_or_default(),
                    clones_known: row.clones_known,
                };
                (RepositoryId::new(row.repository_id), sums)
            })
            .collect())
    }

    /// How many days of each repository in scope are known completely within a range.
    pub(crate) async fn known_days(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        range: DayRange,
    ) -> Result<Vec<(RepositoryId, i64)>, StoreError> {
        const KNOWN: Scoped = scoped!(
            "select d.repository_id, count(*) as known
            from repositories r join traffic_days d on d.repository_id = r.id
            where r.tenant_id = $1",
            "and d.day between $3 and $4 and d.views is not null and d.clones is not null
            group by d.repository_id"
        );
        let text = KNOWN.text(&self.db);
        let rows: Vec<(i64, i64)> = on!(&self.db, |pool| sqlx::query_as(text)
            .bind(tenant.get())
            .bind(id_list(scope))
            .bind(range.from.date())
            .bind(range.to.date())
            .fetch_all(pool)
            .await)?;
        Ok(rows
            .into_iter()
            .map(|(id, known)| (RepositoryId::new(id), known))
            .collect())
    }

    /// The sums of all repositories in scope by day; days unknown to all are left out.
    pub(crate) async fn day_sums(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        range: DayRange,
    ) -> Result<Vec<DaySums>, StoreError> {
        const SUMS: Scoped = scoped!(
            "select d.day,
                cast(sum(d.views) as bigint) as views,
                cast(sum(d.view_uniques) as bigint) as view_uniques,
                cast(sum(d.clones) as bigint) as clones,
                cast(sum(d.clone_uniques) as bigint) as clone_uniques
            from repositories r join traffic_days d on d.repository_id = r.id
            where r.tenant_id = $1",
            "and d.day between $3 and $4 group by d.day order by d.day"
        );
        let text = SUMS.text(&self.db);
        let rows: Vec<DayRow> = on!(&self.db, |pool| sqlx::query_as(text)
            .bind(tenant.get())
            .bind(id_list(scope))
            .bind(range.from.date())
            .bind(range.to.date())
            .fetch_all(pool)
            .await)?;
        Ok(rows
            .into_iter()
            .map(|row| DaySums {
                day: Day::new(row.day),
                views: natural(row.views),
                view_uniques_daily_sum: natural(row.view_uniques),
                clones: natural(row.clones),
                clone_uniques_daily_sum: natural(row.clone_uniques),
            })
            .collect())
    }

    /// The known views of each repository by day, for trend lines.
    pub(crate) async fn view_trends(
        &self,
        tenant: TenantId,
        repositories: &[RepositoryId],
        range: DayRange,
    ) -> Result<Vec<(RepositoryId, Day, u64)>, StoreError> {
        const TREND: &str = "
            select d.repository_id, d.day, d.views
            from repositories r join traffic_days d on d.repository_id = r.id
            where r.tenant_id = $1 and r.id = $2 and d.day between $3 and $4
                and d.views is not null
            order by d.day";
        let mut trends = Vec::new();
        for repository in repositories {
            let rows: Vec<TrendRow> = on!(&self.db, |pool| sqlx::query_as(TREND)
                .bind(tenant.get())
                .bind(repository.get())
                .bind(range.from.date())
                .bind(range.to.date())
                .fetch_all(pool)
                .await)?;
            trends.extend(rows.into_iter().map(|row| {
                let views = to_u64(row.views);
                (
                    RepositoryId::new(row.repository_id),
                    Day::new(row.day),
                    views,
                )
            }));
        }
        Ok(trends)
    }
}

/// Sums of counts are never negative.
fn natural(sum: Option<i64>) -> Option<u64> {
    sum.and_then(|sum| u64::try_from(sum).ok())
}
