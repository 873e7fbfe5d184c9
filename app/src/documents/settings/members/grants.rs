//! The repositories that a repository viewer sees: a list of boxes.

use domain::{Problem, ProblemKind, RepositoryId, RepositoryName, Role};
use leptos::prelude::*;

use crate::documents::Fields;
use crate::documents::form::Form;
use crate::words;

/// The boxes. The style sheet shows them while the form's role is the one that they are for.
pub fn grants(
    form: &Form,
    repositories: &[(RepositoryId, RepositoryName)],
    granted: &[RepositoryId],
) -> AnyView {
    if repositories.is_empty() {
        return view! {
            <p class="grants muted">
                "The tenant tracks no repository yet: repositories can be granted later."
            </p>
        }
        .into_any();
    }
    let boxes: Vec<_> = repositories
        .iter()
        .map(|(id, name)| form.tick("repository", id, name.to_string(), granted.contains(id)))
        .collect();
    let count = u64::try_from(repositories.len()).unwrap_or(u64::MAX);
    view! {
        <details class="grants" open>
            <summary>
                "Repositories to see "
                <span class="muted">
                    "of " {words::count(count, "repository", "repositories")}
                </span>
            </summary>
            <fieldset class="checklist">
                <legend class="visually-hidden">"Repositories to see"</legend>
                {boxes}
            </fieldset>
        </details>
    }
    .into_any()
}

/// What was ticked, where the role is one that sees only what is granted.
pub fn read(fields: &Fields, role: Role) -> Result<Vec<RepositoryId>, Problem> {
    if role != Role::RepositoryViewer {
        return Ok(Vec::new());
    }
    let granted: Vec<RepositoryId> = fields.ids("repository")?;
    if granted.is_empty() {
        return Err(Problem::new(
            ProblemKind::Invalid,
            "Tick at least one repository: a repository viewer sees nothing else.",
        ));
    }
    Ok(granted)
}
