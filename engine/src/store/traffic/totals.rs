//! Sums of traffic over any range of days, for any set of repositories.
//!
//! A range costs two boundaries for each repository, however long it is: what it counted before the
//! Monday of the boundary's week is stored, and the few days since are added.

use std::collections::HashMap;

use domain::{Day, DayRange, Measure, RepositoryId, RepositoryScope, TenantId};
use sqlx::FromRow;

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
#[derive(Clone, Copy, Debug, Default, FromRow)]
struct Before {
    views: i64,
    view_uniques: i64,
    views_known: i64,
    clones: i64,
    clones_known: i64,
    days_known: i64,
}

impl RangeSums {
    /// Adds those of another repository.
    pub(crate) const fn add(&mut self, other: &Self) {
        self.views += other.views;
        self.view_uniques_daily_sum += other.view_uniques_daily_sum;
        self.views_known += other.views_known;
        self.clones += other.clones;
        self.clones_known += other.clones_known;
        self.days_known += other.days_known;
    }

    /// These sums without those of some of the repositories, which may have been read later.
    pub(crate) const fn minus(&self, some: &Self) -> Self {
        Self {
            views: self.views.saturating_sub(some.views),
            view_uniques_daily_sum: (self.view_uniques_daily_sum)
                .saturating_sub(some.view_uniques_daily_sum),
            views_known: self.views_known.saturating_sub(some.views_known),
            clones: self.clones.saturating_sub(some.clones),
            clones_known: self.clones_known.saturating_sub(some.clones_known),
            days_known: self.days_known.saturating_sub(some.days_known),
        }
    }
}

impl Before {
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

#[derive(FromRow)]
struct BeforeRow {
    repository_id: i64,
    boundary: SqlDay,
    #[sqlx(flatten)]
    before: Before,
}

/// What repositories counted before the boundaries in `$3`, a list of `[Monday, day, id]`. A boundary
/// without an id is one of all repositories. After a repository's last week, no running total is stored, because the summary has it.
///
/// PostgreSQL expects too many boundaries and would read all days once for each. `offset 0` keeps
/// it from doing so: it looks up the few days of each repository in the index.
macro_rules! before {
    (sqlite) => {
        before!("select unixepoch(value ->> 0) / 86400 as week, unixepoch(value ->> 1) / 86400 as day,
                value ->> 2 as id
            from json_each($3)",
            "left join running_totals k on k.week = b.week and k.repository_id = r.id
                left join traffic_days d
                    on d.repository_id = r.id and d.day >= b.week and d.day < b.day")
    };
    (postgres) => {
        before!("select cast(value ->> 0 as date) as week, cast(value ->> 1 as date) as day,
                cast(value ->> 2 as bigint) as id
            from json_array_elements(cast($3 as json)) as listed (value)",
            "left join lateral (select * from running_totals
                    where week = b.week and repository_id = r.id offset 0) k on true
                left join lateral (select * from traffic_days
                    where repository_id = r.id and day >= b.week and day < b.day offset 0) d on true")
    };
    ($boundaries:literal, $joins:literal) => {
        concat!(
            "with b as (", $boundaries, ")
            select r.id as repository_id, b.day as boundary, ",
            before!(@total "views", "cast(sum(d.views) as bigint)"), ", ",
            before!(@total "view_uniques", "cast(sum(d.view_uniques) as bigint)"), ", ",
            before!(@total "views_known", "count(d.views)"), ", ",
            before!(@total "clones", "cast(sum(d.clones) as bigint)"), ", ",
            before!(@total "clones_known", "count(d.clones)"), ", ",
            before!(@total "days_known", "sum(case when d.views is not null
                and d.clones is not null then 1 else 0 end)"), "
            from repositories r
                join repository_summaries s on s.repository_id = r.id
                cross join b
                ", $joins, "
            where r.tenant_id = $1 and (b.id is null or b.id = r.id)"
        )
    };
    (@total $column:literal, $since:literal) => {
        concat!(
            "max(coalesce(k.", $column, ", case when s.last_day < b.week then s.", $column,
            " else 0 end)) + coalesce(", $since, ", 0) as ", $column
        )
    };
}

/// What a repository counted of one measure before a boundary; `$boundary` and its `$week` are
/// parameters.
macro_rules! one_before {
    ($column:literal, $week:literal, $boundary:literal) => {
        concat!(
            "case when s.last_day < ",
            $boundary,
            " then s.",
            $column,
            " when s.first_day >= ",
            $boundary,
            " then 0
            else coalesce((select k.",
            $column,
            " from running_totals k
                    where k.week = ",
            $week,
            " and k.repository_id = r.id), 0)
                + coalesce((select cast(sum(d.",
            $column,
            ") as bigint) from traffic_days d
                    where d.repository_id = r.id and d.day >= ",
            $week,
            " and d.day < ",
            $boundary,
            "), 0) end"
        )
    };
}

/// The amounts of a measure over a range, as one array.
macro_rules! amounts {
    ($column:literal) => {
        scoped!(
            sqlite: amounts!("json_group_array(json_array(", "))", $column), "";
            postgres: amounts!("cast(json_agg(json_build_array(", ")) as text)", $column), ""
        )
    };
    ($start:literal, $end:literal, $column:literal) => {
        concat!(
            "select ", $start, "r.id, (", one_before!($column, "$6", "$5"), ") - (",
            one_before!($column, "$4", "$3"), ")", $end, "
            from repositories r join repository_summaries s on s.repository_id = r.id
            where r.tenant_id = $1 and s.first_day < $5 and s.last_day >= $3"
        )
    };
}

impl Store {
    /// Sums over each range, per repository in scope; one without known days in any is left out.
    pub(crate) async fn range_sums<const N: usize>(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        ranges: [DayRange; N],
    ) -> Result<HashMap<RepositoryId, [RangeSums; N]>, StoreError> {
        let boundaries = ranges
            .iter()
            .flat_map(|range| [range.from, range.to.plus(1)])
            .map(|day| (None, day));
        let before = self.before(tenant, scope, boundaries.collect()).await?;
        let is_known = |sums: &RangeSums| sums.views_known > 0 || sums.clones_known > 0;
        Ok(before
            .iter()
            .map(|(id, before)| (*id, ranges.map(|range| sums(before, range))))
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
        let boundaries = ranges.iter().flat_map(|(id, range)| {
            [range.from, range.to.plus(1)].map(|day| (Some(id.get()), day))
        });
        let before = self.before(tenant, &only, boundaries.collect()).await?;
        let none = HashMap::new();
        let sums = ranges
            .iter()
            .map(|(id, range)| sums(before.get(id).unwrap_or(&none), *range));
        Ok(sums.collect())
    }

    /// What each repository counted before the boundaries, of all repositories in scope or one.
    async fn before(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        mut boundaries: Vec<(Option<i64>, Day)>,
    ) -> Result<HashMap<RepositoryId, HashMap<Day, Before>>, StoreError> {
        const BEFORE: Scoped = scoped!(
            sqlite: before!(sqlite), "group by r.id, b.day";
            postgres: before!(postgres), "group by r.id, b.day"
        );
        if boundaries.is_empty() {
            return Ok(HashMap::new());
        }
        boundaries.sort_unstable();
        boundaries.dedup();
        let listed: Vec<_> = boundaries
            .iter()
            .map(|(id, day)| (day.week_start().date(), day.date(), id))
            .collect();
        let text = BEFORE.text(&self.db, scope);
        let rows: Vec<BeforeRow> = on!(&self.db, |pool| sqlx::query_as(text)
            .bind(tenant.get())
            .bind(id_list(scope))
            .bind(json(&listed)?)
            .fetch_all(pool)
            .await)?;
        let mut before: HashMap<RepositoryId, HashMap<Day, Before>> = HashMap::new();
        for row in rows {
            before
                .entry(RepositoryId::new(row.repository_id))
                .or_default()
                .insert(row.boundary.0, row.before);
        }
        Ok(before)
    }

    /// Sums over a range of all repositories in scope together. The known days of each count.
    pub(crate) async fn sums_of_all(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        range: DayRange,
    ) -> Result<RangeSums, StoreError> {
        const ALL: &str = "
            select coalesce(cast(sum(views) as bigint), 0) as views,
                coalesce(cast(sum(view_uniques) as bigint), 0) as view_uniques,
                coalesce(cast(sum(views_known) as bigint), 0) as views_known,
                coalesce(cast(sum(clones) as bigint), 0) as clones,
                coalesce(cast(sum(clones_known) as bigint), 0) as clones_known,
                cast(0 as bigint) as days_known
            from tenant_days where tenant_id = $1 and day between $2 and $3";
        if *scope == RepositoryScope::All {
            let sums: Before = on!(&self.db, |pool| sqlx::query_as(ALL)
                .bind(tenant.get())
                .bind(SqlDay(range.from))
                .bind(SqlDay(range.to))
                .fetch_one(pool)
                .await)?;
            return Ok(Before::default().to(sums));
        }
        let sums = self.range_sums(tenant, scope, [range]).await?;
        let mut all = RangeSums::default();
        for [sums] in sums.values() {
            all.add(sums);
        }
        Ok(all)
    }

    /// The views or clones of each repository in scope over a range; one without days since or
    /// before is left out.
    pub(crate) async fn amounts(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        measure: Measure,
        range: DayRange,
    ) -> Result<HashMap<RepositoryId, u64>, StoreError> {
        const VIEWS: Scoped = amounts!("views");
        const CLONES: Scoped = amounts!("clones");
        let amounts = match measure {
            Measure::Views => VIEWS,
            Measure::Clones => CLONES,
        };
        let after = range.to.plus(1);
        let text = amounts.text(&self.db, scope);
        let rows: Option<String> = on!(&self.db, |pool| sqlx::query_scalar(text)
            .bind(tenant.get())
            .bind(id_list(scope))
            .bind(SqlDay(range.from))
            .bind(SqlDay(range.from.week_start()))
            .bind(SqlDay(after))
            .bind(SqlDay(after.week_start()))
            .fetch_one(pool)
            .await)?;
        let rows: Vec<(i64, i64)> = from_json(rows.as_deref())?;
        Ok(rows
            .into_iter()
            .map(|(id, amount)| (RepositoryId::new(id), to_u64(amount)))
            .collect())
    }
}

/// The difference of a range's two boundaries.
fn sums(before: &HashMap<Day, Before>, range: DayRange) -> RangeSums {
    let at = |day: Day| before.get(&day).copied().unwrap_or_default();
    at(range.from).to(at(range.to.plus(1)))
}
