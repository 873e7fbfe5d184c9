//! The connections page of a tenant's settings: their health, and the forms that change them.

use domain::report::{Connection, ConnectionKind, ConnectionsReport};
use domain::{ConnectionId, Problem, web_url};
use engine::{Error, TenantRequest};
use leptos::prelude::*;
use serde::Deserialize;
use strum::VariantNames;

use crate::server_pages::confirm::Confirm;
use crate::server_pages::connecting::action::Action;
use crate::server_pages::connecting::state::check_result;
use crate::server_pages::connecting::{
    card, check, check_button, connect, connect_forms, replace, replace_button,
};
use crate::server_pages::controls::Choice;
use crate::server_pages::form::{Form, Text, hidden};
use crate::server_pages::github_app::pending;
use crate::server_pages::layout::{Layout, page_head};
use crate::server_pages::{FormOutcome, PageContent, PageRequest, ServerPage};
use crate::text;

pub const PAGE: ServerPage = ServerPage::new(
    "/t/{tenant}/settings/connections",
    Action::VARIANTS,
    |request| Box::pin(view(request)),
    |request| Box::pin(submit(request)),
);

const NAME: Text = Text {
    name: "name",
    label: "Name",
    autocomplete: "off",
    longest: 100,
    ..Text::EMPTY
};

async fn view(request: PageRequest) -> Result<PageContent, Problem> {
    let context = request.tenant().await?;
    let report = context
        .engine
        .connections(&context.viewer, context.tenant)
        .await;
    let report = report.map_err(Error::into_problem)?;
    let layout = Layout::settings(&request, &context, request.pages().connections()).await?;
    Ok(PageContent::new("Connections", layout, move || {
        body(&request, &report)
    }))
}

fn body(request: &PageRequest, report: &ConnectionsReport) -> AnyView {
    let connections = &report.connections;
    let cards: Vec<_> = connections
        .iter()
        .map(|connection| {
            let actions = view! {
                {check_button(request, connection)}
                {replace_button(request, connection)}
                {rename(request, connection)}
                {disconnect(request, connection, connections)}
            };
            card(request, connection, actions.into_any())
        })
        .collect();
    view! {
        {page_head("Connections", "The GitHub credentials this tenant uses to read traffic.")}
        {cards}
        {report.pending_apps.iter().map(|app| pending::card(request, app)).collect_view()}
        {connect_forms(request, &report.servers, connections.len())}
    }
    .into_any()
}

fn rename(request: &PageRequest, connection: &Connection) -> AnyView {
    let form = Form::for_item(
        request,
        Action::Rename,
        "connection",
        &connection.id.to_string(),
    );
    let confirm = Confirm {
        button: "Rename",
        about: connection.name.clone(),
        title: format!("Rename “{}”", connection.name),
        text: "Only shown in Tidemark.".to_owned(),
        answer: "Rename",
        danger: false,
    };
    let fields = view! {
        {hidden("connection", connection.id)}
        {form.text(NAME, &connection.name)}
    };
    form.confirm(confirm, fields)
}

fn disconnect(request: &PageRequest, connection: &Connection, all: &[Connection]) -> AnyView {
    let form = Form::for_item(
        request,
        Action::Disconnect,
        "connection",
        &connection.id.to_string(),
    );
    let mut choices: Vec<_> = all
        .iter()
        .filter(|other| {
            other.id != connection.id && web_url(&other.api_url) == web_url(&connection.api_url)
        })
        .map(|other| Choice::new(other.id, other.name.clone()))
        .collect();
    let collects = text::count(
        connection.repositories.into(),
        "repository uses",
        "repositories use",
    );
    let text = match (connection.repositories, choices.is_empty()) {
        (0, _) => {
            "Tidemark erases its token or key. On GitHub it stays valid until you revoke it there. Collected data is kept."
                .to_owned()
        }
        (_, false) => format!(
            "{collects} this connection. Choose a connection to move them to. Tidemark erases the token or key."
        ),
        (_, true) => format!(
            "{collects} this connection, and there is no other connection to this server. Add one first, or stop tracking them."
        ),
    };
    let move_to = (!choices.is_empty()).then(|| {
        // With nothing to collect, nothing has to move. Repositories with only a history still can.
        if connection.repositories == 0 {
            choices.insert(0, Choice::new("", "Don’t move any"));
        }
        let first = choices.first().map(|choice| choice.value.clone());
        let first = first.unwrap_or_default();
        form.select("move-to", "Move its repositories to", choices, &first)
    });
    let confirm = Confirm {
        button: "Disconnect",
        about: connection.name.clone(),
        title: format!("Disconnect “{}”?", connection.name),
        text,
        answer: "Disconnect",
        danger: true,
    };
    form.confirm(
        confirm,
        view! { {hidden("connection", connection.id)} {move_to} },
    )
}

#[derive(Deserialize)]
struct RenameForm {
    connection: ConnectionId,
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct DisconnectForm {
    connection: ConnectionId,
    move_to: Option<ConnectionId>,
}

async fn submit(request: PageRequest) -> Result<FormOutcome, Problem> {
    let context = request.tenant().await?;
    let message = match request.action()? {
        Action::Connect => {
            let form = request.form()?;
            check_result(&connect(&context, form, ConnectionKind::Token).await?)
        }
        Action::ConnectApp => {
            let form = request.form()?;
            check_result(&connect(&context, form, ConnectionKind::App).await?)
        }
        Action::Check => check_result(&check(&context, request.form()?).await?),
        Action::Replace => check_result(&replace(&context, request.form()?).await?),
        Action::Rename => submit_rename(&context, &request.form()?).await?,
        Action::Disconnect => submit_disconnect(&context, &request.form()?).await?,
        Action::FinishApp => return pending::finish(&request, &context).await,
        Action::DiscardApp => pending::discard(&request, &context).await?,
    };
    Ok(FormOutcome::flash(request.pages().connections(), message))
}

async fn submit_rename(context: &TenantRequest, form: &RenameForm) -> Result<String, Problem> {
    let (viewer, tenant) = (&context.viewer, context.tenant);
    (context.engine)
        .rename_connection(viewer, tenant, form.connection, &form.name)
        .await
        .map_err(Error::into_problem)?;
    Ok("Connection renamed.".to_owned())
}

async fn submit_disconnect(
    context: &TenantRequest,
    form: &DisconnectForm,
) -> Result<String, Problem> {
    let (viewer, tenant) = (&context.viewer, context.tenant);
    (context.engine)
        .disconnect(viewer, tenant, form.connection, form.move_to)
        .await
        .map_err(Error::into_problem)?;
    Ok("Disconnected. The token or key has been erased.".to_owned())
}
