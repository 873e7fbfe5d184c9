//! Inviting members: the form, the link shown once, and the open invitations.

use domain::report::Invitation;
use domain::{RepositoryId, RepositoryName, Role};
use leptos::prelude::*;

use super::grants::grants;
use super::roles;
use crate::components::moment;
use crate::documents::Visit;
use crate::documents::controls::hidden;
use crate::documents::form::{Form, Text, submit};
use crate::documents::question::{Question, secret};
use crate::documents::table::{ACTIONS, Called, Column, data_table};

/// The columns of the table.
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
pub fn inviter(visit: &Visit, repositories: &[(RepositoryId, RepositoryName)]) -> AnyView {
    let form = Form::new(visit, "invite");
    let fields = view! {
        {form.text(EMAIL, "")}
        {form.radios("role", "Role", roles(), Role::Viewer.as_str())}
        {grants(&form, repositories, &[])}
        {submit("Create invitation")}
    };
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id="invite">"Invite someone"</h2>
            </div>
            <div class="card-body narrow">{form.with("invite", fields)}</div>
        </section>
    }
    .into_any()
}

/// The link of the invitation just created.
pub fn invited(visit: &Visit) -> Option<AnyView> {
    let link = Form::new(visit, "invite").shown()?.to_owned();
    let words = "Copy it now and send it to the person you’re inviting. It won’t be shown again. Anyone with the link can use it once, within seven days. You can withdraw it below.";
    Some(secret("Invitation link", link, words))
}

/// The invitations not accepted yet.
pub fn open_ones(visit: &Visit, invitations: &[Invitation]) -> Option<AnyView> {
    if invitations.is_empty() {
        return None;
    }
    let rows: Vec<_> = invitations.iter().map(|it| row(visit, it)).collect();
    Some(
        view! {
            <section class="card">
                <div class="card-head">
                    <h2 id="invitations">"Open invitations"</h2>
                </div>
                {data_table("", Called::By("invitations"), &COLUMNS, rows)}
            </section>
        }
        .into_any(),
    )
}

fn row(visit: &Visit, invitation: &Invitation) -> AnyView {
    let whom = invitation
        .email
        .as_ref()
        .map_or_else(|| "Anyone with the link".to_owned(), ToString::to_string);
    let by = invitation.invited_by.clone();
    let withdraw = Form::about(visit, "withdraw", "invitation", &invitation.id.to_string());
    let question = Question {
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
            <td>{moment(invitation.expires_at)}</td>
            <td class="actions">
                {withdraw.ask(question, hidden("invitation", invitation.id))}
            </td>
        </tr>
    }
    .into_any()
}
