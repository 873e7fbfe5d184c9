//! The figures of all repositories over a range, with those of the days it is compared with.

use std::collections::HashSet;

use domain::report::Figure;
use domain::{DayRange, RepositoryId, RepositoryScope};

use super::Selection;
use crate::store::{Completeness, RangeSums};
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

/// The comparable repositories, or all others.
struct Part {
    ids: Vec<RepositoryId>,
    is_rest: bool,
}

impl Engine {
    /// The sums over the range, and, of the repositories that know every day of it and of the
    /// compared days, the sums over both.
    pub(super) async fn figures(&self, all: &Selection<'_>) -> Result<Figures> {
        let (store, range) = (&self.0.store, all.range);
        let now = store.sums_of_all(all.tenant, all.scope, range).await?;
        let [compared, compared_clones] = match all.earlier {
            Some(earlier) => self.compared_sums(all, earlier).await?,
            None => [None, None],
        };
        let figure =
            |known: i64, compared: Option<[RangeSums; 2]>, of: fn(&RangeSums) -> u64| Figure {
                total: (known > 0).then(|| of(&now)),
                compared: compared.map(|[now, _]| of(&now)),
                previous: compared.map(|[_, before]| of(&before)),
                missing: 0,
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
    async fn comparable(&self, all: &Selection<'_>, earlier: DayRange) -> Result<[Comparable; 2]> {
        let (from, to) = (earlier.from, all.range.to);
        let spans = |first, last| first <= from && to <= last;
        let overlaps = |first, last| first <= to && from <= last;
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
            self.incomplete(all, earlier).await?
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

    /// The repositories that do not know a measure on every day of the range and of the earlier
    /// days. Those in between the two do not matter.
    pub(super) async fn incomplete(
        &self,
        all: &Selection<'_>,
        earlier: DayRange,
    ) -> Result<Vec<Completeness>> {
        let (store, tenant, scope) = (&self.0.store, all.tenant, all.scope);
        if earlier.to.plus(1) == all.range.from {
            let both = DayRange {
                from: earlier.from,
                to: all.range.to,
            };
            return Ok(store.incomplete_repositories(tenant, scope, both).await?);
        }
        let (mut incomplete, earlier) = tokio::try_join!(
            store.incomplete_repositories(tenant, scope, all.range),
            store.incomplete_repositories(tenant, scope, earlier),
        )?;
        incomplete.extend(earlier);
        Ok(incomplete)
    }

    /// The sums over the range and the earlier days, of the repositories comparable by views and of
    /// those comparable by clones; `None` without any.
    ///
    /// Of the comparable repositories and the rest, the smaller set is summed. The rest is then taken
    /// off the whole. One statement reads both sets.
    async fn compared_sums(
        &self,
        all: &Selection<'_>,
        earlier: DayRange,
    ) -> Result<[Option<[RangeSums; 2]>; 2]> {
        let (store, ranges) = (&self.0.store, [all.range, earlier]);
        let comparable = self.comparable(all, earlier).await?;
        let parts = comparable.each_ref().map(|it| it.smaller_part(all));
        let ids: HashSet<RepositoryId> = parts.iter().flat_map(|it| it.ids.clone()).collect();
        let read = RepositoryScope::Only(ids.into_iter().collect());
        let of_each = store.range_sums(all.tenant, &read, ranges).await?;
        let mut whole = [RangeSums::default(); 2];
        if parts.iter().any(|it| it.is_rest) {
            for (sums, range) in whole.iter_mut().zip(ranges) {
                *sums = store.sums_of_all(all.tenant, all.scope, range).await?;
            }
        }
        Ok([0, 1].map(|measure| {
            let (comparable, part) = (&comparable[measure], &parts[measure]);
            let mut sums = [RangeSums::default(); 2];
            for of_one in part.ids.iter().filter_map(|id| of_each.get(id)) {
                for (sum, of_one) in sums.iter_mut().zip(of_one) {
                    sum.add(of_one);
                }
            }
            if part.is_rest {
                sums = [whole[0].minus(&sums[0]), whole[1].minus(&sums[1])];
            }
            (!comparable.ids.is_empty()).then_some(sums)
        }))
    }
}

impl Comparable {
    fn smaller_part(&self, all: &Selection<'_>) -> Part {
        let rest = || {
            let ids = all.facts.iter().map(|it| it.id);
            ids.filter(|id| !self.ids.contains(id)).collect()
        };
        let rest: Vec<RepositoryId> = if self.is_all { Vec::new() } else { rest() };
        if self.ids.len() <= rest.len() {
            return Part {
                ids: self.ids.iter().copied().collect(),
                is_rest: false,
            };
        }
        Part {
            ids: rest,
            is_rest: true,
        }
    }
}

/// The figure of one repository over a range and, if it is compared, the earlier days. Compared only
/// when every day of both is known.
pub(super) fn figure(
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
