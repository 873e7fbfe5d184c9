//! Step 1 of the setup wizard: connecting to GitHub, with the result of the check.

use domain::Problem;
use domain::report::{Connection, ConnectionKind, ConnectionsReport};
use engine::Error;
use leptos::prelude::*;

use super::{Step, head};
use crate::server_pages::connecting::action::{Action, WIZARD};
use crate::server_pages::connecting::state::check_result;
use crate::server_pages::connecting::{
    card, check, check_button, connect, connect_forms, replace, replace_button,
};
use crate::server_pages::fields::not_understood;
use crate::server_pages::layout::Layout;
use crate::server_pages::{FormOutcome, PageContent, PageRequest, ServerPage};

pub const PAGE: ServerPage = ServerPage::new(
    "/t/{tenant}/start",
    WIZARD,
    |request| Box::pin(view(request)),
    |request| Box::pin(submit(request)),
);

async fn view(request: PageRequest) -> Result<PageContent, Problem> {
    let context = request.tenant().await?;
    let report = context
        .engine
        .connections(&context.viewer, context.tenant)
        .await;
    let report = report.map_err(Error::into_problem)?;
    let layout = Layout::tenant(&request, &context).await?;
    Ok(PageContent::new("Connect GitHub", layout, move || {
        body(&request, &report)
    }))
}

fn body(request: &PageRequest, report: &ConnectionsReport) -> AnyView {
    let connections = &report.connections;
    let about = if connections.is_empty() {
        "GitHub only shows traffic to users with push access, and only for 14 days. Connect GitHub so that Tidemark can collect it in time."
    } else {
        "What GitHub reports about your connection."
    };
    let cards: Vec<_> = connections
        .iter()
        .map(|connection| card(request, connection, actions(request, connection)))
        .collect();
    let forms = connect_forms(request, &report.servers, connections.len());
    let forms = if connections.is_empty() {
        forms
    } else {
        let refused = matches!(request.action(), Ok(Action::Connect | Action::ConnectApp));
        view! {
            <details class="more" open=refused>
                <summary>"Add another connection"</summary>
                {forms}
            </details>
        }
        .into_any()
    };
    view! {
        {head(request, Step::Connect, "Connect GitHub", about)}
        {cards}
        {forms}
    }
    .into_any()
}

fn actions(request: &PageRequest, connection: &Connection) -> AnyView {
    // Choosing repositories is the next step only if the connection can read them.
    let reads = connection.missing_permission.is_none() && connection.refusal.is_none();
    let class = if reads {
        "button small primary"
    } else {
        "button small"
    };
    view! {
        {check_button(request, connection)}
        {replace_button(request, connection)}
        <a class=class href=request.pages().start_repositories(Some(connection.id))>
            "Choose repositories"
        </a>
    }
    .into_any()
}

async fn submit(request: PageRequest) -> Result<FormOutcome, Problem> {
    let context = request.tenant().await?;
    let connection = match request.action()? {
        Action::Connect => connect(&context, request.form()?, ConnectionKind::Token).await?,
        Action::ConnectApp => connect(&context, request.form()?, ConnectionKind::App).await?,
        Action::Check => check(&context, request.form()?).await?,
        Action::Replace => replace(&context, request.form()?).await?,
        // Only in the settings.
        Action::Rename | Action::Disconnect | Action::FinishApp | Action::DiscardApp => {
            return Err(not_understood());
        }
    };
    Ok(FormOutcome::flash(
        request.pages().start(),
        check_result(&connection),
    ))
}
