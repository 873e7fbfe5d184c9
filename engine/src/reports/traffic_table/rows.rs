//! Which rows a table has, and where they are when a period or the repository sorts.

use domain::{Day, DayRange, Interval, RepositoryStatus};

use crate::store::TableRepository;

/// The rows of all repositories: of each, the periods from its first known day to the end of the
/// range, or to its last known day if it is no longer tracked.
#[derive(Debug)]
pub(super) struct TableRows {
    interval: Interval,
    range: DayRange,
    /// All periods of the range, oldest first.
    periods: Vec<DayRange>,
    repositories: Vec<TableRepository>,
    /// The first and the last period of each repository.
    spans: Vec<(usize, usize)>,
    days: u64,
}

/// A row, by the positions of its repository and its period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct RowKey {
    pub(super) repository: usize,
    pub(super) period: usize,
}

impl TableRows {
    /// The rows of these repositories, which are in the order of their names.
    pub(super) fn new(
        interval: Interval,
        range: DayRange,
        repositories: Vec<TableRepository>,
    ) -> Self {
        let position = |day: Day| position(interval, range.from, day);
        let mut rows = Self {
            interval,
            range,
            periods: interval.buckets(range),
            repositories: Vec::with_capacity(repositories.len()),
            spans: Vec::with_capacity(repositories.len()),
            days: 0,
        };
        for repository in repositories {
            let to = match repository.status {
                RepositoryStatus::Archived => repository.known.to.min(range.to),
                _ => range.to,
            };
            if let Some(days) = DayRange::new(repository.known.from.max(range.from), to) {
                rows.days += u64::try_from(days.len()).unwrap_or_default();
                rows.spans.push((position(days.from), position(days.to)));
                rows.repositories.push(repository);
            }
        }
        rows
    }

    pub(super) const fn range(&self) -> DayRange {
        self.range
    }

    pub(super) const fn interval(&self) -> Interval {
        self.interval
    }

    /// The days of all periods that touch the range.
    pub(super) fn whole(&self) -> DayRange {
        self.interval.whole(self.range)
    }

    /// How many days of a repository the rows have.
    pub(super) const fn days(&self) -> u64 {
        self.days
    }

    /// The repositories that have rows, by name.
    pub(super) fn repositories(&self) -> &[TableRepository] {
        &self.repositories
    }

    pub(super) fn periods(&self) -> &[DayRange] {
        &self.periods
    }

    /// Each repository's first and last period.
    pub(super) fn spans(&self) -> &[(usize, usize)] {
        &self.spans
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> u64 {
        let lengths = self.spans.iter().map(|(first, last)| last - first + 1);
        lengths.map(|length| length as u64).sum()
    }

    /// Some rows by period, the newest first or last; within one, by repository.
    pub(super) fn by_period(&self, oldest_first: bool, skip: u64, limit: usize) -> Vec<RowKey> {
        let lengths = self.rows_by_period();
        let mut skip = usize::try_from(skip).unwrap_or(usize::MAX);
        let mut keys = Vec::with_capacity(limit);
        for step in 0..lengths.len() {
            let period = if oldest_first {
                step
            } else {
                lengths.len() - 1 - step
            };
            if skip >= lengths[period] {
                skip -= lengths[period];
                continue;
            }
            let spans = self.spans.iter().enumerate();
            let within = spans.filter(|(_, (first, last))| (*first..=*last).contains(&period));
            let rows = within.map(|(repository, _)| RowKey { repository, period });
            keys.extend(rows.skip(skip).take(limit - keys.len()));
            skip = 0;
            if keys.len() == limit {
                break;
            }
        }
        keys
    }

    /// Some rows by repository; of one, the newest period first.
    pub(super) fn by_repository(&self, reversed: bool, skip: u64, limit: usize) -> Vec<RowKey> {
        let mut skip = usize::try_from(skip).unwrap_or(usize::MAX);
        let mut keys = Vec::with_capacity(limit);
        for step in 0..self.spans.len() {
            let repository = if reversed {
                self.spans.len() - 1 - step
            } else {
                step
            };
            let (first, last) = self.spans[repository];
            let length = last - first + 1;
            if skip >= length {
                skip -= length;
                continue;
            }
            let periods = (first..=last).rev().skip(skip);
            let rows = periods.map(|period| RowKey { repository, period });
            keys.extend(rows.take(limit - keys.len()));
            skip = 0;
            if keys.len() == limit {
                break;
            }
        }
        keys
    }

    /// How many repositories have a row in each period.
    fn rows_by_period(&self) -> Vec<usize> {
        let mut begin = vec![0; self.periods.len()];
        let mut end = vec![0; self.periods.len()];
        for (first, last) in &self.spans {
            begin[*first] += 1;
            end[*last] += 1;
        }
        let mut open = 0;
        (begin.into_iter().zip(end))
            .map(|(begin, end): (usize, usize)| {
                open += begin;
                let rows = open;
                open -= end;
                rows
            })
            .collect()
    }
}

/// The position of a day's period among those from a day on.
fn position(interval: Interval, from: Day, day: Day) -> usize {
    let distance = match interval {
        Interval::Day => day.days_since(from),
        Interval::Week => day.week_start().days_since(from.week_start()) / 7,
        Interval::Month => {
            use chrono::Datelike;
            let months =
                |day: Day| i64::from(day.date().year()) * 12 + i64::from(day.date().month0());
            months(day) - months(from)
        }
    };
    usize::try_from(distance).unwrap_or_default()
}
