//! A question before something is done: a form that opens over its page, without scripts.

use leptos::prelude::*;

use super::PageRequest;
use super::form::Form;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Confirm {
    /// What stands on the button that opens it.
    pub button: &'static str,
    /// What the button acts on, for those who hear it without its row.
    pub about: String,
    /// The question.
    pub title: String,
    /// What there is to know before answering.
    pub text: String,
    /// What stands on the button that does it.
    pub answer: &'static str,
    /// Whether what is done cannot be undone.
    pub danger: bool,
}

impl Form {
    /// The button that asks, and the question with its fields.
    ///
    /// A refused one stands open on the page, with the reason in it: the browser opens a popover
    /// only when asked by hand.
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
            // The same page, as it is without what was sent.
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

/// Why a sign-in with a provider outside did not work.
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

/// Something secret, shown now and never again.
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
