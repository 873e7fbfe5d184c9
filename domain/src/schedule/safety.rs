//! Whether a schedule runs often enough to lose no days between two runs.

use std::fmt;

use chrono::{DateTime, Days, TimeDelta, Utc};

use super::{Cron, TimeZone};
use crate::day::Day;

/// Whether a schedule keeps all days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safety {
    /// None is lost, even if a run fails.
    Safe,
    /// None is lost unless a run fails, when the next one may come too late.
    NoMargin(Gap),
    /// Some are lost between two runs.
    LosesDays(Gap),
}

/// The longest gap without a collection, from the day of one run to that of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The day of the run before the gap.
    pub from: Day,
    /// The day of the run after the gap; `None` if there is none.
    pub to: Option<Day>,
    /// How many days are allowed between two runs.
    pub allowed: i64,
}

impl Gap {
    /// The length in days; `None` if it has no end.
    #[must_use]
    pub fn days(self) -> Option<i64> {
        self.to.map(|to| to.days_since(self.from))
    }
}

impl Safety {
    /// Whether days are lost even if every run succeeds.
    #[must_use]
    pub const fn loses(self) -> bool {
        matches!(self, Self::LosesDays(_))
    }
}

/// A warning for the schedule's author; empty if it is safe.
impl fmt::Display for Safety {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |day: Day| day.date().format("%-d %b %Y");
        match self {
            Self::Safe => Ok(()),
            Self::NoMargin(_) => write!(
                f,
                "If one of these runs fails, the next may be too late. GitHub deletes traffic after 14 days."
            ),
            Self::LosesDays(pause) => match (pause.to, pause.days()) {
                (Some(to), Some(days)) => write!(
                    f,
                    "This schedule would lose days. {days} days pass between its runs on {} and {}, but GitHub deletes traffic after 14 days, so up to {} would be missing. Run it at least every {} days, or accept the loss.",
                    shown(pause.from),
                    shown(to),
                    days - pause.allowed,
                    pause.allowed,
                ),
                _ => write!(
                    f,
                    "This schedule would lose days. It does not run again after {}. Run it at least every {} days, or accept the loss.",
                    shown(pause.from),
                    pause.allowed,
                ),
            },
        }
    }
}

impl Cron {
    /// Whether days are lost between its runs in the year after a time, if `allowed` days may pass
    /// between two runs (see [`longest_gap`](crate::publishing::longest_pause)).
    #[must_use]
    pub fn safety(&self, zone: TimeZone, now: DateTime<Utc>, allowed: i64) -> Safety {
        if let Some(pause) = self.longest_gap(zone, now, 1, allowed) {
            return Safety::LosesDays(pause);
        }
        match self.longest_gap(zone, now, 2, allowed) {
            Some(pause) => Safety::NoMargin(pause),
            None => Safety::Safe,
        }
    }

    /// The longest of the too long gaps, each from one run to the one `runs` later, if any. It
    /// starts with the last run due before the given time.
    /// It skips ahead: runs within one allowed gap need no check of their own, so that a schedule
    /// of every minute takes no longer than a weekly one.
    fn longest_gap(
        &self,
        zone: TimeZone,
        now: DateTime<Utc>,
        runs: usize,
        allowed: i64,
    ) -> Option<Gap> {
        let until = now + Days::new(366);
        let mut longest: Option<Gap> = None;
        let mut run = self.last_run(zone, now).unwrap_or(now);
        while run < until {
            // The last runs that are still in time cover all before them.
            if let Some(later) = self.run_before(zone, forgotten_after(run, allowed), runs, run) {
                run = later;
                continue;
            }
            let next = self.next_runs(zone, run, runs);
            let to = next.get(runs - 1).map(|to| to.with_timezone(&Utc));
            let pause = Gap {
                from: Day::of(run),
                to: to.map(Day::of),
                allowed,
            };
            let length = |pause: Gap| pause.days().unwrap_or(i64::MAX);
            if longest.is_none_or(|longest| length(pause) > length(longest)) {
                longest = Some(pause);
            }
            match next.first() {
                Some(next) => run = next.with_timezone(&Utc),
                None => break,
            }
        }
        longest
    }

    /// The `runs`th run counting back from a time, if it is later than `after`.
    fn run_before(
        &self,
        zone: TimeZone,
        before: DateTime<Utc>,
        runs: usize,
        after: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        let mut moment = before;
        for _ in 0..runs {
            let run = self.last_run(zone, moment - TimeDelta::seconds(1))?;
            if run <= after {
                return None;
            }
            moment = run;
        }
        Some(moment)
    }
}

/// The first time at which it is too late for the next run.
fn forgotten_after(run: DateTime<Utc>, allowed: i64) -> DateTime<Utc> {
    let day = Day::of(run).plus(allowed + 1);
    day.date().and_time(chrono::NaiveTime::MIN).and_utc()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::coverage::MAX_GAP;

    fn cron(text: &str) -> Cron {
        text.parse().expect("a valid expression")
    }

    fn safety(text: &str, zone: &str) -> Safety {
        let zone = zone.parse().expect("a known zone");
        let now = "2026-11-23T12:00:00Z".parse().expect("a moment");
        cron(text).safety(zone, now, MAX_GAP)
    }

    #[test]
    fn what_runs_at_least_every_five_days_is_safe() {
        for text in [
            "* * * * *",
            "*/7 * * * *",
            "17 5,17 * * *",
            "0 6 * * *",
            "0 6 */3 * *",
            "0 6 * * 1,4",
        ] {
            assert_eq!(safety(text, "UTC"), Safety::Safe, "{text}");
        }
    }

    #[test]
    fn once_a_week_loses_days_only_where_a_run_fails() {
        for text in ["0 6 * * 1", "0 6 1,7,13,19,25 * *", "0 6 */10 * *"] {
            assert!(
                matches!(safety(text, "Europe/Berlin"), Safety::NoMargin(_)),
                "{text}"
            );
        }
    }

    #[test]
    fn the_first_of_the_month_loses_days_and_says_which() {
        let safety = safety("0 0 1 * *", "UTC");
        assert!(safety.loses());
        assert_eq!(
            safety.to_string(),
            "This schedule would lose days. 31 days pass between its runs on 1 Dec 2026 and 1 Jan 2027, but GitHub deletes traffic after 14 days, so up to 20 would be missing. Run it at least every 11 days, or accept the loss."
        );
    }

    #[test]
    fn a_schedule_that_is_safe_loses_days_once_github_was_later() {
        let now = "2026-11-23T12:00:00Z".parse().expect("a moment");
        let weekly = cron("0 6 * * 1");
        assert!(!weekly.safety(TimeZone::UTC, now, 7).loses());
        let safety = weekly.safety(TimeZone::UTC, now, 6);
        assert!(safety.loses());
        assert!(
            safety.to_string().contains("at least every 6 days"),
            "{safety}"
        );
    }

    #[test]
    fn a_season_without_runs_is_a_pause_too() {
        let Safety::LosesDays(pause) = safety("0 6 * 1-6 *", "UTC") else {
            panic!("nothing is collected from July on");
        };
        assert_eq!(pause.days(), Some(185));
        let Safety::LosesDays(pause) = safety("0 6 29 2 *", "UTC") else {
            panic!("leap days are years apart");
        };
        assert_eq!(pause.days(), Some(4 * 365 + 1));
    }

    /// The naive reference implementation: every run of the year, one after the other.
    fn plain(cron: &Cron, zone: TimeZone, now: DateTime<Utc>, runs: usize) -> Option<i64> {
        let first = cron.last_run(zone, now).unwrap_or(now);
        let mut days = vec![Day::of(first)];
        let mut past = 0;
        for run in cron.next_runs(zone, first, 1500) {
            let run = run.with_timezone(&Utc);
            days.push(Day::of(run));
            past += usize::from(run >= now + Days::new(366));
            if past == runs {
                break;
            }
        }
        days.windows(runs + 1)
            .map(|runs| runs[runs.len() - 1].days_since(runs[0]))
            .filter(|days| *days > MAX_GAP)
            .max()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Across daylight saving changes of both hemispheres, of half an hour, and of those that
        /// skip or repeat midnight.
        #[test]
        fn leaping_finds_what_looking_at_every_run_finds(
            minute in 0..60_u8,
            hours in prop::sample::subsequence(vec![0_u8, 1, 2, 3, 12, 23], 1..3),
            days in prop::sample::select(vec![
                "* * *", "* * 1", "* * 0,3", "1 * *", "1,15 * *", "*/9 * *", "*/13 * *", "31 * *",
                "* 3,10 *", "13 * *", "1-7 * *", "* */2 *", "29 2 *",
            ]),
            zone in prop::sample::select(vec![
                "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
                "America/Havana", "Africa/Cairo", "Pacific/Apia", "Asia/Kathmandu",
            ]),
            day in 0..366_u64,
            second in 0..86_400_i64,
        ) {
            let hours: Vec<_> = hours.iter().map(u8::to_string).collect();
            let cron = cron(&format!("{minute} {} {days}", hours.join(",")));
            let zone: TimeZone = zone.parse().expect("a known zone");
            let start: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().expect("a moment");
            let now = start + Days::new(day) + TimeDelta::seconds(second);
            for runs in [1, 2] {
                let found = cron.longest_gap(zone, now, runs, MAX_GAP).and_then(Gap::days);
                prop_assert_eq!(found, plain(&cron, zone, now, runs), "{} runs of {}", runs, cron);
            }
        }
    }
}
