//! What was usual on the newest days of each repository, kept with the days.

use std::collections::{BTreeMap, HashMap};

use domain::{
    Day, DayRange, DayTraffic, Measure, ObservedCount, RepositoryId, RepositoryScope, TenantId,
    UsualRange, usual,
};
use serde::Deserialize;
use sqlx::FromRow;

use crate::store::batch::{Batch, batch, from_json};
use crate::store::numbers::to_u64;
use crate::store::scope::{Scoped, id_list, scoped};
use crate::store::sql_day::SqlDay;
use crate::store::{Store, StoreError, Transaction};

/// How many of the newest days are kept: as many as GitHub shows. Repositories are published at
/// different times, and a page speaks of a day that all of them know.
const KEPT_DAYS: i64 = 14;

/// A repository's day beside what is usual.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ObservedDay {
    pub(crate) views: Option<ObservedCount>,
    pub(crate) clones: Option<ObservedCount>,
}

#[derive(Deserialize, FromRow)]
struct ObservedRow {
    key: i64,
    views: Option<i64>,
    views_before: Option<i64>,
    views_low: Option<i64>,
    views_median: Option<i64>,
    views_high: Option<i64>,
    clones: Option<i64>,
    clones_before: Option<i64>,
    clones_low: Option<i64>,
    clones_median: Option<i64>,
    clones_high: Option<i64>,
}

impl From<ObservedRow> for ObservedDay {
    fn from(row: ObservedRow) -> Self {
        Self {
            views: observed([
                row.views,
                row.views_before,
                row.views_low,
                row.views_median,
                row.views_high,
            ]),
            clones: observed([
                row.clones,
                row.clones_before,
                row.clones_low,
                row.clones_median,
                row.clones_high,
            ]),
        }
    }
}

fn observed([count, before, low, median, high]: [Option<i64>; 5]) -> Option<ObservedCount> {
    let usual = low
        .zip(median)
        .zip(high)
        .map(|((low, median), high)| UsualRange {
            low: to_u64(low),
            median: to_u64(median),
            high: to_u64(high),
        });
    Some(ObservedCount {
        count: to_u64(count?),
        week_before: before.map(to_u64),
        usual,
    })
}

/// The columns of a measure.
fn columns(observed: Option<ObservedCount>) -> [Option<u64>; 5] {
    let usual = observed.and_then(|it| it.usual);
    [
        observed.map(|it| it.count),
        observed.and_then(|it| it.week_before),
        usual.map(|it| it.low),
        usual.map(|it| it.median),
        usual.map(|it| it.high),
    ]
}

/// What was usual on the newest of these days.
pub(super) fn observed_days(days: &[(Day, DayTraffic)]) -> BTreeMap<Day, ObservedDay> {
    let Some((newest, _)) = days.last() else {
        return BTreeMap::new();
    };
    let known: BTreeMap<Day, DayTraffic> = days.iter().copied().collect();
    let count = |measure: Measure, day: Day| {
        let counts = known.get(&day)?.of(measure)?;
        Some(u64::from(counts.count))
    };
    DayRange::ending(*newest, KEPT_DAYS)
        .days()
        .filter(|day| known.contains_key(day))
        .map(|day| {
            let observed = ObservedDay {
                views: ObservedCount::on(day, |day| count(Measure::Views, day)),
                clones: ObservedCount::on(day, |day| count(Measure::Clones, day)),
            };
            (day, observed)
        })
        .collect()
}

/// The columns of a day as one array, which starts with the repository's id.
macro_rules! on_day {
    ($start:literal, $end:literal) => {
        concat!(
            "select ",
            $start,
            "u.repository_id, u.views, u.views_before, u.views_low, u.views_median, u.views_high,
                u.clones, u.clones_before, u.clones_low, u.clones_median, u.clones_high",
            $end,
            "
            from repositories r join usual_days u on u.repository_id = r.id and u.day = $3
            where r.tenant_id = $1"
        )
    };
}

impl Store {
    /// The counts of each repository in scope on a day beside what is usual; one without known
    /// figures is left out, and so is every one if the day is not among the newest.
    pub(crate) async fn observed_on(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        day: Day,
    ) -> Result<HashMap<RepositoryId, ObservedDay>, StoreError> {
        const ON_DAY: Scoped = scoped!(
            sqlite: on_day!("json_group_array(json_array(", "))"), "";
            postgres: on_day!("cast(json_agg(json_build_array(", ")) as text)"), ""
        );
        let text = ON_DAY.text(&self.db, scope);
        let rows: Option<String> = on!(&self.db, |pool| sqlx::query_scalar(text)
            .bind(tenant.get())
            .bind(id_list(scope))
            .bind(SqlDay(day))
            .fetch_one(pool)
            .await)?;
        let rows: Vec<ObservedRow> = from_json(rows.as_deref())?;
        Ok(rows
            .into_iter()
            .map(|row| (RepositoryId::new(row.key), row.into()))
            .collect())
    }
}

impl Transaction {
    /// Writes what was usual on a repository's newest days, the last of which is `newest`.
    pub(super) async fn update_usual_days(
        &mut self,
        repository: RepositoryId,
        newest: Option<Day>,
    ) -> Result<(), StoreError> {
        const WRITE: Batch = batch!(
            "insert into usual_days (repository_id, day,
                views, views_before, views_low, views_median, views_high,
                clones, clones_before, clones_low, clones_median, clones_high) select $1, ",
            0 "day", 1 "bigint", 2 "bigint", 3 "bigint", 4 "bigint", 5 "bigint",
            6 "bigint", 7 "bigint", 8 "bigint", 9 "bigint", 10 "bigint";
            ""
        );
        within!(*self, |connection| sqlx::query(
            "delete from usual_days where repository_id = $1"
        )
        .bind(repository.get())
        .execute(connection)
        .await
        .map(drop))?;
        let Some(newest) = newest else {
            return Ok(());
        };
        let since = newest.plus(1 - KEPT_DAYS - 7 * usual::WEEKS);
        let days = self.days_since(repository, Some(since)).await?;
        let rows: Vec<_> = observed_days(&days)
            .into_iter()
            .map(|(day, observed)| {
                let [views, views_before, views_low, views_median, views_high] =
                    columns(observed.views);
                let [
                    clones,
                    clones_before,
                    clones_low,
                    clones_median,
                    clones_high,
                ] = columns(observed.clones);
                (
                    day.date(),
                    views,
                    views_before,
                    views_low,
                    views_median,
                    views_high,
                    clones,
                    clones_before,
                    clones_low,
                    clones_median,
                    clones_high,
                )
            })
            .collect();
        self.write_batch(WRITE, repository.get(), &rows).await
    }

    /// Whether what is stored as usual follows from the repository's days. Nothing is stored before
    /// the first collection after an upgrade.
    pub(super) async fn usual_days_are_right(
        &mut self,
        repository: RepositoryId,
        days: &[(Day, DayTraffic)],
    ) -> Result<bool, StoreError> {
        const STORED: &str = "
            select day, views, views_before, views_low, views_median, views_high,
                clones, clones_before, clones_low, clones_median, clones_high,
                repository_id as key
            from usual_days where repository_id = $1 order by day";
        #[derive(FromRow)]
        struct StoredRow {
            day: SqlDay,
            #[sqlx(flatten)]
            observed: ObservedRow,
        }
        let stored: Vec<StoredRow> = within!(*self, |connection| sqlx::query_as(STORED)
            .bind(repository.get())
            .fetch_all(connection)
            .await)?;
        let stored: BTreeMap<Day, ObservedDay> = stored
            .into_iter()
            .map(|row| (row.day.0, row.observed.into()))
            .collect();
        Ok(stored.is_empty() || stored == observed_days(days))
    }
}
