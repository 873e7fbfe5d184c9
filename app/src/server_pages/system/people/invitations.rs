//! Inviting people to Tidemark, and the open invitations.

use domain::report::Invitation;
use leptos::prelude::*;

use super::Action;
use super::row::{ADMINISTRATOR, MAINTAINER};
use crate::address;
use crate::components::timestamp;
use crate::server_pages::PageRequest;
use crate::server_pages::confirm::secret;
use crate::server_pages::form::{Form, Text, submit_button};

const EMAIL: Text = Text {
    name: "email",
    label: "Email (optional)",
    kind: "email",
    autocomplete: "off",
    hint: "Who the invitation is for. Anyone with the link can accept it.",
    longest: 254,
    optional: true,
    ..Text::EMPTY
};

pub fn card(request: &PageRequest, invitations: &[Invitation]) -> AnyView {
    let form = Form::new(request, Action::Invite);
    let link = form.secret().map(|token| {
        secret(
            "Invitation link",
            request.link(&address::invitation(token)),
            "Send it yourself. It won’t be shown again. It works once, within seven days.",
        )
    });
    let fields = view! {
        {form.text(EMAIL, "")}
        <fieldset>
            <legend>"System roles"</legend>
            <div class="answers">
                {form.checkbox("administrator", "yes", ADMINISTRATOR, false)}
                {form.checkbox("maintainer", "yes", MAINTAINER, false)}
            </div>
        </fieldset>
        {submit_button("Create invitation")}
    };
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id="invite">"Invite someone to Tidemark"</h2>
            </div>
            <div class="card-body narrow">
                <p class="muted">
                    "They’ll get an account, but won’t see a tenant until one of its owners invites them."
                </p>
                {link}
                {form.with("invite", fields)}
            </div>
            {open(request, invitations)}
        </section>
    }
    .into_any()
}

fn open(request: &PageRequest, invitations: &[Invitation]) -> Option<AnyView> {
    if invitations.is_empty() {
        return None;
    }
    let rows: Vec<_> = invitations.iter().map(|it| row(request, it)).collect();
    Some(
        view! {
            <div class="table-wrap">
                <table class="data-table as-list">
                    <caption>"Open invitations"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"For"</th>
                            <th scope="col">"Roles"</th>
                            <th scope="col">"Invited by"</th>
                            <th scope="col">"Expires"</th>
                            <th scope="col">
                                <span class="visually-hidden">"Actions"</span>
                            </th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any(),
    )
}

fn row(request: &PageRequest, invitation: &Invitation) -> AnyView {
    let email = invitation.email.as_ref().map(ToString::to_string);
    let whom = email.unwrap_or_else(|| "Anyone with the link".to_owned());
    let roles = match (invitation.administrator, invitation.maintainer) {
        (true, true) => "administrator, maintainer",
        (true, false) => "administrator",
        (false, true) => "maintainer",
        (false, false) => "none",
    };
    let label = view! {
        "Withdraw"
        <span class="visually-hidden">" the invitation for " {whom.clone()}</span>
    };
    let withdraw = Form::new(request, Action::Withdraw).button(
        "invitation",
        invitation.id,
        "button small",
        label,
    );
    view! {
        <tr>
            <th scope="row" class="name">
                {whom}
            </th>
            <td data-label="Roles">{roles}</td>
            <td data-label="Invited by">{invitation.invited_by.clone()}</td>
            <td data-label="Expires">{timestamp(invitation.expires_at)}</td>
            <td class="actions">{withdraw}</td>
        </tr>
    }
    .into_any()
}
