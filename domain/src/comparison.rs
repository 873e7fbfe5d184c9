//! What a report is compared with: earlier days, aligned by weekday.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use crate::day::DayRange;
use crate::unknown_value::UnknownValue;

/// How many days a year earlier is: 52 whole weeks, so that weekdays align.
const YEAR: i64 = 364;
/// A change is shown only if at least so many percent of the days are known in both ranges.
const LEAST_KNOWN_PERCENT: i64 = 90;

/// The earlier days that a report is compared with; in the URL as `?compare=year`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[strum(parse_err_ty = UnknownValue, parse_err_fn = unknown_comparison)]
pub enum Comparison {
    /// The previous days, as many.
    #[default]
    Previous,
    /// The same days a year earlier.
    Year,
    /// Nothing.
    None,
}

impl Comparison {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Previous, Self::Year, Self::None];

    /// The name in the URL.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// How many days earlier the compared range is: a multiple of seven, so that each day is
    /// compared with one of the same weekday (a Sunday is no Monday, and weekends are quiet). The
    /// previous range is therefore up to six days earlier than the days just before.
    #[must_use]
    pub fn shift(self, range: DayRange) -> Option<i64> {
        match self {
            Self::Previous => Some((range.len() + 6) / 7 * 7),
            Self::Year => Some(YEAR),
            Self::None => None,
        }
    }
}

/// Whether enough of a range's days are known in both ranges to show a change.
#[must_use]
pub const fn is_comparable(known_in_both: i64, days: i64) -> bool {
    known_in_both > 0 && known_in_both * 100 >= days * LEAST_KNOWN_PERCENT
}

fn unknown_comparison(_text: &str) -> UnknownValue {
    UnknownValue::with_message("the comparison must be previous, year or none")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::day::Day;

    #[test]
    fn a_range_is_compared_with_whole_weeks_earlier() {
        let day = |text: &str| text.parse::<Day>().expect("a day");
        let range = DayRange::ending(day("2026-11-26"), 90);
        let earlier = |comparison: Comparison| {
            let shift = comparison.shift(range).expect("a comparison");
            range.moved(-shift)
        };
        let previous = earlier(Comparison::Previous);
        assert_eq!(previous.from, day("2026-05-30"));
        assert_eq!(previous.to, day("2026-08-27"));
        assert_eq!(earlier(Comparison::Year).to, day("2025-11-27"));
        assert_eq!(Comparison::None.shift(range), None);
    }

    #[test]
    fn nine_of_ten_days_must_be_known_in_both() {
        assert!(is_comparable(90, 90) && is_comparable(81, 90));
        assert!(!is_comparable(80, 90) && !is_comparable(0, 0));
    }

    proptest! {
        #[test]
        fn the_previous_days_align_by_weekday_and_do_not_overlap(
            offset in 0..20_000_i64,
            days in 1..4_000_i64,
        ) {
            let from = "2000-01-01".parse::<Day>().expect("a day").plus(offset);
            let range = DayRange { from, to: from.plus(days - 1) };
            let shift = Comparison::Previous.shift(range).expect("a comparison");
            let earlier = range.moved(-shift);
            prop_assert_eq!(earlier.from.weekday(), range.from.weekday());
            prop_assert_eq!(earlier.len(), range.len());
            prop_assert!(earlier.to < range.from);
            prop_assert!(range.from.days_since(earlier.to) <= 7);
        }
    }
}
