//! How late GitHub publishes traffic, measured from collected responses.

use std::cmp::Reverse;

use crate::coverage::{LONGEST_LAG, PUBLICATION_LAG, USUAL_LAG, WINDOW_DAYS};
use crate::day::{Day, DayRange};

/// The last responses for repositories that listed the same days on the same day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListedWindow {
    /// The day of the responses.
    pub answered_on: Day,
    /// From the first to the last listed day.
    pub listed: DayRange,
    /// How many repositories.
    pub repositories: u64,
}

/// The newest day published by GitHub at the last collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Publishing {
    /// The newest day that most repositories listed.
    pub newest: Day,
    /// The day of the responses.
    pub answered_on: Day,
}

impl Publishing {
    /// Evaluates the responses of the last day with responses and of the day before; `None` if they
    /// are inconclusive.
    /// A list shorter than the window may end with a quiet day and is ignored. The median lag
    /// decides, so that a few repositories, or the first one of a day, do not make GitHub late.
    #[must_use]
    pub fn measured(windows: &[ListedWindow]) -> Option<Self> {
        let is_whole = |window: &&ListedWindow| window.listed.len() >= WINDOW_DAYS;
        let answered_on = windows.iter().filter(is_whole).map(|it| it.answered_on);
        let since = answered_on.max()?.plus(-1);
        let mut last: Vec<(Self, u64)> = windows
            .iter()
            .filter(is_whole)
            .filter(|window| window.answered_on >= since)
            .map(|window| {
                let expected = Self {
                    newest: window.listed.to,
                    answered_on: window.answered_on,
                };
                (expected, window.repositories)
            })
            .collect();
        // The latest first; among equally late ones, the most recent response.
        last.sort_by_key(|(expected, _)| Reverse((expected.lag(), expected.answered_on)));
        let all: u64 = last.iter().map(|(_, repositories)| repositories).sum();
        let mut seen = 0;
        let (median, _) = *last.iter().find(|(_, repositories)| {
            seen += repositories;
            seen * 2 > all
        })?;
        let alike = last.iter().map(|(expected, _)| *expected);
        alike
            .filter(|expected| expected.lag() == median.lag())
            .max_by_key(|expected| expected.answered_on)
    }

    /// The lag in days between the responses and the newest published day; never negative.
    #[must_use]
    pub fn lag(self) -> i64 {
        self.answered_on.days_since(self.newest).max(0)
    }

    /// Whether GitHub is later than usual. Responses from before yesterday do not count.
    #[must_use]
    pub fn is_late(self, today: Day) -> bool {
        self.lag() > USUAL_LAG && self.answered_on >= today.plus(-1)
    }
}

/// How many days may pass between two collections without losing one, given GitHub's worst lag so
/// far: the first may come before GitHub was late and the next after it caught up.
#[must_use]
pub fn longest_gap(longest_lag: i64) -> i64 {
    WINDOW_DAYS - (longest_lag.clamp(LONGEST_LAG, WINDOW_DAYS - 1) - PUBLICATION_LAG)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::MAX_GAP;

    fn day(text: &str) -> Day {
        text.parse().expect("a valid day")
    }

    fn window(answered_on: &str, newest: &str, days: i64, repositories: u64) -> ListedWindow {
        ListedWindow {
            answered_on: day(answered_on),
            listed: DayRange::ending(day(newest), days),
            repositories,
        }
    }

    #[test]
    fn github_is_late_when_most_repositories_are() {
        let today = day("2026-09-28");
        let late = window("2026-09-28", "2026-09-23", 14, 3);
        let fresh = window("2026-09-28", "2026-09-27", 14, 2);
        let measured = Publishing::measured(&[late, fresh]).expect("measured");
        assert_eq!((measured.newest, measured.lag()), (day("2026-09-23"), 5));
        assert!(measured.is_late(today));
        let more = ListedWindow {
            repositories: 4,
            ..fresh
        };
        let measured = Publishing::measured(&[late, more]).expect("measured");
        assert!(!measured.is_late(today));
    }

    #[test]
    fn the_first_answer_of_a_day_does_not_speak_for_all() {
        let before = window("2026-09-27", "2026-09-26", 14, 9);
        let stale = window("2026-09-28", "2026-09-11", 14, 1);
        let measured = Publishing::measured(&[before, stale]).expect("measured");
        assert_eq!(measured.lag(), 1);
        let fresh = window("2026-09-28", "2026-09-27", 14, 2);
        let measured = Publishing::measured(&[before, fresh]).expect("measured");
        assert_eq!((measured.newest, measured.lag()), (day("2026-09-27"), 1));
    }

    #[test]
    fn only_whole_windows_of_the_last_two_days_count() {
        let short = window("2026-09-28", "2026-09-15", 3, 9);
        let before = window("2026-09-26", "2026-09-20", 14, 9);
        let fresh = window("2026-09-28", "2026-09-27", 14, 1);
        let measured = Publishing::measured(&[short, before, fresh]).expect("measured");
        assert_eq!(measured.lag(), 1);
        assert_eq!(Publishing::measured(&[short]), None);
    }

    #[test]
    fn old_answers_do_not_say_that_github_is_late_now() {
        let late = window("2026-09-28", "2026-09-23", 14, 1);
        let measured = Publishing::measured(&[late]).expect("measured");
        assert!(measured.is_late(day("2026-09-29")));
        assert!(!measured.is_late(day("2026-09-30")));
    }

    #[test]
    fn the_longest_pause_shrinks_with_the_longest_lag_and_never_grows_beyond_the_usual() {
        assert_eq!(longest_gap(0), MAX_GAP);
        assert_eq!(longest_gap(4), 11);
        assert_eq!(longest_gap(6), 9);
        assert_eq!(longest_gap(40), 2);
    }
}
