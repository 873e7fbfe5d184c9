//! False zeros: days on which GitHub counted nothing for many busy repositories at once.
//! A platform-wide incident of the kind has happened. One repository without visits on a day means
//! nothing, but several busy repositories at zero on the same day is not a coincidence.

use std::collections::BTreeMap;

use crate::day::{Day, DayRange};
use crate::traffic::{Counts, Measure};

/// How many preceding days with visits make a repository busy: one week, so that a repository idle
/// on Sundays is not.
const BUSY_DAYS: usize = 7;
/// The minimum average of visits on such a day. With five, a day is at zero by chance once in 150
/// days.
const BUSY_COUNT: u64 = 5;
/// The longest outage; a repository at zero for longer is no longer busy.
const LONGEST_OUTAGE: usize = 7;
/// The minimum number of busy repositories at zero on the same day.
const LEAST_SILENT: u32 = 5;

/// The days before a day that decide whether a repository is busy.
pub const BACKGROUND_DAYS: i64 = 14;

/// GitHub's reports of a repository's day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayCounts {
    /// The day.
    pub day: Day,
    /// The highest count ever reported.
    pub known: u32,
    /// Whether the last report says zero.
    pub silent: bool,
}

/// Collects the zero days of busy repositories, one repository after another. Its size grows only
/// with the days and the zero days.
#[derive(Debug)]
pub struct OutageDetector<K> {
    range: DayRange,
    days: BTreeMap<(Measure, Day), SuspectDay<K>>,
}

#[derive(Debug)]
struct SuspectDay<K> {
    busy: u32,
    silent: Vec<K>,
}

impl<K> OutageDetector<K> {
    /// A detector for the days of this range.
    #[must_use]
    pub const fn within(range: DayRange) -> Self {
        Self {
            range,
            days: BTreeMap::new(),
        }
    }

    /// Adds the known days of one repository, oldest first, including days before the range; `key`
    /// identifies its zero days.
    pub fn add(&mut self, measure: Measure, days: &[DayCounts], key: impl Fn(&DayCounts) -> K) {
        for (index, day) in days.iter().enumerate() {
            if !self.range.contains(day.day) || !is_busy(&days[..index]) {
                continue;
            }
            let suspect = self.days.entry((measure, day.day)).or_insert(SuspectDay {
                busy: 0,
                silent: Vec::new(),
            });
            suspect.busy = suspect.busy.saturating_add(1);
            if day.silent {
                suspect.silent.push(key(day));
            }
        }
    }

    /// The days on which GitHub most likely failed to count, with their keys.
    pub fn false_zeros(self) -> impl Iterator<Item = (Measure, Day, Vec<K>)> {
        self.days
            .into_iter()
            .filter(|(_, suspect)| suspect.is_false())
            .map(|((measure, day), suspect)| (measure, day, suspect.silent))
    }
}

impl<K> SuspectDay<K> {
    /// Whether it is not a coincidence: several, and most, busy repositories are at zero.
    fn is_false(&self) -> bool {
        let silent = u32::try_from(self.silent.len()).unwrap_or(u32::MAX);
        silent >= LEAST_SILENT && u64::from(silent) * 2 > u64::from(self.busy)
    }
}

/// Whether a repository was visited on each of the seven known days before a day, ignoring an
/// ongoing outage.
fn is_busy(before: &[DayCounts]) -> bool {
    let silent_days = before.iter().rev().take_while(|day| day.silent).count();
    if silent_days >= LONGEST_OUTAGE {
        return false;
    }
    let background = &before[..before.len() - silent_days];
    let Some(start) = background.len().checked_sub(BUSY_DAYS) else {
        return false;
    };
    let background = &background[start..];
    let sum: u64 = background.iter().map(|day| u64::from(day.known)).sum();
    background.iter().all(|day| day.known > 0) && sum >= BUSY_COUNT * BUSY_DAYS as u64
}

impl From<(Day, Counts, Option<Counts>)> for DayCounts {
    /// A day, its known count, and the last reported count if lower.
    fn from((day, known, reported): (Day, Counts, Option<Counts>)) -> Self {
        Self {
            day,
            known: known.count,
            silent: reported.unwrap_or(known).count == 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(offset: i64) -> Day {
        "2026-06-01".parse::<Day>().expect("a day").plus(offset)
    }

    /// Three weeks; the last two are examined.
    fn range() -> DayRange {
        DayRange::new(day(7), day(20)).expect("a range")
    }

    /// Days with these counts, from the first on.
    fn days(counts: &[u32]) -> Vec<DayCounts> {
        (0..)
            .zip(counts)
            .map(|(offset, count)| (day(offset), Counts::new(*count, 0), None).into())
            .collect()
    }

    fn judged(repositories: &[Vec<DayCounts>]) -> Vec<(i64, Vec<usize>)> {
        let mut detector = OutageDetector::within(range());
        for (index, days) in repositories.iter().enumerate() {
            detector.add(Measure::Views, days, |_| index);
        }
        detector
            .false_zeros()
            .map(|(_, on, silent)| (on.days_since(day(0)), silent))
            .collect()
    }

    /// Visited daily, but for these days.
    fn busy_but(silent: &[usize]) -> Vec<DayCounts> {
        let counts: Vec<u32> = (0..21)
            .map(|index| if silent.contains(&index) { 0 } else { 9 })
            .collect();
        days(&counts)
    }

    #[test]
    fn five_of_nine_busy_ones_without_a_visit_are_no_chance_and_four_may_be() {
        let mut repositories = vec![busy_but(&[15]); 5];
        repositories.extend(vec![busy_but(&[]); 4]);
        assert_eq!(judged(&repositories), [(15, vec![0, 1, 2, 3, 4])]);
        repositories.push(busy_but(&[]));
        assert_eq!(judged(&repositories), [], "half of them are not most");
        assert_eq!(judged(&vec![busy_but(&[15]); 4]), [], "four are too few");
    }

    #[test]
    fn an_incident_of_several_days_is_seen_whole() {
        let found = judged(&vec![busy_but(&[14, 15, 16]); 6]);
        let on: Vec<i64> = found.iter().map(|(day, _)| *day).collect();
        assert_eq!(on, [14, 15, 16]);
    }

    #[test]
    fn who_rests_every_week_or_has_few_visits_is_not_busy() {
        assert_eq!(judged(&vec![busy_but(&[2, 9, 16]); 9]), []);
        let rare = days(&[1; 21].map(|_| 1)).into_iter().map(|day| DayCounts {
            silent: day.day == self::day(15),
            ..day
        });
        assert_eq!(judged(&vec![rare.collect(); 9]), []);
    }

    #[test]
    fn a_day_that_was_revised_to_zero_is_silent_and_was_busy() {
        let revised: Vec<DayCounts> = (0..21)
            .map(|offset| {
                let zero = (offset == 12).then(Counts::default);
                (day(offset), Counts::new(9, 3), zero).into()
            })
            .collect();
        assert_eq!(judged(&vec![revised; 5]), [(12, vec![0, 1, 2, 3, 4])]);
    }

    proptest! {
        #[test]
        fn a_repository_with_visits_is_never_suspected(
            counts in proptest::collection::vec(proptest::collection::vec(0..20_u32, 21), 0..12),
        ) {
            let repositories: Vec<_> = counts.iter().map(|counts| days(counts)).collect();
            for (on, silent) in judged(&repositories) {
                prop_assert!(range().contains(day(on)));
                prop_assert!(silent.len() >= 5);
                for index in silent {
                    let on = usize::try_from(on).expect("an index");
                    prop_assert_eq!(counts[index][on], 0);
                }
            }
        }

        #[test]
        fn however_many_are_added_before_or_after_the_judgement_is_the_same(
            silent in 0..12_usize,
            visited in 0..12_usize,
            quiet in 0..5_usize,
        ) {
            let mut repositories = vec![busy_but(&[15]); silent];
            repositories.extend(vec![busy_but(&[]); visited]);
            repositories.extend(vec![days(&[0; 21]); quiet]);
            let forth = judged(&repositories).len();
            repositories.reverse();
            prop_assert_eq!(judged(&repositories).len(), forth);
            prop_assert_eq!(forth > 0, silent >= 5 && silent > visited);
        }
    }
}
