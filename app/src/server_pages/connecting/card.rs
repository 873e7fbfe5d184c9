//! One connection: its details, its health, and what it lacks.

use chrono::{DateTime, Utc};
use domain::report::{Connection, ConnectionKind};
use domain::web_url;
use leptos::prelude::*;

use super::action::Action;
use super::credential::fields;
use super::state::{kind, left, problems, state};
use crate::chart::format;
use crate::components::{linked, timestamp, timestamp_or};
use crate::server_pages::PageRequest;
use crate::server_pages::confirm::Confirm;
use crate::server_pages::form::{Form, hidden};
use crate::text;

/// The connection, with its actions.
pub fn card(request: &PageRequest, connection: &Connection, actions: AnyView) -> AnyView {
    let now = request.engine.clock().now();
    let (class, word) = state(connection, now);
    let heading = format!("connection-{}", connection.id);
    let labelled_by = heading.clone();
    let notices: Vec<_> = problems(connection)
        .into_iter()
        .map(|(class, sentence)| view! { <p class=class>{linked(&sentence)}</p> })
        .collect();
    view! {
        <section class="card" aria-labelledby=labelled_by>
            <div class="card-head">
                <h2 id=heading>{connection.name.clone()}</h2>
                <span class=class>{word}</span>
                <span class="spacer"></span>
                <div class="row">{actions}</div>
            </div>
            <div class="card-body stack">{notices} {facts(connection, now)}</div>
        </section>
    }
    .into_any()
}

fn facts(connection: &Connection, now: DateTime<Utc>) -> AnyView {
    let is_app = connection.kind == ConnectionKind::App;
    let expiry = match connection.token_expires_at {
        Some(at) => {
            view! { {timestamp(at)} <span class="muted">" · " {left(at, now)}</span> }.into_any()
        }
        None if is_app => "Never (tokens renew automatically)".into_any(),
        None => view! { <span class="muted">"No expiry reported"</span> }.into_any(),
    };
    let scopes = match connection.scopes.as_deref() {
        Some("") => view! { <span class="muted">"None"</span> }.into_any(),
        Some(scopes) => scopes.to_owned().into_any(),
        None => view! { <span class="muted">"Not reported"</span> }.into_any(),
    };
    let budget = connection.budget.map_or_else(
        || view! { <span class="muted">"Unknown"</span> }.into_any(),
        |budget| {
            view! {
                {format::number(budget.remaining.into())} " of "
                {format::number(budget.total.into())} " per hour"
                <span class="muted">" · resets " {timestamp(budget.resets_at)}</span>
            }
            .into_any()
        },
    );
    let checked = timestamp_or(connection.checked_at, "Never");
    let repositories = text::count(connection.repositories.into(), "repository", "repositories");
    view! {
        <dl class="facts">
            <dt>"Type"</dt>
            <dd>{kind(connection)}</dd>
            <dt>{if is_app { "Installed on" } else { "GitHub user" }}</dt>
            <dd>{connection.login.clone()}</dd>
            <dt>"Server"</dt>
            <dd>{web_url(&connection.api_url)}</dd>
            <dt>"Expires"</dt>
            <dd>{expiry}</dd>
            <dt>{if is_app { "Permissions" } else { "Scopes" }}</dt>
            <dd>{scopes}</dd>
            <dt>"Requests left"</dt>
            <dd>{budget}</dd>
            <dt>"Used by"</dt>
            <dd>{repositories}</dd>
            <dt>"Last checked"</dt>
            <dd>{checked}</dd>
        </dl>
    }
    .into_any()
}

/// The button that checks the connection now.
pub fn check_button(request: &PageRequest, connection: &Connection) -> AnyView {
    let form = Form::for_item(
        request,
        Action::Check,
        "connection",
        &connection.id.to_string(),
    );
    let name = connection.name.clone();
    let label = view! { "Check" <span class="visually-hidden">" " {name}</span> };
    view! {
        {form.refusal()}
        {form.button("connection", connection.id, "button small", label)}
    }
    .into_any()
}

/// The button that replaces the token or key.
pub fn replace_button(request: &PageRequest, connection: &Connection) -> AnyView {
    let form = Form::for_item(
        request,
        Action::Replace,
        "connection",
        &connection.id.to_string(),
    );
    let (button, title) = match connection.kind {
        ConnectionKind::Token => ("Replace token", "Replace the token"),
        ConnectionKind::App => ("Replace key", "Replace the key"),
    };
    let confirm = Confirm {
        button,
        about: format!("of {}", connection.name),
        title: format!("{title} of “{}”", connection.name),
        text: "Tidemark checks the new one with GitHub before replacing the old one. Collected data is kept.".to_owned(),
        answer: "Check and replace",
        danger: false,
    };
    let inner = view! { {hidden("connection", connection.id)} {fields(&form, connection.kind)} };
    form.confirm(confirm, inner)
}
