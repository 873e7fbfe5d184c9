//! The controls of a form beside fields of text: choices, boxes, and texts of several lines.

use leptos::prelude::*;

use super::form::{Form, Text};

/// One of several answers to choose from.
pub struct Answer {
    /// What is sent.
    pub value: String,
    /// What stands there.
    pub label: String,
    /// What it means, in a sentence, if that is to be said.
    pub words: &'static str,
}

impl Answer {
    /// An answer that needs no words.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers hand over ids and texts as they have them"
    )]
    pub fn new(value: impl ToString, label: impl Into<String>) -> Self {
        Self {
            value: value.to_string(),
            label: label.into(),
            words: "",
        }
    }
}

impl Form {
    /// A field of several lines; what is secret (a `kind` of `password`) is never entered again.
    pub fn area(&self, text: Text, rows: u32) -> AnyView {
        self.area_with(text, rows, "")
    }

    /// The same, with what was entered before, or else this.
    pub fn area_with(&self, text: Text, rows: u32, default: &str) -> AnyView {
        let id = self.id(text.name);
        let hint = (!text.hint.is_empty()).then(|| format!("{id}-hint"));
        let value = match text.kind {
            "password" => String::new(),
            _ => self.entered(text.name, default),
        };
        view! {
            <div class="field">
                <label for=id.clone()>{text.label}</label>
                <textarea
                    id=id
                    name=text.name
                    rows=rows
                    maxlength=text.longest
                    placeholder=(!text.placeholder.is_empty()).then_some(text.placeholder)
                    autocomplete="off"
                    spellcheck="false"
                    required=!text.optional
                    aria-describedby=hint.clone()
                >
                    {value}
                </textarea>
                {hint.map(|id| view! { <p class="hint" id=id>{text.hint}</p> })}
            </div>
        }
        .into_any()
    }

    /// One of several answers, from a list that opens.
    pub fn select(
        &self,
        name: &'static str,
        label: &'static str,
        answers: Vec<Answer>,
        default: &str,
    ) -> AnyView {
        let id = self.id(name);
        let chosen = self.entered(name, default);
        let options: Vec<_> = answers
            .into_iter()
            .map(|answer| {
                let selected = answer.value == chosen;
                view! {
                    <option value=answer.value selected=selected>
                        {answer.label}
                    </option>
                }
            })
            .collect();
        view! {
            <div class="field">
                <label for=id.clone()>{label}</label>
                <select id=id name=name>
                    {options}
                </select>
            </div>
        }
        .into_any()
    }

    /// One of several answers, all of them in sight with their words.
    pub fn radios(
        &self,
        name: &'static str,
        legend: &'static str,
        answers: Vec<Answer>,
        default: &str,
    ) -> AnyView {
        let chosen = self.entered(name, default);
        let radios: Vec<_> = answers
            .into_iter()
            .map(|answer| {
                let checked = answer.value == chosen;
                let words = (!answer.words.is_empty())
                    .then(|| view! { <span class="muted">{answer.words}</span> });
                view! {
                    <label class="answer">
                        <input
                            type="radio"
                            name=name
                            value=answer.value
                            checked=checked
                            required
                        />
                        <span>{answer.label} {words}</span>
                    </label>
                }
            })
            .collect();
        view! {
            <fieldset class="answers">
                <legend>{legend}</legend>
                {radios}
            </fieldset>
        }
        .into_any()
    }

    /// A box to tick.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers hand over ids and texts as they have them"
    )]
    pub fn checkbox(
        &self,
        name: &'static str,
        value: impl ToString,
        label: impl IntoView + 'static,
        default: bool,
    ) -> AnyView {
        let value = value.to_string();
        let checked = self.checked(name, &value, default);
        view! {
            <label class="checkbox">
                <input type="checkbox" name=name value=value checked=checked/>
                <span>{label.into_any()}</span>
            </label>
        }
        .into_any()
    }
}

/// What a form sends along unseen.
#[expect(
    clippy::needless_pass_by_value,
    reason = "callers hand over ids and texts as they have them"
)]
pub fn hidden(name: &'static str, value: impl ToString) -> AnyView {
    view! { <input type="hidden" name=name value=value.to_string()/> }.into_any()
}
