//! Inviting members: the form, the link shown once, and the open invitations.

use domain::report::Invitation;
use domain::{RepositoryId, RepositoryName, Role};
use leptos::prelude::*;

use super::Action;
use super::grants::grants;
use super::roles;
use crate::components::timestamp;
use crate::server_pages::PageRequest;
use crate::server_pages::confirm::{Confirm, secret};
use crate::server_pages::form::{Form, Text, hidden, submit_button};
use crate::server_pages::layout::card;
use crate::server_pages::list_part::{ListPart, list_card};
use crate::server_pages::table::{ACTIONS, Column, TableLabel, data_table};

const COLUMNS: [Column; 5] = [
    Column("For", ""),
    Column("Role", ""),
    Column("Invited by", "wide-only"),
    Column("Expires", ""),
    ACTIONS,
];

const EMAIL: Text = Text {
    name: "email",
    label: "Email (optional)",
    kind: "email",
    autocomplete: "off",
    placeholder: "name@example.org",
    hint: "Who the invitation is for. Anyone with the link can accept it.",
    longest: 254,
    optional: true,
    ..Text::EMPTY
};

/// The form that creates an invitation.
pub fn inviter(request: &PageRequest, repositories: &[(RepositoryId, RepositoryName)]) -> AnyView {
    let form = Form::new(request, Action::Invite);
    let fields = view! {
        {form.text(EMAIL, "")}
        {form.radios("role", "Role", roles(), Role::Viewer.as_str())}
        {grants(&form, repositories, &[])}
        {submit_button("Create invitation")}
    };
    card(
        "invite",
        "Invite someone",
        view! {
        <div class="card-body narrow">{form.with("invite", fields)}</div>
        },
    )
}

/// The link of the invitation just created.
pub fn invited(request: &PageRequest) -> Option<AnyView> {
    let link = Form::new(request, Action::Invite).secret()?.to_owned();
    let words = "Copy this link and send it. You won’t see it again. Anyone with the link can use it once, within seven days. You can withdraw it below.";
    Some(secret("Invitation link", link, words))
}

/// The invitations not accepted yet.
pub fn open_ones(request: &PageRequest, invitations: &[Invitation]) -> Option<AnyView> {
    if invitations.is_empty() {
        return None;
    }
    let text = |it: &Invitation| {
        it.email
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default()
    };
    let place = (request.pages().members(), "invitation-");
    let (part, shown) = ListPart::of(&request.query, place, invitations, text);
    Some(list_card(
        "invitations",
        "Open invitations",
        "Email",
        &part,
        || {
            let rows: Vec<_> = shown.iter().map(|it| row(request, it)).collect();
            data_table(
                "as-rows",
                TableLabel::Heading("invitations"),
                &COLUMNS,
                rows,
            )
        },
    ))
}

fn row(request: &PageRequest, invitation: &Invitation) -> AnyView {
    let whom = invitation
        .email
        .as_ref()
        .map_or_else(|| "Anyone with the link".to_owned(), ToString::to_string);
    let by = invitation.invited_by.clone();
    let withdraw = Form::for_item(
        request,
        Action::Withdraw,
        "invitation",
        &invitation.id.to_string(),
    );
    let confirm = Confirm {
        button: "Withdraw",
        about: format!("the invitation for {whom}"),
        title: "Withdraw the invitation?".to_owned(),
        text: "The link will stop working.".to_owned(),
        answer: "Withdraw",
        danger: true,
    };
    view! {
        <tr>
            <th scope="row" class="name">
                {whom}
            </th>
            <td>{invitation.role.map(Role::label)}</td>
            <td class="wide-only">{by.unwrap_or_else(|| "–".to_owned())}</td>
            <td>{timestamp(invitation.expires_at)}</td>
            <td class="actions">
                {withdraw.confirm(confirm, hidden("invitation", invitation.id))}
            </td>
        </tr>
    }
    .into_any()
}
