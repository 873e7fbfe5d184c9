//! A sum and its change.

use serde::{Deserialize, Serialize};

/// A sum over a period and over the previous period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// The sum over the known days; `None` without any.
    pub total: Option<u64>,
    /// The comparable part of the total: repositories with complete data in both periods.
    pub compared: Option<u64>,
    /// The sum of the same repositories over the previous period.
    pub previous: Option<u64>,
}

impl Figure {
    /// The change against the previous period in percent, if comparable.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_said_only_against_a_known_period() {
        let figure = |compared, previous| Figure {
            total: compared,
            compared,
            previous,
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
