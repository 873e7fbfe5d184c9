//! The days of a report, as a page's address asks for them: a named period, or from one day to
//! another.

use serde::{Deserialize, Serialize};

use crate::day::{Day, DayRange};
use crate::period::{LONGEST_RANGE, Period};

/// A named period, or the days from one to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportRange {
    /// `?period=30d`
    Period(Period),
    /// `?from=2026-11-01&to=2026-11-26`
    Days(DayRange),
}

impl Default for ReportRange {
    fn default() -> Self {
        Self::Period(Period::default())
    }
}

impl From<Period> for ReportRange {
    fn from(period: Period) -> Self {
        Self::Period(period)
    }
}

impl From<DayRange> for ReportRange {
    fn from(days: DayRange) -> Self {
        Self::Days(days)
    }
}

/// Why the range in an address is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportRangeError {
    /// No such period.
    #[error(
        "“{0}” is not a period. Choose 14d, 30d, 90d, 1y, all, this-week, last-week, this-month, last-month, this-quarter, last-quarter, this-year or last-year."
    )]
    Period(String),
    /// A malformed date, or one that no calendar has.
    #[error("“{0}” is not a date. Write it as YYYY-MM-DD, for example 2026-11-26.")]
    Day(String),
    /// Only an end.
    #[error("Choose a start, too.")]
    NoStart,
    /// Only a start.
    #[error("Choose an end, too.")]
    NoEnd,
    /// A period and days.
    #[error("Choose a period or two dates, not both.")]
    Both,
    /// The end is before the start.
    #[error("Choose a start before the end.")]
    EndBeforeStart,
    /// It starts after today.
    #[error("Choose a start that is not after today.")]
    InFuture,
    /// Longer than fifty years.
    #[error("Choose a range of at most fifty years.")]
    TooLong,
}

/// The days that a report counts and shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportDays {
    /// The days counted in figures. They end with the newest published day, so that unpublished
    /// days do not look like a drop.
    pub counted: DayRange,
    /// The days of the chart: those counted, and the unpublished ones of the range.
    pub shown: DayRange,
    /// The first known day if the requested start was before it: the range starts there instead.
    pub history_begins: Option<Day>,
}

impl ReportRange {
    /// The range in an address. Empty texts are as good as none; without any, the default.
    ///
    /// # Errors
    /// When one of the texts is none of its kind, or they do not belong together.
    pub fn parse(period: &str, from: &str, to: &str) -> Result<Self, ReportRangeError> {
        match (period.trim(), from.trim(), to.trim()) {
            ("", "", "") => Ok(Self::default()),
            (period, "", "") => (period.parse().map(Self::Period))
                .map_err(|_| ReportRangeError::Period(period.to_owned())),
            ("", "", to) => parse_day(to).and(Err(ReportRangeError::NoStart)),
            ("", from, "") => parse_day(from).and(Err(ReportRangeError::NoEnd)),
            ("", from, to) => {
                let range = DayRange::new(parse_day(from)?, parse_day(to)?);
                let range = range.ok_or(ReportRangeError::EndBeforeStart)?;
                (range.len() <= LONGEST_RANGE)
                    .then_some(Self::Days(range))
                    .ok_or(ReportRangeError::TooLong)
            }
            _ => Err(ReportRangeError::Both),
        }
    }

    /// The period, if it is one.
    #[must_use]
    pub const fn period(self) -> Option<Period> {
        match self {
            Self::Period(period) => Some(period),
            Self::Days(_) => None,
        }
    }

    /// Its parameters in an address.
    #[must_use]
    pub fn params(self) -> [(&'static str, Option<String>); 3] {
        let (period, days) = match self {
            Self::Period(period) => (Some(period.as_str().to_owned()), None),
            Self::Days(days) => (None, Some(days)),
        };
        [
            ("period", period),
            ("from", days.map(|days| days.from.to_string())),
            ("to", days.map(|days| days.to.to_string())),
        ]
    }

    /// The days it asks for; `None` for all that are known.
    #[must_use]
    pub fn requested(self, today: Day) -> Option<DayRange> {
        match self {
            Self::Period(period) => {
                (period.calendar(today)).or_else(|| Some(DayRange::ending(today, period.days()?)))
            }
            Self::Days(days) => Some(days),
        }
    }

    /// The days to count and to show, where `first` is the first known day and `last` the newest
    /// published one.
    ///
    /// # Errors
    /// When it starts after today.
    pub fn days(
        self,
        first: Option<Day>,
        last: Day,
        today: Day,
    ) -> Result<ReportDays, ReportRangeError> {
        let requested = match self {
            Self::Period(period) => match (period.calendar(today), period.days()) {
                (Some(calendar), _) => calendar,
                // These end with the newest published day and not today, so that they have as many
                // published days as they say.
                (None, Some(days)) => DayRange {
                    from: DayRange::ending(last, days).from,
                    to: today.max(last),
                },
                (None, None) => DayRange {
                    from: first
                        .unwrap_or(last)
                        .clamp(last.plus(1 - LONGEST_RANGE), last),
                    to: today.max(last),
                },
            },
            Self::Days(days) if days.from > today => return Err(ReportRangeError::InFuture),
            Self::Days(days) => DayRange {
                from: days.from,
                to: days.to.min(today),
            },
        };
        let history_begins =
            first.filter(|first| matches!(self, Self::Days(_)) && requested.from < *first);
        let from = history_begins.unwrap_or(requested.from);
        // Days before the history show its beginning.
        let to = if requested.to < from {
            today.max(from)
        } else {
            requested.to
        };
        Ok(ReportDays {
            counted: DayRange {
                from,
                to: to.min(last).max(from),
            },
            shown: DayRange { from, to },
            history_begins,
        })
    }
}

fn parse_day(text: &str) -> Result<Day, ReportRangeError> {
    // The calendar also reads years of other lengths, which no form sends.
    let day = Some(text).filter(|text| text.len() == "YYYY-MM-DD".len());
    day.and_then(|text| text.parse().ok())
        .ok_or_else(|| ReportRangeError::Day(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn days(from: &str, to: &str) -> DayRange {
        DayRange::new(day(from), day(to)).expect("a range")
    }

    #[test]
    fn an_address_asks_for_a_period_or_for_days() {
        let parse = ReportRange::parse;
        assert_eq!(parse("", "", ""), Ok(Period::Days30.into()));
        assert_eq!(parse("1y", "", ""), Ok(Period::Year.into()));
        assert_eq!(
            parse("", "2026-11-01", "2026-11-26"),
            Ok(days("2026-11-01", "2026-11-26").into())
        );
        assert_eq!(
            parse("", "2026-11-01", "2026-11-01"),
            Ok(days("2026-11-01", "2026-11-01").into())
        );
    }

    #[test]
    fn what_an_address_asks_wrongly_is_said_and_never_a_default() {
        for (period, from, to, message) in [
            (
                "31d",
                "",
                "",
                "“31d” is not a period. Choose 14d, 30d, 90d, 1y, all, this-week, last-week, this-month, last-month, this-quarter, last-quarter, this-year or last-year.",
            ),
            (
                "",
                "2026-02-30",
                "2026-11-26",
                "“2026-02-30” is not a date. Write it as YYYY-MM-DD, for example 2026-11-26.",
            ),
            (
                "",
                "2026-11-26",
                "yesterday",
                "“yesterday” is not a date. Write it as YYYY-MM-DD, for example 2026-11-26.",
            ),
            ("", "2026-11-26", "", "Choose an end, too."),
            ("", "", "2026-11-26", "Choose a start, too."),
            (
                "30d",
                "2026-11-01",
                "2026-11-26",
                "Choose a period or two dates, not both.",
            ),
            (
                "30d",
                "",
                "2026-11-26",
                "Choose a period or two dates, not both.",
            ),
            (
                "",
                "2026-11-26",
                "2026-11-25",
                "Choose a start before the end.",
            ),
            (
                "",
                "1926-11-26",
                "2026-11-25",
                "Choose a range of at most fifty years.",
            ),
        ] {
            let error = ReportRange::parse(period, from, to).expect_err("no range");
            assert_eq!(error.to_string(), message);
        }
    }

    #[test]
    fn periods_end_with_the_newest_published_day_and_the_chart_ends_today() {
        let (first, last, today) = (day("2026-03-03"), day("2026-11-25"), day("2026-11-27"));
        let of = |range: ReportRange| range.days(Some(first), last, today).expect("days");
        let month = of(Period::Days30.into());
        assert_eq!(month.counted, DayRange::ending(last, 30));
        assert_eq!(month.shown.to, today);
        let all = of(Period::All.into());
        assert_eq!((all.counted.from, all.shown.to), (first, today));
        let week = of(Period::ThisWeek.into());
        assert_eq!(week.counted, days("2026-11-23", "2026-11-25"));
        assert_eq!(week.shown, days("2026-11-23", "2026-11-27"));
        let before = of(Period::LastWeek.into());
        assert_eq!(before.counted, days("2026-11-16", "2026-11-22"));
        assert_eq!(before.shown, before.counted);
        // A year before the history begins is shown as asked, with nothing in it.
        let year = of(Period::LastYear.into());
        assert_eq!(year.counted, days("2025-01-01", "2025-12-31"));
        assert_eq!(year.history_begins, None);
    }

    #[test]
    fn days_before_the_history_are_not_shown() {
        let (first, last, today) = (day("2026-03-03"), day("2026-11-25"), day("2026-11-27"));
        let of = |from, to| {
            let range = ReportRange::from(days(from, to));
            range.days(Some(first), last, today)
        };
        let within = of("2026-04-01", "2026-04-30").expect("days");
        assert_eq!(within.counted, days("2026-04-01", "2026-04-30"));
        assert_eq!(
            (within.shown, within.history_begins),
            (within.counted, None)
        );
        let early = of("2020-01-01", "2026-04-30").expect("days");
        assert_eq!(early.counted, days("2026-03-03", "2026-04-30"));
        assert_eq!(early.history_begins, Some(first));
        let before = of("2020-01-01", "2020-12-31").expect("days");
        assert_eq!(before.counted, days("2026-03-03", "2026-11-25"));
        let late = of("2026-11-20", "2027-01-01").expect("days");
        assert_eq!(late.counted.to, last);
        assert_eq!(late.shown.to, today);
        assert_eq!(
            of("2026-11-28", "2026-11-30"),
            Err(ReportRangeError::InFuture)
        );
    }

    #[test]
    fn all_is_fifty_years_at_most() {
        let last = day("2026-11-26");
        let all = |first: Option<&str>| {
            let days = ReportRange::from(Period::All).days(first.map(day), last, last);
            days.expect("days").counted.len()
        };
        assert_eq!(all(Some("2026-11-01")), 26);
        assert_eq!(all(Some("0001-01-01")), LONGEST_RANGE);
        assert_eq!(all(Some("9999-12-31")), 1);
        assert_eq!(all(None), 1);
    }

    proptest! {
        #[test]
        fn counted_days_are_among_the_shown_ones_and_none_is_in_the_future(
            kind in 0..14_usize,
            from in 0..4_000_i64,
            len in 1..3_000_i64,
            first in proptest::option::of(0..4_000_i64),
            lag in 0..4_i64,
        ) {
            let base = day("2016-01-01");
            let today = base.plus(4_000);
            let named = Period::ROLLING.into_iter().chain(Period::CALENDAR).nth(kind);
            let range = named.map_or_else(
                || ReportRange::Days(DayRange { from: base.plus(from), to: base.plus(from + len - 1) }),
                ReportRange::Period,
            );
            let days = range.days(first.map(|first| base.plus(first)), today.plus(-lag), today);
            let days = days.expect("not in the future");
            prop_assert!(days.counted.from == days.shown.from);
            prop_assert!(days.counted.from <= days.counted.to && days.counted.to <= days.shown.to);
            prop_assert!(days.shown.to <= today);
            let address = range.params().map(|(_, value)| value.unwrap_or_default());
            let [period, from, to] = address;
            prop_assert_eq!(ReportRange::parse(&period, &from, &to), Ok(range));
        }
    }
}
