//! The figures of all repositories over a range, with those of the days it is compared with.

use std::collections::HashMap;

use domain::report::Figure;
use domain::{DayRange, RepositoryId};

use super::Selection;
use crate::store::RangeSums;
use crate::{Engine, Result};

/// The sums of each repository that the filter leaves, over the range and over the earlier days.
pub(super) struct Sums {
    range: DayRange,
    compares: bool,
    of_each: HashMap<RepositoryId, [RangeSums; 2]>,
}

/// The known amount of a measure, and on how many days it is known.
pub(super) type Amount = fn(&RangeSums) -> (u64, i64);

pub(super) const VIEWS: Amount = |sums| (sums.views, sums.views_known);
pub(super) const VIEW_UNIQUES: Amount = |sums| (sums.view_uniques_daily_sum, sums.views_known);
pub(super) const CLONES: Amount = |sums| (sums.clones, sums.clones_known);

impl Engine {
    /// The sums of all that the table may list.
    pub(super) async fn sums(&self, all: &Selection<'_>) -> Result<Sums> {
        let ranges = [all.range, all.earlier.unwrap_or(all.range)];
        let of_each = (self.0.store).range_sums(all.tenant, all.scope, ranges);
        Ok(Sums {
            range: all.range,
            compares: all.earlier.is_some(),
            of_each: of_each.await?,
        })
    }
}

impl Sums {
    /// The figure of one repository. Compared only when every day of both ranges is known.
    pub(super) fn of(&self, id: RepositoryId, amount: Amount) -> Figure {
        let sums = self.of_each.get(&id).copied().unwrap_or_default();
        figure(self.range, sums, self.compares, amount)
    }

    /// The figure of all together. Like is compared with like, so the compared amounts are those of
    /// the repositories that know every day of both ranges.
    pub(super) fn of_all(&self, amount: Amount) -> Figure {
        let figures = self.of_each.keys().map(|id| self.of(*id, amount));
        let add = |sum: Option<u64>, one: Option<u64>| match (sum, one) {
            (Some(sum), Some(one)) => Some(sum + one),
            (sum, one) => sum.or(one),
        };
        figures.fold(Figure::default(), |sum, one| Figure {
            total: add(sum.total, one.total),
            compared: add(sum.compared, one.compared),
            previous: add(sum.previous, one.previous),
            missing: 0,
        })
    }
}

/// The figure of one repository over a range and, if it is compared, the earlier days. Compared only
/// when every day of both is known.
fn figure(
    range: DayRange,
    [now, earlier]: [RangeSums; 2],
    compares: bool,
    of: impl Fn(&RangeSums) -> (u64, i64),
) -> Figure {
    let ((total, known), (previous, known_earlier)) = (of(&now), of(&earlier));
    let least = known.min(known_earlier);
    let missing = if compares { range.len() - least } else { 0 };
    let is_compared = compares && missing <= 0;
    Figure {
        total: (known > 0).then_some(total),
        compared: is_compared.then_some(total),
        previous: is_compared.then_some(previous),
        missing: u32::try_from(missing).unwrap_or_default(),
    }
}
