//! Merges responses about views and clones into stored days, weeks and windows.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::anomaly::{ReportedTraffic, StoredTraffic};
use domain::{Anomaly, AnomalyKind, Counts, Day, DayRange, Measure, RepositoryId, TenantId};

use super::aggregates::DayChanges;
use super::covered_days::ResponseCoverage;
use super::responses::NewResponse;
use crate::store::batch::{Batch, batch};
use crate::store::{Store, StoreError, Transaction};

/// A response by day.
#[derive(Clone, Debug)]
pub(crate) struct DailyResponse<'a> {
    pub(crate) measure: Measure,
    /// The days that it makes known, oldest first.
    pub(crate) days: &'a [(Day, Counts)],
    /// The listed days with unreadable values.
    pub(crate) unread: &'a BTreeSet<Day>,
    /// Whether an entry has an unreadable day.
    pub(crate) undated: bool,
    /// The count and the true uniques of the whole window; `None` if unreadable.
    pub(crate) total: Option<Counts>,
    /// The UTC day of the response.
    pub(crate) given_on: Day,
    pub(crate) captured_at: DateTime<Utc>,
    /// The response as received, if responses are kept.
    pub(crate) raw: Option<NewResponse>,
}

impl DailyResponse<'_> {
    /// From its first to its last listed day, readable or not.
    fn listed(&self) -> Option<DayRange> {
        let known = self.days.iter().map(|(day, _)| *day);
        let listed = || known.clone().chain(self.unread.iter().copied());
        DayRange::new(listed().min()?, listed().max()?)
    }

    fn is_whole(&self) -> bool {
        self.unread.is_empty() && !self.undated
    }
}

/// A response by week.
#[derive(Clone, Debug)]
pub(crate) struct WeeklyResponse<'a> {
    pub(crate) measure: Measure,
    /// The weeks that the window does not truncate, by their Mondays.
    pub(crate) weeks: &'a [(Day, Counts)],
    /// The response as received, if responses are kept.
    pub(crate) raw: Option<NewResponse>,
}

/// The result of a merge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Merged {
    /// How many days were new or grew.
    pub(crate) written: usize,
    /// The anomalies in the response.
    pub(crate) anomalies: Vec<Anomaly>,
}

/// The upserts differ only in their columns.
macro_rules! upsert {
    ($table:literal, $key:literal, $kind:tt, $count:literal, $uniques:literal) => {
        batch!(
            concat!(
                "insert into ", $table, " (repository_id, ", $key, ", ", $count, ", ", $uniques,
                ") select $1, "
            ),
            0 $kind, 1 "bigint", 2 "bigint";
            concat!(
                "on conflict (repository_id, ", $key, ") do update set ",
                greater!($table, $count), ", ", greater!($table, $uniques)
            )
        )
    };
}

/// Sets a column to the maximum of the stored and the reported value.
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

const DAY_VIEWS: Batch = upsert!("traffic_days", "day", "day", "views", "view_uniques");
const DAY_CLONES: Batch = upsert!("traffic_days", "day", "day", "clones", "clone_uniques");
const WEEK_VIEWS: Batch = upsert!("traffic_weeks", "week", "date", "views", "view_uniques");
const WEEK_CLONES: Batch = upsert!("traffic_weeks", "week", "date", "clones", "clone_uniques");

impl Store {
    /// Merges a response by day in one transaction: its days, the total and true uniques of its
    /// window, its anomalies, its coverage, and the response as received. Repeating it changes no
    /// number.
    ///
    /// Only days that are new or grew are written. The upsert also takes the maximum, so concurrent
    /// runs cannot undo each other. Does nothing for a repository that no longer exists.
    pub(crate) async fn merge_daily(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        answer: &DailyResponse<'_>,
    ) -> Result<Merged, StoreError> {
        let &DailyResponse {
            measure,
            unread,
            total,
            given_on,
            captured_at,
            ..
        } = answer;
        let mut transaction = self.begin().await?;
        if !transaction.lock_repository(tenant, repository).await? {
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
        let report = ReportedTraffic {
            total: total.filter(|_| answer.is_whole()),
            days,
            given_on,
        };
        let mut anomalies = report.anomalies(&StoredTraffic {
            days: &stored,
            newest,
            open: &open,
        });
        let resolved = report.resolved(&open, &anomalies);
        anomalies.extend(unread.iter().map(|&day| Anomaly {
            kind: AnomalyKind::Unreadable,
            day,
            known: on(&stored, day),
            reported: Counts::default(),
        }));
        let changes = transaction
            .merge(repository, measure, &stored, days)
            .await?;
        // With an undated entry, the window's first and last day are unknown.
        if let (Some(window), Some(total), false) = (listed, total, answer.undated) {
            transaction
                .merge_window(repository, measure, window, total)
                .await?;
        }
        let covers = ResponseCoverage {
            known: days,
            listed,
            leaves_out: !answer.undated,
            given_on,
            created_on,
        };
        transaction
            .record_coverage(repository, measure, &covers)
            .await?;
        transaction
            .resolve_anomalies(repository, measure, &resolved, captured_at)
            .await?;
        transaction
            .record_anomalies(repository, measure, &anomalies, captured_at)
            .await?;
        if let Some(raw) = &answer.raw {
            transaction.insert_response(repository, raw).await?;
        }
        transaction
            .change_tenant_days(tenant, measure, &changes)
            .await?;
        transaction.commit().await?;
        Ok(Merged {
            written: changes.len(),
            anomalies,
        })
    }

    /// Merges days regardless of earlier responses. Returns how many were written.
    pub(crate) async fn merge_days(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        measure: Measure,
        days: &[(Day, Counts)],
    ) -> Result<usize, StoreError> {
        let mut transaction = self.begin().await?;
        if !transaction.lock_repository(tenant, repository).await? {
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
        let changes = transaction
            .merge(repository, measure, &stored, days)
            .await?;
        transaction
            .change_tenant_days(tenant, measure, &changes)
            .await?;
        transaction.commit().await?;
        Ok(changes.len())
    }

    /// Merges a response by week: its weeks, and the response as received.
    ///
    /// The window truncates its oldest week, so a week's true value is its maximum.
    pub(crate) async fn merge_weekly(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        answer: &WeeklyResponse<'_>,
    ) -> Result<(), StoreError> {
        let upsert = match answer.measure {
            Measure::Views => WEEK_VIEWS,
            Measure::Clones => WEEK_CLONES,
        };
        let mut transaction = self.begin().await?;
        if !transaction.lock_repository(tenant, repository).await? {
            return Ok(());
        }
        let mut weeks = BTreeMap::new();
        for &(week, counts) in answer.weeks {
            keep_greater(&mut weeks, week.week_start(), counts);
        }
        transaction.upsert(upsert, repository, &weeks).await?;
        if let Some(raw) = &answer.raw {
            transaction.insert_response(repository, raw).await?;
        }
        transaction.commit().await
    }
}

impl Transaction {
    /// The stored days of a measure within a range.
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
        let known = self.days(tenant, repository, range).await?;
        Ok(known
            .into_iter()
            .filter_map(|(day, traffic)| Some((day, traffic.of(measure)?)))
            .collect())
    }

    /// Writes the days that are new or larger than the stored ones, and the repository's sums.
    /// Returns what changed, which `change_tenant_days` adds to the tenant's sums last. All merges
    /// of a tenant write the same days there, and PostgreSQL locks them until the end.
    async fn merge(
        &mut self,
        repository: RepositoryId,
        measure: Measure,
        stored: &[(Day, Counts)],
        days: &[(Day, Counts)],
    ) -> Result<DayChanges, StoreError> {
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
        let changes: DayChanges = grown
            .iter()
            .map(|(day, counts)| (*day, (on(stored, *day), Some(*counts))))
            .collect();
        if let Some(first) = changes.keys().next() {
            self.update_running_totals(repository, Some(*first)).await?;
        }
        Ok(changes)
    }

    /// Writes all days or weeks at once and in the same order everywhere. Otherwise two concurrent
    /// runs could deadlock on PostgreSQL.
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

    /// Merges the total and the true uniques of a whole window.
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

/// The stored value of a day.
fn on(stored: &[(Day, Counts)], day: Day) -> Option<Counts> {
    let found = stored.binary_search_by_key(&day, |(day, _)| *day).ok()?;
    Some(stored[found].1)
}

/// The days on which the repository existed: GitHub fills the window of a new one with zeros.
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
