//! Stopping to track a repository, and deleting its history: a button and its dialog in each row.
//!
//! Each is HTML text, because nothing in it changes: in the browser's module that is a third of what
//! views take. It works without scripts, by `popover`; with them, `frontend/page.js` makes the dialog
//! modal and compares the typed name.

use domain::report::Repository;
use domain::{DayRange, RepositoryId};
use leptos::prelude::*;

use super::Forms;
use crate::chart::format;
use crate::text;

/// Stops tracking.
pub fn stop(forms: Forms, repository: &Repository) -> AnyView {
    let lost = loss(repository);
    let question = Question {
        part: "stop",
        title: "Stop tracking",
        text: &format!("New days will no longer be collected. {lost}"),
        choice: CHOICES,
        confirm: "Stop tracking",
    };
    question.view(forms, repository)
}

/// Deletes the history of a repository that is no longer tracked.
pub fn delete(forms: Forms, repository: &Repository) -> AnyView {
    let question = Question {
        part: "delete",
        title: "Delete the history of",
        text: &loss(repository),
        choice: r#"<input type="hidden" name="history" value="delete">"#,
        confirm: "Delete history",
    };
    question.view(forms, repository)
}

/// The days of which something is known.
pub fn history(repository: &Repository) -> Option<DayRange> {
    DayRange::new(repository.first_day?, repository.last_day?)
}

/// What deleting the history would lose for good.
fn loss(repository: &Repository) -> String {
    match history(repository) {
        Some(days) => format!(
            "Once deleted, its history ({}) can’t be recovered from GitHub.",
            format::days(days)
        ),
        None => "Nothing has been collected yet.".to_owned(),
    }
}

/// What happens to the history when tracking stops.
const CHOICES: &str = r#"<fieldset class="answers"><legend>Its history</legend><label class="answer"><input type="radio" name="history" value="keep" checked required><span>Keep its history</span></label><label class="answer"><input type="radio" name="history" value="delete" required><span>Delete its history</span></label></fieldset>"#;

/// The texts of a dialog.
struct Question<'a> {
    /// The start of its id.
    part: &'static str,
    /// What to do with the repository.
    title: &'static str,
    /// What to know before answering.
    text: &'a str,
    /// The field that says what happens to the history, as HTML.
    choice: &'static str,
    /// The label of the button that opens it, and of the one that confirms.
    confirm: &'static str,
}

impl Question<'_> {
    fn view(&self, forms: Forms, repository: &Repository) -> AnyView {
        let html = self.html(
            repository.id,
            &text::escape_html(&repository.full_name.to_string()),
            &text::escape_html(&forms.tenant.read().0),
            forms.untrack.path(),
        );
        view! {
            <div on:submit=move |event| forms.untrack.send(&event) inner_html=html></div>
        }
        .into_any()
    }

    /// The name is typed only to delete; the stylesheet hides the field while the history is kept.
    fn html(&self, repository: RepositoryId, name: &str, tenant: &str, path: &str) -> String {
        let Self {
            part,
            title,
            text,
            choice,
            confirm,
        } = self;
        let id = format!("{part}-{repository}");
        format!(
            r#"<button type="button" class="button small" popovertarget="{id}">{confirm}<span class="visually-hidden"> {name}</span></button><dialog class="dialog" id="{id}" popover="auto" aria-labelledby="{id}-title"><h2 id="{id}-title">{title} {name}?</h2><p>{text}</p><form method="post" action="{path}"><input type="hidden" name="tenant" value="{tenant}"><input type="hidden" name="id" value="{repository}">{choice}<div class="typed field"><label for="{id}-typed">Type the repository’s name to delete its history</label><input id="{id}-typed" name="typed" data-name="{name}" autocomplete="off" autocapitalize="off" spellcheck="false"></div><div class="dialog-actions"><button type="button" class="button" popovertarget="{id}" popovertargetaction="hide" autofocus>Cancel</button><button type="submit" class="button danger">{confirm}</button></div></form></dialog>"#
        )
    }
}
