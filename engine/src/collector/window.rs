//! What a traffic response makes known: the pure rules of the 14-day window.

use domain::coverage::{WINDOW_DAYS, oldest_reachable};
use domain::{Counts, Day, DayRange};

use crate::github::Window;

/// The days that a response makes known, oldest first: the listed ones, and zeros for those missing
/// between the first and last listed day.
///
/// Until late 2025 GitHub omitted days without traffic, so a gap within the list is a zero. A day
/// after the last listed one is not published yet, and one before the first may be truncated: both
/// are unknown.
pub(crate) fn known_days(listed: &[(Day, Counts)]) -> Vec<(Day, Counts)> {
    let Some(range) = DayRange::spanning(listed.iter().map(|(day, _)| *day)) else {
        return Vec::new();
    };
    let mut days: Vec<_> = range.days().map(|day| (day, Counts::default())).collect();
    for &(day, counts) in listed {
        let offset = usize::try_from(day.days_since(range.from)).unwrap_or_default();
        days[offset].1 = days[offset].1.merge(counts);
    }
    days
}

/// The days that GitHub's response makes known, oldest first.
///
/// A listed day that cannot be read is unknown, never zero. An unlisted day is unknown if an entry
/// has no valid date, which may be that day's, or if the day lies before the window.
pub(crate) fn days_of(window: &Window) -> Vec<(Day, Counts)> {
    if window.undated {
        return window.buckets.clone();
    }
    let last = window.buckets.last().map(|(day, _)| *day);
    let last = last.max(window.unread.last().copied());
    let is_known = |(day, _): &(Day, Counts)| {
        let is_listed = || {
            window
                .buckets
                .binary_search_by_key(day, |(it, _)| *it)
                .is_ok()
        };
        let in_window = last.is_some_and(|last| last.days_since(*day) <= WINDOW_DAYS);
        !window.unread.contains(day) && (in_window || is_listed())
    };
    known_days(&window.buckets)
        .into_iter()
        .filter(is_known)
        .collect()
}

/// The listed weeks, keyed by their Mondays, that begin within the window of a response given on
/// `today`.
///
/// A week that begins before the window counts only its remaining days, and the response does not
/// say so. Every window contains a whole week, so weekly collection misses none. The current week
/// counts from its Monday until now, and grows.
pub(super) fn uncut_weeks(listed: &[(Day, Counts)], today: Day) -> Vec<(Day, Counts)> {
    let oldest = oldest_reachable(today);
    listed
        .iter()
        .copied()
        .filter(|(monday, _)| *monday >= oldest)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use domain::coverage::WINDOW_DAYS;
    use proptest::prelude::*;

    use super::*;

    fn day(offset: i64) -> Day {
        "2026-01-01".parse::<Day>().expect("a day").plus(offset)
    }

    fn listed() -> impl Strategy<Value = Vec<(Day, Counts)>> {
        proptest::collection::btree_map(0..15_i64, (0..900_u32, 0..90_u32), 0..15).prop_map(
            |days| {
                days.into_iter()
                    .map(|(offset, (count, uniques))| {
                        (day(offset), Counts::new(count, uniques.min(count)))
                    })
                    .collect()
            },
        )
    }

    #[test]
    fn a_hole_is_zero_and_a_missing_end_is_unknown() {
        let counts = Counts::new(5, 3);
        let listed = [(day(2), counts), (day(5), counts)];
        assert_eq!(
            known_days(&listed),
            [
                (day(2), counts),
                (day(3), Counts::default()),
                (day(4), Counts::default()),
                (day(5), counts)
            ]
        );
        assert_eq!(
            known_days(&[(day(7), Counts::default())]),
            [(day(7), Counts::default())]
        );
        assert_eq!(known_days(&[]), []);
    }

    proptest! {
        #[test]
        fn listed_days_are_known_as_listed(listed in listed()) {
            let known: BTreeMap<_, _> = known_days(&listed).into_iter().collect();
            for (day, counts) in &listed {
                prop_assert_eq!(known.get(day), Some(counts));
            }
        }

        #[test]
        fn other_known_days_are_zero_and_lie_between_listed_ones(listed in listed()) {
            let days: Vec<Day> = listed.iter().map(|(day, _)| *day).collect();
            for (day, counts) in known_days(&listed) {
                prop_assert!(days.first() <= Some(&day) && Some(&day) <= days.last());
                if !days.contains(&day) {
                    prop_assert_eq!(counts, Counts::default());
                }
            }
        }

        #[test]
        fn known_days_have_no_hole_and_are_each_known_once(listed in listed()) {
            let known = known_days(&listed);
            for pair in known.windows(2) {
                prop_assert_eq!(pair[1].0.days_since(pair[0].0), 1);
            }
            prop_assert_eq!(known.is_empty(), listed.is_empty());
        }

        #[test]
        fn knowing_the_known_again_changes_nothing(listed in listed()) {
            let known = known_days(&listed);
            prop_assert_eq!(known_days(&known), known);
        }

        #[test]
        fn zero_filled_or_sparse_the_busy_days_are_known_alike(listed in listed()) {
            let sparse: Vec<_> =
                listed.iter().copied().filter(|(_, counts)| counts.count > 0).collect();
            let full: BTreeMap<_, _> = known_days(&listed).into_iter().collect();
            for (day, counts) in known_days(&sparse) {
                prop_assert_eq!(full.get(&day), Some(&counts));
            }
        }

        /// Whatever the lag: the window of a response given today ends at most that long ago.
        #[test]
        fn a_week_is_kept_only_where_the_window_holds_it_from_monday_on(
            today in 20..60_i64,
            lag in 0..4_i64,
        ) {
            let today = day(today);
            let window = DayRange::ending(today.plus(-lag), WINDOW_DAYS);
            let mut mondays: Vec<Day> = window.days().map(Day::week_start).collect();
            mondays.dedup();
            let weeks: Vec<_> =
                mondays.iter().map(|monday| (*monday, Counts::new(1, 1))).collect();
            let kept = uncut_weeks(&weeks, today);
            for (monday, _) in &kept {
                prop_assert!(window.from <= *monday);
            }
            let whole = kept.iter().any(|(monday, _)| monday.plus(6) < today);
            prop_assert!(whole, "{:?}", kept);
        }
    }
}
