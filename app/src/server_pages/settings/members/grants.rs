//! The repositories granted to a repository viewer: checkboxes, or names where there are many.

use std::collections::HashMap;

use domain::{Problem, RepositoryId, RepositoryName, Role};
use engine::{Error, TenantRequest};
use leptos::prelude::*;

use crate::server_pages::fields::invalid;
use crate::server_pages::form::{Form, Text};
use crate::text;

/// More repositories are named instead of checked.
const MOST_BOXES: usize = 200;

const NAMES: Text = Text {
    name: "repositories",
    label: "Repositories they can see",
    placeholder: "OWNER/NAME",
    hint: "One full name per line.",
    longest: 60_000,
    optional: true,
    ..Text::EMPTY
};

/// The checkboxes. CSS shows them only while “Repository viewer” is selected in the form.
pub fn grants(
    form: &Form,
    repositories: &[(RepositoryId, RepositoryName)],
    granted: &[RepositoryId],
) -> AnyView {
    if repositories.is_empty() {
        return view! {
            <p class="grants muted">
                "No repositories are tracked yet. You can grant access to them later."
            </p>
        }
        .into_any();
    }
    if repositories.len() > MOST_BOXES {
        return named(form, repositories, granted);
    }
    let boxes: Vec<_> = repositories
        .iter()
        .map(|(id, name)| form.checkbox("repository", id, name.to_string(), granted.contains(id)))
        .collect();
    let count = u64::try_from(repositories.len()).unwrap_or(u64::MAX);
    view! {
        <details class="grants" open>
            <summary>
                "Repositories they can see "
                <span class="muted">
                    "of " {text::count(count, "repository", "repositories")}
                </span>
            </summary>
            <fieldset class="checklist">
                <legend class="visually-hidden">"Repositories they can see"</legend>
                {boxes}
            </fieldset>
        </details>
    }
    .into_any()
}

/// The same as a list of names, where boxes would be too many.
fn named(
    form: &Form,
    repositories: &[(RepositoryId, RepositoryName)],
    granted: &[RepositoryId],
) -> AnyView {
    let names = repositories.iter().filter(|(id, _)| granted.contains(id));
    let names: Vec<_> = names.map(|(_, name)| name.to_string()).collect();
    let area = form.area_with(NAMES, 8, &names.join("\n"));
    view! { <div class="grants">{area}</div> }.into_any()
}

/// The chosen repositories, checked or named; empty for roles that see all of them.
pub async fn granted(
    context: &TenantRequest,
    mut checked: Vec<RepositoryId>,
    names: &str,
    role: Role,
) -> Result<Vec<RepositoryId>, Problem> {
    if role != Role::RepositoryViewer {
        return Ok(Vec::new());
    }
    let names: Vec<_> = names.split_whitespace().collect();
    if !names.is_empty() {
        let report = context.engine.members(&context.viewer, context.tenant);
        let known = report.await.map_err(Error::into_problem)?.repositories;
        let known: HashMap<String, RepositoryId> = (known.into_iter())
            .map(|(id, name)| (name.to_string().to_lowercase(), id))
            .collect();
        for name in names {
            let id = known.get(&name.to_lowercase());
            checked.push(
                *id.ok_or_else(|| {
                    invalid(format!("“{name}” is not a repository of this tenant."))
                })?,
            );
        }
    }
    if checked.is_empty() {
        return Err(invalid(
            "Select at least one repository. A repository viewer sees only those.",
        ));
    }
    Ok(checked)
}
