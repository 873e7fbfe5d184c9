//! The order of the overview's table.

use std::cmp::Reverse;
use std::collections::HashSet;

use domain::report::{Figure, OverviewQuery, OverviewSort};
use domain::{Day, Measure, RepositoryId, RepositoryStatus};

use super::{PAGE, Risk, Selection};
use crate::store::RepositoryFacts;
use crate::{Engine, Result};

impl Engine {
    /// The repositories of one page of the table, in its order.
    pub(super) async fn one_page(
        &self,
        all: &Selection<'_>,
        query: &OverviewQuery,
    ) -> Result<Vec<RepositoryId>> {
        let mut listed: Vec<&RepositoryFacts> = all.facts.to_vec();
        let store = &self.0.store;
        let (tenant, scope, range) = (all.tenant, all.scope, all.range);
        // They are in the order of names, and stable sorting keeps it among equals.
        match query.sort {
            OverviewSort::Name => {}
            OverviewSort::Views => {
                let views = store.amounts(tenant, scope, Measure::Views, range).await?;
                listed.sort_by_cached_key(|it| Reverse(views.get(&it.id).copied()));
            }
            OverviewSort::Clones => {
                let clones = store.amounts(tenant, scope, Measure::Clones, range).await?;
                listed.sort_by_cached_key(|it| Reverse(clones.get(&it.id).copied()));
            }
            OverviewSort::Change => {
                let earlier = all.earlier.unwrap_or(range);
                let now = store.amounts(tenant, scope, Measure::Views, range).await?;
                let before = store
                    .amounts(tenant, scope, Measure::Views, earlier)
                    .await?;
                let incomplete = self.incomplete(all, earlier).await?;
                let incomplete: HashSet<RepositoryId> = incomplete
                    .iter()
                    .filter(|it| !it.views)
                    .map(|it| it.repository)
                    .collect();
                listed.sort_by_cached_key(|it| {
                    let is_complete = all.earlier.is_some() && !incomplete.contains(&it.id);
                    let figure = Figure {
                        total: None,
                        compared: now.get(&it.id).copied().filter(|_| is_complete),
                        previous: before.get(&it.id).copied().filter(|_| is_complete),
                        missing: 0,
                    };
                    Reverse(figure.change())
                });
            }
            OverviewSort::Stars => listed.sort_by_key(|it| Reverse(it.stars)),
            OverviewSort::Risk => {
                listed.sort_by_key(|it| urgency(it, all.states.risks.get(&it.id)));
            }
        }
        if query.reversed {
            listed.reverse();
        }
        let start = (query.page as usize - 1) * PAGE;
        let page = listed.iter().skip(start).take(PAGE);
        Ok(page.map(|it| it.id).collect())
    }
}

/// First what is lost soonest without being collected before, then failing repositories, those
/// without data, those safe for now, and those no longer collected.
fn urgency(facts: &RepositoryFacts, risk: Option<&Risk>) -> (u8, Option<Day>) {
    let is_collected = facts.freshness.status != RepositoryStatus::Archived;
    let order = match risk {
        Some(risk) if !risk.in_time => 0,
        Some(risk) if risk.is_near() => 1,
        _ if is_collected && facts.is_failing => 2,
        _ if is_collected && facts.freshness.last_day.is_none() => 3,
        Some(_) => 4,
        None => 5,
    };
    (order, risk.map(|risk| risk.deadline))
}
