//! The periods with a name: so many days until now, and weeks, months, quarters and years of the
//! calendar.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr};

use crate::day::{Day, DayRange};
use crate::unknown_value::UnknownValue;

/// The longest range of a report: fifty years of days.
pub const LONGEST_RANGE: i64 = 366 * 50;

/// A named period; in the URL as `?period=30d`.
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
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
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
    /// From Monday until today. Weeks are ISO weeks of UTC days.
    ThisWeek,
    /// The ISO week before this one.
    LastWeek,
    /// From the first of the month until today.
    ThisMonth,
    /// The month before this one.
    LastMonth,
    /// From the first day of the quarter until today.
    ThisQuarter,
    /// The quarter before this one.
    LastQuarter,
    /// From 1 January until today.
    ThisYear,
    /// The year before this one.
    LastYear,
}

impl Period {
    /// Those that end now, shortest first.
    pub const ROLLING: [Self; 5] = [
        Self::Days14,
        Self::Days30,
        Self::Days90,
        Self::Year,
        Self::All,
    ];

    /// Those of the calendar, shortest first.
    pub const CALENDAR: [Self; 8] = [
        Self::ThisWeek,
        Self::LastWeek,
        Self::ThisMonth,
        Self::LastMonth,
        Self::ThisQuarter,
        Self::LastQuarter,
        Self::ThisYear,
        Self::LastYear,
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
            Self::ThisWeek => "This week",
            Self::LastWeek => "Last week",
            Self::ThisMonth => "This month",
            Self::LastMonth => "Last month",
            Self::ThisQuarter => "This quarter",
            Self::LastQuarter => "Last quarter",
            Self::ThisYear => "This year",
            Self::LastYear => "Last year",
        }
    }

    /// How many days it always has, whatever today is.
    #[must_use]
    pub const fn days(self) -> Option<i64> {
        match self {
            Self::Days14 => Some(14),
            Self::Days30 => Some(30),
            Self::Days90 => Some(90),
            Self::Year => Some(365),
            _ => None,
        }
    }

    /// Its days if it is one of the calendar; a running one ends today.
    #[must_use]
    pub fn calendar(self, today: Day) -> Option<DayRange> {
        let from = match self {
            Self::ThisWeek | Self::LastWeek => today.week_start(),
            Self::ThisMonth | Self::LastMonth => today.month_start(),
            Self::ThisQuarter | Self::LastQuarter => today.quarter_start(),
            Self::ThisYear | Self::LastYear => today.year_start(),
            _ => return None,
        };
        let before = from.plus(-1);
        Some(match self {
            Self::LastWeek => DayRange {
                from: before.week_start(),
                to: before,
            },
            Self::LastMonth => DayRange {
                from: before.month_start(),
                to: before,
            },
            Self::LastQuarter => DayRange {
                from: before.quarter_start(),
                to: before,
            },
            Self::LastYear => DayRange {
                from: before.year_start(),
                to: before,
            },
            _ => DayRange { from, to: today },
        })
    }
}

fn unknown_period(_text: &str) -> UnknownValue {
    UnknownValue::with_message(
        "the period must be 14d, 30d, 90d, 1y, all, this-week, last-week, this-month, last-month, this-quarter, last-quarter, this-year or last-year",
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::interval::Interval;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn the_address_names_every_period() {
        for period in Period::ROLLING.into_iter().chain(Period::CALENDAR) {
            assert_eq!(period.as_str().parse(), Ok(period));
            let json = serde_json::to_string(&period).expect("json");
            assert_eq!(json, format!("\"{}\"", period.as_str()));
        }
        assert_eq!(Period::ThisWeek.as_str(), "this-week");
        assert_eq!("31d".parse::<Period>(), Err(unknown_period("31d")));
    }

    #[test]
    fn periods_of_the_calendar_begin_and_end_where_it_says() {
        // A Saturday.
        let today = day("2026-02-28");
        for (period, from, to) in [
            (Period::ThisWeek, "2026-02-23", "2026-02-28"),
            (Period::LastWeek, "2026-02-16", "2026-02-22"),
            (Period::ThisMonth, "2026-02-01", "2026-02-28"),
            (Period::LastMonth, "2026-01-01", "2026-01-31"),
            (Period::ThisQuarter, "2026-01-01", "2026-02-28"),
            (Period::LastQuarter, "2025-10-01", "2025-12-31"),
            (Period::ThisYear, "2026-01-01", "2026-02-28"),
            (Period::LastYear, "2025-01-01", "2025-12-31"),
        ] {
            let range = period.calendar(today).expect("of the calendar");
            assert_eq!((range.from, range.to), (day(from), day(to)), "{period}");
        }
        assert_eq!(Period::Days30.calendar(today), None);
        // ISO week 53 of 2026 has days of both years.
        let week = Period::LastWeek.calendar(day("2027-01-05"));
        let week = week.expect("of the calendar");
        assert_eq!(week.from, day("2026-12-28"));
    }

    proptest! {
        #[test]
        fn the_last_one_ends_the_day_before_this_one(offset in 0..40_000_i64) {
            let today = day("1990-01-01").plus(offset);
            for (this, last) in [
                (Period::ThisWeek, Period::LastWeek),
                (Period::ThisMonth, Period::LastMonth),
                (Period::ThisQuarter, Period::LastQuarter),
                (Period::ThisYear, Period::LastYear),
            ] {
                let this = this.calendar(today).expect("of the calendar");
                let last = last.calendar(today).expect("of the calendar");
                prop_assert_eq!(this.to, today);
                prop_assert_eq!(last.to.plus(1), this.from);
                prop_assert!(last.from <= last.to);
            }
            let week = Period::LastWeek.calendar(today).expect("of the calendar");
            prop_assert_eq!(Interval::Week.bucket(week.from), week);
        }
    }
}
