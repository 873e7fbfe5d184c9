//! The failures of a run, grouped by kind, each with a remedy.

use domain::FailureKind;
use domain::failure::FixTarget;
use domain::report::{Failure, RepositoryQuery, Run};
use leptos::prelude::*;

use crate::address::Tenant;
use crate::components::linked;
use crate::server_pages::layout::card;
use crate::text;

/// The failures of a run, the most frequent kind first; `None` if there are none.
pub fn failures(pages: &Tenant, run: &Run) -> Option<AnyView> {
    if run.failures.is_empty() {
        return None;
    }
    let mut kinds: Vec<(FailureKind, Vec<&Failure>)> = Vec::new();
    for failure in &run.failures {
        match kinds.iter_mut().find(|(kind, _)| *kind == failure.kind) {
            Some((_, failures)) => failures.push(failure),
            None => kinds.push((failure.kind, vec![failure])),
        }
    }
    kinds.sort_by_key(|(_, failures)| std::cmp::Reverse(failures.len()));
    let kinds: Vec<_> = kinds
        .into_iter()
        .map(|(kind, failures)| one_kind(pages, kind, &failures))
        .collect();
    Some(card("failures", "Failures", kinds))
}

fn one_kind(pages: &Tenant, kind: FailureKind, failures: &[&Failure]) -> AnyView {
    let count = u64::try_from(failures.len()).unwrap_or(u64::MAX);
    let lines: Vec<_> = failures
        .iter()
        .map(|failure| line(pages, failure))
        .collect();
    let remedy = kind.remedy();
    let place = remedy.place.and_then(|place| link(pages, place));
    view! {
        <div class="card-body">
            <h3>
                <span class="pill bad">{kind.name()}</span>
                " "
                <span class="muted">{text::count(count, "failure", "failures")}</span>
            </h3>
            <p>{remedy.sentence} " " {place}</p>
            <details open=failures.len() <= 10>
                <summary>"Details"</summary>
                <ul class="failures">{lines}</ul>
            </details>
        </div>
    }
    .into_any()
}

fn line(pages: &Tenant, failure: &Failure) -> AnyView {
    let name = failure.repository.clone();
    let name = match failure.repository.parse() {
        Ok(parsed) => {
            let page = pages.repository(&parsed, &RepositoryQuery::default());
            view! { <a href=page>{name}</a> }.into_any()
        }
        Err(_) => name.into_any(),
    };
    view! {
        <li>
            <b>{name}</b>
            ", "
            {failure.endpoint.as_str()}
            ": "
            {linked(&failure.reason)}
        </li>
    }
    .into_any()
}

/// A link to the page where the failure can be fixed.
fn link(pages: &Tenant, place: FixTarget) -> Option<AnyView> {
    let (address, label) = match place {
        FixTarget::Connections => (pages.connections(), "Connections"),
        FixTarget::Repositories => (pages.repositories(), "Repositories"),
        FixTarget::Collection => (pages.collection(), "Collection"),
        FixTarget::Github => return None,
    };
    Some(view! { <a href=address>{label}</a> }.into_any())
}
