//! The first step: a connection to GitHub, checked at once, and what the check found.

use domain::Problem;
use domain::report::{Connection, ConnectionsReport};
use engine::Error;
use leptos::prelude::*;

use super::{Step, head};
use crate::documents::connecting::{
    CHECK, CONNECT, CONNECT_APP, REPLACE, card, check, check_button, connect, connect_forms, found,
    replace, replace_button,
};
use crate::documents::frame::Frame;
use crate::documents::{Document, Page, Taken, Visit};

pub const DOCUMENT: Document = Document::new(
    "/t/{tenant}/start",
    &[CONNECT, CONNECT_APP, CHECK, REPLACE],
    |visit| Box::pin(view(visit)),
    |visit| Box::pin(take(visit)),
);

async fn view(visit: Visit) -> Result<Page, Problem> {
    let tenant = visit.tenant().await?;
    let report = visit.engine.connections(visit.viewer()?, tenant).await;
    let report = report.map_err(Error::into_problem)?;
    let frame = Frame::tenant(&visit, tenant).await?;
    Ok(Page::new("Connect GitHub", frame, move || {
        body(&visit, &report)
    }))
}

fn body(visit: &Visit, report: &ConnectionsReport) -> AnyView {
    let connections = &report.connections;
    let about = if connections.is_empty() {
        "GitHub tells a repository’s traffic only to who may push to it, and forgets it after 14 days. Give Tidemark a token, and it asks in time."
    } else {
        "This is what GitHub says of the connection."
    };
    let cards: Vec<_> = connections
        .iter()
        .map(|connection| card(visit, connection, actions(visit, connection)))
        .collect();
    let forms = connect_forms(visit, &report.servers, connections.len());
    let forms = if connections.is_empty() {
        forms
    } else {
        let refused = [CONNECT, CONNECT_APP].contains(&visit.order());
        view! {
            <details class="more" open=refused>
                <summary>"Add another connection"</summary>
                {forms}
            </details>
        }
        .into_any()
    };
    view! {
        {head(visit, Step::Connect, "Connect GitHub", about)}
        {cards}
        {forms}
    }
    .into_any()
}

fn actions(visit: &Visit, connection: &Connection) -> AnyView {
    // Nothing can be read over it before what is missing is given.
    let reads = connection.missing_permission.is_none() && connection.refusal.is_none();
    let class = if reads {
        "button small primary"
    } else {
        "button small"
    };
    view! {
        {check_button(visit, connection)}
        {replace_button(visit, connection)}
        <a class=class href=visit.pages().start_repositories(Some(connection.id))>
            "Choose repositories"
        </a>
    }
    .into_any()
}

async fn take(visit: Visit) -> Result<Taken, Problem> {
    let tenant = visit.tenant().await?;
    let connection = match visit.order() {
        CHECK => check(&visit, tenant).await?,
        REPLACE => replace(&visit, tenant).await?,
        _ => connect(&visit, tenant).await?,
    };
    Ok(Taken::said(visit.pages().start(), found(&connection)))
}
