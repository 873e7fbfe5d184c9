//! The buckets in which days are counted: days, ISO weeks, months.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use crate::day::{Day, DayRange};
use crate::unknown_value::UnknownValue;

/// The longest range counted by day unless another interval is chosen.
const LONGEST_BY_DAY: i64 = 90;
/// The longest range counted by week unless another interval is chosen: two years.
const LONGEST_BY_WEEK: i64 = 2 * 366;

/// The width of the buckets in which days are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[strum(parse_err_ty = UnknownValue, parse_err_fn = unknown_interval)]
pub enum Interval {
    /// UTC days.
    #[default]
    Day,
    /// ISO weeks, from Monday.
    Week,
    /// Calendar months.
    Month,
}

impl Interval {
    /// All of them, shortest first.
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// The name in the URL.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The interval of a range unless another is chosen: days up to 90 days, weeks up to two years,
    /// else months.
    #[must_use]
    pub fn usual(range: DayRange) -> Self {
        let days = range.len();
        if days <= LONGEST_BY_DAY {
            Self::Day
        } else if days <= LONGEST_BY_WEEK {
            Self::Week
        } else {
            Self::Month
        }
    }

    /// The whole bucket that contains the day.
    #[must_use]
    pub fn bucket(self, day: Day) -> DayRange {
        match self {
            Self::Day => DayRange { from: day, to: day },
            Self::Week => DayRange {
                from: day.week_start(),
                to: day.week_start().plus(6),
            },
            Self::Month => DayRange {
                from: day.month_start(),
                to: day.month_end(),
            },
        }
    }

    /// The days of the whole buckets that touch the range.
    #[must_use]
    pub fn whole(self, range: DayRange) -> DayRange {
        DayRange {
            from: self.bucket(range.from).from,
            to: self.bucket(range.to).to,
        }
    }

    /// The whole buckets that touch the range, in order.
    #[must_use]
    pub fn buckets(self, range: DayRange) -> Vec<DayRange> {
        let mut buckets = vec![self.bucket(range.from)];
        while let Some(next) = buckets.last().map(|last| last.to.plus(1))
            && next <= range.to
        {
            buckets.push(self.bucket(next));
        }
        buckets
    }
}

fn unknown_interval(_text: &str) -> UnknownValue {
    UnknownValue::with_message("the interval must be day, week or month")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day() -> impl Strategy<Value = Day> {
        (0..20_000_i64).prop_map(|offset| {
            "2000-01-01"
                .parse::<Day>()
                .expect("a valid day")
                .plus(offset)
        })
    }

    #[test]
    fn the_usual_interval_follows_the_length() {
        let to: Day = "2026-11-26".parse().expect("a day");
        for (days, interval) in [
            (1, Interval::Day),
            (90, Interval::Day),
            (91, Interval::Week),
            (365, Interval::Week),
            (732, Interval::Week),
            (733, Interval::Month),
        ] {
            assert_eq!(Interval::usual(DayRange::ending(to, days)), interval);
        }
    }

    proptest! {
        #[test]
        fn a_bucket_contains_its_day_and_is_the_bucket_of_all_its_days(day in day()) {
            for interval in Interval::ALL {
                let bucket = interval.bucket(day);
                prop_assert!(bucket.contains(day));
                prop_assert!(bucket.days().all(|other| interval.bucket(other) == bucket));
            }
        }

        #[test]
        fn buckets_follow_each_other_and_cover_the_range(from in day(), days in 1..1_000_i64) {
            let range = DayRange { from, to: from.plus(days - 1) };
            for interval in Interval::ALL {
                let buckets = interval.buckets(range);
                prop_assert!(buckets[0].contains(range.from));
                prop_assert!(buckets[buckets.len() - 1].contains(range.to));
                for pair in buckets.windows(2) {
                    prop_assert_eq!(pair[0].to.plus(1), pair[1].from);
                }
            }
        }

        #[test]
        fn the_range_before_is_as_long_and_ends_the_day_before(from in day(), days in 1..500_i64) {
            let range = DayRange { from, to: from.plus(days - 1) };
            prop_assert_eq!(range.before().len(), range.len());
            prop_assert_eq!(range.before().to.plus(1), range.from);
            prop_assert_eq!(range.days().count(), usize::try_from(range.len()).expect("small"));
        }

        #[test]
        fn weeks_begin_on_monday(day in day()) {
            prop_assert_eq!(Interval::Week.bucket(day).from.weekday(), chrono::Weekday::Mon);
        }
    }

    #[test]
    fn months_end_where_the_calendar_says() {
        let february: Day = "2028-02-10".parse().expect("a valid day");
        assert_eq!(
            Interval::Month.bucket(february).to.to_string(),
            "2028-02-29"
        );
    }
}
