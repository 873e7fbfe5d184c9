//! Links that filter the whole page: by owner and tag, and by state.

use domain::report::{OverviewQuery, OverviewReport};
use domain::{RepositoryFilter, RepositoryState};
use leptos::prelude::*;

use crate::address::Tenant;
use crate::chart::format;

/// A link that filters.
struct Chip {
    class: &'static str,
    label: String,
    repositories: u32,
    is_selected: bool,
    filter: RepositoryFilter,
}

/// All, the owners and the tags; nothing without a choice.
pub fn owners_and_tags(tenant: &Tenant, report: &OverviewReport) -> Option<AnyView> {
    let (facets, query) = (&report.facets, &report.query);
    let now = &query.filter;
    let offers_owners = facets.owners.len() > 1 || !now.owner.is_empty();
    if !offers_owners && facets.tags.is_empty() && now.tag.is_empty() {
        return None;
    }
    let same = |one: &str, other: &str| one.to_lowercase() == other.to_lowercase();
    let mut chips = vec![Chip {
        class: "chip",
        label: "All".to_owned(),
        repositories: facets.total,
        is_selected: now.owner.is_empty() && now.tag.is_empty(),
        filter: RepositoryFilter {
            owner: String::new(),
            tag: String::new(),
            ..now.clone()
        },
    }];
    let owners = facets.owners.iter().filter(|_| offers_owners);
    chips.extend(owners.map(|(owner, repositories)| {
        let is_selected = same(&now.owner, owner);
        Chip {
            class: "chip",
            label: owner.clone(),
            repositories: *repositories,
            is_selected,
            filter: RepositoryFilter {
                owner: if is_selected {
                    String::new()
                } else {
                    owner.clone()
                },
                ..now.clone()
            },
        }
    }));
    chips.extend(facets.tags.iter().map(|(tag, repositories)| {
        let is_selected = same(&now.tag, tag.as_str());
        Chip {
            class: "chip",
            label: format!("# {tag}"),
            repositories: *repositories,
            is_selected,
            filter: RepositoryFilter {
                tag: if is_selected {
                    String::new()
                } else {
                    tag.to_string()
                },
                ..now.clone()
            },
        }
    }));
    Some(chip_list(tenant, query, "Owners and tags", chips))
}

/// All, and the states that repositories are in.
pub fn states(tenant: &Tenant, report: &OverviewReport) -> AnyView {
    let (facets, query) = (&report.facets, &report.query);
    let now = &query.filter;
    let with = |state| RepositoryFilter {
        state,
        ..now.clone()
    };
    let mut chips = vec![Chip {
        class: "chip",
        label: "All".to_owned(),
        repositories: facets.of_any_state,
        is_selected: now.state.is_none(),
        filter: with(None),
    }];
    let mut counts = facets.states.clone();
    if let Some(state) = now.state
        && counts.iter().all(|(counted, _)| *counted != state)
    {
        // The selected one stays, so that it can be seen and left.
        counts.push((state, report.matching));
    }
    chips.extend(counts.into_iter().map(|(state, repositories)| Chip {
        class: match state {
            RepositoryState::Failing => "chip bad",
            RepositoryState::Losing => "chip warn",
            _ => "chip",
        },
        label: state.label().to_owned(),
        repositories,
        is_selected: now.state == Some(state),
        filter: with(Some(state)),
    }));
    chip_list(tenant, query, "State", chips)
}

fn chip_list(
    tenant: &Tenant,
    query: &OverviewQuery,
    label: &'static str,
    chips: Vec<Chip>,
) -> AnyView {
    let link = |chip: Chip| {
        let href = tenant.overview(&OverviewQuery {
            filter: chip.filter,
            page: 1,
            ..query.clone()
        });
        view! {
            <a
                class=chip.class
                href=href
                data-noscroll="true"
                aria-current=chip.is_selected.then_some("true")
            >
                {chip.label} " " <b>{format::number(chip.repositories.into())}</b>
            </a>
        }
        .into_any()
    };
    let links: Vec<AnyView> = chips.into_iter().map(link).collect();
    view! {
        <nav class="chips" aria-label=label>
            {links}
        </nav>
    }
    .into_any()
}
