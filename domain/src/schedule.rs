//! Cron schedules with a time zone: validation, description and run times.

mod description;
mod jitter;
mod safety;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use chrono_tz::Tz;
use croner::parser::{CronParser, Seconds};

pub use safety::{Gap, Safety};

/// A cron expression of five fields: minute, hour, day of month, month, weekday.
/// Parsed by the same library and settings as the scheduler, so that what is accepted here is what
/// runs. If both day fields are restricted, both must match.
#[derive(Clone, Debug)]
pub struct Cron {
    text: String,
    pattern: croner::Cron,
}

/// The longest expression, in characters. It appears in full in the log and on every page, and
/// lists of all minutes and hours are shorter.
const LONGEST_CRON: usize = 200;
/// How many runs to check for the shortest interval: three weeks at one every 15 minutes.
const RUNS_COMPARED: usize = 2_000;

/// The text is not a cron expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CronError {
    /// The text is too long.
    #[error(
        "A schedule can have at most {LONGEST_CRON} characters. Use ranges (1-5) and steps \
             (*/6)."
    )]
    TooLong,
    /// Not five fields.
    #[error(
        "A schedule needs five fields (minute, hour, day of month, month, weekday), for example “0 6 * * *” for every day at 06:00. This one has {0}."
    )]
    Fields(usize),
    /// A field is wrong.
    #[error(
        "The schedule “{0}” is not valid. Use numbers, *, ranges (1-5), lists (1,15) and steps (*/6)."
    )]
    Malformed(String),
    /// No time ever matches.
    #[error("The schedule “{0}” never runs because no date matches it.")]
    Never(String),
}

impl Cron {
    /// Parses user input. Stored expressions were within bounds when saved.
    ///
    /// # Errors
    /// As for parsing, and if it is longer than 200 characters.
    pub fn entered(text: &str) -> Result<Self, CronError> {
        if text.chars().nth(LONGEST_CRON).is_some() {
            return Err(CronError::TooLong);
        }
        text.parse()
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The six-field form that the scheduler takes: at this second of the minute.
    #[must_use]
    pub fn at_second(&self, second: i64) -> String {
        format!("{second} {}", self.text)
    }

    /// The expression in English: “Every day at 06:00.”
    #[must_use]
    pub fn describe(&self) -> String {
        description::describe(&self.text).unwrap_or_else(|| self.pattern.describe())
    }

    /// The next `count` times after a time, in the schedule's zone.
    #[must_use]
    pub fn next_runs(
        &self,
        zone: TimeZone,
        after: DateTime<Utc>,
        count: usize,
    ) -> Vec<DateTime<Tz>> {
        self.pattern
            .iter_after(whole_second(after, zone))
            .take(count)
            .collect()
    }

    /// The first time after a given one, if any.
    #[must_use]
    pub fn next_run(&self, zone: TimeZone, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.pattern
            .find_next_occurrence(&whole_second(after, zone), false)
            .ok()
            .map(|time| time.with_timezone(&Utc))
    }

    /// Whether two runs are closer together than this. Daylight saving changes are ignored.
    #[must_use]
    pub fn runs_within(&self, interval: TimeDelta, now: DateTime<Utc>) -> bool {
        let start = whole_second(now, TimeZone::UTC);
        let runs = self.pattern.iter_after(start).take(RUNS_COMPARED);
        let year = start + TimeDelta::days(366);
        let runs: Vec<_> = runs.take_while(|run| *run < year).collect();
        runs.windows(2).any(|runs| runs[1] - runs[0] < interval)
    }

    /// The last time at or before a given one, if any.
    #[must_use]
    pub fn last_run(&self, zone: TimeZone, until: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.pattern
            .find_previous_occurrence(&whole_second(until, zone), true)
            .ok()
            .map(|time| time.with_timezone(&Utc))
    }
}

/// A time in a zone, truncated to the second. The library carries fractions of a second into its
/// results, but a schedule's times are full minutes.
fn whole_second(moment: DateTime<Utc>, zone: TimeZone) -> DateTime<Tz> {
    moment.trunc_subsecs(0).with_timezone(&zone.0)
}

impl FromStr for Cron {
    type Err = CronError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        if fields.len() != 5 {
            return Err(CronError::Fields(fields.len()));
        }
        let text = fields.join(" ");
        let shown = || text.chars().take(100).collect::<String>();
        let parser = CronParser::builder()
            .seconds(Seconds::Required)
            .dom_and_dow(true)
            .build();
        let pattern = parser
            .parse(&format!("0 {text}"))
            .map_err(|_| CronError::Malformed(shown()))?;
        // Leap days recur within eight years of any time, so a fixed start will do.
        if pattern
            .find_next_occurrence(&DateTime::UNIX_EPOCH, false)
            .is_err()
        {
            return Err(CronError::Never(shown()));
        }
        Ok(Self { text, pattern })
    }
}

impl fmt::Display for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A time zone of the IANA database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeZone(Tz);

/// The text is not a time zone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Unknown time zone “{0}”. Use a name such as UTC, Europe/Berlin or America/New_York.")]
pub struct TimeZoneError(String);

impl TimeZone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(Tz::UTC);

    /// The zone for calculations.
    #[must_use]
    pub const fn tz(self) -> Tz {
        self.0
    }

    /// The name in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0.name()
    }

    /// The names of all zones, for choosing from.
    pub fn names() -> impl Iterator<Item = &'static str> {
        chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())
    }
}

impl FromStr for TimeZone {
    type Err = TimeZoneError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        text.parse()
            .map(Self)
            .map_err(|_| TimeZoneError(text.chars().take(60).collect()))
    }
}

impl fmt::Display for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cron(text: &str) -> Cron {
        text.parse().expect("a valid expression")
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a valid time")
    }

    #[test]
    fn five_fields_run_at_the_full_minute() {
        let every_minute = cron(" *  * * * * ");
        assert_eq!(every_minute.as_str(), "* * * * *");
        assert_eq!(
            every_minute.next_run(TimeZone::UTC, at("2026-11-23T10:00:30Z")),
            Some(at("2026-11-23T10:01:00Z"))
        );
    }

    #[test]
    fn the_zone_decides_across_daylight_saving() {
        let berlin: TimeZone = "Europe/Berlin".parse().expect("a known zone");
        let runs = cron("0 6 * * *").next_runs(berlin, at("2026-10-23T12:00:00Z"), 3);
        let utc: Vec<_> = runs.iter().map(|run| run.with_timezone(&Utc)).collect();
        assert_eq!(
            utc,
            [
                at("2026-10-24T04:00:00Z"),
                at("2026-10-25T05:00:00Z"),
                at("2026-10-26T05:00:00Z")
            ]
        );
    }

    #[test]
    fn the_last_run_is_the_one_that_was_due() {
        let daily = cron("0 6 * * *");
        assert_eq!(
            daily.last_run(TimeZone::UTC, at("2026-11-23T05:59:59Z")),
            Some(at("2026-11-22T06:00:00Z"))
        );
        assert_eq!(
            daily.last_run(TimeZone::UTC, at("2026-11-23T06:00:00Z")),
            Some(at("2026-11-23T06:00:00Z"))
        );
    }

    #[test]
    fn times_are_full_minutes_whatever_the_moment() {
        let daily = cron("0 6 * * *");
        let six = at("2026-11-23T06:00:00Z");
        let next = at("2026-11-24T06:00:00Z");
        for moment in ["2026-11-23T06:00:00.000001Z", "2026-11-23T17:12:13.987654Z"] {
            assert_eq!(
                daily.last_run(TimeZone::UTC, at(moment)),
                Some(six),
                "{moment}"
            );
            assert_eq!(
                daily.next_run(TimeZone::UTC, at(moment)),
                Some(next),
                "{moment}"
            );
            assert_eq!(
                daily.next_runs(TimeZone::UTC, at(moment), 1),
                [next],
                "{moment}"
            );
        }
        let just_before = at("2026-11-23T05:59:59.999999Z");
        assert_eq!(daily.next_run(TimeZone::UTC, just_before), Some(six));
    }

    #[test]
    fn nonsense_is_refused_in_plain_words() {
        for text in ["", "* * * *", "0 0 6 * * *", "@daily"] {
            assert!(
                matches!(text.parse::<Cron>(), Err(CronError::Fields(_))),
                "{text}"
            );
        }
        for text in ["61 * * * *", "a b c d e", "* * * * ;", "0 25 * * *"] {
            assert!(
                matches!(text.parse::<Cron>(), Err(CronError::Malformed(_))),
                "{text}"
            );
        }
        assert!(matches!(
            "0 0 30 2 *".parse::<Cron>(),
            Err(CronError::Never(_))
        ));
        assert!("Mars/Olympus".parse::<TimeZone>().is_err());
    }

    #[test]
    fn the_longest_list_of_minutes_is_shorter_than_what_is_too_long() {
        let numbers = |numbers: std::ops::Range<u8>| {
            let numbers: Vec<_> = numbers.map(|number| number.to_string()).collect();
            numbers.join(",")
        };
        let lists = format!("{} * * * *", numbers(0..60));
        assert!(Cron::entered(&lists).is_ok(), "{} characters", lists.len());
        let spaces = format!("0 6 * * *{}", " ".repeat(200));
        assert_eq!(Cron::entered(&spaces).unwrap_err(), CronError::TooLong);
        assert!(spaces.parse::<Cron>().is_ok(), "what is stored goes on");
    }

    #[test]
    fn runs_are_too_close_within_an_hour_and_across_midnight() {
        let closer = |text: &str, minutes| {
            let now = at("2026-11-23T12:00:00Z");
            cron(text).runs_within(TimeDelta::minutes(minutes), now)
        };
        for text in [
            "* * * * *",
            "*/14 * * * *",
            "0,10 6 * * *",
            "0,55 0,23 * * *",
        ] {
            assert!(closer(text, 15), "{text}");
        }
        for text in ["*/15 * * * *", "17 5,17 * * *", "0 6 29 2 *", "0 2,3 * * *"] {
            assert!(!closer(text, 15), "{text}");
        }
        assert!(closer("0 * * * *", 61) && !closer("0 * * * *", 60));
        assert!(!closer("* * * * *", 1));
    }

    #[test]
    fn the_words_say_when() {
        for (expression, words) in [
            ("* * * * *", "Every minute."),
            ("*/15 * * * *", "Every 15 minutes."),
            ("5 * * * *", "Every hour at minute 5."),
            ("0 */6 * * *", "Every day at 00:00, 06:00, 12:00 and 18:00."),
            ("17 5,17 * * *", "Every day at 05:17 and 17:17."),
            ("30 6 * * 1", "Every Monday at 06:30."),
            (
                "30 6 * * 1-5",
                "Every Monday, Tuesday, Wednesday, Thursday and Friday at 06:30.",
            ),
            ("0 0 1 * *", "On day 1 of the month, at 00:00."),
            ("0 */2 * * *", "Every 2 hours, from 00:00."),
        ] {
            assert_eq!(cron(expression).describe(), words, "{expression}");
        }
        // Rarer expressions are described by the library.
        assert_eq!(cron("0 6 * 5 *").describe(), "At 06:00, in May.");
    }
}
