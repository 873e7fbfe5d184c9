//! Sums of traffic over any range of days, for any set of repositories.
//!
//! A range costs two boundaries for each repository, however long it is: what it counted before the
//! Monday of the boundary's week is stored, and the few days since are added.

use std::collections::HashMap;

use domain::{Day, DayRange, RepositoryId, RepositoryScope, TenantId};
use serde::Deserialize;

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
    const fn plus(self, more: Self) -> Self {
        Self {
            views: self.views + more.views,
            view_uniques: self.view_uniques + more.view_uniques,
            views_known: self.views_known + more.views_known,
            clones: self.clones + more.clones,
            clones_known: self.clones_known + more.clones_known,
            days_known: self.days_known + more.days_known,
        }
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

/// The sums before each boundary in `$3`, a list of `[Monday, day, id]`, as three arrays of
/// `[repository, day, sums]`: the running totals of the Mondays; the totals of repositories without
/// days since the latest Monday; and the sums of the days from each Monday to its boundary. A
/// boundary without an id is one of all repositories.
///
/// One statement reads all three at the same moment, and arrays, because rows take longer. The key
/// of running totals starts with the week, so each Monday is one short stretch. PostgreSQL expects
/// too many boundaries and would read all days once for each. `offset 0` makes it look up the few
/// days of each repository in the index.
macro_rules! before {
    (scope) => {
        "with r as materialized (select r.id from repositories r where r.tenant_id = $1"
    };
    (sqlite) => {
        before!(
            "json_group_array(json_array(", "json_array(", "))", "", "",
            "select unixepoch(value ->> 0) / 86400 as week, unixepoch(value ->> 1) / 86400 as day,
                value ->> 2 as id
            from json_each($3)",
            "traffic_days d where d.repository_id = r.id and d.day >= b.week and d.day < b.day"
        )
    };
    (postgres) => {
        before!(
            "cast(json_agg(json_build_array(", "json_build_array(", ")) as text)",
            "(", " - date '1970-01-01')",
            "select cast(value ->> 0 as date) as week, cast(value ->> 1 as date) as day,
                cast(value ->> 2 as bigint) as id
            from json_array_elements(cast($3 as json)) as listed (value)",
            "(select * from traffic_days
                where repository_id = r.id and day >= b.week and day < b.day offset 0) d"
        )
    };
    ($list:literal, $one:literal, $end:literal, $before_day:literal, $after_day:literal,
        $boundaries:literal, $days:literal) => {
        concat!(
            "), b as materialized (", $boundaries, ")
            select (select ", $list, "k.repository_id, ", $before_day, "k.week", $after_day, ", ",
                $one, before!(@columns "k"), ")", $end, "
                from running_totals k join r on r.id = k.repository_id
                where k.week in (select week from b)) as totals,
            (select ", $list, "s.repository_id, ", $before_day, "s.last_day", $after_day, ", ",
                $one, before!(@columns "s"), ")", $end, "
                from repository_summaries s join r on r.id = s.repository_id
                where s.last_day < (select max(week) from b)) as ends,
            (select ", $list, "r.id, ", $before_day, "b.day", $after_day, ", (select ", $one, "
                    coalesce(sum(d.views), 0), coalesce(sum(d.view_uniques), 0), count(d.views),
                    coalesce(sum(d.clones), 0), count(d.clones),
                    count(case when d.views is not null and d.clones is not null then 1 end))
                    from ", $days, ")", $end, "
                from r cross join b
                where b.day > b.week and (b.id is null or b.id = r.id)) as days"
        )
    };
    (@columns $table:literal) => {
        concat!(
            $table, ".views, ", $table, ".view_uniques, ", $table, ".views_known, ",
            $table, ".clones, ", $table, ".clones_known, ", $table, ".days_known"
        )
    };
}

/// A repository, a day, and what the repository counted before it or, of a week's days, until it.
type BeforeRow = (i64, SqlDay, Before);

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

    /// Changes what a repository counted before each of the days chosen.
    fn change(&mut self, id: i64, chosen: impl Fn(Day) -> bool, to: impl Fn(Before) -> Before) {
        let before = self.before.entry(RepositoryId::new(id));
        let before = before.or_insert_with(|| vec![Before::default(); self.days.len()]);
        for (day, before) in self.days.iter().zip(before) {
            if chosen(*day) {
                *before = to(*before);
            }
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
        let days = ranges.into_iter().flat_map(boundaries);
        let of_all = self.boundaries(tenant, scope, days.map(|day| (None, day)).collect());
        let of_all = of_all.await?;
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
        let days = ranges.iter().flat_map(|(id, range)| {
            let id = Some(id.get());
            boundaries(*range).map(|day| (id, day))
        });
        let of_each = self.boundaries(tenant, &only, days.collect()).await?;
        let sums = ranges.iter().map(|(id, range)| of_each.sums(*id, *range));
        Ok(sums.collect())
    }

    /// What each repository counted before these days, of all repositories in scope or of one.
    async fn boundaries(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        mut listed: Vec<(Option<i64>, Day)>,
    ) -> Result<Boundaries, StoreError> {
        const BEFORE: Scoped = scoped!(
            sqlite: before!(scope), before!(sqlite);
            postgres: before!(scope), before!(postgres)
        );
        if listed.is_empty() {
            return Ok(Boundaries::default());
        }
        listed.sort_unstable();
        listed.dedup();
        let mut boundaries = Boundaries::new(listed.iter().map(|(_, day)| *day).collect());
        let listed: Vec<_> = listed
            .iter()
            .map(|(id, day)| (day.week_start().date(), day.date(), id))
            .collect();
        let text = BEFORE.text(&self.db, scope);
        let (totals, ends, days): (Option<String>, Option<String>, Option<String>) =
            on!(&self.db, |pool| sqlx::query_as(text)
                .bind(tenant.get())
                .bind(id_list(scope))
                .bind(json(&listed)?)
                .fetch_one(pool)
                .await)?;
        let rows = |array: Option<String>| from_json::<BeforeRow>(array.as_deref());
        for (id, last_day, all) in rows(ends)? {
            boundaries.change(id, |day| last_day.0 < day.week_start(), |_| all);
        }
        for (id, week, total) in rows(totals)? {
            boundaries.change(id, |day| week.0 == day.week_start(), |_| total);
        }
        for (id, boundary, since) in rows(days)? {
            boundaries.change(id, |day| boundary.0 == day, |total| total.plus(since));
        }
        Ok(boundaries)
    }
}

/// A range counts what was counted before the second day and not before the first.
fn boundaries(range: DayRange) -> [Day; 2] {
    [range.from, range.to.plus(1)]
}
