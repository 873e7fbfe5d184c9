//! Days aggregated into buckets. Unknown days never count as zero.

use std::collections::BTreeMap;

use domain::report::{Bucket, Figure};
use domain::{DailySum, Day, DayRange, DayTraffic, Interval, Measure, Uniques};

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

/// A figure of one repository over a range, with the one of the range before.
///
/// Compared only when every day of both is known.
pub(super) fn figure(days: &BTreeMap<Day, DayTraffic>, range: DayRange, adding: Adding) -> Figure {
    let (total, known) = added(days, range, adding);
    let (previous, known_before) = added(days, range.before(), adding);
    let comparable = known == range.len() && known_before == range.len();
    Figure {
        total,
        compared: total.filter(|_| comparable),
        previous: previous.filter(|_| comparable),
    }
}

fn added(days: &BTreeMap<Day, DayTraffic>, range: DayRange, adding: Adding) -> (Option<u64>, i64) {
    let (mut total, mut known) = (None, 0);
    for (_, traffic) in days.range(range.from..=range.to) {
        let number = match adding {
            Adding::Counts(measure) => traffic.of(measure).map(|counts| counts.count),
            Adding::DailyUniques(measure) => traffic.of(measure).map(|counts| counts.uniques.get()),
        };
        if let Some(number) = number {
            total = Some(total.unwrap_or(0) + u64::from(number));
            known += 1;
        }
    }
    (total, known)
}

#[cfg(test)]
mod tests {
    use domain::Counts;

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a valid day")
    }

    fn views(count: u32, uniques: u32) -> DayTraffic {
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
                (d, views(10, 4).merge(clones))
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
        let weeks = BTreeMap::from([(day("2026-11-09"), views(70, 9))]);
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
    fn periods_are_compared_only_where_every_day_is_known() {
        let (days, range) = two_weeks();
        let week = DayRange {
            from: day("2026-11-09"),
            to: range.to,
        };
        let incomparable = figure(&days, week, Adding::Counts(Measure::Views));
        assert_eq!(
            (incomparable.total, incomparable.change()),
            (Some(70), None)
        );

        let mut whole = days;
        whole.insert(day("2026-11-05"), views(80, 4));
        let figure = figure(&whole, week, Adding::Counts(Measure::Views));
        assert_eq!((figure.previous, figure.change()), (Some(140), Some(-50)));
    }
}
