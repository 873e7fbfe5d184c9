//! The figures of all repositories over a range, with those of the range before.

use std::collections::HashSet;

use domain::report::Figure;
use domain::{DayRange, RepositoryId, RepositoryScope};

use super::Selection;
use crate::store::RangeSums;
use crate::{Engine, Result};

/// The figures of all repositories in scope.
pub(super) struct Figures {
    pub(super) views: Figure,
    pub(super) view_uniques_daily_sum: Figure,
    pub(super) clones: Figure,
}

/// The repositories that know a measure on every day of both ranges, so that like is compared with
/// like.
struct Comparable {
    ids: HashSet<RepositoryId>,
    /// Whether all repositories that count anything in the ranges are comparable.
    is_all: bool,
}

impl Engine {
    /// The sums over the range, and, of the repositories that know every day of it and of the range
    /// before, the sums over both.
    pub(super) async fn figures(&self, all: &Selection<'_>) -> Result<Figures> {
        let (store, range) = (&self.0.store, all.range);
        let now = store.sums_of_all(all.tenant, all.scope, range).await?;
        let [views, clones] = self.comparable(all).await?;
        let compared = self.compared_sums(all, &views).await?;
        let compared_clones = if views.ids == clones.ids {
            compared
        } else {
            self.compared_sums(all, &clones).await?
        };
        let figure =
            |known: i64, compared: Option<[RangeSums; 2]>, of: fn(&RangeSums) -> u64| Figure {
                total: (known > 0).then(|| of(&now)),
                compared: compared.map(|[now, _]| of(&now)),
                previous: compared.map(|[_, before]| of(&before)),
            };
        Ok(Figures {
            views: figure(now.views_known, compared, |sums| sums.views),
            view_uniques_daily_sum: figure(now.views_known, compared, |sums| {
                sums.view_uniques_daily_sum
            }),
            clones: figure(now.clones_known, compared_clones, |sums| sums.clones),
        })
    }

    /// The comparable repositories by views and by clones.
    async fn comparable(&self, all: &Selection<'_>) -> Result<[Comparable; 2]> {
        let both = both(all.range);
        let spans = |first, last| first <= both.from && both.to <= last;
        let overlaps = |first, last| first <= both.to && both.from <= last;
        let (mut spanning, mut partial) = (HashSet::new(), false);
        for facts in all.facts {
            if let (Some(first), Some(last)) = (facts.first_day, facts.freshness.last_day) {
                if spans(first, last) {
                    spanning.insert(facts.id);
                } else {
                    partial |= overlaps(first, last);
                }
            }
        }
        let incomplete = if spanning.is_empty() {
            Vec::new()
        } else {
            let store = &self.0.store;
            store
                .incomplete_repositories(all.tenant, all.scope, both)
                .await?
        };
        let without = |left_out: HashSet<RepositoryId>| Comparable {
            is_all: !partial && left_out.is_empty(),
            ids: spanning.difference(&left_out).copied().collect(),
        };
        let views = incomplete.iter().filter(|it| !it.views);
        let clones = incomplete.iter().filter(|it| !it.clones);
        Ok([
            without(views.map(|it| it.repository).collect()),
            without(clones.map(|it| it.repository).collect()),
        ])
    }

    /// The sums over the range and the one before, of the comparable repositories; `None` without
    /// any.
    async fn compared_sums(
        &self,
        all: &Selection<'_>,
        comparable: &Comparable,
    ) -> Result<Option<[RangeSums; 2]>> {
        let (store, ranges) = (&self.0.store, [all.range, all.range.before()]);
        if comparable.ids.is_empty() {
            return Ok(None);
        }
        let sums_of = async |scope: &RepositoryScope| {
            let mut sums = [RangeSums::default(); 2];
            for (sum, range) in sums.iter_mut().zip(ranges) {
                *sum = store.sums_of_all(all.tenant, scope, range).await?;
            }
            Ok(sums)
        };
        if comparable.is_all {
            return sums_of(all.scope).await.map(Some);
        }
        // The smaller set is summed, and taken off the whole if it is the rest.
        let rest: Vec<RepositoryId> = all
            .facts
            .iter()
            .map(|it| it.id)
            .filter(|id| !comparable.ids.contains(id))
            .collect();
        if comparable.ids.len() <= rest.len() {
            let ids = comparable.ids.iter().copied().collect();
            return sums_of(&RepositoryScope::Only(ids)).await.map(Some);
        }
        let whole = sums_of(all.scope).await?;
        let rest = sums_of(&RepositoryScope::Only(rest)).await?;
        let [now, before] = whole;
        let [rest_now, rest_before] = rest;
        Ok(Some([now.minus(&rest_now), before.minus(&rest_before)]))
    }
}

/// A range and the one before it.
pub(super) fn both(range: DayRange) -> DayRange {
    DayRange {
        from: range.before().from,
        to: range.to,
    }
}

/// The figure of one repository. Compared only when every day of both ranges is known.
pub(super) fn figure(
    range: DayRange,
    sums: Option<&[RangeSums; 2]>,
    of: impl Fn(&RangeSums) -> (u64, i64),
) -> Figure {
    let [now, before] = sums.copied().unwrap_or_default();
    let known = |(sum, days): (u64, i64), at_least: i64| (days >= at_least).then_some(sum);
    let compared = known(of(&now), range.len()).zip(known(of(&before), range.len()));
    Figure {
        total: known(of(&now), 1),
        compared: compared.map(|(now, _)| now),
        previous: compared.map(|(_, before)| before),
    }
}
