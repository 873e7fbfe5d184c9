//! The figures of repositories over a period, with those of the period before.

use std::collections::HashMap;

use domain::report::{Figure, OverviewRow};
use domain::{DayRange, RepositoryId};

use super::Risk;
use super::data::data_state;
use crate::store::{RangeSums, RepositoryRecord};

/// The sums behind the rows.
pub(super) struct Sums {
    pub(super) range: DayRange,
    pub(super) now: HashMap<RepositoryId, RangeSums>,
    pub(super) before: HashMap<RepositoryId, RangeSums>,
    pub(super) lost: HashMap<RepositoryId, i64>,
}

impl Sums {
    pub(super) fn row(&self, record: &RepositoryRecord, risk: Option<Risk>) -> OverviewRow {
        let id = record.repository.id;
        let lost = self.lost.get(&id).copied().unwrap_or_default();
        OverviewRow {
            id,
            full_name: record.repository.full_name.clone(),
            views: self.figure(id, |sums| (sums.views, sums.views_known)),
            clones: self.figure(id, |sums| (sums.clones, sums.clones_known)),
            stars: record.stars,
            trend: Vec::new(),
            data: data_state(record, lost.max(0), risk),
        }
    }

    /// Compared only when every day of both periods is known.
    fn figure(&self, id: RepositoryId, of: impl Fn(&RangeSums) -> (u64, i64)) -> Figure {
        let known = |sums: Option<&RangeSums>| sums.map(&of).filter(|(_, known)| *known > 0);
        let whole = |sums: Option<(u64, i64)>| sums.filter(|(_, known)| *known == self.range.len());
        let (now, before) = (known(self.now.get(&id)), known(self.before.get(&id)));
        let compared = whole(now).zip(whole(before));
        Figure {
            total: now.map(|(sum, _)| sum),
            compared: compared.map(|((sum, _), _)| sum),
            previous: compared.map(|(_, (sum, _))| sum),
        }
    }

    pub(super) fn total_uniques(&self) -> Figure {
        total(
            self.now
                .keys()
                .map(|id| self.figure(*id, |sums| (sums.view_uniques_daily_sum, sums.views_known))),
        )
    }
}

/// The sum of figures, each over the repositories that have it, so that like is compared with like.
pub(super) fn total(figures: impl Iterator<Item = Figure>) -> Figure {
    let add = |a: Option<u64>, b: Option<u64>| match (a, b) {
        (Some(a), Some(b)) => Some(a + b),
        (a, b) => a.or(b),
    };
    figures.fold(Figure::default(), |sum, figure| Figure {
        total: add(sum.total, figure.total),
        compared: add(sum.compared, figure.compared),
        previous: add(sum.previous, figure.previous),
    })
}
