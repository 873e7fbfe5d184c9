//! Confirmation dialogs, as popovers that work without scripts.

use leptos::prelude::*;

use super::PageRequest;
use super::form::Form;

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
        let id = self.id("question");
        let heading = format!("{id}-title");
        let labelled_by = heading.clone();
        let refused = self.problem().is_some();
        let class = if danger {
            "button danger"
        } else {
            "button primary"
        };
        let cancel = if refused {
            // Reloads the page without the submitted form.
            view! {
                <a class="button" href="">
                    "Cancel"
                </a>
            }
            .into_any()
        } else {
            view! {
                <button
                    type="button"
                    class="button"
                    popovertarget=id.clone()
                    popovertargetaction="hide"
                >
                    "Cancel"
                </button>
            }
            .into_any()
        };
        view! {
            <button type="button" class="button small" popovertarget=(!refused).then(|| id.clone())>
                {button}
                <span class="visually-hidden">" " {about}</span>
            </button>
            <div
                class="dialog"
                id=id
                popover=(!refused).then_some("auto")
                role="dialog"
                aria-labelledby=labelled_by
            >
                <h2 id=heading>{title}</h2>
                <p>{text}</p>
                <form method="post">
                    <input type="hidden" name="do" value=self.action()/>
                    {self.refusal()}
                    {fields.into_any()}
                    <div class="dialog-actions">
                        {cancel}
                        <button type="submit" class=class>
                            {answer}
                        </button>
                    </div>
                </form>
            </div>
        }
        .into_any()
    }
}

/// Why signing in with an external provider failed.
pub fn sign_in_error(request: &PageRequest) -> Option<AnyView> {
    let sentence = request.sign_in_error()?.sentence();
    Some(
        view! {
            <p class="notice bad" role="alert">
                {sentence}
            </p>
        }
        .into_any(),
    )
}

/// A secret, shown only once.
pub fn secret(label: &'static str, value: impl Into<String>, words: &'static str) -> AnyView {
    view! {
        <div class="notice ok shown" role="status">
            <div class="field">
                <label for="shown">{label}</label>
                <textarea id="shown" class="secret" rows="1" readonly autofocus spellcheck="false">
                    {value.into()}
                </textarea>
                <p class="hint">{words}</p>
            </div>
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
