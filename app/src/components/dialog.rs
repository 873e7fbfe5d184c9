//! A confirmation dialog. It works without scripts, by the browser's `popover`; with scripts it is
//! modal (`frontend/page.js`).

use leptos::prelude::*;

/// A dialog, and the button that opens it.
pub struct Dialog {
    /// Unique in the page.
    pub id: String,
    /// The label of the button that opens it.
    pub button: &'static str,
    /// What the button acts on, for screen readers.
    pub about: String,
    /// The question.
    pub title: String,
    /// What to know before answering.
    pub text: String,
}

impl Dialog {
    /// The button and the dialog around this content. `open` makes the dialog part of the page
    /// from the start, because a popover opens only on a click.
    pub fn with(self, open: bool, content: AnyView) -> AnyView {
        let Self {
            id,
            button,
            about,
            title,
            text,
        } = self;
        let heading = format!("{id}-title");
        let labelled_by = heading.clone();
        let opens = (!open).then(|| id.clone());
        view! {
            <button type="button" class="button small" popovertarget=opens>
                {button}
                <span class="visually-hidden">" " {about}</span>
            </button>
            <dialog
                class="dialog"
                id=id
                popover=(!open).then_some("auto")
                open=open
                aria-labelledby=labelled_by
            >
                <h2 id=heading>{title}</h2>
                <p>{text}</p>
                {content}
            </dialog>
        }
        .into_any()
    }

    /// The button that closes it.
    pub fn cancel(&self) -> AnyView {
        view! {
            <button
                type="button"
                class="button"
                popovertarget=self.id.clone()
                popovertargetaction="hide"
                autofocus
            >
                "Cancel"
            </button>
        }
        .into_any()
    }
}

/// The row of actions at the end of a dialog.
pub fn dialog_actions(cancel: AnyView, actions: AnyView) -> AnyView {
    view! {
        <div class="dialog-actions">
            {cancel}
            {actions}
        </div>
    }
    .into_any()
}
