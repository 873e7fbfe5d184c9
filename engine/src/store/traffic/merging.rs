//! How answers about views and clones become known days, weeks and windows.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::anomaly::{Answer, Known};
use domain::{Anomaly, AnomalyKind, Counts, Day, DayRange, Measure, RepositoryId, TenantId};

use super::covered_days::Covers;
use super::responses::RawAnswer;
use super::series::DAYS;
use crate::store::batch::{Batch, batch};
use crate::store::{Store, StoreError, Transaction};

/// An answer by day, to be kept.
#[derive(Clone, Debug)]
pub(crate) struct DailyAnswer<'a> {
    pub(crate) measure: Measure,
    /// The days that it makes known, oldest first.
    pub(crate) days: &'a [(Day, Counts)],
    /// The days that it lists with figures that cannot be read.
    pub(crate) unread: &'a BTreeSet<Day>,
    /// Whether it has an entry of which nobody knows the day.
    pub(crate) undated: bool,
    /// The count and the true uniques of the whole window; `None` where they cannot be read.
    pub(crate) total: Option<Counts>,
    /// The UTC day on which GitHub gave it.
    pub(crate) given_on: Day,
    pub(crate) captured_at: DateTime<Utc>,
    /// The answer as it came, where such are kept.
    pub(crate) raw: Option<RawAnswer>,
}

impl DailyAnswer<'_> {
    /// From the first to the last day that it lists, readable or not.
    fn listed(&self) -> Option<DayRange> {
        let known = self.days.iter().map(|(day, _)| *day);
        let listed = || known.clone().chain(self.unread.iter().copied());
        DayRange::new(listed().min()?, listed().max()?)
    }

    fn is_whole(&self) -> bool {
        self.unread.is_empty() && !self.undated
    }
}

/// An answer by week, to be kept.
#[derive(Clone, Debug)]
pub(crate) struct WeeklyAnswer<'a> {
    pub(crate) measure: Measure,
    /// The weeks that the window does not cut at their beginning, by their Mondays.
    pub(crate) weeks: &'a [(Day, Counts)],
    /// The answer as it came, where such are kept.
    pub(crate) raw: Option<RawAnswer>,
}

/// What a merge did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Merged {
    /// How many days were new or grew.
    pub(crate) written: usize,
    /// What the answer gives reason to doubt; the stored maximum stands.
    pub(crate) anomalies: Vec<Anomaly>,
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

const DAY_VIEWS: Batch = upsert!("traffic_days", "day", "views", "view_uniques");
const DAY_CLONES: Batch = upsert!("traffic_days", "day", "clones", "clone_uniques");
const WEEK_VIEWS: Batch = upsert!("traffic_weeks", "week", "views", "view_uniques");
const WEEK_CLONES: Batch = upsert!("traffic_weeks", "week", "clones", "clone_uniques");

impl Store {
    /// Keeps an answer by day: its days merged into the known ones, the total and the true
    /// uniques of its window, what it gives reason to doubt, and the answer itself. Repeating it
    /// changes no figure.
    ///
    /// Only days that are new or grew are written. The statement keeps the maximum as well, so
    /// that two runs at once cannot undo each other. A repository that is gone takes nothing.
    pub(crate) async fn keep_daily(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        answer: &DailyAnswer<'_>,
    ) -> Result<Merged, StoreError> {
        let &DailyAnswer {
            measure,
            unread,
            total,
            given_on,
            captured_at,
            ..
        } = answer;
        let mut transaction = self.begin().await?;
        if !transaction.owns_repository(tenant, repository).await? {
            return Ok(Merged::default());
        }
        let created_on = transaction.created_on(repository).await?;
        let days = &existing(answer.days, created_on);
        let listed = answer.listed();
        let stored = transaction
            .known_days(tenant, repository, measure, listed)
            .await?;
        let newest = transaction.newest_day_shown(repository, measure).await?;
        let since = listed.map_or(given_on, |listed| listed.from);
        let open = transaction
            .open_anomalies(repository, measure, since)
            .await?;
        let said = Answer {
            total: total.filter(|_| answer.is_whole()),
            days,
            given_on,
        };
        let mut anomalies = said.anomalies(&Known {
            days: &stored,
            newest,
            open: &open,
        });
        let settled = said.settles(&open, &anomalies);
        anomalies.extend(unread.iter().map(|&day| Anomaly {
            kind: AnomalyKind::Unreadable,
            day,
            known: on(&stored, day),
            reported: Counts::default(),
        }));
        let written = transaction
            .merge(repository, measure, &stored, days)
            .await?;
        // Of a window with an entry of no day, nobody knows where it begins and ends.
        if let (Some(window), Some(total), false) = (listed, total, answer.undated) {
            transaction
                .merge_window(repository, measure, window, total)
                .await?;
        }
        let covers = Covers {
            known: days,
            listed,
            leaves_out: !answer.undated,
            given_on,
            created_on,
        };
        transaction
            .keep_answered(repository, measure, &covers)
            .await?;
        transaction
            .resolve_anomalies(repository, measure, &settled, captured_at)
            .await?;
        transaction
            .observe(repository, measure, &anomalies, captured_at)
            .await?;
        if let Some(raw) = &answer.raw {
            transaction.keep_answer(repository, raw).await?;
        }
        transaction.commit().await?;
        Ok(Merged { written, anomalies })
    }

    /// Merges days into the known ones, whatever was said of them before; how many were written.
    pub(crate) async fn merge_days(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        measure: Measure,
        days: &[(Day, Counts)],
    ) -> Result<usize, StoreError> {
        let mut transaction = self.begin().await?;
        if !transaction.owns_repository(tenant, repository).await? {
            return Ok(0);
        }
        let stored = transaction
            .known_days(
                tenant,
                repository,
                measure,
                DayRange::spanning(days.iter().map(|(day, _)| *day)),
            )
            .await?;
        let written = transaction
            .merge(repository, measure, &stored, days)
            .await?;
        transaction.commit().await?;
        Ok(written)
    }

    /// Keeps an answer by week: its weeks merged into the known ones, and the answer itself.
    ///
    /// A week is cut where the window begins, so its true figure is the largest one seen.
    pub(crate) async fn keep_weekly(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        answer: &WeeklyAnswer<'_>,
    ) -> Result<(), StoreError> {
        let upsert = match answer.measure {
            Measure::Views => WEEK_VIEWS,
            Measure::Clones => WEEK_CLONES,
        };
        let mut transaction = self.begin().await?;
        if !transaction.owns_repository(tenant, repository).await? {
            return Ok(());
        }
        let mut weeks = BTreeMap::new();
        for &(week, counts) in answer.weeks {
            keep_greater(&mut weeks, week.week_start(), counts);
        }
        transaction.upsert(upsert, repository, &weeks).await?;
        if let Some(raw) = &answer.raw {
            transaction.keep_answer(repository, raw).await?;
        }
        transaction.commit().await
    }
}

impl Transaction {
    /// What is known of a measure on the days of an answer.
    async fn known_days(
        &mut self,
        tenant: TenantId,
        repository: RepositoryId,
        measure: Measure,
        range: Option<DayRange>,
    ) -> Result<Vec<(Day, Counts)>, StoreError> {
        let Some(range) = range else {
            return Ok(Vec::new());
        };
        let known = self.traffic(DAYS, tenant, repository, range).await?;
        Ok(known
            .into_iter()
            .filter_map(|(day, traffic)| Some((day, traffic.of(measure)?)))
            .collect())
    }

    /// Writes the days that are new or larger than the stored ones; how many.
    async fn merge(
        &mut self,
        repository: RepositoryId,
        measure: Measure,
        stored: &[(Day, Counts)],
        days: &[(Day, Counts)],
    ) -> Result<usize, StoreError> {
        let mut grown = BTreeMap::new();
        for &(day, reported) in days {
            let known = on(stored, day);
            let result = known.map_or(reported, |known| known.merge(reported));
            if known != Some(result) {
                keep_greater(&mut grown, day, result);
            }
        }
        let upsert = match measure {
            Measure::Views => DAY_VIEWS,
            Measure::Clones => DAY_CLONES,
        };
        self.upsert(upsert, repository, &grown).await?;
        Ok(grown.len())
    }

    /// Writes all days or weeks at once, in one order everywhere: two runs at once that write the
    /// same ones in different orders would wait for each other on PostgreSQL.
    async fn upsert(
        &mut self,
        upsert: Batch,
        repository: RepositoryId,
        buckets: &BTreeMap<Day, Counts>,
    ) -> Result<(), StoreError> {
        let rows: Vec<_> = buckets
            .iter()
            .map(|(day, counts)| (day.date(), counts.count, counts.uniques.get()))
            .collect();
        self.write_batch(upsert, repository.get(), &rows).await
    }

    /// Keeps the total and the true uniques of a whole window.
    async fn merge_window(
        &mut self,
        repository: RepositoryId,
        measure: Measure,
        window: DayRange,
        total: Counts,
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
        within!(*self, |connection| sqlx::query(MERGE)
            .bind(repository.get())
            .bind(measure.as_str())
            .bind(window.to.date())
            .bind(window.from.date())
            .bind(i64::from(total.count))
            .bind(i64::from(total.uniques.get()))
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }
}

/// What is stored of a day.
fn on(stored: &[(Day, Counts)], day: Day) -> Option<Counts> {
    let found = stored.binary_search_by_key(&day, |(day, _)| *day).ok()?;
    Some(stored[found].1)
}

/// The days on which there was a repository that somebody could have come to: GitHub fills the
/// window of a new one with zeros.
fn existing(days: &[(Day, Counts)], created_on: Option<Day>) -> Vec<(Day, Counts)> {
    let is_there = |(day, counts): &&(Day, Counts)| {
        created_on.is_none_or(|created_on| *day >= created_on) || *counts != Counts::default()
    };
    days.iter().filter(is_there).copied().collect()
}

/// One statement takes each day once.
fn keep_greater(days: &mut BTreeMap<Day, Counts>, day: Day, counts: Counts) {
    let kept = days.entry(day).or_insert(counts);
    *kept = kept.merge(counts);
}
