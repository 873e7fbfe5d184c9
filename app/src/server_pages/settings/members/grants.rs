//! The repositories granted to a repository viewer, as checkboxes.

use domain::{Problem, RepositoryId, RepositoryName, Role};
use leptos::prelude::*;

use crate::server_pages::fields::invalid;
use crate::server_pages::form::Form;
use crate::text;

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

/// The selected repositories; empty for roles that see all of them.
pub fn granted(repositories: Vec<RepositoryId>, role: Role) -> Result<Vec<RepositoryId>, Problem> {
    if role != Role::RepositoryViewer {
        return Ok(Vec::new());
    }
    if repositories.is_empty() {
        return Err(invalid(
            "Select at least one repository. A repository viewer sees only those.",
        ));
    }
    Ok(repositories)
}
