//! By what the overview can be filtered, and what a filter leaves.

use std::cmp::Reverse;
use std::collections::HashMap;

use domain::report::{RepositoryFacets, RepositoryTag};
use domain::{RepositoryFilter, RepositoryState};

use crate::count;
use crate::repositories::RepositoryStates;
use crate::store::RepositoryFacts;

/// How many owners and how many tags are offered.
const MOST_OFFERED: usize = 6;

/// What the facts say, with the number of repositories that each facet leaves.
pub(super) fn facets(
    facts: &[RepositoryFacts],
    states: &RepositoryStates,
    mut tags: Vec<RepositoryTag>,
) -> RepositoryFacets {
    let mut owners: HashMap<&str, usize> = HashMap::new();
    for it in facts {
        *owners.entry(&it.owner).or_default() += 1;
    }
    let mut owners: Vec<_> = owners.into_iter().collect();
    owners.sort_by_key(|(owner, repositories)| (Reverse(*repositories), owner.to_lowercase()));
    // They are in the order of names, which stays among equals.
    tags.sort_by_key(|tag| Reverse(tag.repositories));
    let matching = || facts.iter().filter(|it| it.matches);
    let in_state = |state: RepositoryState| {
        let repositories = matching().filter(|it| states.is_in(it, state)).count();
        (repositories > 0).then(|| (state, count(repositories)))
    };
    RepositoryFacets {
        total: count(facts.len()),
        owners: owners
            .into_iter()
            .take(MOST_OFFERED)
            .map(|(owner, repositories)| (owner.to_owned(), count(repositories)))
            .collect(),
        tags: tags
            .into_iter()
            .take(MOST_OFFERED)
            .map(|tag| (tag.name, tag.repositories))
            .collect(),
        of_any_state: count(matching().count()),
        states: RepositoryState::EXCEPTIONS
            .into_iter()
            .filter_map(in_state)
            .collect(),
    }
}

/// The repositories that a filter leaves, by name.
pub(super) fn selected<'a>(
    facts: &'a [RepositoryFacts],
    states: &RepositoryStates,
    filter: &RepositoryFilter,
) -> Vec<&'a RepositoryFacts> {
    let is_in_state = |facts: &RepositoryFacts| {
        let state = filter.state;
        state.is_none_or(|state| states.is_in(facts, state))
    };
    facts
        .iter()
        .filter(|it| it.matches && is_in_state(it))
        .collect()
}
