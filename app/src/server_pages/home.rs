//! The page at `/` for people without an active tenant.

use domain::{Person, Problem};
use leptos::prelude::*;

use super::layout::Layout;
use super::{PageContent, PageRequest, ServerPage};

pub const PAGE: ServerPage =
    ServerPage::shown("/", |request| Box::pin(async move { view(&request) }));

fn view(request: &PageRequest) -> Result<PageContent, Problem> {
    request.viewer()?;
    let layout = Layout::around(request);
    let person = request.person().cloned();
    Ok(PageContent::new("No tenant yet", layout, move || {
        view! { <section class="card empty">{person.map(|person| flash(&person))}</section> }
            .into_any()
    }))
}

fn flash(person: &Person) -> AnyView {
    let suspended = person.memberships.iter().find(|it| it.suspended);
    let email = person.email.to_string();
    match suspended {
        Some(suspended) => view! {
            <h1>"“" {suspended.name.clone()} "” is suspended"</h1>
            <p>
                "No data has been lost. Ask your administrator to reactivate it."
            </p>
        }
        .into_any(),
        None => view! {
            <h1>"You’re not a member of any tenant yet"</h1>
            <p>
                "Ask an owner for an invitation, and open its link while signed in as " <b>{email}</b> "."
            </p>
        }
        .into_any(),
    }
}
