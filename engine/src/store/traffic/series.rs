//! Days, weeks and windows of traffic.

use chrono::NaiveDate;
use domain::{Counts, Day, DayRange, DayTraffic, Measure, RepositoryId, TenantId};
use serde::Deserialize;
use sqlx::FromRow;

use crate::store::numbers::to_u32;
use crate::store::sql_day::SqlDay;
use crate::store::{Store, StoreError, Transaction};

/// Read from columns, or from a JSON array of the same values with the day as a number.
#[derive(Deserialize, FromRow)]
pub(super) struct TrafficRow {
    day: SqlDay,
    views: Option<i64>,
    view_uniques: Option<i64>,
    clones: Option<i64>,
    clone_uniques: Option<i64>,
}

impl From<TrafficRow> for (Day, DayTraffic) {
    fn from(row: TrafficRow) -> Self {
        let traffic = DayTraffic {
            views: counts(row.views, row.view_uniques),
            clones: counts(row.clones, row.clone_uniques),
        };
        (row.day.0, traffic)
    }
}

const DAYS: &str = "
    select d.day, d.views, d.view_uniques, d.clones, d.clone_uniques
    from traffic_days d join repositories r on r.id = d.repository_id
    where r.tenant_id = $1 and d.repository_id = $2 and d.day between $3 and $4
    order by d.day";
const WEEKS: &str = "
    select w.week as day, w.views, w.view_uniques, w.clones, w.clone_uniques
    from traffic_weeks w join repositories r on r.id = w.repository_id
    where r.tenant_id = $1 and w.repository_id = $2 and w.week between $3 and $4
    order by w.week";

impl Store {
    /// The newest window of a measure.
    pub(crate) async fn newest_window(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        measure: Measure,
    ) -> Result<Option<(DayRange, Counts)>, StoreError> {
        const NEWEST: &str = "
            select w.first_day, w.last_day, w.total, w.uniques
            from traffic_windows w join repositories r on r.id = w.repository_id
            where r.tenant_id = $1 and w.repository_id = $2 and w.measure = $3
            order by w.last_day desc limit 1";
        let row: Option<(NaiveDate, NaiveDate, i64, i64)> =
            on!(&self.db, |pool| sqlx::query_as(NEWEST)
                .bind(tenant.get())
                .bind(repository.get())
                .bind(measure.as_str())
                .fetch_optional(pool)
                .await)?;
        Ok(row.and_then(|(first, last, total, uniques)| {
            let window = DayRange::new(Day::new(first), Day::new(last))?;
            Some((window, counts(Some(total), Some(uniques))?))
        }))
    }

    /// The known days of a repository within a range, in order.
    pub(crate) async fn days(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        range: DayRange,
    ) -> Result<Vec<(Day, DayTraffic)>, StoreError> {
        let rows: Vec<TrafficRow> = on!(&self.db, |pool| sqlx::query_as(DAYS)
            .bind(tenant.get())
            .bind(repository.get())
            .bind(SqlDay(range.from))
            .bind(SqlDay(range.to))
            .fetch_all(pool)
            .await)?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// The known weeks of a repository whose Mondays lie within a range, in order.
    pub(crate) async fn weeks(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        range: DayRange,
    ) -> Result<Vec<(Day, DayTraffic)>, StoreError> {
        let rows: Vec<TrafficRow> = on!(&self.db, |pool| sqlx::query_as(WEEKS)
            .bind(tenant.get())
            .bind(repository.get())
            .bind(range.from.date())
            .bind(range.to.date())
            .fetch_all(pool)
            .await)?;
        Ok(rows.into_iter().map(Into::into).collect())
    }
}

impl Transaction {
    /// Whether the repository belongs to the tenant (still).
    pub(in crate::store) async fn owns_repository(
        &mut self,
        tenant: TenantId,
        repository: RepositoryId,
    ) -> Result<bool, StoreError> {
        let id: Option<i64> = within!(*self, |connection| sqlx::query_scalar(
            "select id from repositories where tenant_id = $1 and id = $2"
        )
        .bind(tenant.get())
        .bind(repository.get())
        .fetch_optional(connection)
        .await)?;
        Ok(id.is_some())
    }

    /// The known days of a repository within a range, in order.
    pub(super) async fn days(
        &mut self,
        tenant: TenantId,
        repository: RepositoryId,
        range: DayRange,
    ) -> Result<Vec<(Day, DayTraffic)>, StoreError> {
        let rows: Vec<TrafficRow> = within!(*self, |connection| sqlx::query_as(DAYS)
            .bind(tenant.get())
            .bind(repository.get())
            .bind(SqlDay(range.from))
            .bind(SqlDay(range.to))
            .fetch_all(connection)
            .await)?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// The last day of the newest window.
    pub(super) async fn newest_day_shown(
        &mut self,
        repository: RepositoryId,
        measure: Measure,
    ) -> Result<Option<Day>, StoreError> {
        const NEWEST: &str = "
            select last_day from traffic_windows
            where repository_id = $1 and measure = $2
            order by last_day desc limit 1";
        let day: Option<NaiveDate> = within!(*self, |connection| sqlx::query_scalar(NEWEST)
            .bind(repository.get())
            .bind(measure.as_str())
            .fetch_optional(connection)
            .await)?;
        Ok(day.map(Day::new))
    }
}

/// Only this program writes these columns, so the values fit.
fn counts(count: Option<i64>, uniques: Option<i64>) -> Option<Counts> {
    Some(Counts::new(to_u32(count?), to_u32(uniques?)))
}
