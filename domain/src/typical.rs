//! What a line of days is like, for a description in a sentence: its typical range, its spikes, and
//! how weekends differ.
//!
//! The range holds the middle four fifths of the values. A spike lies beyond three interquartile
//! ranges above the upper quartile (J. W. Tukey, “Exploratory Data Analysis”, 1977, “far out”), is more
//! than twice the upper end of the range and at least ten, so that quiet lines have none by chance.

use chrono::{Datelike, Weekday};

use crate::day::Day;

/// With fewer known values nothing is typical.
const LEAST_KNOWN: usize = 14;
/// A spike has at least as much.
const LEAST_SPIKE: u64 = 10;
/// With fewer known weekend days, nothing is said of weekends: four weekends.
const LEAST_WEEKEND: usize = 8;

/// What the values of a line are like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Typical {
    /// The lower end of the middle four fifths.
    pub low: u64,
    /// Their upper end.
    pub high: u64,
    /// How often the values left that range far upwards. Spikes of neighbouring values count once.
    pub spikes: usize,
    /// How weekends differ, if they do.
    pub weekends: Option<Weekends>,
}

/// How Saturdays and Sundays differ from the other days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weekends {
    /// Their median is at most four fifths of the other days'.
    Lower,
    /// It is at least five fourths of it.
    Higher,
}

impl Typical {
    /// What the values of consecutive buckets are like, each with its first day; `None` with fewer
    /// than fourteen known values. Weekends exist where the buckets are days.
    #[must_use]
    pub fn of(values: &[(Day, Option<u64>)], are_days: bool) -> Option<Self> {
        let known = sorted(values.iter().filter_map(|(_, value)| *value));
        if known.len() < LEAST_KNOWN {
            return None;
        }
        let (low, high) = (quantile(&known, 10), quantile(&known, 90));
        let (lower, upper) = (quantile(&known, 25), quantile(&known, 75));
        let far = upper.saturating_add(3 * (upper - lower)).max(2 * high);
        let is_spike =
            |value: Option<u64>| value.is_some_and(|value| value > far && value >= LEAST_SPIKE);
        let mut before = false;
        let mut spikes = 0;
        for (_, value) in values {
            let now = is_spike(*value);
            spikes += usize::from(now && !before);
            before = now;
        }
        Some(Self {
            low,
            high,
            spikes,
            weekends: are_days.then(|| weekends(values)).flatten(),
        })
    }
}

fn weekends(values: &[(Day, Option<u64>)]) -> Option<Weekends> {
    let is_weekend = |day: Day| matches!(day.date().weekday(), Weekday::Sat | Weekday::Sun);
    let of = |weekend: bool| {
        let days = values.iter().filter(|(day, _)| is_weekend(*day) == weekend);
        sorted(days.filter_map(|(_, value)| *value))
    };
    let (weekend, other) = (of(true), of(false));
    if weekend.len() < LEAST_WEEKEND || other.len() < LEAST_WEEKEND {
        return None;
    }
    let (weekend, other) = (quantile(&weekend, 50), quantile(&other, 50));
    if other == 0 {
        return None;
    }
    if weekend.saturating_mul(5) <= other.saturating_mul(4) {
        Some(Weekends::Lower)
    } else if weekend.saturating_mul(4) >= other.saturating_mul(5) {
        Some(Weekends::Higher)
    } else {
        None
    }
}

fn sorted(values: impl Iterator<Item = u64>) -> Vec<u64> {
    let mut values: Vec<_> = values.collect();
    values.sort_unstable();
    values
}

/// The value at this percentage of the sorted values, by the nearest rank; 0 without values.
fn quantile(sorted: &[u64], percent: usize) -> u64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Consecutive days from a Monday on.
    fn days(values: impl IntoIterator<Item = Option<u64>>) -> Vec<(Day, Option<u64>)> {
        let monday: Day = "2026-07-06".parse().expect("a day");
        let day = |(index, value)| (monday.plus(i64::try_from(index).expect("short")), value);
        values.into_iter().enumerate().map(day).collect()
    }

    /// Eight weeks of 150 ± 30 with weekends of 100, and three spikes, one of two days.
    fn weeks() -> Vec<(Day, Option<u64>)> {
        let mut values: Vec<_> = (0..56_u64)
            .map(|day| {
                Some(if day % 7 >= 5 {
                    100
                } else {
                    120 + day * 13 % 61
                })
            })
            .collect();
        for spike in [9, 10, 24, 45] {
            values[spike] = Some(900);
        }
        days(values)
    }

    #[test]
    fn range_spikes_and_weekends_are_those_of_the_values() {
        let typical = Typical::of(&weeks(), true).expect("eight weeks");
        assert_eq!((typical.low, typical.high), (100, 179));
        assert_eq!(typical.spikes, 3, "neighbouring days are one spike");
        assert_eq!(typical.weekends, Some(Weekends::Lower));
    }

    #[test]
    fn weeks_and_months_have_no_weekends() {
        let typical = Typical::of(&weeks(), false).expect("enough");
        assert_eq!(typical.weekends, None);
    }

    #[test]
    fn weekends_may_be_higher_or_alike() {
        let of = |weekend: u64| {
            let values = (0..28_u64).map(|day| Some(if day % 7 >= 5 { weekend } else { 100 }));
            Typical::of(&days(values), true).expect("enough").weekends
        };
        assert_eq!(of(125), Some(Weekends::Higher));
        assert_eq!(of(124), None);
        assert_eq!(of(81), None);
        assert_eq!(of(80), Some(Weekends::Lower));
    }

    #[test]
    fn unknown_days_are_no_values_and_a_few_values_say_nothing() {
        let of =
            |known: usize| Typical::of(&days((0..40).map(|day| (day < known).then_some(7))), true);
        assert_eq!(of(13), None);
        let typical = of(14).expect("fourteen values");
        assert_eq!((typical.low, typical.high, typical.spikes), (7, 7, 0));
        assert_eq!(typical.weekends, None, "two weekends are too few");
    }

    #[test]
    fn a_quiet_line_has_no_spike_by_chance() {
        let with = |highest: u64| {
            let values = (0..40).map(|day| Some(if day == 20 { highest } else { 0 }));
            let typical = Typical::of(&days(values), true).expect("enough");
            assert_eq!((typical.low, typical.high), (0, 0));
            typical.spikes
        };
        assert_eq!((with(9), with(10)), (0, 1));
        let values = (0..40).map(|day| Some(2 + u64::from(day % 9 == 0)));
        assert_eq!(Typical::of(&days(values), true).expect("enough").spikes, 0);
    }
}
