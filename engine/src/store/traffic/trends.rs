//! Views over time, for the trend lines of a list of repositories.

use std::collections::HashMap;

use domain::{Day, DayRange, RepositoryId, RepositoryScope, TenantId};

use crate::store::batch::json;
use crate::store::numbers::to_u64;
use crate::store::scope::{Scoped, id_list, scoped};
use crate::store::sql_day::SqlDay;
use crate::store::{Store, StoreError};

/// Views by the first day of each bucket; an unknown bucket is left out.
pub(crate) type Trends = HashMap<RepositoryId, HashMap<Day, u64>>;

/// The running totals of views on each Monday in `$3`.
macro_rules! mondays {
    ($mondays:literal) => {
        concat!(
            "with b as (", $mondays, ")
            select r.id, b.week,
                coalesce(k.views, case when s.last_day < b.week then s.views else 0 end),
                coalesce(k.views_known, case when s.last_day < b.week then s.views_known else 0 end)
            from repositories r
                join repository_summaries s on s.repository_id = r.id
                cross join b
                left join running_totals k on k.week = b.week and k.repository_id = r.id
            where r.tenant_id = $1"
        )
    };
}

impl Store {
    /// The known views of each of these repositories on each day of a range.
    pub(crate) async fn daily_views(
        &self,
        tenant: TenantId,
        repositories: &RepositoryScope,
        range: DayRange,
    ) -> Result<Trends, StoreError> {
        const VIEWS: Scoped = scoped!(
            "select d.repository_id, d.day, d.views
            from repositories r join traffic_days d on d.repository_id = r.id
            where r.tenant_id = $1",
            "and d.day between $3 and $4 and d.views is not null"
        );
        let text = VIEWS.text(&self.db, repositories);
        let rows: Vec<(i64, SqlDay, i64)> = on!(&self.db, |pool| sqlx::query_as(text)
            .bind(tenant.get())
            .bind(id_list(repositories))
            .bind(SqlDay(range.from))
            .bind(SqlDay(range.to))
            .fetch_all(pool)
            .await)?;
        let mut trends = Trends::new();
        for (id, day, views) in rows {
            let trend = trends.entry(RepositoryId::new(id)).or_default();
            trend.insert(day.0, to_u64(views));
        }
        Ok(trends)
    }

    /// The known views of each of these repositories from each Monday until before the next one in
    /// the list.
    pub(crate) async fn views_between(
        &self,
        tenant: TenantId,
        repositories: &RepositoryScope,
        mondays: &[Day],
    ) -> Result<Trends, StoreError> {
        const TOTALS: Scoped = scoped!(
            sqlite: mondays!("select unixepoch(value) / 86400 as week from json_each($3)"),
            "order by r.id, b.week";
            postgres: mondays!("select cast(value as date) as week
                from json_array_elements_text(cast($3 as json)) as listed (value)"),
            "order by r.id, b.week"
        );
        let listed: Vec<_> = mondays.iter().map(|day| day.date()).collect();
        let text = TOTALS.text(&self.db, repositories);
        let rows: Vec<(i64, SqlDay, i64, i64)> = on!(&self.db, |pool| sqlx::query_as(text)
            .bind(tenant.get())
            .bind(id_list(repositories))
            .bind(json(&listed)?)
            .fetch_all(pool)
            .await)?;
        let mut trends = Trends::new();
        for pair in rows.windows(2) {
            let [
                (id, week, views, known),
                (next_id, _, next_views, next_known),
            ] = pair
            else {
                continue;
            };
            if id == next_id && next_known > known {
                let trend = trends.entry(RepositoryId::new(*id)).or_default();
                trend.insert(week.0, to_u64(next_views - views));
            }
        }
        Ok(trends)
    }
}
