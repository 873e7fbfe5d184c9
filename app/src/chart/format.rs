//! Formats numbers and days for people. Hand-written, since a formatting library would weigh more
//! in the browser than all of this.

use chrono::Datelike;
use domain::{Day, DayRange, Interval};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A count with separated thousands: `1,234`.
#[must_use]
pub fn number(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `Mon 6 Jul 2026`
#[must_use]
pub fn weekday_and_day(of: Day) -> String {
    format!("{} {}", &weekday(of)[..3], day(of))
}

/// `Mon 6 Jul`
#[must_use]
pub fn weekday_and_short_day(of: Day) -> String {
    format!("{} {}", &weekday(of)[..3], short_day(of))
}

/// A mean, rounded to a whole number.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a mean of counts is a positive number of their size"
)]
pub fn rounded(mean: f64) -> String {
    number(mean.round() as u64)
}

/// A change: `+12%`, `−4%`, `0%`.
#[must_use]
pub fn percent(change: i64) -> String {
    let sign = match change {
        1.. => "+",
        0 => "",
        _ => "−",
    };
    format!("{sign}{}%", number(change.unsigned_abs()))
}

/// `Monday, 6 July 2026`
#[must_use]
pub fn long_day(day: Day) -> String {
    format!("{}, {} {}", weekday(day), day.date().day(), month(day))
}

fn weekday(day: Day) -> &'static str {
    match day.weekday() {
        chrono::Weekday::Mon => "Monday",
        chrono::Weekday::Tue => "Tuesday",
        chrono::Weekday::Wed => "Wednesday",
        chrono::Weekday::Thu => "Thursday",
        chrono::Weekday::Fri => "Friday",
        chrono::Weekday::Sat => "Saturday",
        chrono::Weekday::Sun => "Sunday",
    }
}

/// `6 Jul 2026`
#[must_use]
pub fn day(day: Day) -> String {
    format!("{} {}", short_day(day), day.date().year())
}

/// `6 Jul`
#[must_use]
pub fn short_day(day: Day) -> String {
    format!("{} {}", day.date().day(), short_month(day))
}

/// `July 2026`
#[must_use]
pub fn month(day: Day) -> String {
    format!("{} {}", month_name(day), day.date().year())
}

/// `Jul`
#[must_use]
pub fn short_month(day: Day) -> &'static str {
    &month_name(day)[..3]
}

/// `24 Feb – 21 Aug 2026`, `24 Dec 2025 – 6 Jan 2026`, or one day alone.
#[must_use]
pub fn days(range: DayRange) -> String {
    if range.from == range.to {
        day(range.from)
    } else if range.from.date().year() == range.to.date().year() {
        format!("{} – {}", short_day(range.from), day(range.to))
    } else {
        format!("{} – {}", day(range.from), day(range.to))
    }
}

/// A bucket in full: `Monday, 6 July 2026`, `Week of 6 – 12 Jul 2026`, `July 2026`.
#[must_use]
pub fn bucket(interval: Interval, bucket: DayRange) -> String {
    match interval {
        Interval::Day => long_day(bucket.from),
        Interval::Week => format!("Week of {}", days(bucket)),
        Interval::Month => month(bucket.from),
    }
}

fn month_name(day: Day) -> &'static str {
    MONTHS
        .get(day.date().month0() as usize)
        .copied()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn range(from: &str, to: &str) -> DayRange {
        DayRange::new(at(from), at(to)).unwrap()
    }

    #[test]
    fn thousands_are_separated() {
        assert_eq!(number(0), "0");
        assert_eq!(number(999), "999");
        assert_eq!(number(1_000), "1,000");
        assert_eq!(number(19_332), "19,332");
        assert_eq!(number(1_234_567), "1,234,567");
    }

    #[test]
    fn changes_have_a_sign_and_means_no_decimals() {
        assert_eq!([12, 0, -1_400].map(percent), ["+12%", "0%", "−1,400%"]);
        assert_eq!(rounded(1_366.5), "1,367");
    }

    #[test]
    fn days_are_written_in_english() {
        assert_eq!(long_day(at("2026-07-06")), "Monday, 6 July 2026");
        assert_eq!(weekday_and_day(at("2026-09-22")), "Tue 22 Sep 2026");
        assert_eq!(short_day(at("2026-09-30")), "30 Sep");
        assert_eq!(day(at("2024-02-29")), "29 Feb 2024");
    }

    #[test]
    fn a_range_says_its_year_once() {
        assert_eq!(
            days(range("2026-02-24", "2026-08-21")),
            "24 Feb – 21 Aug 2026"
        );
        assert_eq!(
            days(range("2025-12-24", "2026-01-06")),
            "24 Dec 2025 – 6 Jan 2026"
        );
        assert_eq!(days(range("2026-02-24", "2026-02-24")), "24 Feb 2026");
    }

    #[test]
    fn a_bucket_is_named_by_its_width() {
        let week = range("2026-07-06", "2026-07-12");
        assert_eq!(bucket(Interval::Day, week), "Monday, 6 July 2026");
        assert_eq!(bucket(Interval::Week, week), "Week of 6 Jul – 12 Jul 2026");
        assert_eq!(bucket(Interval::Month, week), "July 2026");
    }
}
