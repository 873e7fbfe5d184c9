//! A labelled form control, and the messages beside it.

use leptos::prelude::*;

use super::linked;

/// A control below its label; `below` is its hint or its error.
pub fn field(id: String, label: &'static str, control: AnyView, below: AnyView) -> AnyView {
    view! {
        <div class="field">
            <label for=id>{label}</label>
            {control}
            {below}
        </div>
    }
    .into_any()
}

/// The hint below a control, which the control names in `aria-describedby`.
pub fn hint(id: String, text: &'static str) -> AnyView {
    view! {
        <p class="hint" id=id>
            {text}
        </p>
    }
    .into_any()
}

/// What went wrong, read out by screen readers.
pub fn error_notice(message: &str) -> AnyView {
    alert("notice bad", None, message)
}

/// A message read out by screen readers.
pub(super) fn alert(class: &'static str, id: Option<&'static str>, message: &str) -> AnyView {
    view! { <p class=class id=id role="alert">{linked(message)}</p> }.into_any()
}
