//! The form that changes a member's role.

use domain::report::Member;
use domain::{RepositoryId, RepositoryName};
use leptos::prelude::*;

use super::Action;
use super::grants::grants;
use super::roles;
use crate::server_pages::PageRequest;
use crate::server_pages::form::{Form, hidden, submit_button};

/// The form for one member.
pub fn editor(
    request: &PageRequest,
    member: &Member,
    repositories: &[(RepositoryId, RepositoryName)],
) -> AnyView {
    let form = Form::new(request, Action::Change);
    let fields = view! {
        {hidden("member", member.user)}
        {form.radios("role", "Role", roles(), member.role.as_str())}
        {grants(&form, repositories, &member.granted)}
        <div class="row">
            {submit_button("Save")}
            <a class="button" href=request.pages().members()>
                "Cancel"
            </a>
        </div>
    };
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id="change">"Edit " {member.name.clone()}</h2>
                <span class="muted">{member.email.to_string()}</span>
            </div>
            <div class="card-body narrow">{form.with("change", fields)}</div>
        </section>
    }
    .into_any()
}
