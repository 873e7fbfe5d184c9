//! The overview: all repositories in scope over a period.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use domain::coverage::oldest_reachable;
use domain::report::{
    Bucket, DataState, Overview, OverviewQuery, OverviewReport, OverviewRow, OverviewSort,
    OverviewWarnings,
};
use domain::{
    DailySum, Day, DayRange, Interval, Measure, RepositoryId, RepositoryScope, RepositoryStatus,
    TenantId, Viewer,
};

use super::data::forgotten_days;
use super::figures::{Sums, total};
use super::{Risk, is_up_to_date, last_counted_day, risk};
use crate::store::{CoveredDays, DaySums, RepositoryRecord};
use crate::{Engine, Result, count};

/// How many repositories one page of the table lists.
const PAGE: usize = 50;
/// The longest range with a daily trend line; longer ones use weeks.
const DAILY_TREND: i64 = 90;

impl Engine {
    /// Totals, a chart and a table of the repositories in scope over a period; others count
    /// nowhere.
    pub(super) async fn overview(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        query: OverviewQuery,
    ) -> Result<Overview> {
        let store = &self.0.store;
        let scope = viewer.repository_scope(tenant);
        let today = self.0.clock.today();
        let records = store.repositories(tenant, &scope).await?;
        let first = records
            .iter()
            .filter_map(|record| record.repository.first_day)
            .min();
        let published = self.published(tenant, &scope).await?;
        let last = last_published_day(&records, published.expected_lag(today), today);
        let range = query.period.range(first, last);
        let shown = DayRange {
            from: range.from,
            to: today.max(range.to),
        };

        let answered = store.covered_days(tenant, &scope, shown).await?;
        let sums = Sums {
            range,
            now: store
                .range_sums(tenant, &scope, range)
                .await?
                .into_iter()
                .collect(),
            before: store
                .range_sums(tenant, &scope, range.before())
                .await?
                .into_iter()
                .collect(),
            lost: self
                .lost_days(tenant, &scope, &records, range, &answered)
                .await?,
        };
        let day_sums = store.day_sums(tenant, &scope, shown).await?;
        let assignments = self.assignments(tenant).await?;
        let pause = self.longest_gap(tenant).await?;
        let risks: HashMap<RepositoryId, Risk> = records
            .iter()
            .filter_map(|record| {
                let next_run = assignments.next_run_of(&record.repository);
                Some((
                    record.repository.id,
                    Risk::assess(record, next_run, pause, today)?,
                ))
            })
            .collect();
        let rows: Vec<OverviewRow> = records
            .iter()
            .map(|record| sums.row(record, risks.get(&record.repository.id).copied()))
            .collect();

        let collected_today = records
            .iter()
            .filter_map(|record| record.repository.last_collected_at)
            .filter(|at| Day::of(*at) == today)
            .count();
        let tracked = records
            .iter()
            .filter(|r| r.repository.status != RepositoryStatus::Archived)
            .count();
        let at_risk = records.iter().filter_map(|record| {
            let risk = risks.get(&record.repository.id)?;
            Some((&record.repository, *risk))
        });
        let warnings = OverviewWarnings {
            at_risk: risk::warnings(at_risk),
            publishing: published.late(today).collect(),
            unsafe_schedules: self.unsafe_schedules(tenant).await?,
            clock: self.seen_clock_difference(),
            anomalies: self.recent_anomalies(tenant, &scope, None).await?,
        };
        let report = OverviewReport {
            range,
            today,
            views: total(rows.iter().map(|row| row.views)),
            view_uniques_daily_sum: sums.total_uniques(),
            clones: total(rows.iter().map(|row| row.clones)),
            stars: rows
                .iter()
                .filter_map(|row| row.stars)
                .map(u64::from)
                .reduce(|a, b| a + b),
            github_is_late: published.is_late(today),
            lost: lost(&day_sums, &answered, first, shown, today),
            buckets: buckets(&day_sums, shown, range.to),
            repositories_total: count(tracked),
            collected_today: count(collected_today),
            need_attention: count(rows.iter().filter(|row| needs_attention(&row.data)).count()),
            matching: 0,
            pages: 0,
            query,
        };
        let mut overview = Overview {
            report,
            rows,
            warnings,
        };
        take_page(&mut overview, &risks);
        self.add_trends(tenant, &mut overview).await?;
        Ok(overview)
    }

    /// How many days of each repository within a range are lost: GitHub no longer shows them, and
    /// they are neither known nor covered by a response that listed nothing for them.
    async fn lost_days(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        records: &[RepositoryRecord],
        range: DayRange,
        answered: &HashMap<RepositoryId, CoveredDays>,
    ) -> Result<HashMap<RepositoryId, i64>> {
        let (store, today) = (&self.0.store, self.0.clock.today());
        let until = range.to.min(oldest_reachable(today).plus(-1));
        let Some(forgotten) = DayRange::new(range.from, until) else {
            return Ok(HashMap::new());
        };
        let known = store.known_days(tenant, scope, forgotten).await?;
        let known: HashMap<RepositoryId, i64> = known.into_iter().collect();
        let mut lost: HashMap<RepositoryId, i64> = HashMap::new();
        for record in records {
            let id = record.repository.id;
            let days = forgotten_days(record, range, today).map_or(0, DayRange::len);
            let missing = days - known.get(&id).copied().unwrap_or_default();
            if missing > 0 {
                lost.insert(id, missing);
            }
        }
        // Few repositories have gaps, so only these are examined closely.
        let unsure: Vec<RepositoryId> = lost
            .keys()
            .filter(|id| answered.contains_key(id))
            .copied()
            .collect();
        if unsure.is_empty() {
            return Ok(lost);
        }
        let settled = store
            .complete_days_not_covered(tenant, &unsure, forgotten)
            .await?;
        for record in records {
            let id = record.repository.id;
            if let (Some(days), Some(answered), Some(lost)) = (
                forgotten_days(record, range, today),
                answered.get(&id),
                lost.get_mut(&id),
            ) {
                let settled = settled.get(&id).copied().unwrap_or_default();
                *lost = days.len() - answered.covered_by_both(days) - settled;
            }
        }
        Ok(lost)
    }

    /// Adds trend lines to the shown rows only.
    async fn add_trends(&self, tenant: TenantId, overview: &mut Overview) -> Result<()> {
        let ids: Vec<RepositoryId> = overview.rows.iter().map(|row| row.id).collect();
        let interval = if overview.report.range.len() > DAILY_TREND {
            Interval::Week
        } else {
            Interval::Day
        };
        let mut trends: HashMap<RepositoryId, BTreeMap<Day, u64>> = HashMap::new();
        for (id, day, views) in self
            .0
            .store
            .view_trends(tenant, &ids, overview.report.range)
            .await?
        {
            *trends
                .entry(id)
                .or_default()
                .entry(interval.bucket(day).from)
                .or_default() += views;
        }
        // A week that the period truncates would look like a drop.
        let whole = |bucket: &DayRange| {
            overview.report.range.contains(bucket.from) && overview.report.range.contains(bucket.to)
        };
        let starts: Vec<Day> = interval
            .buckets(overview.report.range)
            .into_iter()
            .filter(whole)
            .map(|bucket| bucket.from)
            .collect();
        for row in &mut overview.rows {
            let known = trends.remove(&row.id).unwrap_or_default();
            row.trend = starts
                .iter()
                .map(|start| known.get(start).copied())
                .collect();
        }
        Ok(())
    }
}

/// The last day that GitHub has published for every repository that is up to date. On a day that
/// only some have, the sum would drop without cause.
fn last_published_day(records: &[RepositoryRecord], lag: i64, today: Day) -> Day {
    records
        .iter()
        .filter(|record| record.repository.status != RepositoryStatus::Archived)
        .filter_map(|record| record.repository.last_day)
        .filter(|last| is_up_to_date(*last, lag, today))
        .map(|last| last_counted_day(Some(last), lag, today))
        .min()
        .unwrap_or_else(|| last_counted_day(None, lag, today))
}

/// A bucket for each day, empty when no repository knows the day or not all have published it.
fn buckets(sums: &[DaySums], shown: DayRange, last: Day) -> Vec<Bucket> {
    let published = sums.iter().filter(|sums| sums.day <= last);
    let known: HashMap<Day, &DaySums> = published.map(|sums| (sums.day, sums)).collect();
    shown
        .days()
        .map(|day| {
            let sums = known.get(&day);
            Bucket {
                start: day,
                end: day,
                views: sums.and_then(|sums| sums.views),
                // People who visit two repositories count twice, so there is no true value.
                view_uniques: None,
                view_uniques_daily_sum: sums.and_then(|s| s.view_uniques_daily_sum).map(DailySum),
                clones: sums.and_then(|sums| sums.clones),
                clone_uniques: None,
                clone_uniques_daily_sum: sums.and_then(|s| s.clone_uniques_daily_sum).map(DailySum),
                days_known: u32::from(sums.is_some()),
                days_total: 1,
            }
        })
        .collect()
}

/// The ranges since the first known day that no repository knows and no response covered.
fn lost(
    sums: &[DaySums],
    answered: &HashMap<RepositoryId, CoveredDays>,
    first: Option<Day>,
    shown: DayRange,
    today: Day,
) -> Vec<DayRange> {
    let Some(range) = first.and_then(|first| {
        DayRange::new(
            first.max(shown.from),
            oldest_reachable(today).plus(-1).min(shown.to),
        )
    }) else {
        return Vec::new();
    };
    let is_answered = |day: Day| {
        let mut all = answered.values();
        all.any(|days| {
            Measure::ALL
                .iter()
                .any(|measure| days.contains(*measure, day))
        })
    };
    let known = sums.iter().map(|sums| sums.day);
    domain::Coverage::new(range, known, is_answered, None, today)
        .stretches_in(domain::DayState::Lost)
        .collect()
}

/// Sorts the rows, filters them, and keeps one page.
fn take_page(overview: &mut Overview, risks: &HashMap<RepositoryId, Risk>) {
    let Overview { report, rows, .. } = overview;
    let query = &mut report.query;
    let wanted = query.filter.trim().to_lowercase();
    rows.retain(|row| row.full_name.to_string().to_lowercase().contains(&wanted));
    // The rows are sorted by name, and stable sorting keeps that order among equals.
    match query.sort {
        OverviewSort::Name => {}
        OverviewSort::Views => rows.sort_by_key(|row| Reverse(row.views.total)),
        OverviewSort::Change => rows.sort_by_key(|row| Reverse(row.views.change())),
        OverviewSort::Clones => rows.sort_by_key(|row| Reverse(row.clones.total)),
        OverviewSort::Stars => rows.sort_by_key(|row| Reverse(row.stars)),
        OverviewSort::Risk => rows.sort_by_key(|row| urgency(row, risks.get(&row.id))),
    }
    if query.reversed {
        rows.reverse();
    }
    report.matching = count(rows.len());
    report.pages = count(rows.len().div_ceil(PAGE)).max(1);
    query.page = query.page.clamp(1, report.pages);
    let start = (query.page as usize - 1) * PAGE;
    *rows = rows.drain(..).skip(start).take(PAGE).collect();
}

/// First what is lost soonest without being collected before, then failing repositories, those
/// without data, those safe for now, and those no longer collected.
fn urgency(row: &OverviewRow, risk: Option<&Risk>) -> (u8, Option<Day>) {
    let order = match (&row.data, risk) {
        (_, Some(risk)) if !risk.in_time => 0,
        (_, Some(risk)) if risk.is_near() => 1,
        (DataState::Failing(_), _) => 2,
        (DataState::Empty, _) => 3,
        (_, Some(_)) => 4,
        (_, None) => 5,
    };
    (order, risk.map(|risk| risk.deadline))
}

/// Whether something is wrong now. Lost days stay lost, and nothing helps.
const fn needs_attention(data: &DataState) -> bool {
    matches!(data, DataState::Failing(_) | DataState::AtRisk(_))
}
