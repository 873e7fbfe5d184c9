//! What is known of a repository's days, what is still to come, and what is lost.

use serde::{Deserialize, Serialize};

use crate::day::{Day, DayRange};

/// How many days GitHub keeps: the buckets of one answer.
/// <https://docs.github.com/rest/metrics/traffic>
pub const WINDOW_DAYS: i64 = 14;

/// How far behind today the newest day is that GitHub publishes, at best.
///
/// Since 2026 the window ends yesterday or earlier (211 of 232 recorded windows lag one day).
pub const PUBLICATION_LAG: i64 = 1;

/// How far behind today the newest day was at worst: of those 232 windows, 17 lagged two days and
/// 4 lagged three.
pub const LONGEST_LAG: i64 = 3;

/// How many days may pass from one collection to the next without losing one: the first may have
/// come before GitHub was late, and the next when it is not.
pub const LONGEST_PAUSE: i64 = WINDOW_DAYS - (LONGEST_LAG - PUBLICATION_LAG);

/// How a day stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayState {
    /// GitHub reported it; zero included.
    Known,
    /// GitHub can still report it.
    NotYetPublished,
    /// Nobody reported it in time: GitHub has forgotten it.
    Lost,
}

/// The days of a repository from the first known one, in runs of the same state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Consecutive runs of days in the same state, oldest first.
    pub stretches: Vec<(DayRange, DayState)>,
    /// The day on which the next day is lost unless a collection succeeds before.
    pub deadline: Option<Day>,
}

impl Coverage {
    /// How the days of `range` stand, given the known days (in order) among them.
    ///
    /// `newest` is the repository's newest known day, which may lie outside the range; nothing
    /// known gives no coverage, since nobody can say when it should have begun.
    #[must_use]
    pub fn of(
        range: DayRange,
        known: impl IntoIterator<Item = Day>,
        newest: Option<Day>,
        today: Day,
    ) -> Self {
        let mut known = known.into_iter().peekable();
        let mut stretches: Vec<(DayRange, DayState)> = Vec::new();
        for day in range.days() {
            while known.next_if(|&other| other < day).is_some() {}
            let state = if known.peek() == Some(&day) {
                DayState::Known
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

    /// The stretches in this state.
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

/// The oldest day that an answer of `today` is sure to show.
///
/// The window has fourteen days up to the newest published one, which may be today's own while
/// GitHub is quick; so the sure window starts thirteen days before today.
#[must_use]
pub fn oldest_reachable(today: Day) -> Day {
    today.plus(1 - WINDOW_DAYS)
}

/// The day on which GitHub may forget the first day after `newest`.
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
        let coverage = Coverage::of(range, known, Some(day("2026-08-28")), today);
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
            pause in 0..=LONGEST_PAUSE,
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
            let coverage = Coverage::of(range, days, None, from.plus(59));
            prop_assert_eq!(coverage.stretches.iter().map(|(r, _)| r.len()).sum::<i64>(), 60);
            prop_assert_eq!(coverage.count(DayState::Known), i64::try_from(known.len()).expect("small"));
        }
    }
}
