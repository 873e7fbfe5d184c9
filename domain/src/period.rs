//! The selectable periods and their buckets: days, ISO weeks, months.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr};

use crate::day::{Day, DayRange};
use crate::unknown_value::UnknownValue;

/// The longest range of a report: fifty years of days.
pub const LONGEST_RANGE: i64 = 366 * 50;

/// How far back a page looks; in the URL as `?period=30d`.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
)]
#[strum(serialize_all = "snake_case")]
#[strum(parse_err_ty = UnknownValue, parse_err_fn = unknown_period)]
pub enum Period {
    /// GitHub's own 14 days.
    #[serde(rename = "14d")]
    #[strum(serialize = "14d")]
    Days14,
    /// 30 days.
    #[default]
    #[serde(rename = "30d")]
    #[strum(serialize = "30d")]
    Days30,
    /// 90 days.
    #[serde(rename = "90d")]
    #[strum(serialize = "90d")]
    Days90,
    /// 365 days.
    #[serde(rename = "1y")]
    #[strum(serialize = "1y")]
    Year,
    /// Everything that is kept.
    #[serde(rename = "all")]
    #[strum(serialize = "all")]
    All,
}

impl Period {
    /// All of them, shortest first.
    pub const ALL: [Self; 5] = [
        Self::Days14,
        Self::Days30,
        Self::Days90,
        Self::Year,
        Self::All,
    ];

    /// The name in the URL.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The label.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Days14 => "14 d",
            Self::Days30 => "30 d",
            Self::Days90 => "90 d",
            Self::Year => "1 y",
            Self::All => "All",
        }
    }

    /// How many days it has; `None` for all.
    #[must_use]
    pub const fn days(self) -> Option<i64> {
        match self {
            Self::Days14 => Some(14),
            Self::Days30 => Some(30),
            Self::Days90 => Some(90),
            Self::Year => Some(365),
            Self::All => None,
        }
    }

    /// The days it covers if `last` is the newest day that counts and `first` the oldest known one:
    /// at most the [longest range](LONGEST_RANGE).
    #[must_use]
    pub fn range(self, first: Option<Day>, last: Day) -> DayRange {
        match self.days() {
            Some(days) => DayRange::ending(last, days),
            None => DayRange {
                from: first
                    .unwrap_or(last)
                    .clamp(last.plus(1 - LONGEST_RANGE), last),
                to: last,
            },
        }
    }
}

fn unknown_period(_text: &str) -> UnknownValue {
    UnknownValue::with_message("the period must be 14d, 30d, 90d, 1y or all")
}

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
    fn all_is_fifty_years_at_most() {
        let day = |text: &str| text.parse::<Day>().expect("a day");
        let last = day("2026-11-26");
        assert_eq!(Period::All.range(Some(day("2026-11-01")), last).len(), 26);
        assert_eq!(
            Period::All.range(Some(day("0001-01-01")), last).len(),
            LONGEST_RANGE
        );
        assert_eq!(Period::All.range(Some(day("9999-12-31")), last).len(), 1);
        assert_eq!(Period::All.range(None, last).len(), 1);
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
    fn the_address_names_every_period() {
        for period in Period::ALL {
            assert_eq!(period.as_str().parse(), Ok(period));
        }
        assert_eq!("31d".parse::<Period>(), Err(unknown_period("31d")));
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
