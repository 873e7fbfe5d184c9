//! The GitHub servers tenants may connect to.

use domain::report::GithubServer;
use domain::{Problem, ServerId};
use engine::Error;
use leptos::prelude::*;

use crate::address;
use crate::documents::form::{Form, Text, submit};
use crate::documents::frame::Frame;
use crate::documents::question::Question;
use crate::documents::table::{ACTIONS, Called, Column, data_table};
use crate::documents::{Document, Page, Taken, Visit};
use crate::words;

/// The columns of the table.
const COLUMNS: [Column; 3] = [Column("Server", ""), Column("Connections", ""), ACTIONS];

pub const DOCUMENT: Document = Document::new(
    address::SERVERS,
    &["add", "remove"],
    |visit| Box::pin(view(visit)),
    |visit| Box::pin(take(visit)),
);

const ADDRESS: Text = Text {
    name: "api_url",
    label: "API base URL",
    kind: "url",
    placeholder: "https://api.acme.ghe.com",
    hint: "Tidemark checks right away that the server has a traffic API. GitHub Enterprise \
           Server has none and can’t be added.",
    longest: 500,
    ..Text::EMPTY
};

async fn view(visit: Visit) -> Result<Page, Problem> {
    let servers = visit.engine.servers(visit.viewer()?).await;
    let servers = servers.map_err(Error::into_problem)?;
    let frame = Frame::system(&visit, address::SERVERS);
    Ok(Page::new("GitHub servers", frame, move || {
        let rows: Vec<_> = servers.iter().map(|server| row(&visit, server)).collect();
        let fields = view! {
            {Form::new(&visit, "add").text(ADDRESS, "")}
            {submit("Add server")}
        };
        view! {
            <div class="page-head">
                <h1>"GitHub servers"</h1>
            </div>
            <section class="card">
                <div class="card-head">
                    <h2 id="allowed">"Allowed servers"</h2>
                </div>
                {data_table("as-list", Called::By("allowed"), &COLUMNS, rows)}
            </section>
            <section class="card">
                <div class="card-head">
                    <h2 id="add">"Add a server"</h2>
                </div>
                <div class="card-body narrow">{Form::new(&visit, "add").with("add", fields)}</div>
            </section>
        }
        .into_any()
    }))
}

fn row(visit: &Visit, server: &GithubServer) -> AnyView {
    let host = domain::web_url(&server.api_url);
    let action = match server.id {
        None => view! { <span class="muted">"set in the configuration"</span> }.into_any(),
        Some(id) => {
            let form = Form::about(visit, "remove", "server", &id.to_string());
            let question = Question {
                button: "Remove",
                about: host.clone(),
                title: format!("Remove {host}?"),
                text: "Tenants will no longer be able to connect to it. A server in use can’t be removed."
                    .to_owned(),
                answer: "Remove server",
                danger: true,
            };
            let hidden = view! { <input type="hidden" name="server" value=id.to_string()/> };
            form.ask(question, hidden)
        }
    };
    view! {
        <tr>
            <th scope="row" class="name">
                <b>{host}</b>
                <br/>
                <span class="muted">{server.api_url.clone()}</span>
            </th>
            <td>{words::count(server.connections.into(), "connection", "connections")}</td>
            <td class="actions">{action}</td>
        </tr>
    }
    .into_any()
}

async fn take(visit: Visit) -> Result<Taken, Problem> {
    let (engine, viewer, fields) = (&visit.engine, visit.viewer()?, visit.fields());
    if visit.order() == "remove" {
        let id: ServerId = fields.id("server")?;
        let removed = engine.remove_server(viewer, id).await;
        removed.map_err(Error::into_problem)?;
        return Ok(Taken::said(address::SERVERS, "Server removed."));
    }
    let added = engine.add_server(viewer, fields.text("api_url")).await;
    let added = added.map_err(Error::into_problem)?;
    let said = format!(
        "Tenants can now connect to {}.",
        domain::web_url(&added.api_url)
    );
    Ok(Taken::said(address::SERVERS, said))
}
