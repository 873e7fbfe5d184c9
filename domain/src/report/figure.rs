//! A sum and its change.

use serde::{Deserialize, Serialize};

/// A sum over a range and over the range it is compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// The sum over the known days; `None` without any.
    pub total: Option<u64>,
    /// The comparable part of the total: the days known in both ranges, or the repositories that
    /// know every day of both.
    pub compared: Option<u64>,
    /// The sum of the same days or repositories over the compared range.
    pub previous: Option<u64>,
    /// How many days are not known in both ranges, if that is why nothing is compared.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub missing: u32,
}

impl Figure {
    /// The change against the compared range in percent, if comparable.
    #[must_use]
    pub fn change(self) -> Option<i64> {
        let previous = i128::from(self.previous.filter(|previous| *previous > 0)?);
        let total = i128::from(self.compared?);
        // Rounded half away from zero, as people expect of a percentage.
        let per_mille = (total - previous) * 1_000 / previous;
        let half = 5 * per_mille.signum();
        i64::try_from((per_mille + half) / 10).ok()
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_said_only_against_a_known_period() {
        let figure = |compared, previous| Figure {
            total: compared,
            compared,
            previous,
            missing: 0,
        };
        assert_eq!(figure(Some(111), Some(100)).change(), Some(11));
        assert_eq!(figure(Some(1), Some(3)).change(), Some(-67));
        assert_eq!(figure(Some(2), Some(3)).change(), Some(-33));
        assert_eq!(figure(Some(0), Some(4)).change(), Some(-100));
        assert_eq!(figure(Some(5), Some(0)).change(), None);
        assert_eq!(figure(None, Some(5)).change(), None);
        assert_eq!(figure(Some(5), None).change(), None);
    }
}
