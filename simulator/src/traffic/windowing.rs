//! The window of a series that GitHub shows, its truncation, and its totals.
//!
//! Measured on 3,267 recorded windows: the capture day was part of the window until 2025-12-29. Of
//! 232 windows in 2026, 211 lagged one day, 17 two and 4 three.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Timelike, Utc};

use crate::faults::fault::Fault;
use crate::random::between;
use crate::traffic::bucket::{Bucket, Metric};
use crate::traffic::source::Source;

/// One bucket of a response: a day, or the week that starts on it.
pub(crate) type DatedBucket = (NaiveDate, Bucket);

/// How the data faults of a request change the window.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct WindowOptions {
    buckets: i64,
    lag: i64,
    sparse: bool,
    false_zeros: Vec<NaiveDate>,
    truncated_oldest: bool,
    newest_percent: Option<u64>,
}

impl WindowOptions {
    pub(crate) fn of(faults: &[Fault]) -> Self {
        let mut options = Self {
            buckets: 14,
            lag: 1,
            sparse: false,
            false_zeros: Vec::new(),
            truncated_oldest: false,
            newest_percent: None,
        };
        for fault in faults {
            match fault {
                Fault::Lag { days } => options.lag = i64::from(*days),
                Fault::Buckets { count } => options.buckets = i64::from(*count).max(1),
                Fault::Sparse => options.sparse = true,
                Fault::FalseZero { day } => options.false_zeros.push(*day),
                Fault::TruncatedOldest => options.truncated_oldest = true,
                Fault::GrowingNewest { percent } => {
                    options.newest_percent = Some(u64::from(*percent).min(100));
                }
                _ => {}
            }
        }
        options
    }

    /// The daily buckets of the window at `now`, oldest first.
    pub(crate) fn days(
        &self,
        source: &Source,
        metric: Metric,
        now: DateTime<Utc>,
    ) -> Vec<DatedBucket> {
        let newest = now.date_naive() - TimeDelta::days(self.lag);
        let oldest = newest - TimeDelta::days(self.buckets - 1);
        oldest
            .iter_days()
            .take_while(|day| *day <= newest)
            .map(|day| (day, source.on(day).of(metric)))
            .map(|(day, bucket)| {
                let bucket = if self.false_zeros.contains(&day) {
                    Bucket::default()
                } else if day == newest {
                    bucket.share(
                        self.newest_percent
                            .unwrap_or_else(|| counted_percent(day, now)),
                    )
                } else if day == oldest && self.truncated_oldest {
                    bucket.share(25)
                } else {
                    bucket
                };
                (day, bucket)
            })
            .filter(|(_, bucket)| !self.sparse || bucket.count > 0)
            .collect()
    }
}

/// The percentage of a day that GitHub has counted: 100 once it is over.
fn counted_percent(day: NaiveDate, now: DateTime<Utc>) -> u64 {
    if day < now.date_naive() {
        100
    } else {
        u64::from(now.num_seconds_from_midnight()) * 100 / 86_400
    }
}

/// The weeks (from Monday) of these days. Like at GitHub, the first and the last contain only the
/// days of the window.
pub(crate) fn weeks(days: &[DatedBucket], overlap: Overlap) -> Vec<DatedBucket> {
    days.chunk_by(|left, right| monday(left.0) == monday(right.0))
        .filter_map(|week| Some((monday(week.first()?.0), overlap.total(week))))
        .collect()
}

fn monday(day: NaiveDate) -> NaiveDate {
    day - TimeDelta::days(day.weekday().num_days_from_monday().into())
}

/// The share of people that visit on more than one day of the window.
///
/// GitHub counts people once for the whole period, so uniques do not add up. The recordings have
/// daily uniques only, so this estimates the total, with a fixed share for each repository and
/// series. The estimate is at least the busiest day, at most the sum, and never lower for a longer
/// period.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Overlap {
    new_per_mille: u64,
}

impl Overlap {
    /// Between 55 and 85 % of an additional day's people are new. (76 recorded responses
    /// have both numbers: 64 to 83 % for clones, up to 83 % for views.)
    pub(crate) fn of(repository: u64, metric: Metric) -> Self {
        let series = match metric {
            Metric::Views => 1,
            Metric::Clones => 2,
        };
        Self {
            new_per_mille: between(repository, series, 550, 850),
        }
    }

    /// The total count of these buckets, and their people counted once.
    pub(crate) fn total(self, days: &[DatedBucket]) -> Bucket {
        let count = days.iter().map(|(_, bucket)| bucket.count).sum();
        let sum: u64 = days.iter().map(|(_, bucket)| bucket.uniques).sum();
        let busiest = days
            .iter()
            .map(|(_, bucket)| bucket.uniques)
            .max()
            .unwrap_or_default();
        let others = ((sum - busiest) * self.new_per_mille).div_ceil(1_000);
        Bucket::new(count, busiest + others)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::traffic::bucket::DayTraffic;

    fn source() -> Source {
        let first: NaiveDate = "2026-03-01".parse().unwrap();
        Source::series(first.iter_days().take(31).zip(1..).map(|(day, n)| {
            let views = if day.day() == 20 {
                Bucket::default()
            } else {
                Bucket::new(n * 10, n)
            };
            (day, DayTraffic::new(views, Bucket::default()))
        }))
    }

    fn shown(faults: &[Fault], at: &str) -> Vec<(u32, u64, u64)> {
        let days = WindowOptions::of(faults).days(&source(), Metric::Views, at.parse().unwrap());
        days.iter()
            .map(|(day, bucket)| (day.day(), bucket.count, bucket.uniques))
            .collect()
    }

    #[test]
    fn the_window_is_fourteen_zero_filled_days_until_yesterday() {
        let days = shown(&[], "2026-03-25T00:05:00Z");
        assert_eq!(days.len(), 14);
        assert_eq!(days[0], (11, 110, 11));
        assert_eq!(days[9], (20, 0, 0));
        assert_eq!(days[13], (24, 240, 24));
    }

    #[test]
    fn today_is_partial_where_it_is_shown() {
        let days = shown(&[Fault::Lag { days: 0 }], "2026-03-25T12:00:00Z");
        assert_eq!(days.last(), Some(&(25, 125, 13)));
        assert_eq!(days[0].0, 12);
    }

    #[test]
    fn weeks_begin_on_monday_and_are_cut_by_the_window() {
        let overlap = Overlap { new_per_mille: 600 };
        let days = WindowOptions::of(&[]).days(
            &source(),
            Metric::Views,
            "2026-03-26T09:00:00Z".parse().unwrap(),
        );
        let weeks = weeks(&days, overlap);
        let starts: Vec<u32> = weeks.iter().map(|(day, _)| day.day()).collect();
        assert_eq!(starts, [9, 16, 23]);
        assert_eq!(weeks[0].1.count, 120 + 130 + 140 + 150);
        assert_eq!(weeks[0].1.uniques, 15 + (12 + 13 + 14) * 6 / 10 + 1);
        assert_eq!(weeks[2].1.count, 230 + 240 + 250);
        assert_eq!(
            overlap.total(&days).count,
            weeks.iter().map(|(_, week)| week.count).sum::<u64>()
        );
    }

    #[test]
    fn people_counted_once_lie_between_the_busiest_day_and_the_sum() {
        let days = WindowOptions::of(&[]).days(
            &source(),
            Metric::Views,
            "2026-03-25T00:05:00Z".parse().unwrap(),
        );
        let sum: u64 = days.iter().map(|(_, bucket)| bucket.uniques).sum();
        for repository in 0..50 {
            let total = Overlap::of(repository, Metric::Views).total(&days);
            assert!(total.uniques > 24 && total.uniques < sum, "{total:?}");
        }
    }
}
