//! Form controls: selects, radio buttons, checkboxes and text areas.

use leptos::prelude::*;

use super::form::{Form, Text};
use crate::components::field;

/// An option to choose.
pub struct Choice {
    /// The submitted value.
    pub value: String,
    /// The label.
    pub label: String,
    /// A description, or empty.
    pub description: &'static str,
}

impl Choice {
    /// An option without a description.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers pass ids and texts by value"
    )]
    pub fn new(value: impl ToString, label: impl Into<String>) -> Self {
        Self {
            value: value.to_string(),
            label: label.into(),
            description: "",
        }
    }
}

impl Form {
    /// A text area. A secret (`kind` `password`) is never filled in again.
    pub fn area(&self, text: Text, rows: u32) -> AnyView {
        self.area_with(text, rows, "")
    }

    /// A text area with the rejected input, or else this default.
    pub fn area_with(&self, text: Text, rows: u32, default: &str) -> AnyView {
        let id = self.id(text.name);
        let value = match text.kind {
            "password" => String::new(),
            _ => self.entered(text.name, default),
        };
        let area = view! {
            <textarea
                id=id.clone()
                name=text.name
                rows=rows
                maxlength=text.longest
                placeholder=(!text.placeholder.is_empty()).then_some(text.placeholder)
                autocomplete="off"
                spellcheck="false"
                required=!text.optional
                aria-describedby=text.hint_id(&id)
            >
                {value}
            </textarea>
        };
        text.field(id, area.into_any())
    }

    /// A drop-down list.
    pub fn select(
        &self,
        name: &'static str,
        label: &'static str,
        choices: Vec<Choice>,
        default: &str,
    ) -> AnyView {
        let id = self.id(name);
        let chosen = self.entered(name, default);
        let options: Vec<_> = choices
            .into_iter()
            .map(|choice| {
                let selected = choice.value == chosen;
                view! {
                    <option value=choice.value selected=selected>
                        {choice.label}
                    </option>
                }
            })
            .collect();
        let select = view! {
            <select id=id.clone() name=name>
                {options}
            </select>
        };
        field(id, label, select.into_any(), ().into_any())
    }

    /// Radio buttons with their descriptions.
    pub fn radios(
        &self,
        name: &'static str,
        legend: &'static str,
        choices: Vec<Choice>,
        default: &str,
    ) -> AnyView {
        let chosen = self.entered(name, default);
        let radios: Vec<_> = choices
            .into_iter()
            .map(|choice| {
                let checked = choice.value == chosen;
                let description = (!choice.description.is_empty())
                    .then(|| view! { <span class="muted">{choice.description}</span> });
                view! {
                    <label class="answer">
                        <input
                            type="radio"
                            name=name
                            value=choice.value
                            checked=checked
                            required
                        />
                        <span>{choice.label} {description}</span>
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

    /// A checkbox.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers pass ids and texts by value"
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
