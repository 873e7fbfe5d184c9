//! The form that adds a note to a repository's charts, in place. The page of notes takes it, so it
//! needs no scripts.

use leptos::prelude::*;

use crate::address::Tenant;
use crate::api::RepositoryData;
use crate::components::field;

/// The button and its form; nothing for viewers who may not write notes.
pub fn note_form(tenant: &Tenant, data: &RepositoryData) -> Option<AnyView> {
    let day = |id: &'static str, label: &'static str, name: &'static str, required: bool| {
        let input = view! { <input id=id type="date" name=name required=required/> };
        field(id.to_owned(), label, input.into_any(), ().into_any())
    };
    let text = view! {
        <input
            id="note-text"
            name="text"
            maxlength="250"
            placeholder="Talk at NavConf"
            autocomplete="off"
            required
        />
    };
    let hint = view! { <p class="hint">"Everyone who can see this repository can read it."</p> };
    data.may_manage.then(|| {
        view! {
            <div class="card-body narrow">
                <details class="more">
                <summary>"Add note"</summary>
                <form method="post" action=tenant.notes(None, None) class="stack">
                    <input type="hidden" name="do" value="add"/>
                    <input
                        type="hidden"
                        name="repository"
                        value=data.report.repository.full_name.to_string()
                    />
                    {field("note-text".to_owned(), "Note", text.into_any(), hint.into_any())}
                    <div class="fields">
                        {day("note-from", "First day", "from", true)}
                        {day("note-to", "Last day (optional)", "to", false)}
                    </div>
                    <div class="row">
                        <button type="submit" class="button primary">
                            "Add note"
                        </button>
                        <a href=tenant.notes(None, None) rel="external">
                            "All notes"
                        </a>
                    </div>
                </form>
            </details>
            </div>
        }
        .into_any()
    })
}
