//! The views of whole weeks, as differences of running totals.

use std::collections::HashMap;

use domain::{Day, RepositoryId, RepositoryScope, TenantId};

use crate::store::batch::{from_json, json};
use crate::store::numbers::to_u64;
use crate::store::scope::{Scoped, id_list, scoped};
use crate::store::sql_day::SqlDay;
use crate::store::{Store, StoreError};

/// The views of consecutive weeks, `None` where a day is unknown.
pub(crate) type WeeklyViews = HashMap<RepositoryId, Vec<Option<u64>>>;

/// The running totals of views on the Mondays in `$3` as one array, with the totals of repositories
/// whose last week is over. The key of running totals starts with the week, so each Monday is one
/// short stretch.
macro_rules! totals {
    ($start:literal, $end:literal, $before_day:literal, $after_day:literal, $mondays:literal) => {
        concat!(
            "select ",
            $start,
            "k.repository_id, ",
            $before_day,
            "k.week",
            $after_day,
            ", k.views, k.views_known",
            $end,
            "
            from running_totals k join repositories r on r.id = k.repository_id
            where k.week in (",
            $mondays,
            ") and r.tenant_id = $1"
        )
    };
}

/// The totals of each repository, and its last day.
macro_rules! ends {
    ($start:literal, $end:literal, $before_day:literal, $after_day:literal) => {
        concat!(
            "select ",
            $start,
            "r.id, ",
            $before_day,
            "s.last_day",
            $after_day,
            ", s.views, s.views_known",
            $end,
            "
            from repositories r join repository_summaries s on s.repository_id = r.id
            where r.tenant_id = $1 and s.last_day is not null"
        )
    };
}

impl Store {
    /// The views of each repository in scope in the weeks between these Mondays, oldest first.
    pub(crate) async fn weekly_views(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        mondays: &[Day],
    ) -> Result<WeeklyViews, StoreError> {
        const TOTALS: Scoped = scoped!(
            sqlite: totals!(
                "json_group_array(json_array(", "))", "", "",
                "select unixepoch(value) / 86400 from json_each($3)"
            ), "";
            postgres: totals!(
                "cast(json_agg(json_build_array(", ")) as text)", "(", " - date '1970-01-01')",
                "select cast(value as date)
                from json_array_elements_text(cast($3 as json)) as listed (value)"
            ), ""
        );
        const ENDS: Scoped = scoped!(
            sqlite: ends!("json_group_array(json_array(", "))", "", ""), "";
            postgres: ends!(
                "cast(json_agg(json_build_array(", ")) as text)", "(", " - date '1970-01-01')"
            ), ""
        );
        let listed: Vec<_> = mondays.iter().map(|day| day.date()).collect();
        let (totals, ends) = (TOTALS.text(&self.db, scope), ENDS.text(&self.db, scope));
        let totals: Option<String> = on!(&self.db, |pool| sqlx::query_scalar(totals)
            .bind(tenant.get())
            .bind(id_list(scope))
            .bind(json(&listed)?)
            .fetch_one(pool)
            .await)?;
        let ends: Option<String> = on!(&self.db, |pool| sqlx::query_scalar(ends)
            .bind(tenant.get())
            .bind(id_list(scope))
            .fetch_one(pool)
            .await)?;
        let totals: Vec<(i64, SqlDay, i64, i64)> = from_json(totals.as_deref())?;
        let ends: Vec<(i64, SqlDay, i64, i64)> = from_json(ends.as_deref())?;
        let place: HashMap<Day, usize> = mondays.iter().copied().zip(0..).collect();
        // What each repository counted before each Monday.
        let mut before: HashMap<i64, Vec<Option<(i64, i64)>>> = ends
            .into_iter()
            .map(|(id, last_day, views, known)| {
                let total = |monday: &Day| (last_day.0 < *monday).then_some((views, known));
                (id, mondays.iter().map(total).collect())
            })
            .collect();
        for (id, week, views, known) in totals {
            if let (Some(before), Some(place)) = (before.get_mut(&id), place.get(&week.0)) {
                before[*place] = Some((views, known));
            }
        }
        let week = |pair: &[Option<(i64, i64)>]| match pair {
            [Some((views, known)), Some((next_views, next_known))] => {
                (next_known - known == 7).then(|| to_u64(next_views - views))
            }
            _ => None,
        };
        Ok(before
            .into_iter()
            .map(|(id, before)| {
                let weeks = before.windows(2).map(week).collect();
                (RepositoryId::new(id), weeks)
            })
            .collect())
    }
}
