//! A confirmation dialog. It works without scripts, by the browser's `popover`.

use leptos::prelude::*;

/// A button that opens a dialog.
#[component]
pub fn Dialog(
    /// Unique in the page.
    #[prop(into)]
    id: String,
    /// The label of the button that opens it.
    button: &'static str,
    /// What the button acts on, for screen readers.
    about: String,
    /// The question.
    title: String,
    /// What to know before answering.
    #[prop(into)]
    text: String,
    /// The actions beside Cancel.
    actions: AnyView,
) -> impl IntoView {
    let heading = format!("{id}-title");
    let labelled_by = heading.clone();
    let (opens, closes) = (id.clone(), id.clone());
    view! {
        <button type="button" class="button small" popovertarget=opens>
            {button}
            <span class="visually-hidden">" " {about}</span>
        </button>
        <div
            class="dialog"
            id=id
            popover="auto"
            role="dialog"
            aria-labelledby=labelled_by
        >
            <h2 id=heading>{title}</h2>
            <p>{text}</p>
            <div class="dialog-actions">
                <button
                    type="button"
                    class="button"
                    popovertarget=closes
                    popovertargetaction="hide"
                >
                    "Cancel"
                </button>
                {actions}
            </div>
        </div>
    }
    .into_any()
}
