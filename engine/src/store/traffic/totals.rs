//! Sums of traffic over any range of days, for any set of repositories.
//!
//! A range costs two boundaries for each repository, however long it is. A boundary is one row of
//! `running_totals`: what the repository counted before the Monday of its week, and the days since.

use std::collections::HashMap;

use domain::{Day, DayRange, RepositoryId, RepositoryScope, TenantId};
use serde::Deserialize;

use super::week_days::WeekDays;
use crate::store::batch::{from_json, json};
use crate::store::numbers::to_u64;
use crate::store::scope::{Scoped, id_list, scoped};
use crate::store::sql_day::SqlDay;
use crate::store::{Store, StoreError};

/// Sums over a range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RangeSums {
    /// Views on the days with known views.
    pub(crate) views: u64,
    pub(crate) view_uniques_daily_sum: u64,
    pub(crate) views_known: i64,
    /// Clones on the days with known clones.
    pub(crate) clones: u64,
    pub(crate) clones_known: i64,
    /// On how many days both are known.
    pub(crate) days_known: i64,
}

/// What was counted before a day.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
struct Before {
    views: i64,
    view_uniques: i64,
    views_known: i64,
    clones: i64,
    clones_known: i64,
    days_known: i64,
}

impl Before {
    /// Adds the days of a week before one of them.
    fn plus(mut self, days: &WeekDays, day: Day) -> Self {
        for day in days.before(day) {
            let (views, clones) = (day.views(), day.clones());
            if let Some((count, uniques)) = views {
                self.views += count;
                self.view_uniques += uniques;
                self.views_known += 1;
            }
            if let Some(count) = clones {
                self.clones += count;
                self.clones_known += 1;
            }
            self.days_known += i64::from(views.is_some() && clones.is_some());
        }
        self
    }

    /// The sums of the days up to `until`.
    fn to(self, until: Self) -> RangeSums {
        RangeSums {
            views: to_u64(until.views - self.views),
            view_uniques_daily_sum: to_u64(until.view_uniques - self.view_uniques),
            views_known: until.views_known - self.views_known,
            clones: to_u64(until.clones - self.clones),
            clones_known: until.clones_known - self.clones_known,
            days_known: until.days_known - self.days_known,
        }
    }
}

/// The weeks that begin on the Mondays in `$3`, and the totals of repositories whose last day is
/// before `$4`, the last boundary, as two arrays.
///
/// One statement reads both at the same moment, and arrays, because rows take longer. The key of
/// running totals starts with the week, so each Monday is one short stretch.
macro_rules! weeks_and_totals {
    (scope) => {
        "with r as materialized (select r.id from repositories r where r.tenant_id = $1"
    };
    (sqlite) => {
        weeks_and_totals!(
            "json_group_array(json_array(", "json_array(", "))", "", "", "hex(k.days)",
            "select unixepoch(value) / 86400 from json_each($3)"
        )
    };
    (postgres) => {
        weeks_and_totals!(
            "cast(json_agg(json_build_array(", "json_build_array(", ")) as text)",
            "(", " - date '1970-01-01')", "encode(k.days, 'hex')",
            "select cast(value as date)
            from json_array_elements_text(cast($3 as json)) as listed (value)"
        )
    };
    ($list:literal, $one:literal, $end:literal, $before_day:literal, $after_day:literal,
        $days:literal, $mondays:literal) => {
        concat!(
            ")
            select (select ", $list, "k.repository_id, ", $before_day, "k.week", $after_day, ", ",
                $one, weeks_and_totals!(@columns "k"), "), ", $days, $end, "
                from running_totals k join r on r.id = k.repository_id
                where k.week in (", $mondays, ")) as weeks,
            (select ", $list, "s.repository_id, ", $before_day, "s.last_day", $after_day, ", ",
                $one, weeks_and_totals!(@columns "s"), ")", $end, "
                from repository_summaries s join r on r.id = s.repository_id
                where s.last_day < $4) as ends"
        )
    };
    (@columns $table:literal) => {
        concat!(
            $table, ".views, ", $table, ".view_uniques, ", $table, ".views_known, ",
            $table, ".clones, ", $table, ".clones_known, ", $table, ".days_known"
        )
    };
}

/// A repository, a Monday, what it counted before, and the days of the week.
type WeekRow = (i64, SqlDay, Before, WeekDays);
/// A repository, its last day, and what it counted in all.
type EndRow = (i64, SqlDay, Before);

/// What each repository counted before each of some days.
#[derive(Default)]
struct Boundaries {
    days: Vec<Day>,
    before: HashMap<RepositoryId, Vec<Before>>,
}

impl Boundaries {
    fn new(mut days: Vec<Day>) -> Self {
        days.sort_unstable();
        days.dedup();
        Self {
            days,
            before: HashMap::new(),
        }
    }

    /// Sets what a repository counted before each of the days from one to before another.
    fn set(&mut self, id: i64, [from, until]: [Day; 2], to: impl Fn(Day) -> Before) {
        let before = self.before.entry(RepositoryId::new(id));
        let before = before.or_insert_with(|| vec![Before::default(); self.days.len()]);
        let [from, until] = [from, until].map(|day| self.days.partition_point(|it| *it < day));
        for (day, before) in self.days[from..until].iter().zip(&mut before[from..until]) {
            *before = to(*day);
        }
    }

    /// The sums over a range, whose first day and whose day after the last are among the days.
    fn sums(&self, id: RepositoryId, range: DayRange) -> RangeSums {
        let before = self.before.get(&id);
        let [from, until] = boundaries(range).map(|day| {
            let place = self.days.binary_search(&day).ok();
            let before = place.and_then(|place| Some(before?[place]));
            before.unwrap_or_default()
        });
        from.to(until)
    }
}

impl Store {
    /// Sums over each range, per repository in scope; one without known days in any is left out.
    pub(crate) async fn range_sums<const N: usize>(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        ranges: [DayRange; N],
    ) -> Result<HashMap<RepositoryId, [RangeSums; N]>, StoreError> {
        let days = ranges.into_iter().flat_map(boundaries).collect();
        let of_all = self.boundaries(tenant, scope, days).await?;
        let is_known = |sums: &RangeSums| sums.views_known > 0 || sums.clones_known > 0;
        let ids = of_all.before.keys();
        Ok(ids
            .map(|id| (*id, ranges.map(|range| of_all.sums(*id, range))))
            .filter(|(_, sums)| sums.iter().any(is_known))
            .collect())
    }

    /// Sums over a range of its own for each of these repositories, in the same order.
    pub(crate) async fn own_range_sums(
        &self,
        tenant: TenantId,
        ranges: &[(RepositoryId, DayRange)],
    ) -> Result<Vec<RangeSums>, StoreError> {
        let only = RepositoryScope::Only(ranges.iter().map(|(id, _)| *id).collect());
        let days = ranges.iter().flat_map(|(_, range)| boundaries(*range));
        let of_each = self.boundaries(tenant, &only, days.collect()).await?;
        let sums = ranges.iter().map(|(id, range)| of_each.sums(*id, *range));
        Ok(sums.collect())
    }

    /// What each repository in scope counted before these days.
    async fn boundaries(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        days: Vec<Day>,
    ) -> Result<Boundaries, StoreError> {
        const WEEKS: Scoped = scoped!(
            sqlite: weeks_and_totals!(scope), weeks_and_totals!(sqlite);
            postgres: weeks_and_totals!(scope), weeks_and_totals!(postgres)
        );
        let mut boundaries = Boundaries::new(days);
        let Some(last) = boundaries.days.last().copied() else {
            return Ok(boundaries);
        };
        let mut mondays: Vec<_> = (boundaries.days.iter())
            .map(|day| day.week_start().date())
            .collect();
        mondays.dedup();
        let text = WEEKS.text(&self.db, scope);
        let (weeks, ends): (Option<String>, Option<String>) =
            on!(&self.db, |pool| sqlx::query_as(text)
                .bind(tenant.get())
                .bind(id_list(scope))
                .bind(json(&mondays)?)
                .bind(SqlDay(last))
                .fetch_one(pool)
                .await)?;
        for (id, monday, before, days) in from_json::<WeekRow>(weeks.as_deref())? {
            let week = [monday.0, monday.0.plus(7)];
            boundaries.set(id, week, |day| before.plus(&days, day));
        }
        // After a repository's last week, only its totals are stored.
        for (id, last_day, all) in from_json::<EndRow>(ends.as_deref())? {
            let after = [last_day.0.plus(1), last.plus(1)];
            boundaries.set(id, after, |_| all);
        }
        Ok(boundaries)
    }
}

/// A range counts what was counted before the second day and not before the first.
fn boundaries(range: DayRange) -> [Day; 2] {
    [range.from, range.to.plus(1)]
}
