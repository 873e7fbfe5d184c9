//! Where a person is signed in.

use domain::report::Session;
use leptos::prelude::*;

use crate::server_pages::PageRequest;
use crate::server_pages::form::Form;
use crate::server_pages::table::{ACTIONS, Column, TableLabel, data_table};
use crate::server_pages::timestamp::timestamp;

/// The columns of the table.
const COLUMNS: [Column; 5] = [
    Column("Device", ""),
    Column("Address", ""),
    Column("Since", ""),
    Column("Last used", ""),
    ACTIONS,
];

/// The sessions, with ways to end them.
pub fn card(request: &PageRequest, sessions: &[Session]) -> AnyView {
    let rows: Vec<_> = sessions.iter().map(|it| row(request, it)).collect();
    let others = (sessions.len() > 1).then(|| {
        view! {
            <form method="post">
                <button type="submit" class="button" name="do" value="end-others">
                    "End all others"
                </button>
            </form>
        }
    });
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id="sessions">"Where you are signed in"</h2>
                <span class="spacer"></span>
                {others}
            </div>
            <div class="card-refusal">{Form::new(request, "end-session").refusal()}</div>
            {data_table("as-list", TableLabel::Heading("sessions"), &COLUMNS, rows)}
        </section>
    }
    .into_any()
}

fn row(request: &PageRequest, session: &Session) -> AnyView {
    let zone = request.zone();
    let address = match session.address.as_str() {
        "" => "unknown".to_owned(),
        address => address.to_owned(),
    };
    let (mark, end) = if session.current {
        let mark = view! { " " <span class="pill ok">"this one"</span> };
        (Some(mark), None)
    } else {
        let label = view! {
            "End"
            <span class="visually-hidden">" the session of " {session.device.clone()}</span>
        };
        let form = Form::new(request, "end-session");
        let end = form.button("session", session.id, "button small", label);
        (None, Some(end))
    };
    view! {
        <tr>
            <th scope="row" class="name">
                <b>{session.device.clone()}</b>
                {mark}
            </th>
            <td data-label="Address">{address}</td>
            <td data-label="Since">{timestamp(session.started_at, zone)}</td>
            <td data-label="Last used">{timestamp(session.last_used_at, zone)}</td>
            <td class="actions">{end}</td>
        </tr>
    }
    .into_any()
}
