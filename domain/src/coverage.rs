//! Coverage: which of a repository's days are known, still to come, or lost.

use serde::{Deserialize, Serialize};

use crate::day::{Day, DayRange};

/// How many days GitHub keeps: the buckets of one response.
/// <https://docs.github.com/rest/metrics/traffic>
pub const WINDOW_DAYS: i64 = 14;

/// GitHub's minimum publishing lag in days.
///
/// Since 2026 the window ends yesterday or earlier (211 of 232 recorded windows lag one day).
pub const PUBLICATION_LAG: i64 = 1;

/// The lag above which GitHub counts as late. Of those 232 windows, 17 lagged two days and 4 lagged
/// three.
pub const USUAL_LAG: i64 = 3;

/// The lag to expect from GitHub at any time. In September and November 2026 it published nothing
/// for public repositories for at least four days.
pub const LONGEST_LAG: i64 = 4;

/// How many days may pass between two collections without losing one, if the first came before
/// GitHub was late and the next after it caught up.
pub const MAX_GAP: i64 = WINDOW_DAYS - (LONGEST_LAG - PUBLICATION_LAG);

/// The state of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayState {
    /// GitHub reported it; zero included.
    Known,
    /// GitHub can still report it.
    NotYetPublished,
    /// A response whose window covers it listed nothing for it.
    NothingListed,
    /// Not collected in time; GitHub has deleted it.
    Lost,
}

/// The days of a repository from the first known one, in runs of the same state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Consecutive runs of days in the same state, oldest first.
    pub stretches: Vec<(DayRange, DayState)>,
    /// The day on which data is lost unless a collection succeeds before.
    pub deadline: Option<Day>,
}

impl Coverage {
    /// The states of the days in `range`, given the known days among them (in order) and whether a
    /// response covered an unknown day.
    ///
    /// `newest` is the newest day that is known or covered, which may lie outside the range;
    /// without known days there is no coverage, since its start is unknown.
    #[must_use]
    pub fn new(
        range: DayRange,
        known: impl IntoIterator<Item = Day>,
        is_answered: impl Fn(Day) -> bool,
        newest: Option<Day>,
        today: Day,
    ) -> Self {
        let mut known = known.into_iter().peekable();
        let mut stretches: Vec<(DayRange, DayState)> = Vec::new();
        for day in range.days() {
            while known.next_if(|&other| other < day).is_some() {}
            let state = if known.peek() == Some(&day) {
                DayState::Known
            } else if is_answered(day) {
                DayState::NothingListed
            } else {
                state_of_unknown(day, today)
            };
            match stretches.last_mut() {
                Some((stretch, same)) if *same == state => stretch.to = day,
                _ => stretches.push((DayRange { from: day, to: day }, state)),
            }
        }
        Self {
            stretches,
            deadline: newest.map(|newest| deadline(newest, today)),
        }
    }

    /// How many days are in this state.
    #[must_use]
    pub fn count(&self, state: DayState) -> i64 {
        self.stretches
            .iter()
            .filter(|(_, s)| *s == state)
            .map(|(range, _)| range.len())
            .sum()
    }

    /// The ranges in this state.
    pub fn stretches_in(&self, state: DayState) -> impl Iterator<Item = DayRange> + '_ {
        self.stretches
            .iter()
            .filter(move |(_, s)| *s == state)
            .map(|(range, _)| *range)
    }
}

/// Whether GitHub can still report an unknown day.
fn state_of_unknown(day: Day, today: Day) -> DayState {
    if day < oldest_reachable(today) {
        DayState::Lost
    } else {
        DayState::NotYetPublished
    }
}

/// The unlisted days before and after the listed ones that a response covers, given the day it
/// came.
/// Until late 2025 GitHub omitted days without traffic, and it still sends short or empty lists. A
/// list as long as the window ends with the newest published day, so nothing else is covered. Any
/// other list says that nothing was counted on the omitted days of its window, up to the last day
/// that GitHub has published even when late. Nothing could be lost before the very first response,
/// so that one covers the oldest day its window may hold.
#[must_use]
pub fn quiet_days(listed: Option<DayRange>, given_on: Day, is_first: bool) -> Vec<DayRange> {
    let lag = match listed {
        _ if is_first => LONGEST_LAG,
        Some(listed) if listed.to >= given_on => 0,
        _ => PUBLICATION_LAG,
    };
    let from = given_on.plus(1 - WINDOW_DAYS - lag);
    let window = DayRange::new(from, given_on.plus(-LONGEST_LAG));
    let Some(listed) = listed else {
        return window.into_iter().collect();
    };
    if listed.len() >= WINDOW_DAYS {
        return Vec::new();
    }
    let Some(window) = window else {
        return Vec::new();
    };
    let before = DayRange::new(window.from, listed.from.plus(-1).min(given_on));
    let after = DayRange::new(listed.to.plus(1).max(window.from), window.to);
    before.into_iter().chain(after).collect()
}

/// Merges overlapping and adjacent ranges.
#[must_use]
pub fn united(mut stretches: Vec<DayRange>) -> Vec<DayRange> {
    stretches.sort_by_key(|stretch| stretch.from);
    let mut united: Vec<DayRange> = Vec::with_capacity(stretches.len());
    for stretch in stretches {
        match united.last_mut() {
            Some(last) if stretch.from <= last.to.plus(1) => last.to = last.to.max(stretch.to),
            _ => united.push(stretch),
        }
    }
    united
}

/// The oldest day that a response from `today` is sure to show.
///
/// The window has fourteen days up to the newest published one, which may be today's own while
/// GitHub is quick; so the sure window starts thirteen days before today.
#[must_use]
pub fn oldest_reachable(today: Day) -> Day {
    today.plus(1 - WINDOW_DAYS)
}

/// The day on which GitHub may delete the first day after `newest`.
#[must_use]
pub fn deadline(newest: Day, today: Day) -> Day {
    newest
        .plus(1)
        .max(oldest_reachable(today))
        .plus(WINDOW_DAYS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a valid day")
    }

    #[test]
    fn gaps_before_the_window_are_lost_and_days_within_it_are_still_to_come() {
        let today = day("2026-08-30");
        let range = DayRange {
            from: day("2026-08-01"),
            to: today,
        };
        let known = range.days().filter(|d| {
            *d <= day("2026-08-05") || (day("2026-08-08")..=day("2026-08-28")).contains(d)
        });
        let coverage = Coverage::new(range, known, |_| false, Some(day("2026-08-28")), today);
        let summary: Vec<_> = coverage
            .stretches
            .iter()
            .map(|(range, state)| (range.len(), *state))
            .collect();
        assert_eq!(
            summary,
            [
                (5, DayState::Known),
                (2, DayState::Lost),
                (21, DayState::Known),
                (2, DayState::NotYetPublished)
            ]
        );
        assert_eq!(coverage.count(DayState::Lost), 2);
        assert_eq!(coverage.deadline, Some(day("2026-09-12")));
    }

    #[test]
    fn a_repository_that_was_not_collected_for_long_has_its_deadline_tomorrow() {
        let today = day("2026-08-30");
        assert_eq!(deadline(day("2026-07-01"), today), day("2026-08-31"));
    }

    fn range(from: &str, to: &str) -> DayRange {
        DayRange::new(day(from), day(to)).expect("a range")
    }

    #[test]
    fn a_whole_window_covers_only_what_it_lists_and_a_short_one_the_quiet_days_as_well() {
        let today = day("2026-08-30");
        let whole = range("2026-08-05", "2026-08-18");
        assert_eq!(quiet_days(Some(whole), today, false), []);
        assert_eq!(
            quiet_days(None, today, false),
            [range("2026-08-16", "2026-08-26")]
        );
        let one = range("2026-08-20", "2026-08-20");
        assert_eq!(
            quiet_days(Some(one), today, false),
            [
                range("2026-08-16", "2026-08-19"),
                range("2026-08-21", "2026-08-26")
            ]
        );
        let newest = range("2026-08-29", "2026-08-29");
        assert_eq!(
            quiet_days(Some(newest), today, false),
            [range("2026-08-16", "2026-08-28")]
        );
        assert_eq!(
            quiet_days(None, today, true),
            [range("2026-08-13", "2026-08-26")]
        );
    }

    #[test]
    fn stretches_that_touch_are_one() {
        let stretches = vec![
            range("2026-08-10", "2026-08-12"),
            range("2026-08-01", "2026-08-05"),
            range("2026-08-06", "2026-08-07"),
            range("2026-08-02", "2026-08-03"),
        ];
        assert_eq!(
            united(stretches),
            [
                range("2026-08-01", "2026-08-07"),
                range("2026-08-10", "2026-08-12")
            ]
        );
    }

    proptest! {
        #[test]
        fn before_the_deadline_the_next_day_can_still_be_known(
            newest in 0..40_i64,
            wait in 0..40_i64,
        ) {
            let newest = day("2026-01-01").plus(newest);
            let today = newest.plus(wait);
            let next = newest.plus(1).max(oldest_reachable(today));
            let last_chance = deadline(newest, today).plus(-1);
            prop_assert!(next >= oldest_reachable(last_chance));
            prop_assert!(next < oldest_reachable(last_chance.plus(1)));
        }

        /// The window has its fourteen days up to the newest published one.
        #[test]
        fn no_day_is_lost_between_collections_that_are_not_further_apart_than_allowed(
            pause in 0..=MAX_GAP,
            lag_before in PUBLICATION_LAG..=LONGEST_LAG,
            lag_after in PUBLICATION_LAG..=LONGEST_LAG,
        ) {
            let first = day("2026-01-20");
            let newest_known = first.plus(-lag_before);
            let oldest_shown = first.plus(pause - lag_after + 1 - WINDOW_DAYS);
            prop_assert!(oldest_shown <= newest_known.plus(1));
        }

        #[test]
        fn every_day_has_exactly_one_state(known in proptest::collection::btree_set(0..60_i64, 0..60)) {
            let from = day("2026-01-01");
            let range = DayRange { from, to: from.plus(59) };
            let days = known.iter().map(|offset| from.plus(*offset));
            let coverage = Coverage::new(range, days, |_| false, None, from.plus(59));
            prop_assert_eq!(coverage.stretches.iter().map(|(r, _)| r.len()).sum::<i64>(), 60);
            prop_assert_eq!(coverage.count(DayState::Known), i64::try_from(known.len()).expect("small"));
        }
    }
}
