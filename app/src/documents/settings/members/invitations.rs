//! Inviting people: the form, the link that is shown once, and what is still open.

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
    Column("Until", ""),
    ACTIONS,
];

const EMAIL: Text = Text {
    name: "email",
    label: "Email (may be left empty)",
    kind: "email",
    autocomplete: "off",
    placeholder: "name@example.org",
    hint: "For whom it is meant. It is a note for both of you: whoever has the link can accept it.",
    longest: 254,
    optional: true,
    ..Text::EMPTY
};

/// The form that invites.
pub fn inviter(visit: &Visit, repositories: &[(RepositoryId, RepositoryName)]) -> AnyView {
    let form = Form::new(visit, "invite");
    let fields = view! {
        {form.text(EMAIL, "")}
        {form.radios("role", "Role", roles(), Role::Viewer.as_str())}
        {grants(&form, repositories, &[])}
        {submit("Make an invitation")}
    };
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id="invite">"Invite somebody"</h2>
            </div>
            <div class="card-body narrow">{form.with("invite", fields)}</div>
        </section>
    }
    .into_any()
}

/// The link of the invitation that was just made.
pub fn invited(visit: &Visit) -> Option<AnyView> {
    let link = Form::new(visit, "invite").shown()?.to_owned();
    let words = "Copy it now, and send it to whom you invite: it is not shown again. It works once, for seven days, for whoever opens it, and you can withdraw it below.";
    Some(secret("The link of the invitation", link, words))
}

/// The invitations that nobody has accepted yet.
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
        .map_or_else(|| "Whoever has the link".to_owned(), ToString::to_string);
    let by = invitation.invited_by.clone();
    let withdraw = Form::about(visit, "withdraw", "invitation", &invitation.id.to_string());
    let question = Question {
        button: "Withdraw",
        about: format!("the invitation for {whom}"),
        title: "Withdraw the invitation?".to_owned(),
        text: "Its link opens nothing any more.".to_owned(),
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
