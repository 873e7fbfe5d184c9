//! The bare address, for who belongs to no tenant that could be shown.

use domain::{Person, Problem};
use leptos::prelude::*;

use super::frame::Frame;
use super::{Document, Page, Visit};

pub const DOCUMENT: Document = Document::shown("/", |visit| Box::pin(async move { view(&visit) }));

fn view(visit: &Visit) -> Result<Page, Problem> {
    visit.viewer()?;
    let frame = Frame::around(visit);
    let person = visit.person().cloned();
    Ok(Page::new("No tenant yet", frame, move || {
        view! { <section class="card empty">{person.map(|person| said(&person))}</section> }
            .into_any()
    }))
}

fn said(person: &Person) -> AnyView {
    let suspended = person.memberships.iter().find(|it| it.suspended);
    let email = person.email.to_string();
    match suspended {
        Some(suspended) => view! {
            <h1>"“" {suspended.name.clone()} "” is suspended"</h1>
            <p>
                "Nothing of it is lost. The administrator of this server can tell you why, and "
                "let it go on."
            </p>
        }
        .into_any(),
        None => view! {
            <h1>"You belong to no tenant yet"</h1>
            <p>
                "Ask an owner of the tenant for an invitation, and open its link while you are "
                "signed in as " <b>{email}</b> "."
            </p>
        }
        .into_any(),
    }
}
