//! The centred 7-day mean of a daily series, which evens out the rhythm of the week.

use super::float::amount;

/// More days than this are read by their mean.
pub const MOST_DAYS_WITHOUT: usize = 60;

/// Days on each side of the one in the middle.
const REACH: usize = 3;
/// With fewer known days in its window, a day has no mean.
const LEAST_KNOWN: u32 = 4;

/// The mean of a day and up to three days on each side of it.
///
/// It starts again after a gap: days beyond an unknown one do not count. With fewer than four known
/// days there is none.
#[must_use]
pub fn centred_mean(values: &[Option<u64>], index: usize) -> Option<f64> {
    let (before, after) = values.split_at_checked(index)?;
    let (middle, after) = after.split_first()?;
    let middle = amount((*middle)?);
    let (mut sum, mut known) = (middle, 1_u32);
    let mut add = |side: &mut dyn Iterator<Item = &Option<u64>>| {
        for value in side.take(REACH).map_while(|value| *value) {
            sum += amount(value);
            known += 1;
        }
    };
    add(&mut before.iter().rev());
    add(&mut after.iter());
    (known >= LEAST_KNOWN).then(|| sum / f64::from(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn means(values: &[Option<u64>]) -> Vec<Option<f64>> {
        (0..values.len())
            .map(|index| centred_mean(values, index))
            .collect()
    }

    #[test]
    fn a_day_is_evened_out_with_three_days_on_each_side() {
        let week: Vec<_> = (1..=7).map(Some).collect();
        assert_eq!(centred_mean(&week, 3), Some(4.0));
        assert_eq!(centred_mean(&week, 0), Some(2.5), "the first four days");
        assert_eq!(centred_mean(&week, 6), Some(5.5), "the last four days");
        assert_eq!(centred_mean(&week, 7), None);
    }

    #[test]
    fn the_mean_starts_again_after_a_gap_and_needs_four_known_days() {
        let values = [
            Some(8),
            Some(8),
            Some(8),
            None,
            Some(2),
            Some(2),
            Some(2),
            Some(2),
        ];
        let two = Some(2.0);
        assert_eq!(
            means(&values),
            [None, None, None, None, two, two, two, two],
            "three days before the gap are too few, and none of them counts after it"
        );
    }

    #[test]
    fn a_known_zero_counts() {
        assert_eq!(
            centred_mean(&[Some(0), Some(0), Some(0), Some(4)], 0),
            Some(1.0)
        );
    }
}
