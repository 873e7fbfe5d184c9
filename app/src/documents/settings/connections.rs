//! The connections page of a tenant's settings: their health, and the forms that change them.

use domain::report::{Connection, ConnectionsReport};
use domain::{Problem, TenantId, web_url};
use engine::Error;
use leptos::prelude::*;

use super::head;
use crate::documents::connecting::{
    CHECK, CONNECT, CONNECT_APP, REPLACE, card, check, check_button, connect, connect_forms, found,
    replace, replace_button,
};
use crate::documents::controls::{Answer, hidden};
use crate::documents::form::{Form, Text};
use crate::documents::frame::Frame;
use crate::documents::github_app::pending::{self, DISCARD, FINISH};
use crate::documents::question::Question;
use crate::documents::{Document, Page, Taken, Visit};
use crate::words;

pub const DOCUMENT: Document = Document::new(
    "/t/{tenant}/settings/connections",
    &[
        CONNECT,
        CONNECT_APP,
        CHECK,
        REPLACE,
        "rename",
        "disconnect",
        FINISH,
        DISCARD,
    ],
    |visit| Box::pin(view(visit)),
    |visit| Box::pin(take(visit)),
);

const NAME: Text = Text {
    name: "name",
    label: "Name",
    autocomplete: "off",
    longest: 100,
    ..Text::EMPTY
};

async fn view(visit: Visit) -> Result<Page, Problem> {
    let tenant = visit.tenant().await?;
    let report = visit.engine.connections(visit.viewer()?, tenant).await;
    let report = report.map_err(Error::into_problem)?;
    let frame = Frame::settings(&visit, tenant, visit.pages().connections()).await?;
    Ok(Page::new("Connections", frame, move || {
        body(&visit, &report)
    }))
}

fn body(visit: &Visit, report: &ConnectionsReport) -> AnyView {
    let connections = &report.connections;
    let cards: Vec<_> = connections
        .iter()
        .map(|connection| {
            let actions = view! {
                {check_button(visit, connection)}
                {replace_button(visit, connection)}
                {rename(visit, connection)}
                {disconnect(visit, connection, connections)}
            };
            card(visit, connection, actions.into_any())
        })
        .collect();
    view! {
        {head("Connections", "The GitHub credentials this tenant uses to read traffic.")}
        {cards}
        {report.pending_apps.iter().map(|app| pending::card(visit, app)).collect_view()}
        {connect_forms(visit, &report.servers, connections.len())}
    }
    .into_any()
}

fn rename(visit: &Visit, connection: &Connection) -> AnyView {
    let form = Form::about(visit, "rename", "connection", &connection.id.to_string());
    let question = Question {
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
    form.ask(question, fields)
}

fn disconnect(visit: &Visit, connection: &Connection, all: &[Connection]) -> AnyView {
    let form = Form::about(
        visit,
        "disconnect",
        "connection",
        &connection.id.to_string(),
    );
    let mut answers: Vec<_> = all
        .iter()
        .filter(|other| {
            other.id != connection.id && web_url(&other.api_url) == web_url(&connection.api_url)
        })
        .map(|other| Answer::new(other.id, other.name.clone()))
        .collect();
    let collects = words::count(
        connection.repositories.into(),
        "repository uses",
        "repositories use",
    );
    let text = match (connection.repositories, answers.is_empty()) {
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
    let move_to = (!answers.is_empty()).then(|| {
        // With nothing to collect, nothing has to move. Repositories with only a history still can.
        if connection.repositories == 0 {
            answers.insert(0, Answer::new("", "Don’t move any"));
        }
        let first = answers.first().map(|answer| answer.value.clone());
        let first = first.unwrap_or_default();
        form.select("move-to", "Move its repositories to", answers, &first)
    });
    let question = Question {
        button: "Disconnect",
        about: connection.name.clone(),
        title: format!("Disconnect “{}”?", connection.name),
        text,
        answer: "Disconnect",
        danger: true,
    };
    form.ask(
        question,
        view! { {hidden("connection", connection.id)} {move_to} },
    )
}

async fn take(visit: Visit) -> Result<Taken, Problem> {
    let tenant = visit.tenant().await?;
    let sentence = match visit.order() {
        FINISH => return pending::finish(&visit, tenant).await,
        DISCARD => pending::discard(&visit, tenant).await?,
        CHECK => found(&check(&visit, tenant).await?),
        REPLACE => found(&replace(&visit, tenant).await?),
        "rename" => take_name(&visit, tenant).await?,
        "disconnect" => take_away(&visit, tenant).await?,
        _ => found(&connect(&visit, tenant).await?),
    };
    Ok(Taken::said(visit.pages().connections(), sentence))
}

async fn take_name(visit: &Visit, tenant: TenantId) -> Result<String, Problem> {
    let fields = visit.fields();
    visit
        .engine
        .rename_connection(
            visit.viewer()?,
            tenant,
            fields.id("connection")?,
            fields.text("name"),
        )
        .await
        .map_err(Error::into_problem)?;
    Ok("Connection renamed.".to_owned())
}

async fn take_away(visit: &Visit, tenant: TenantId) -> Result<String, Problem> {
    let fields = visit.fields();
    let move_to = match fields.text("move-to") {
        "" => None,
        _ => Some(fields.id("move-to")?),
    };
    visit
        .engine
        .disconnect(visit.viewer()?, tenant, fields.id("connection")?, move_to)
        .await
        .map_err(Error::into_problem)?;
    Ok("Disconnected. The token or key has been erased.".to_owned())
}
