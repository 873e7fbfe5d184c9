//! The traffic of all repositories together, in buckets.

use std::collections::BTreeMap;

use domain::report::Bucket;
use domain::{DailySum, Day, DayRange, Interval};

use crate::store::DaySums;

/// The buckets that touch a range. A day is unknown when no repository knows it, and when it comes
/// after `last`, because not all have published it.
///
/// A bucket includes its known days outside the range: a week is a week.
pub(super) fn buckets(
    interval: Interval,
    range: DayRange,
    sums: &[DaySums],
    last: Day,
) -> Vec<Bucket> {
    let published = sums.iter().filter(|sums| sums.day <= last);
    let known: BTreeMap<Day, &DaySums> = published.map(|sums| (sums.day, sums)).collect();
    interval
        .buckets(range)
        .into_iter()
        .map(|bucket| {
            let days = || known.range(bucket.from..=bucket.to).map(|(_, sums)| *sums);
            let sum = |of: fn(&DaySums) -> Option<u64>| days().filter_map(of).reduce(|a, b| a + b);
            Bucket {
                start: bucket.from,
                end: bucket.to,
                views: sum(|sums| sums.views),
                // People who visit two repositories count twice, so there is no true value.
                view_uniques: None,
                view_uniques_daily_sum: sum(|sums| sums.view_uniques_daily_sum).map(DailySum),
                clones: sum(|sums| sums.clones),
                clone_uniques: None,
                clone_uniques_daily_sum: sum(|sums| sums.clone_uniques_daily_sum).map(DailySum),
                days_known: u32::try_from(days().count()).unwrap_or(u32::MAX),
                days_total: u32::try_from(bucket.len()).unwrap_or(u32::MAX),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn days_add_up_to_weeks_and_months_and_unknown_ones_are_no_zeros() {
        // Four Mondays and Tuesdays are known.
        let sums: Vec<DaySums> = (0..4)
            .flat_map(|week| [week * 7, week * 7 + 1])
            .map(|offset| DaySums {
                day: day("2026-11-02").plus(offset),
                views: Some(10),
                view_uniques_daily_sum: Some(3),
                clones: None,
                clone_uniques_daily_sum: None,
            })
            .collect();
        let range = DayRange {
            from: day("2026-11-04"),
            to: day("2026-11-24"),
        };
        let last = day("2026-11-23");
        let weeks = buckets(Interval::Week, range, &sums, last);
        let views: Vec<_> = weeks.iter().map(|week| week.views).collect();
        assert_eq!(views, [Some(20), Some(20), Some(20), Some(10)]);
        assert_eq!((weeks[0].days_known, weeks[0].days_total), (2, 7));
        assert_eq!(weeks[0].view_uniques_daily_sum, Some(DailySum(6)));
        assert_eq!((weeks[0].view_uniques, weeks[0].clones), (None, None));
        let days = buckets(Interval::Day, range, &sums, last);
        assert_eq!((days.len(), days[0].views), (21, None));
        let months = buckets(Interval::Month, range, &sums, last);
        assert_eq!((months.len(), months[0].views), (1, Some(70)));
    }
}
