//! Confirmation dialogs, as popovers that work without scripts.

use leptos::prelude::*;

use super::PageRequest;
use super::form::{Form, hidden};
use crate::components::{Dialog, dialog_actions, error_notice, field};

/// The texts of a confirmation dialog.
#[derive(Clone, Debug)]
pub struct Confirm {
    /// The label of the button that opens the dialog.
    pub button: &'static str,
    /// What the button acts on, for screen readers.
    pub about: String,
    /// The title.
    pub title: String,
    /// The consequences.
    pub text: String,
    /// The label of the button that confirms.
    pub answer: &'static str,
    /// Whether the action cannot be undone.
    pub danger: bool,
}

impl Form {
    /// The button that opens the dialog, and the dialog with its fields.
    ///
    /// After an error the dialog is part of the page and shows the reason, because a popover opens
    /// only on a click.
    pub fn confirm(&self, confirm: Confirm, fields: impl IntoView + 'static) -> AnyView {
        let Confirm {
            button,
            about,
            title,
            text,
            answer,
            danger,
        } = confirm;
        let dialog = Dialog {
            id: self.id("question"),
            button,
            about,
            title,
            text,
        };
        let refused = self.problem().is_some();
        let class = if danger {
            "button danger"
        } else {
            "button primary"
        };
        let cancel = if refused {
            // Reloads the page without the submitted form.
            view! {
                <a class="button" href="" autofocus>
                    "Cancel"
                </a>
            }
            .into_any()
        } else {
            dialog.cancel()
        };
        let answer = view! {
            <button type="submit" class=class>
                {answer}
            </button>
        };
        let form = view! {
            <form method="post">
                {hidden("do", self.action())}
                {self.refusal()}
                {fields.into_any()}
                {dialog_actions(cancel, answer.into_any())}
            </form>
        };
        dialog.with(refused, form.into_any())
    }
}

/// Why signing in with an external provider failed.
pub fn sign_in_error(request: &PageRequest) -> Option<AnyView> {
    let error = request.sign_in_error()?;
    Some(error_notice(error.sentence()))
}

/// A secret, shown only once.
pub fn secret(label: &'static str, value: impl Into<String>, words: &'static str) -> AnyView {
    let control = view! {
        <textarea id="shown" class="secret" rows="1" readonly autofocus spellcheck="false">
            {value.into()}
        </textarea>
    };
    let control = view! {
        <div class="with-button">
            {control}
            <button type="button" class="button needs-scripts" data-copy="shown">
                "Copy"
            </button>
        </div>
    };
    let hint = view! { <p class="hint">{words}</p> };
    view! {
        <div class="notice ok shown" role="status">
            {field("shown".to_owned(), label, control.into_any(), hint.into_any())}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use domain::{Problem, ProblemKind};

    use super::*;
    use crate::server_pages::Submission;
    use crate::test_html::test_html;

    fn confirm() -> Confirm {
        Confirm {
            button: "Delete",
            about: "Lab".to_owned(),
            title: "Delete Lab?".to_owned(),
            text: "All of it.".to_owned(),
            answer: "Delete it",
            danger: true,
        }
    }

    #[test]
    fn a_question_waits_until_it_is_asked_and_stays_open_once_it_is_refused() {
        let sent = Submission {
            action: "delete".to_owned(),
            problem: Some(Problem::new(ProblemKind::Invalid, "Another name.")),
            ..Submission::default()
        };
        let other = sent.clone();
        let html = test_html(|| Form::of(other, "rename").confirm(confirm(), ()));
        assert!(html.contains(r#"popover="auto""#), "{html}");
        assert!(!html.contains("Another name."), "{html}");

        let html = test_html(|| Form::of(sent, "delete").confirm(confirm(), ()));
        assert!(!html.contains("popover"), "{html}");
        assert!(html.contains("Another name."), "{html}");
    }
}
