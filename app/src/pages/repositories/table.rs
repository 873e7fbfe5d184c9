//! The tracked repositories, and those with history only.

use domain::report::{
    PagedRepositories, ReportQuery, RepositoriesQuery, RepositoriesReport, RepositoriesSort,
    Repository,
};
use domain::{RepositoryFilter, RepositoryStatus};
use leptos::prelude::*;

use super::Forms;
use super::untrack::{delete, history, stop};
use crate::address::Tenant;
use crate::chart::format;
use crate::components::{PostForm, nothing_matches, page_links, sort_heading, timestamp};
use crate::text;

/// The tracked ones of the page.
pub fn tracked(forms: Forms, repositories: &[Repository], list: &PagedRepositories) -> AnyView {
    let tenant = forms.tenant.read();
    if list.matching == 0 {
        let all = tenant.repositories_for(&RepositoriesQuery {
            filter: RepositoryFilter::default(),
            page: 1,
            ..list.query.clone()
        });
        return nothing_matches(&list.query.filter, all);
    }
    if repositories.is_empty() {
        return (list.tracked == 0).then(nothing_tracked).into_any();
    }
    let heading = |sort, label, class| heading(&tenant, &list.query, sort, label, class);
    let rows: Vec<_> = repositories
        .iter()
        .map(|repository| row(forms, repository, list))
        .collect();
    view! {
        <div class="table-wrap">
            <table class="data-table as-rows linked-rows" aria-label="Tracked repositories">
                <thead>
                    <tr>
                        {heading(RepositoriesSort::Name, "Repository", "")}
                        {heading(RepositoriesSort::Status, "Status", "")}
                        <th scope="col" class="wide-only">"Known days"</th>
                        {heading(RepositoriesSort::Collected, "Last collected", "wide-only")}
                        {(list.report.may_manage).then(|| view! { <th scope="col"><span class="visually-hidden">"Actions"</span></th> })}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// A sortable heading: its natural order first, then reversed.
fn heading(
    tenant: &Tenant,
    query: &RepositoriesQuery,
    sort: RepositoriesSort,
    label: &'static str,
    class: &'static str,
) -> AnyView {
    let sorts = query.sort == sort;
    let ascending = (sort != RepositoriesSort::Collected) != query.reversed;
    let href = tenant.repositories_for(&RepositoriesQuery {
        sort,
        reversed: sorts && !query.reversed,
        page: 1,
        ..query.clone()
    });
    sort_heading(label, class, sorts.then_some(ascending), href)
}

/// Links to the other pages, if any.
pub fn pages(tenant: &Tenant, list: &PagedRepositories) -> Option<AnyView> {
    let matching = text::count(list.matching.into(), "repository", "repositories");
    page_links(list.query.page, list.pages, matching, &|page| {
        tenant.repositories_for(&RepositoriesQuery {
            page,
            ..list.query.clone()
        })
    })
}

/// What a list without tracked repositories says.
pub fn nothing_tracked() -> AnyView {
    view! {
        <div class="empty">
            <h2>"No tracked repositories"</h2>
            <p>"GitHub deletes traffic after 14 days. Tidemark keeps it for tracked repositories."</p>
        </div>
    }
    .into_any()
}

/// Those with history only.
pub fn kept(
    forms: Forms,
    repositories: &[Repository],
    list: &PagedRepositories,
) -> Option<AnyView> {
    let may_manage = list.report.may_manage;
    if repositories.is_empty() {
        return None;
    }
    let rows: Vec<_> = repositories
        .iter()
        .map(|repository| kept_row(forms, repository, list))
        .collect();
    Some(
        view! {
            <section class="card">
                <div class="card-head">
                    <h2 id="kept">"No longer tracked"</h2>
                    <span class="muted">"History only; no longer collected."</span>
                </div>
                <div class="table-wrap">
                    <table class="data-table as-rows linked-rows" aria-labelledby="kept">
                        <thead>
                            <tr>
                                <th scope="col">"Repository"</th>
                                <th scope="col" class="wide-only">"Known days"</th>
                                {may_manage.then(|| view! { <th scope="col"><span class="visually-hidden">"Actions"</span></th> })}
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </section>
        }
        .into_any(),
    )
}

fn row(forms: Forms, repository: &Repository, list: &PagedRepositories) -> AnyView {
    let report = &list.report;
    let has_name = !list.name_taken.contains(&repository.id);
    let collected = match repository.last_collected_at {
        _ if forms.collecting.get() == Some(repository.id) => {
            view! { <span class="muted">"collecting …"</span> }.into_any()
        }
        Some(at) => timestamp(at),
        None => view! { <span class="muted">"not yet"</span> }.into_any(),
    };
    let failure = repository
        .failure
        .clone()
        .map(|failure| view! { <p class="muted wide-only">{failure}</p> });
    let actions = report.may_manage.then(|| {
        view! { <td class="actions">{stop(forms, repository)}</td> }
    });
    view! {
        <tr>
            <th scope="row" class="name">
                {link(&forms.tenant.read(), repository, has_name, list.query.report)}
                {followed(repository, report)}
                {failure}
            </th>
            <td>{status(repository)}</td>
            <td class="wide-only">{known_days(repository)}</td>
            <td class="wide-only">{collected}</td>
            {actions}
        </tr>
    }
    .into_any()
}

/// The rule that tracks it; visible only to viewers who may change rules.
fn followed(repository: &Repository, report: &RepositoriesReport) -> Option<AnyView> {
    let id = repository.followed_by?;
    let mut rules = report.follow_rules.iter();
    let patterns = rules.find(|(rule, _)| *rule == id)?.1.clone();
    let unlisted = repository.unlisted_since.map(|since| {
        view! { ". Missing from GitHub’s list since " {timestamp(since)} "." }
    });
    Some(
        view! {
            <p class="muted">
                "Tracked by rule " <code>{patterns}</code> {unlisted}
            </p>
        }
        .into_any(),
    )
}

fn kept_row(forms: Forms, repository: &Repository, list: &PagedRepositories) -> AnyView {
    let may_manage = list.report.may_manage;
    let actions = may_manage.then(|| {
        let name = repository.full_name.to_string();
        let delete = delete(forms, repository);
        view! {
            <td class="actions">
                <div class="row">
                    <span class="spacer"></span>
                    <PostForm submission=forms.track>
                        <input type="hidden" name="repository" value=name/>
                        <button type="submit" class="button small">
                            "Track again"
                        </button>
                    </PostForm>
                    {delete}
                </div>
            </td>
        }
    });
    view! {
        <tr>
            <th scope="row" class="name">
                {link(&forms.tenant.read(), repository, false, list.query.report)}
            </th>
            <td class="wide-only">{known_days(repository)}</td>
            {actions}
        </tr>
    }
    .into_any()
}

fn link(tenant: &Tenant, repository: &Repository, has_name: bool, report: ReportQuery) -> AnyView {
    let address = if has_name {
        tenant.repository(&repository.full_name, &report.into())
    } else {
        tenant.repository_by_id(repository.id, &report.into())
    };
    view! {
        <a href=address>
            <span class="muted">{repository.owner.clone()} " / "</span>
            {repository.name.clone()}
        </a>
    }
    .into_any()
}

fn status(repository: &Repository) -> AnyView {
    let (class, word) = match (repository.status, repository.failure_kind) {
        (RepositoryStatus::Paused, _) => ("pill", "paused"),
        (RepositoryStatus::Archived, _) => ("pill", "not tracked"),
        (_, Some(kind)) => ("pill bad", kind.name()),
        (RepositoryStatus::Active, None) => ("pill ok", "active"),
        (RepositoryStatus::Unreachable, None) => ("pill bad", "unreachable"),
    };
    view! { <span class=class>{word}</span> }.into_any()
}

fn known_days(repository: &Repository) -> AnyView {
    match history(repository) {
        Some(days) => view! { <span class="nowrap">{format::days(days)}</span> }.into_any(),
        None => view! { <span class="muted">"none yet"</span> }.into_any(),
    }
}
