//! A person's active sessions.

use domain::report::Session;
use leptos::prelude::*;

use super::Action;
use crate::components::timestamp;
use crate::server_pages::PageRequest;
use crate::server_pages::form::Form;
use crate::server_pages::table::{ACTIONS, Column, TableLabel, data_table};

const COLUMNS: [Column; 5] = [
    Column("Device", ""),
    Column("IP address", ""),
    Column("Signed in", ""),
    Column("Last used", ""),
    ACTIONS,
];

/// The sessions, with buttons to end them.
pub fn card(request: &PageRequest, sessions: &[Session]) -> AnyView {
    let rows: Vec<_> = sessions.iter().map(|it| row(request, it)).collect();
    let others = (sessions.len() > 1).then(|| {
        view! {
            <form method="post">
                <button type="submit" class="button" name="do" value=Action::EndOthers.into_str()>
                    "Sign out other sessions"
                </button>
            </form>
        }
    });
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id="sessions">"Active sessions"</h2>
                <span class="spacer"></span>
                {others}
            </div>
            <div class="card-refusal">{Form::new(request, Action::EndSession).refusal()}</div>
            {data_table("as-list", TableLabel::Heading("sessions"), &COLUMNS, rows)}
        </section>
    }
    .into_any()
}

fn row(request: &PageRequest, session: &Session) -> AnyView {
    let address = match session.address.as_str() {
        "" => "unknown".to_owned(),
        address => address.to_owned(),
    };
    let (mark, end) = if session.current {
        let mark = view! { " " <span class="pill ok">"This device"</span> };
        (Some(mark), None)
    } else {
        let label = view! {
            "End"
            <span class="visually-hidden">" the session on " {session.device.clone()}</span>
        };
        let form = Form::new(request, Action::EndSession);
        let end = form.button("session", session.id, "button small", label);
        (None, Some(end))
    };
    view! {
        <tr>
            <th scope="row" class="name">
                <b>{session.device.clone()}</b>
                {mark}
            </th>
            <td data-label="IP address">{address}</td>
            <td data-label="Signed in">{timestamp(session.started_at)}</td>
            <td data-label="Last used">{timestamp(session.last_used_at)}</td>
            <td class="actions">{end}</td>
        </tr>
    }
    .into_any()
}
