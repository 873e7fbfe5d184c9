//! Days aggregated into buckets. Unknown days never count as zero.

use std::collections::BTreeMap;

use domain::report::{Bucket, ComparedWith, Figure};
use domain::{
    Comparison, DailySum, Day, DayRange, DayTraffic, Interval, Measure, Uniques, is_comparable,
};

/// The buckets that touch a range, with the known days and, for weeks, the uniques that GitHub
/// counted for the whole week.
///
/// A bucket includes its known days outside the range: a week is a week.
pub(super) fn buckets(
    interval: Interval,
    range: DayRange,
    days: &BTreeMap<Day, DayTraffic>,
    weeks: &BTreeMap<Day, DayTraffic>,
) -> Vec<Bucket> {
    interval
        .buckets(range)
        .into_iter()
        .map(|bucket| {
            let known: Vec<DayTraffic> = days
                .range(bucket.from..=bucket.to)
                .map(|(_, traffic)| *traffic)
                .collect();
            let uniques = |measure| match interval {
                Interval::Day => uniques_of(known.first(), measure),
                Interval::Week => uniques_of(weeks.get(&bucket.from), measure),
                // GitHub does not count months.
                Interval::Month => None,
            };
            Bucket {
                start: bucket.from,
                end: bucket.to,
                views: sum(&known, Measure::Views),
                view_uniques: uniques(Measure::Views),
                view_uniques_daily_sum: daily_sum(&known, Measure::Views),
                clones: sum(&known, Measure::Clones),
                clone_uniques: uniques(Measure::Clones),
                clone_uniques_daily_sum: daily_sum(&known, Measure::Clones),
                days_known: days_known(&known),
                days_total: u32::try_from(bucket.len()).unwrap_or(u32::MAX),
            }
        })
        .collect()
}

/// The days to compare with those of a chart, so that as many buckets correspond: `shift` days
/// earlier, or so many whole months.
pub(super) fn earlier_days(interval: Interval, shown: DayRange, shift: i64) -> DayRange {
    match interval {
        Interval::Day | Interval::Week => shown.moved(-shift),
        Interval::Month => {
            // The nearest number of months of 365/12 days.
            let months = i32::try_from((shift * 12 + 182) / 365)
                .unwrap_or(i32::MAX)
                .max(1);
            DayRange {
                from: shown.from.month_start_after(-months),
                to: shown.to.month_start_after(-months).month_end(),
            }
        }
    }
}

/// Views and clones are known separately; a day is known when both are.
fn days_known(days: &[DayTraffic]) -> u32 {
    let known = |measure| known_counts(days, measure).count();
    let least = known(Measure::Views).min(known(Measure::Clones));
    u32::try_from(least).unwrap_or(u32::MAX)
}

fn uniques_of(traffic: Option<&DayTraffic>, measure: Measure) -> Option<Uniques> {
    traffic?.of(measure).map(|counts| counts.uniques)
}

fn known_counts(
    days: &[DayTraffic],
    measure: Measure,
) -> impl Iterator<Item = domain::Counts> + '_ {
    days.iter().filter_map(move |day| day.of(measure))
}

fn sum(days: &[DayTraffic], measure: Measure) -> Option<u64> {
    known_counts(days, measure)
        .map(|counts| u64::from(counts.count))
        .reduce(|a, b| a + b)
}

fn daily_sum(days: &[DayTraffic], measure: Measure) -> Option<DailySum> {
    let mut uniques = known_counts(days, measure)
        .map(|counts| counts.uniques)
        .peekable();
    uniques.peek()?;
    Some(uniques.collect())
}

/// What a figure sums.
#[derive(Clone, Copy, Debug)]
pub(super) enum Adding {
    /// All views or clones.
    Counts(Measure),
    /// The daily uniques, an upper bound.
    DailyUniques(Measure),
}

/// What a line of earlier days is named after.
pub(super) const fn compared_with(comparison: Comparison) -> ComparedWith {
    match comparison {
        Comparison::Year => ComparedWith::Year,
        Comparison::Previous | Comparison::None => ComparedWith::Previous,
    }
}

/// A figure of one repository over a range, compared with the days so many earlier, of which only
/// those known in both count.
pub(super) fn figure(
    days: &BTreeMap<Day, DayTraffic>,
    range: DayRange,
    shift: Option<i64>,
    adding: Adding,
) -> Figure {
    let value = |traffic: &DayTraffic| match adding {
        Adding::Counts(measure) => traffic.of(measure).map(|counts| counts.count),
        Adding::DailyUniques(measure) => traffic.of(measure).map(|counts| counts.uniques.get()),
    };
    let (mut total, mut compared, mut previous, mut known_in_both) = (None, 0, 0, 0);
    for (day, traffic) in days.range(range.from..=range.to) {
        let Some(number) = value(traffic).map(u64::from) else {
            continue;
        };
        total = Some(total.unwrap_or(0) + number);
        let earlier = shift.and_then(|shift| days.get(&day.plus(-shift)));
        if let Some(earlier) = earlier.and_then(value) {
            compared += number;
            previous += u64::from(earlier);
            known_in_both += 1;
        }
    }
    if shift.is_none() || is_comparable(known_in_both, range.len()) {
        return Figure {
            total,
            compared: shift.map(|_| compared),
            previous: shift.map(|_| previous),
            missing: 0,
        };
    }
    Figure {
        total,
        compared: None,
        previous: None,
        missing: u32::try_from(range.len() - known_in_both).unwrap_or(u32::MAX),
    }
}

#[cfg(test)]
mod tests {
    use domain::report::{ComparedReport, ComparedWith};
    use domain::{Comparison, Counts};
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a valid day")
    }

    fn views_of(count: u32, uniques: u32) -> DayTraffic {
        DayTraffic::only(Measure::Views, Counts::new(count, uniques))
    }

    fn two_weeks() -> (BTreeMap<Day, DayTraffic>, DayRange) {
        // 2026-11-02 is a Monday; Thursday the 5th is unknown, and of Friday only the views are.
        let range = DayRange {
            from: day("2026-11-02"),
            to: day("2026-11-15"),
        };
        let days = range
            .days()
            .filter(|d| *d != day("2026-11-05"))
            .map(|d| {
                let clones = DayTraffic::only(Measure::Clones, Counts::new(1, 1));
                let clones = if d == day("2026-11-06") {
                    DayTraffic::default()
                } else {
                    clones
                };
                (d, views_of(10, 4).merge(clones))
            })
            .collect();
        (days, range)
    }

    #[test]
    fn an_unknown_day_is_none_and_never_zero() {
        let (days, range) = two_weeks();
        let buckets = buckets(Interval::Day, range, &days, &BTreeMap::new());
        assert_eq!(buckets.len(), 14);
        assert_eq!((buckets[3].views, buckets[3].days_known), (None, 0));
        assert_eq!(buckets[0].views, Some(10));
        assert_eq!(buckets[0].view_uniques, Some(Uniques::new(4)));
        let friday = &buckets[4];
        assert_eq!(
            (friday.views, friday.clones, friday.days_known),
            (Some(10), None, 0)
        );
    }

    #[test]
    fn a_weeks_uniques_are_githubs_own_or_none() {
        let (days, range) = two_weeks();
        let weeks = BTreeMap::from([(day("2026-11-09"), views_of(70, 9))]);
        let buckets = buckets(Interval::Week, range, &days, &weeks);
        assert_eq!(buckets.len(), 2);
        assert_eq!(
            (
                buckets[0].views,
                buckets[0].days_known,
                buckets[0].days_total
            ),
            (Some(60), 5, 7)
        );
        assert_eq!(buckets[0].view_uniques, None);
        assert_eq!(buckets[0].view_uniques_daily_sum, Some(DailySum(24)));
        assert_eq!(buckets[1].view_uniques, Some(Uniques::new(9)));
        assert_eq!(buckets[1].view_uniques_daily_sum, Some(DailySum(28)));
    }

    #[test]
    fn ranges_are_compared_over_days_known_in_both() {
        let (days, range) = two_weeks();
        let week = DayRange {
            from: day("2026-11-09"),
            to: range.to,
        };
        let views = Adding::Counts(Measure::Views);
        let incomparable = figure(&days, week, Some(7), views);
        assert_eq!(
            (
                incomparable.total,
                incomparable.change(),
                incomparable.missing
            ),
            (Some(70), None, 1)
        );
        assert_eq!(figure(&days, week, None, views).missing, 0);

        let mut whole = days;
        whole.insert(day("2026-11-05"), views_of(80, 4));
        let compared = figure(&whole, week, Some(7), views);
        assert_eq!(
            (compared.previous, compared.change()),
            (Some(140), Some(-50))
        );
    }

    #[test]
    fn a_comparison_without_one_day_of_ten_leaves_out_the_other_side_of_it() {
        let range = DayRange::ending(day("2026-11-29"), 14);
        let mut days: BTreeMap<Day, DayTraffic> = DayRange::ending(range.to, 28)
            .days()
            .map(|d| (d, views_of(if range.contains(d) { 20 } else { 10 }, 1)))
            .collect();
        days.remove(&range.from.plus(-3));
        let compared = figure(&days, range, Some(14), Adding::Counts(Measure::Views));
        assert_eq!(compared.total, Some(280));
        assert_eq!(
            (compared.compared, compared.previous),
            (Some(260), Some(130))
        );
        assert_eq!(compared.change(), Some(100));
    }

    #[test]
    fn as_many_buckets_are_compared_and_months_with_months() {
        let year = DayRange::ending(day("2026-11-27"), 365);
        for (interval, shift) in [
            (Interval::Day, 371),
            (Interval::Week, 371),
            (Interval::Month, 371),
            (Interval::Month, 364),
        ] {
            let earlier = earlier_days(interval, year, shift);
            assert_eq!(
                interval.buckets(earlier).len(),
                interval.buckets(year).len()
            );
        }
        let months = earlier_days(Interval::Month, year, 371);
        assert_eq!(
            (months.from, months.to),
            (day("2024-11-01"), day("2025-11-30"))
        );
    }

    fn known_days() -> impl Strategy<Value = BTreeMap<Day, DayTraffic>> {
        let known = proptest::collection::vec(proptest::option::weighted(0.95, 0..50_u32), 200);
        known.prop_map(|known| {
            let day = |(index, count): (i64, Option<u32>)| {
                Some((day("2026-01-01").plus(index), views_of(count?, 1)))
            };
            (0..).zip(known).filter_map(day).collect()
        })
    }

    proptest! {
        #[test]
        fn no_comparison_covers_unknown_days(
            days in known_days(),
            from in 60..150_i64,
            len in 1..50_i64,
            comparison in 0..2_usize,
        ) {
            let from = day("2026-01-01").plus(from);
            let range = DayRange { from, to: from.plus(len - 1) };
            let shift = [Comparison::Previous.shift(range).expect("a shift"), 14][comparison];
            let figure = figure(&days, range, Some(shift), Adding::Counts(Measure::Views));
            // Only pairs of days of the same weekday that are both known are compared.
            let pairs: Vec<_> = range
                .days()
                .filter_map(|day| Some((days.get(&day)?, days.get(&day.plus(-shift))?)))
                .collect();
            let sum = |traffic: &DayTraffic| u64::from(traffic.views.expect("views").count);
            if let (Some(compared), Some(previous)) = (figure.compared, figure.previous) {
                prop_assert_eq!(compared, pairs.iter().map(|(now, _)| sum(now)).sum::<u64>());
                prop_assert_eq!(previous, pairs.iter().map(|(_, then)| sum(then)).sum::<u64>());
                prop_assert!(pairs.len() * 10 >= usize::try_from(len).expect("short") * 9);
                prop_assert_eq!(figure.missing, 0);
            } else {
                let missing = usize::try_from(len).expect("short") - pairs.len();
                prop_assert_eq!(figure.missing, u32::try_from(missing).expect("few"));
                prop_assert_eq!(figure.change(), None);
            }
            // Nor does the line of the chart.
            for interval in Interval::ALL {
                let earlier = earlier_days(interval, range, shift);
                let line = buckets(interval, earlier, &days, &BTreeMap::new());
                let line = ComparedReport::new(ComparedWith::Previous, earlier, line);
                prop_assert_eq!(line.buckets.len(), interval.buckets(range).len());
                for bucket in line.buckets {
                    let whole = DayRange { from: bucket.start, to: bucket.end };
                    prop_assert!(bucket.views.is_none() || whole.days().all(|day| days.contains_key(&day)));
                }
            }
        }
    }
}
