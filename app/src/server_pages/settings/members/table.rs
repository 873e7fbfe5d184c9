//! The table of members.

use domain::Role;
use domain::report::Member;
use leptos::prelude::*;

use super::Action;
use crate::components::{timestamp, timestamp_or};
use crate::server_pages::PageRequest;
use crate::server_pages::confirm::Confirm;
use crate::server_pages::form::{Form, hidden};
use crate::server_pages::list_part::{ListPart, list_card};
use crate::server_pages::table::{ACTIONS, Column, TableLabel, data_table};
use crate::text;

const COLUMNS: [Column; 5] = [
    Column("Name", ""),
    Column("Role", ""),
    Column("Member since", "wide-only"),
    Column("Last active", "wide-only"),
    ACTIONS,
];

/// The members, with the actions for each.
pub fn table(request: &PageRequest, members: &[Member]) -> AnyView {
    let text = |member: &Member| format!("{} {}", member.name, member.email);
    let place = (request.pages().members(), "");
    let (part, shown) = ListPart::of(&request.query, place, members, text);
    list_card("members", "Members", "Name or email", &part, || {
        let rows: Vec<_> = shown.iter().map(|member| row(request, member)).collect();
        data_table("as-rows", TableLabel::Heading("members"), &COLUMNS, rows)
    })
}

fn row(request: &PageRequest, member: &Member) -> AnyView {
    let seen = timestamp_or(member.last_seen_at, "Never");
    let me = member.me.then(|| view! { <span class="pill">"You"</span> });
    let granted = (member.role == Role::RepositoryViewer).then(|| {
        let count = u64::try_from(member.granted.len()).unwrap_or(u64::MAX);
        view! {
            <br/>
            <span class="muted">{text::count(count, "repository", "repositories")}</span>
        }
    });
    view! {
        <tr>
            <th scope="row" class="name">
                <b>{member.name.clone()}</b> " " {me} <br/>
                <span class="muted">{member.email.to_string()}</span>
            </th>
            <td>{member.role.label()} {granted}</td>
            <td class="wide-only">{timestamp(member.since)}</td>
            <td class="wide-only">{seen}</td>
            <td class="actions">
                <div class="row">
                    <a class="button small" href=request.pages().member(member.user)>
                        "Edit"
                        <span class="visually-hidden">" " {member.name.clone()}</span>
                    </a>
                    {take_out(request, member)}
                </div>
            </td>
        </tr>
    }
    .into_any()
}

/// The button that removes a member, or lets the viewer leave.
fn take_out(request: &PageRequest, member: &Member) -> AnyView {
    let name = &member.name;
    if member.me {
        let confirm = Confirm {
            button: "Leave",
            about: "this tenant".to_owned(),
            title: "Leave this tenant?".to_owned(),
            text: "You’ll lose access until an owner invites you back. Your API tokens and open invitations in this tenant will be revoked.".to_owned(),
            answer: "Leave",
            danger: true,
        };
        return Form::new(request, Action::Leave).confirm(confirm, ());
    }
    let confirm = Confirm {
        button: "Remove",
        about: name.clone(),
        title: format!("Remove {name}?"),
        text: "They’ll lose access to this tenant. Their API tokens and open invitations here will be revoked, and programs using those tokens will stop working. Their account and their roles in other tenants are unchanged.".to_owned(),
        answer: "Remove",
        danger: true,
    };
    let form = Form::for_item(request, Action::Remove, "member", &member.user.to_string());
    form.confirm(confirm, hidden("member", member.user))
}
