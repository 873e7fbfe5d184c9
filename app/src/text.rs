//! Formats timestamps, durations and counts, beside [`crate::chart::format`].

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use domain::report::Run;
use domain::{Day, DayRange, RunStatus, Trigger};

use crate::chart::format;

/// `1 repository`, `1,200 repositories`
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        format::number(number),
        if number == 1 { one } else { many }
    )
}

/// `1 day`, `12 days`; never fewer than none.
pub fn day_count(days: i64) -> String {
    count(u64::try_from(days).unwrap_or(0), "day", "days")
}

/// Escapes text for HTML and for quoted attributes.
pub fn escape_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '"' => escaped.push_str("&quot;"),
            char => escaped.push(char),
        }
    }
    escaped
}

/// `23 Nov 2026, 06:05 UTC`
#[cfg(feature = "ssr")]
pub fn timestamp(at: DateTime<Utc>) -> String {
    format!(
        "{}, {:02}:{:02} UTC",
        format::day(Day::of(at)),
        at.hour(),
        at.minute()
    )
}

/// For machines: `2026-11-23T06:05:09Z`
pub fn machine_timestamp(at: DateTime<Utc>) -> String {
    format!(
        "{}T{:02}:{:02}:{:02}Z",
        Day::of(at),
        at.hour(),
        at.minute(),
        at.second()
    )
}

/// `under 1 s`, `42 s`, `3 min 5 s`, `2 h 10 min`
pub fn duration(time: TimeDelta) -> String {
    let seconds = time.num_seconds().max(0);
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, 0) => "under 1 s".to_owned(),
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

/// `80 ms`, `4.2 s`; from a minute on as [`duration`].
#[cfg(feature = "ssr")]
pub fn brief(time: TimeDelta) -> String {
    match time.num_milliseconds().max(0) {
        millis @ 0..1_000 => format!("{millis} ms"),
        millis @ 1_000..60_000 => format!("{}.{} s", millis / 1_000, millis / 100 % 10),
        _ => duration(time),
    }
}

/// A run's status as a word, or `cancelled`.
pub fn run_result(run: &Run) -> &'static str {
    match run.cancelled_by {
        Some(_) => "cancelled",
        None => run.status.as_str(),
    }
}

/// The classes of a run's status pill.
pub const fn run_pill(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Running => "pill busy",
        RunStatus::Succeeded => "pill ok",
        RunStatus::Partial | RunStatus::Interrupted => "pill warn",
        RunStatus::Failed => "pill bad",
    }
}

/// What started a run.
pub const fn trigger(trigger: Trigger) -> &'static str {
    match trigger {
        Trigger::Schedule => "scheduled",
        Trigger::Manual => "manual",
        Trigger::Api => "API",
        Trigger::Startup => "on startup (overdue)",
    }
}

/// Lost days: `4 lost in May`, `4 lost in May 2024`, `9 lost, most recently on 4 May 2026`; `None`
/// without any.
pub fn lost(stretches: &[DayRange], today: Day) -> Option<String> {
    let days: i64 = stretches.iter().map(|stretch| stretch.len()).sum();
    let (first, last) = (stretches.first()?.from, stretches.last()?.to);
    Some(if first.month_start() != last.month_start() {
        format!("{days} lost, most recently on {}", format::day(last))
    } else if first.plus(365) > today {
        let month = format::month(first);
        let month = month.split(' ').next().unwrap_or(&month);
        format!("{days} lost in {month}")
    } else {
        format!("{days} lost in {}", format::month(first))
    })
}

/// A person's initials, for the small round button; the style sheet writes them large, since the
/// tables of all letters' cases would be a good part of the browser's module.
pub fn initials(name: &str) -> String {
    let mut letters = name
        .split_whitespace()
        .filter_map(|word| word.chars().next());
    let first = letters.next();
    let last = letters.next_back();
    first.into_iter().chain(last).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a valid day")
    }

    fn range(from: &str, to: &str) -> DayRange {
        DayRange::new(day(from), day(to)).expect("a valid range")
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!(count(1, "repository", "repositories"), "1 repository");
        assert_eq!(count(0, "repository", "repositories"), "0 repositories");
        assert_eq!(count(1_234, "request", "requests"), "1,234 requests");
        assert_eq!(day_count(1), "1 day");
    }

    #[test]
    fn text_is_escaped_within_html() {
        let text = r#"<b title="a & b">’"#;
        assert_eq!(escape_html(text), "&lt;b title=&quot;a &amp; b&quot;>’");
    }

    #[test]
    fn moments_are_told_in_utc() {
        let at = "2026-11-03T06:05:09.75Z".parse().expect("a valid moment");
        assert_eq!(timestamp(at), "3 Nov 2026, 06:05 UTC");
        assert_eq!(machine_timestamp(at), "2026-11-03T06:05:09Z");
    }

    #[test]
    fn durations_have_at_most_two_units() {
        for (seconds, words) in [
            (-3, "under 1 s"),
            (0, "under 1 s"),
            (59, "59 s"),
            (60, "1 min 0 s"),
            (3_725, "1 h 2 min"),
            (90_000, "25 h 0 min"),
        ] {
            assert_eq!(duration(TimeDelta::seconds(seconds)), words);
        }
    }

    #[test]
    fn lost_days_are_told_with_their_month() {
        let today = day("2026-08-22");
        assert_eq!(lost(&[], today), None);
        assert_eq!(
            lost(&[range("2026-05-03", "2026-05-06")], today).as_deref(),
            Some("4 lost in May")
        );
        assert_eq!(
            lost(&[range("2024-05-03", "2024-05-03")], today).as_deref(),
            Some("1 lost in May 2024")
        );
        assert_eq!(
            lost(
                &[
                    range("2026-05-03", "2026-05-06"),
                    range("2026-07-01", "2026-07-01")
                ],
                today
            )
            .as_deref(),
            Some("5 lost, most recently on 1 Jul 2026")
        );
    }

    #[test]
    fn initials_are_of_the_first_and_the_last_name() {
        assert_eq!(initials("Ada de Lovelace"), "AL");
        assert_eq!(initials("mona"), "m");
        assert_eq!(initials("  "), "");
    }
}
