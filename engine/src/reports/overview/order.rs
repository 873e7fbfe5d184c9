//! The order of the overview's table.

use std::cmp::Reverse;

use domain::report::{OverviewQuery, OverviewSort};
use domain::{Day, RepositoryId, RepositoryStatus};

use super::figures::{CLONES, Sums, VIEWS};
use super::{PAGE, Risk, Selection};
use crate::store::RepositoryFacts;

impl Selection<'_> {
    /// The repositories of one page of the table, in its order.
    pub(super) fn one_page(&self, sums: &Sums, query: &OverviewQuery) -> Vec<RepositoryId> {
        let mut listed: Vec<&RepositoryFacts> = self.facts.to_vec();
        // They are in the order of names, and stable sorting keeps it among equals.
        match query.sort {
            OverviewSort::Name => {}
            OverviewSort::Views => {
                listed.sort_by_cached_key(|it| Reverse(sums.of(it.id, VIEWS).total));
            }
            OverviewSort::Clones => {
                listed.sort_by_cached_key(|it| Reverse(sums.of(it.id, CLONES).total));
            }
            OverviewSort::Change => {
                listed.sort_by_cached_key(|it| Reverse(sums.of(it.id, VIEWS).change()));
            }
            OverviewSort::Stars => listed.sort_by_key(|it| Reverse(it.stars)),
            OverviewSort::Risk => {
                listed.sort_by_key(|it| urgency(it, self.states.risks.get(&it.id)));
            }
        }
        if query.reversed {
            listed.reverse();
        }
        let start = (query.page as usize - 1) * PAGE;
        let page = listed.iter().skip(start).take(PAGE);
        page.map(|it| it.id).collect()
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
