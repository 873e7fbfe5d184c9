//! Reads rows of the table, in its order.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use domain::coverage::oldest_reachable;
use domain::report::{
    Bucket, RowRepository, TrafficSort, TrafficTableQuery, TrafficTableRow, UnknownReason,
};
use domain::{
    DailySum, Day, DayRange, DayTraffic, Interval, RepositoryId, RepositoryScope, TenantId,
};

use super::columns::Values;
use super::ranking::by_figure;
use super::rows::{RowKey, TableRows};
use super::unknown::unknown_reason;
use crate::Result;
use crate::reports::buckets::buckets;
use crate::store::{DaySums, Store};

/// The rows of a table in their order.
pub(super) struct TableReader {
    store: Store,
    tenant: TenantId,
    today: Day,
    sort: TrafficSort,
    reversed: bool,
    rows: TableRows,
    columns: Vec<Arc<Values>>,
    /// The rows, in their order, if each is about all repositories.
    totals: Option<Vec<TrafficTableRow>>,
}

type Days = HashMap<RepositoryId, BTreeMap<Day, DayTraffic>>;

impl TableReader {
    /// Rows of one repository each, sorted by these values or by what is in the row's key.
    pub(super) fn repositories(
        store: Store,
        tenant: TenantId,
        today: Day,
        query: &TrafficTableQuery,
        rows: TableRows,
        columns: Vec<Arc<Values>>,
    ) -> Self {
        Self {
            store,
            tenant,
            today,
            sort: query.sort,
            reversed: query.reversed,
            rows,
            columns,
            totals: None,
        }
    }

    /// Rows of all repositories together, from their sums by day.
    pub(super) fn totals(
        store: Store,
        tenant: TenantId,
        today: Day,
        query: &TrafficTableQuery,
        rows: TableRows,
        days: &[DaySums],
    ) -> Self {
        let days: BTreeMap<Day, &DaySums> = days.iter().map(|sums| (sums.day, sums)).collect();
        let tracked_since = rows.repositories().iter().map(|it| it.known.from).min();
        let mut totals: Vec<_> = (rows.periods().iter().rev())
            .filter_map(|period| Some(total_row(*period, &days, tracked_since?, today)))
            .collect();
        if query.sort == TrafficSort::Period && query.reversed {
            totals.reverse();
        }
        let value = |row: &TrafficTableRow| figure(&row.bucket, query.sort);
        if !matches!(query.sort, TrafficSort::Period | TrafficSort::Repository) {
            totals.sort_by_key(|row| {
                let value = value(row);
                let order = value.map(|it| if query.reversed { it } else { u64::MAX - it });
                (order.is_none(), order)
            });
        }
        Self {
            totals: Some(totals),
            ..Self::repositories(store, tenant, today, query, rows, Vec::new())
        }
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> u64 {
        match &self.totals {
            Some(totals) => totals.len() as u64,
            None => self.rows.len(),
        }
    }

    /// Rows from a position on.
    pub(super) async fn read(&self, first: u64, limit: usize) -> Result<Vec<TrafficTableRow>> {
        if let Some(totals) = &self.totals {
            let first = usize::try_from(first).unwrap_or(usize::MAX);
            return Ok(totals.iter().skip(first).take(limit).cloned().collect());
        }
        let keys = match self.sort {
            TrafficSort::Period => self.rows.by_period(self.reversed, first, limit),
            TrafficSort::Repository => self.rows.by_repository(self.reversed, first, limit),
            _ => by_figure(&self.rows, &self.columns, self.reversed, first, limit),
        };
        self.rows_of(&keys).await
    }

    async fn rows_of(&self, keys: &[RowKey]) -> Result<Vec<TrafficTableRow>> {
        let ranges = self.ranges(keys);
        let days = (self.store)
            .days_of_repositories(self.tenant, &ranges)
            .await?;
        let days = by_repository(days);
        let weeks = match self.rows.interval() {
            Interval::Week => {
                let weeks = self.store.weeks_of_repositories(self.tenant, &ranges);
                by_repository(weeks.await?)
            }
            Interval::Day | Interval::Month => Days::new(),
        };
        let none = BTreeMap::new();
        let read: Vec<(RowKey, Bucket)> = keys
            .iter()
            .map(|key| {
                let id = self.rows.repositories()[key.repository].id;
                let period = self.rows.periods()[key.period];
                let (days, weeks) = (days.get(&id), weeks.get(&id));
                let interval = self.rows.interval();
                let bucket = buckets(
                    interval,
                    period,
                    days.unwrap_or(&none),
                    weeks.unwrap_or(&none),
                );
                (*key, bucket[0])
            })
            .collect();
        let incomplete: Vec<&(RowKey, Bucket)> =
            (read.iter()).filter(|(_, it)| !it.is_complete()).collect();
        let covered =
            match DayRange::spanning(incomplete.iter().flat_map(|(_, it)| [it.start, it.end])) {
                None => HashMap::new(),
                Some(range) => {
                    let mut ids: Vec<RepositoryId> = incomplete
                        .iter()
                        .map(|(key, _)| self.rows.repositories()[key.repository].id)
                        .collect();
                    ids.sort_unstable();
                    ids.dedup();
                    let scope = RepositoryScope::Only(ids);
                    self.store.covered_days(self.tenant, &scope, range).await?
                }
            };
        Ok(read
            .iter()
            .map(|(key, bucket)| {
                let repository = &self.rows.repositories()[key.repository];
                let period = self.rows.periods()[key.period];
                let days = days.get(&repository.id).unwrap_or(&none);
                let covered = covered.get(&repository.id);
                let unknown = (!bucket.is_complete())
                    .then(|| unknown_reason(repository, period, days, covered, self.today))
                    .flatten();
                let failing = repository.failing_since.map(Day::of);
                TrafficTableRow {
                    repository: Some(RowRepository {
                        id: repository.id,
                        full_name: repository.name.clone(),
                    }),
                    bucket: *bucket,
                    so_far: period.to >= self.today,
                    unknown,
                    failing_since: failing.filter(|_| unknown == Some(UnknownReason::NotCollected)),
                }
            })
            .collect())
    }

    /// The days of the rows, in as few ranges as possible.
    fn ranges(&self, keys: &[RowKey]) -> Vec<(RepositoryId, DayRange)> {
        let mut keys = keys.to_vec();
        keys.sort_unstable();
        let mut ranges: Vec<(RepositoryId, DayRange)> = Vec::with_capacity(keys.len());
        for key in keys {
            let id = self.rows.repositories()[key.repository].id;
            let period = self.rows.periods()[key.period];
            match ranges.last_mut() {
                Some((last, range)) if *last == id && range.to.plus(1) == period.from => {
                    range.to = period.to;
                }
                _ => ranges.push((id, period)),
            }
        }
        ranges
    }
}

fn by_repository(ranges: Vec<(RepositoryId, Vec<(Day, DayTraffic)>)>) -> Days {
    let mut all = Days::new();
    for (id, days) in ranges {
        all.entry(id).or_default().extend(days);
    }
    all
}

fn total_row(
    period: DayRange,
    days: &BTreeMap<Day, &DaySums>,
    tracked_since: Day,
    today: Day,
) -> TrafficTableRow {
    let within = || days.range(period.from..=period.to).map(|(_, sums)| *sums);
    let sum = |of: fn(&DaySums) -> Option<u64>| within().filter_map(of).reduce(|a, b| a + b);
    let known = within().filter(|it| it.views.is_some() && it.clones.is_some());
    let bucket = Bucket {
        start: period.from,
        end: period.to,
        views: sum(|it| it.views),
        view_uniques: None,
        view_uniques_daily_sum: sum(|it| it.view_uniques_daily_sum).map(DailySum),
        clones: sum(|it| it.clones),
        clone_uniques: None,
        clone_uniques_daily_sum: sum(|it| it.clone_uniques_daily_sum).map(DailySum),
        days_known: u32::try_from(known.count()).unwrap_or(u32::MAX),
        days_total: u32::try_from(period.len()).unwrap_or(u32::MAX),
    };
    let unknown = (period.days().filter(|day| *day <= today))
        .filter(|day| !days.contains_key(day))
        .map(|day| {
            if day < tracked_since {
                UnknownReason::BeforeTracking
            } else if day < oldest_reachable(today) {
                UnknownReason::Lost
            } else {
                UnknownReason::NotPublished
            }
        })
        .max();
    TrafficTableRow {
        repository: None,
        bucket,
        so_far: period.to >= today,
        unknown,
        failing_since: None,
    }
}

/// The figure of a column of the sums.
fn figure(bucket: &Bucket, sort: TrafficSort) -> Option<u64> {
    match sort {
        TrafficSort::Views => bucket.views,
        TrafficSort::Clones => bucket.clones,
        // GitHub counts no uniques of several repositories together.
        TrafficSort::ViewUniques | TrafficSort::ViewUniquesDailySum => {
            bucket.view_uniques_daily_sum.map(|sum| sum.0)
        }
        TrafficSort::CloneUniques | TrafficSort::CloneUniquesDailySum => {
            bucket.clone_uniques_daily_sum.map(|sum| sum.0)
        }
        TrafficSort::Period | TrafficSort::Repository => None,
    }
}
