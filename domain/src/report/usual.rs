//! The usual range behind a chart's lines, day by day.

use serde::{Deserialize, Serialize};

use super::columns;
use crate::day::Day;
use crate::usual::UsualRange;

/// The usual range of each day that a chart shows; `None` where too little is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsualBand {
    /// The lowest usual counts.
    #[serde(with = "columns::values")]
    pub low: Vec<Option<u64>>,
    /// The highest usual counts.
    #[serde(with = "columns::values")]
    pub high: Vec<Option<u64>>,
}

impl UsualBand {
    /// Whether no day has a range.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.low.iter().all(Option::is_none)
    }

    /// The lowest and the highest usual count of a day, by its place.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<(u64, u64)> {
        Some(((*self.low.get(index)?)?, (*self.high.get(index)?)?))
    }
}

impl FromIterator<Option<UsualRange>> for UsualBand {
    fn from_iter<I: IntoIterator<Item = Option<UsualRange>>>(days: I) -> Self {
        let bounds = |range: Option<UsualRange>| {
            (range.map(|range| range.low), range.map(|range| range.high))
        };
        let (low, high) = days.into_iter().map(bounds).unzip();
        Self { low, high }
    }
}

/// The usual ranges of a chart's series, one for each of its buckets. Empty unless the buckets are
/// days: a running week is compared with nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsualBands {
    /// Views.
    pub views: UsualBand,
    /// Unique visitors of each day.
    pub view_uniques: UsualBand,
    /// Clones.
    pub clones: UsualBand,
    /// Unique cloners of each day.
    pub clone_uniques: UsualBand,
    /// The first day with a usual range, if the history is too short for any.
    pub from: Option<Day>,
}
