//! Days, weeks and windows of traffic.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{Counts, Day, DayRange, DayTraffic, Measure, RepositoryId, TenantId};
use sqlx::FromRow;

use super::batch::{Batch, batch};
use super::{Store, StoreError, Transaction};

/// What a merge did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Merged {
    /// How many days were new or grew.
    pub(crate) written: usize,
    /// The days of which GitHub now reports less than it did; the stored maximum stands.
    pub(crate) revised: Vec<Revision>,
}

/// A day that GitHub revised downward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Revision {
    pub(crate) day: Day,
    pub(crate) known: Counts,
    pub(crate) reported: Counts,
}

#[derive(FromRow)]
pub(super) struct TrafficRow {
    day: NaiveDate,
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
        (Day::new(row.day), traffic)
    }
}

/// The statements that differ in the columns they touch, and in nothing else.
macro_rules! upsert {
    ($table:literal, $key:literal, $count:literal, $uniques:literal) => {
        batch!(
            concat!(
                "insert into ", $table, " (repository_id, ", $key, ", ", $count, ", ", $uniques,
                ") select $1, "
            ),
            0 "date", 1 "bigint", 2 "bigint";
            concat!(
                "on conflict (repository_id, ", $key, ") do update set ",
                greater!($table, $count), ", ", greater!($table, $uniques)
            )
        )
    };
}

/// Sets a column to the greater of what is stored and what is reported.
macro_rules! greater {
    ($table:literal, $column:literal) => {
        concat!(
            $column,
            " = case when ",
            $table,
            ".",
            $column,
            " is null or excluded.",
            $column,
            " > ",
            $table,
            ".",
            $column,
            " then excluded.",
            $column,
            " else ",
            $table,
            ".",
            $column,
            " end"
        )
    };
}

const UPSERT_DAY_VIEWS: Batch = upsert!("traffic_days", "day", "views", "view_uniques");
const UPSERT_DAY_CLONES: Batch = upsert!("traffic_days", "day", "clones", "clone_uniques");
const UPSERT_WEEK_VIEWS: Batch = upsert!("traffic_weeks", "week", "views", "view_uniques");
const UPSERT_WEEK_CLONES: Batch = upsert!("traffic_weeks", "week", "clones", "clone_uniques");

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
    /// Merges reported days into the known ones; repeating it changes nothing.
    ///
    /// Only days that are new or grew are written. The statement keeps the maximum as well, so
    /// that two runs at once cannot undo each other. A repository that is gone takes nothing.
    pub(crate) async fn merge_days(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        measure: Measure,
        days: &[(Day, Counts)],
    ) -> Result<Merged, StoreError> {
        let Some(range) = spanned(days) else {
            return Ok(Merged::default());
        };
        let mut transaction = self.begin().await?;
        if !transaction.owns_repository(tenant, repository).await? {
            return Ok(Merged::default());
        }
        let known = transaction.traffic(DAYS, tenant, repository, range).await?;
        let mut merged = Merged::default();
        let mut grown = BTreeMap::new();
        for &(day, reported) in days {
            let stored = known
                .binary_search_by_key(&day, |(day, _)| *day)
                .ok()
                .and_then(|index| known[index].1.of(measure));
            if let Some(known) = stored
                && known.is_revised_downward_by(reported)
            {
                merged.revised.push(Revision {
                    day,
                    known,
                    reported,
                });
            }
            let result = stored.map_or(reported, |known| known.merge(reported));
            if stored != Some(result) {
                keep_greater(&mut grown, day, result);
                merged.written += 1;
            }
        }
        let upsert = match measure {
            Measure::Views => UPSERT_DAY_VIEWS,
            Measure::Clones => UPSERT_DAY_CLONES,
        };
        transaction
            .upsert_counts(upsert, repository, &grown)
            .await?;
        transaction.commit().await?;
        Ok(merged)
    }

    /// Merges reported weeks, keyed by their Monday, into the known ones.
    ///
    /// A week is cut where the window begins, so its true figure is the largest one seen.
    pub(crate) async fn merge_weeks(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        measure: Measure,
        weeks: &[(Day, Counts)],
    ) -> Result<(), StoreError> {
        let upsert = match measure {
            Measure::Views => UPSERT_WEEK_VIEWS,
            Measure::Clones => UPSERT_WEEK_CLONES,
        };
        let mut transaction = self.begin().await?;
        if !transaction.owns_repository(tenant, repository).await? {
            return Ok(());
        }
        let mut reported = BTreeMap::new();
        for &(week, counts) in weeks {
            keep_greater(&mut reported, week.week_start(), counts);
        }
        transaction
            .upsert_counts(upsert, repository, &reported)
            .await?;
        transaction.commit().await
    }

    /// Keeps the total and the true uniques of a whole window.
    pub(crate) async fn merge_window(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        measure: Measure,
        window: DayRange,
        counts: Counts,
    ) -> Result<(), StoreError> {
        const MERGE: &str = "
            insert into traffic_windows
                (repository_id, measure, last_day, first_day, total, uniques)
            values ($1, $2, $3, $4, $5, $6)
            on conflict (repository_id, measure, last_day) do update set
                first_day = case when excluded.first_day < traffic_windows.first_day
                    then excluded.first_day else traffic_windows.first_day end,
                total = case when excluded.total > traffic_windows.total
                    then excluded.total else traffic_windows.total end,
                uniques = case when excluded.uniques > traffic_windows.uniques
                    then excluded.uniques else traffic_windows.uniques end";
        let mut transaction = self.begin().await?;
        if !transaction.owns_repository(tenant, repository).await? {
            return Ok(());
        }
        within!(transaction, |connection| sqlx::query(MERGE)
            .bind(repository.get())
            .bind(measure.as_str())
            .bind(window.to.date())
            .bind(window.from.date())
            .bind(i64::from(counts.count))
            .bind(i64::from(counts.uniques.get()))
            .execute(connection)
            .await
            .map(drop))?;
        transaction.commit().await
    }

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
        self.traffic(DAYS, tenant, repository, range).await
    }

    /// The known weeks of a repository whose Mondays lie within a range, in order.
    pub(crate) async fn weeks(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        range: DayRange,
    ) -> Result<Vec<(Day, DayTraffic)>, StoreError> {
        self.traffic(WEEKS, tenant, repository, range).await
    }

    async fn traffic(
        &self,
        text: &'static str,
        tenant: TenantId,
        repository: RepositoryId,
        range: DayRange,
    ) -> Result<Vec<(Day, DayTraffic)>, StoreError> {
        let rows: Vec<TrafficRow> = on!(&self.db, |pool| sqlx::query_as(text)
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
    /// Whether the repository is (still) the tenant's.
    pub(super) async fn owns_repository(
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

    async fn traffic(
        &mut self,
        text: &'static str,
        tenant: TenantId,
        repository: RepositoryId,
        range: DayRange,
    ) -> Result<Vec<(Day, DayTraffic)>, StoreError> {
        let rows: Vec<TrafficRow> = within!(*self, |connection| sqlx::query_as(text)
            .bind(tenant.get())
            .bind(repository.get())
            .bind(range.from.date())
            .bind(range.to.date())
            .fetch_all(connection)
            .await)?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// Writes all days or weeks at once, in one order everywhere: two runs at once that write the
    /// same ones in different orders would wait for each other on PostgreSQL.
    async fn upsert_counts(
        &mut self,
        upsert: Batch,
        repository: RepositoryId,
        counts: &BTreeMap<Day, Counts>,
    ) -> Result<(), StoreError> {
        let rows: Vec<_> = counts
            .iter()
            .map(|(day, counts)| (day.date(), counts.count, counts.uniques.get()))
            .collect();
        self.write_batch(upsert, repository.get(), &rows).await
    }
}

/// One statement takes each day once.
fn keep_greater(days: &mut BTreeMap<Day, Counts>, day: Day, counts: Counts) {
    let kept = days.entry(day).or_insert(counts);
    *kept = kept.merge(counts);
}

fn spanned(days: &[(Day, Counts)]) -> Option<DayRange> {
    let from = days.iter().map(|(day, _)| *day).min()?;
    let to = days.iter().map(|(day, _)| *day).max()?;
    DayRange::new(from, to)
}

/// Only this program writes the columns, and it writes what fits.
fn counts(count: Option<i64>, uniques: Option<i64>) -> Option<Counts> {
    let fit = |number| u32::try_from(number).unwrap_or(u32::MAX);
    Some(Counts::new(fit(count?), fit(uniques?)))
}
