//! Whether a repository's weeks are outside their usual range.
//!
//! The range is the median of the weeks before with three robust standard deviations on each side,
//! from the median absolute deviation, which a few extraordinary weeks do not move (Rousseeuw and
//! Croux, “Alternatives to the Median Absolute Deviation”, 1993). It is never narrower than the
//! noise of counting.

use serde::{Deserialize, Serialize};

/// How many weeks say what is usual.
pub const USUAL_WEEKS: usize = 8;
/// How many weeks after them are compared with it.
pub const TREND_WEEKS: usize = 3;
/// How many of the usual weeks must be known.
const MIN_KNOWN: usize = 6;
/// Three times 1.4826, in ten-thousandths: the factor from a median absolute deviation to three
/// standard deviations of a normal distribution.
const THREE_DEVIATIONS: u64 = 44_478;
/// The narrowest half of a range: one view a day.
const NARROWEST: u64 = 7;

/// The direction in which a repository has left its usual range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trend {
    /// Above it in each of the last three weeks.
    Rising,
    /// Below it in each of the last three weeks.
    Falling,
}

/// What a week usually has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct UsualWeek {
    median: u64,
    spread: u64,
}

impl UsualWeek {
    /// `None` when too few weeks are known.
    fn of(weeks: &[Option<u64>]) -> Option<Self> {
        let known: Vec<u64> = weeks.iter().copied().flatten().collect();
        if known.len() < MIN_KNOWN {
            return None;
        }
        let median = median(known.clone())?;
        let deviations = known.iter().map(|week| week.abs_diff(median)).collect();
        let measured = self::median(deviations)?.saturating_mul(THREE_DEVIATIONS) / 10_000;
        let counting = 3 * median.isqrt();
        Some(Self {
            median,
            spread: measured.max(counting).max(NARROWEST),
        })
    }
}

/// The direction of the last [`TREND_WEEKS`] of [`USUAL_WEEKS`] + [`TREND_WEEKS`] whole weeks,
/// oldest first; `None` when one of them is usual or unknown, or too few before are known.
#[must_use]
pub fn trend(weeks: &[Option<u64>]) -> Option<Trend> {
    let (usual, last) = weeks.split_at_checked(weeks.len().checked_sub(TREND_WEEKS)?)?;
    let usual = UsualWeek::of(usual)?;
    let all =
        |is_outside: &dyn Fn(u64) -> bool| last.iter().all(|week| week.is_some_and(is_outside));
    if all(&|week| week > usual.median.saturating_add(usual.spread)) {
        Some(Trend::Rising)
    } else if all(&|week| week.saturating_add(usual.spread) < usual.median) {
        Some(Trend::Falling)
    } else {
        None
    }
}

/// How far the last of these weeks is from its usual value, in hundredths of the range's half
/// width; `None` when it is unknown or too few before are known.
#[must_use]
pub fn deviation(weeks: &[Option<u64>]) -> Option<u64> {
    let (last, before) = weeks.split_last()?;
    let usual = UsualWeek::of(before.get(..USUAL_WEEKS).unwrap_or(before))?;
    let off = (*last)?.abs_diff(usual.median);
    Some(off.saturating_mul(100) / usual.spread)
}

/// The middle value; of two, the lower one.
fn median(mut values: Vec<u64>) -> Option<u64> {
    values.sort_unstable();
    let middle = values.len().checked_sub(1)? / 2;
    values.get(middle).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weeks(usual: [u64; 8], last: [u64; 3]) -> Vec<Option<u64>> {
        usual.into_iter().chain(last).map(Some).collect()
    }

    const STEADY: [u64; 8] = [700, 720, 690, 710, 705, 695, 730, 680];

    #[test]
    fn three_weeks_outside_the_usual_range_are_a_trend_and_two_are_not() {
        assert_eq!(
            trend(&weeks(STEADY, [900, 950, 1_000])),
            Some(Trend::Rising)
        );
        assert_eq!(trend(&weeks(STEADY, [400, 300, 350])), Some(Trend::Falling));
        assert_eq!(trend(&weeks(STEADY, [900, 710, 1_000])), None);
        assert_eq!(trend(&weeks(STEADY, [900, 950, 400])), None);
        assert_eq!(trend(&weeks(STEADY, [720, 730, 725])), None);
    }

    #[test]
    fn one_extraordinary_week_changes_nothing_of_what_is_usual() {
        let mut usual = STEADY;
        usual[4] = 90_000;
        assert_eq!(trend(&weeks(usual, [900, 950, 1_000])), Some(Trend::Rising));
        assert_eq!(trend(&weeks(usual, [720, 730, 725])), None);
    }

    #[test]
    fn the_noise_of_counting_is_no_trend() {
        assert_eq!(trend(&weeks([2; 8], [5, 6, 7])), None, "a few views");
        assert_eq!(trend(&weeks([100; 8], [125, 128, 130])), None);
        assert_eq!(
            trend(&weeks([100; 8], [131, 140, 150])),
            Some(Trend::Rising)
        );
        assert_eq!(trend(&weeks([0; 8], [0, 0, 0])), None);
    }

    #[test]
    fn without_enough_known_weeks_nothing_is_usual() {
        let mut thin = weeks(STEADY, [900, 950, 1_000]);
        thin[0] = None;
        thin[1] = None;
        assert_eq!(trend(&thin), Some(Trend::Rising), "six of eight");
        thin[2] = None;
        assert_eq!((trend(&thin), deviation(&thin)), (None, None));
        let mut unknown = weeks(STEADY, [900, 950, 1_000]);
        unknown[9] = None;
        assert_eq!(trend(&unknown), None);
        assert!(deviation(&unknown).is_some());
        unknown[10] = None;
        assert_eq!(deviation(&unknown), None);
        assert_eq!((trend(&[]), deviation(&[])), (None, None));
    }

    #[test]
    fn a_larger_change_deviates_more_whatever_its_direction() {
        let of = |last| deviation(&weeks(STEADY, [700, 700, last])).expect("known");
        assert!(of(1_200) > of(900) && of(300) > of(600) && of(700) == 0);
    }
}
