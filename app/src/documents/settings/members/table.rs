//! The table of members.

use domain::Role;
use domain::report::Member;
use leptos::prelude::*;

use crate::components::moment;
use crate::documents::Visit;
use crate::documents::controls::hidden;
use crate::documents::form::Form;
use crate::documents::question::Question;
use crate::documents::table::{ACTIONS, Called, Column, data_table};
use crate::words;

/// The columns of the table.
const COLUMNS: [Column; 5] = [
    Column("Name", ""),
    Column("Role", ""),
    Column("Member since", "wide-only"),
    Column("Last here", "wide-only"),
    ACTIONS,
];

/// The members, with what can be done about each.
pub fn table(visit: &Visit, members: &[Member]) -> AnyView {
    let rows: Vec<_> = members.iter().map(|member| row(visit, member)).collect();
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id="members">"Members"</h2>
            </div>
            {data_table("", Called::By("members"), &COLUMNS, rows)}
        </section>
    }
    .into_any()
}

fn row(visit: &Visit, member: &Member) -> AnyView {
    let seen = member.last_seen_at.map_or_else(
        || view! { <span class="muted">"Never"</span> }.into_any(),
        moment,
    );
    let me = member.me.then(|| view! { <span class="pill">"You"</span> });
    let granted = (member.role == Role::RepositoryViewer).then(|| {
        let count = u64::try_from(member.granted.len()).unwrap_or(u64::MAX);
        view! {
            <br/>
            <span class="muted">{words::count(count, "repository", "repositories")}</span>
        }
    });
    view! {
        <tr>
            <th scope="row" class="name">
                <b>{member.name.clone()}</b> " " {me} <br/>
                <span class="muted">{member.email.to_string()}</span>
            </th>
            <td>{member.role.label()} {granted}</td>
            <td class="wide-only">{moment(member.since)}</td>
            <td class="wide-only">{seen}</td>
            <td class="actions">
                <div class="row">
                    <a class="button small" href=visit.pages().member(member.user)>
                        "Change"
                        <span class="visually-hidden">" " {member.name.clone()}</span>
                    </a>
                    {take_out(visit, member)}
                </div>
            </td>
        </tr>
    }
    .into_any()
}

/// Removing somebody else, or leaving.
fn take_out(visit: &Visit, member: &Member) -> AnyView {
    let name = &member.name;
    if member.me {
        let question = Question {
            button: "Leave",
            about: "this tenant".to_owned(),
            title: "Leave this tenant?".to_owned(),
            text: "You see nothing of it any more, until an owner invites you again. The API tokens and open invitations that you made here are revoked.".to_owned(),
            answer: "Leave",
            danger: true,
        };
        return Form::new(visit, "leave").ask(question, ());
    }
    let question = Question {
        button: "Remove",
        about: name.clone(),
        title: format!("Remove {name}?"),
        text: "They see nothing of this tenant any more. The API tokens and open invitations that they made here are revoked: programs that use such a token need another. Their account stays, and so does what they are in other tenants.".to_owned(),
        answer: "Remove",
        danger: true,
    };
    let form = Form::about(visit, "remove", "member", &member.user.to_string());
    form.ask(question, hidden("member", member.user))
}
