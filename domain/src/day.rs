//! A day as GitHub counts it: in UTC.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, Utc, Weekday};
use serde::{Deserialize, Deserializer, Serialize, de};
use thiserror::Error;

/// A UTC day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Day(NaiveDate);

impl Day {
    /// The day of this date.
    #[must_use]
    pub const fn new(date: NaiveDate) -> Self {
        Self(date)
    }

    /// The day that contains this time.
    #[must_use]
    pub fn of(moment: DateTime<Utc>) -> Self {
        Self(moment.date_naive())
    }

    /// When it begins.
    #[must_use]
    pub fn begins_at(self) -> DateTime<Utc> {
        self.0.and_time(NaiveTime::MIN).and_utc()
    }

    /// As a date.
    #[must_use]
    pub const fn date(self) -> NaiveDate {
        self.0
    }

    /// The day `days` later, or earlier if negative, clamped to the calendar's ends.
    #[must_use]
    pub fn plus(self, days: i64) -> Self {
        let distance = Days::new(days.unsigned_abs());
        Self(if days < 0 {
            self.0.checked_sub_days(distance).unwrap_or(NaiveDate::MIN)
        } else {
            self.0.checked_add_days(distance).unwrap_or(NaiveDate::MAX)
        })
    }

    /// How many days this one is after `other`; negative before it.
    #[must_use]
    pub fn days_since(self, other: Self) -> i64 {
        self.0.signed_duration_since(other.0).num_days()
    }

    /// The Monday of this day's ISO week.
    #[must_use]
    pub fn week_start(self) -> Self {
        self.plus(-i64::from(self.0.weekday().num_days_from_monday()))
    }

    /// The first day of this day's month.
    #[must_use]
    pub fn month_start(self) -> Self {
        self.plus(-i64::from(self.0.day0()))
    }

    /// The last day of this day's month.
    #[must_use]
    pub fn month_end(self) -> Self {
        self.month_start().plus(31).month_start().plus(-1)
    }

    /// The first day of this day's quarter.
    #[must_use]
    pub fn quarter_start(self) -> Self {
        let month = self.month_start();
        let months_before = self.0.month0() % 3;
        let first = month.0.checked_sub_months(Months::new(months_before));
        first.map_or(month, Self)
    }

    /// The first day of this day's year.
    #[must_use]
    pub fn year_start(self) -> Self {
        self.plus(-i64::from(self.0.ordinal0()))
    }

    /// The first day of the month so many months later, or earlier if negative.
    #[must_use]
    pub fn month_start_after(self, months: i32) -> Self {
        let start = self.month_start();
        let distance = Months::new(months.unsigned_abs());
        let moved = if months < 0 {
            start.0.checked_sub_months(distance)
        } else {
            start.0.checked_add_months(distance)
        };
        moved.map_or(start, Self)
    }

    /// Its weekday.
    #[must_use]
    pub fn weekday(self) -> Weekday {
        self.0.weekday()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A text that is no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a day in the form YYYY-MM-DD")]
pub struct DayError;

/// Reads `2026-07-06`. Written out, because chrono's parser of any format takes 2 KB of the browser's
/// compressed module.
impl FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Years beyond four digits have a sign.
        let (sign, longest, text) = match text.as_bytes().first() {
            Some(b'-') => (-1, 6, &text[1..]),
            Some(b'+') => (1, 6, &text[1..]),
            _ => (1, 4, text),
        };
        let mut parts = text.split('-');
        let mut number = |longest: usize| {
            let part = parts.next()?;
            let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
            (is_number && part.len() <= longest).then(|| part.parse::<u32>().ok())?
        };
        let date = (number(longest), number(2), number(2));
        let (Some(year), Some(month), Some(day)) = date else {
            return Err(DayError);
        };
        if parts.next().is_some() {
            return Err(DayError);
        }
        let date = NaiveDate::from_ymd_opt(sign * year.cast_signed(), month, day);
        date.map(Self).ok_or(DayError)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl de::Visitor<'_> for Text {
            type Value = Day;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a day")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Day, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Text)
    }
}

/// Days from the first to the last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DayRange {
    /// The first day.
    pub from: Day,
    /// The last day, never before the first.
    pub to: Day,
}

impl DayRange {
    /// The days from `from` to `to`; `None` where `to` is earlier.
    #[must_use]
    pub fn new(from: Day, to: Day) -> Option<Self> {
        (from <= to).then_some(Self { from, to })
    }

    /// From the earliest to the latest of these days; `None` when there are none.
    #[must_use]
    pub fn spanning(days: impl Iterator<Item = Day> + Clone) -> Option<Self> {
        Self::new(days.clone().min()?, days.max()?)
    }

    /// The `days` days (at least one) that end with `to`.
    #[must_use]
    pub fn ending(to: Day, days: i64) -> Self {
        Self {
            from: to.plus(1 - days.max(1)),
            to,
        }
    }

    /// How many days it has; at least one.
    #[must_use]
    pub fn len(self) -> i64 {
        self.to.days_since(self.from) + 1
    }

    /// Always false: a range has at least one day.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        false
    }

    /// Whether the day lies in it.
    #[must_use]
    pub fn contains(self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }

    /// The days, in order.
    #[must_use]
    pub fn days(self) -> impl DoubleEndedIterator<Item = Day> {
        (0..self.len()).map(move |offset| self.from.plus(offset))
    }

    /// The same days, moved by so many days, earlier if negative.
    #[must_use]
    pub fn moved(self, days: i64) -> Self {
        Self {
            from: self.from.plus(days),
            to: self.to.plus(days),
        }
    }

    /// The equally long range just before.
    #[must_use]
    pub fn before(self) -> Self {
        Self::ending(self.from.plus(-1), self.len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_day_is_read_as_it_is_written(offset in -90_000_000_i64..90_000_000) {
            let day = Day::new(NaiveDate::from_ymd_opt(1800, 1, 1).expect("a day")).plus(offset);
            prop_assert_eq!(day.to_string().parse(), Ok(day));
            let json = serde_json::to_string(&day).expect("JSON");
            prop_assert_eq!(serde_json::from_str::<Day>(&json).expect("a day"), day);
        }

        #[test]
        fn what_chrono_refuses_is_no_day(text in "[-+]?[0-9]{0,5}[-/ ][0-9a]{0,3}-?[0-9]{0,3}") {
            if text.parse::<Day>().is_ok() {
                prop_assert!(NaiveDate::parse_from_str(&text, "%Y-%m-%d").is_ok(), "{}", text);
            }
        }
    }

    #[test]
    fn other_texts_are_no_days() {
        for text in [
            "",
            "-",
            "--",
            "+",
            "-2026",
            "--2026-07-06",
            "+-2026-07-06",
            "2026",
            "2026-07",
            "2026-02-29",
            "2026-13-01",
            "2026-07-06-",
            "2026-07-06T00:00",
            "2026-07-+6",
            "2026-07-٦",
            "06.07.2026",
            "2026-07-006",
            "20260-07-06",
        ] {
            assert_eq!(text.parse::<Day>(), Err(DayError), "{text}");
        }
        assert_eq!(
            "2024-2-29".parse::<Day>().expect("a day").to_string(),
            "2024-02-29"
        );
    }
}
