//! A sum, and how it changed.

use serde::{Deserialize, Serialize};

/// A sum over a period beside the same sum over the period before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// The sum over the known days; `None` where no day is known.
    pub total: Option<u64>,
    /// The part of the total that can be compared: of the repositories whose days are all known,
    /// in this period and in the one before.
    pub compared: Option<u64>,
    /// The sum of the same repositories over the period before.
    pub previous: Option<u64>,
}

impl Figure {
    /// The change against the period before, in percent; `None` where it cannot be said.
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
