//! Views over time, for the trend lines of a list of repositories.

use std::collections::HashMap;

use domain::{Day, DayRange, RepositoryId, RepositoryScope, TenantId};

use crate::store::batch::{from_json, json};
use crate::store::numbers::to_u64;
use crate::store::scope::{Scoped, id_list, scoped};
use crate::store::sql_day::SqlDay;
use crate::store::{Store, StoreError};

/// Views by the first day of each bucket; an unknown bucket is left out.
pub(crate) type Trends = HashMap<RepositoryId, HashMap<Day, u64>>;

/// The views on the days of a range as one array. The days are numbers, in between `$before_day`
/// and `$after_day`.
macro_rules! daily {
    ($start:literal, $end:literal, $before_day:literal, $after_day:literal) => {
        concat!(
            "select ",
            $start,
            "d.repository_id, ",
            $before_day,
            "d.day",
            $after_day,
            ", d.views",
            $end,
            "
            from repositories r join traffic_days d on d.repository_id = r.id
            where r.tenant_id = $1 and d.day between $3 and $4 and d.views is not null"
        )
    };
}

/// The running totals of views on each Monday in `$3`, as one array.
macro_rules! mondays {
    ($start:literal, $end:literal, $before_day:literal, $after_day:literal, $mondays:literal) => {
        concat!(
            "with b as (", $mondays, ")
            select ", $start, "r.id, ", $before_day, "b.week", $after_day, ",
                coalesce(k.views, case when s.last_day < b.week then s.views else 0 end),
                coalesce(k.views_known, case when s.last_day < b.week then s.views_known else 0 end)",
            $end, "
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
            sqlite: daily!("json_group_array(json_array(", "))", "", ""), "";
            postgres: daily!(
                "cast(json_agg(json_build_array(", ")) as text)", "(", " - date '1970-01-01')"
            ), ""
        );
        let text = VIEWS.text(&self.db, repositories);
        let rows: Option<String> = on!(&self.db, |pool| sqlx::query_scalar(text)
            .bind(tenant.get())
            .bind(id_list(repositories))
            .bind(SqlDay(range.from))
            .bind(SqlDay(range.to))
            .fetch_one(pool)
            .await)?;
        let rows: Vec<(i64, SqlDay, i64)> = from_json(rows.as_deref())?;
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
            sqlite: mondays!(
                "json_group_array(json_array(", "))", "", "",
                "select unixepoch(value) / 86400 as week from json_each($3)"
            ), "";
            postgres: mondays!(
                "cast(json_agg(json_build_array(", ")) as text)", "(", " - date '1970-01-01')",
                "select cast(value as date) as week
                from json_array_elements_text(cast($3 as json)) as listed (value)"
            ), ""
        );
        let listed: Vec<_> = mondays.iter().map(|day| day.date()).collect();
        let text = TOTALS.text(&self.db, repositories);
        let rows: Option<String> = on!(&self.db, |pool| sqlx::query_scalar(text)
            .bind(tenant.get())
            .bind(id_list(repositories))
            .bind(json(&listed)?)
            .fetch_one(pool)
            .await)?;
        let mut rows: Vec<(i64, SqlDay, i64, i64)> = from_json(rows.as_deref())?;
        rows.sort_unstable_by_key(|(id, week, ..)| (*id, week.0));
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
