//! The GitHub servers tenants may connect to.

use domain::report::GithubServer;
use domain::{Problem, ServerId};
use engine::Error;
use leptos::prelude::*;
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantNames};

use crate::address;
use crate::server_pages::confirm::Confirm;
use crate::server_pages::form::{Form, Text, hidden, submit_button};
use crate::server_pages::layout::{Layout, card};
use crate::server_pages::table::{ACTIONS, Column, TableLabel, data_table};
use crate::server_pages::{FormOutcome, PageContent, PageRequest, ServerPage};
use crate::text;

const COLUMNS: [Column; 3] = [Column("Server", ""), Column("Connections", ""), ACTIONS];

/// What the forms of this page do.
#[derive(Clone, Copy, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum Action {
    Add,
    Remove,
}

pub const PAGE: ServerPage = ServerPage::new(
    address::SERVERS,
    Action::VARIANTS,
    |request| Box::pin(view(request)),
    |request| Box::pin(submit(request)),
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

async fn view(request: PageRequest) -> Result<PageContent, Problem> {
    let servers = request.engine.servers(request.viewer()?).await;
    let servers = servers.map_err(Error::into_problem)?;
    let layout = Layout::system(&request, address::SERVERS);
    Ok(PageContent::new("GitHub servers", layout, move || {
        let rows: Vec<_> = servers.iter().map(|server| row(&request, server)).collect();
        let fields = view! {
            {Form::new(&request, Action::Add).text(ADDRESS, "")}
            {submit_button("Add server")}
        };
        view! {
            <div class="page-head">
                <h1>"GitHub servers"</h1>
            </div>
{card("allowed", "Allowed servers", data_table("as-list", TableLabel::Heading("allowed"), &COLUMNS, rows))}
{card("add", "Add a server", view! {
<div class="card-body narrow">{Form::new(&request, Action::Add).with("add", fields)}</div>
})}
        }
        .into_any()
    }))
}

fn row(request: &PageRequest, server: &GithubServer) -> AnyView {
    let host = domain::web_url(&server.api_url);
    let action = match server.id {
        None => view! { <span class="muted">"set in the configuration"</span> }.into_any(),
        Some(id) => {
            let form = Form::for_item(request, Action::Remove, "server", &id.to_string());
            let confirm = Confirm {
                button: "Remove",
                about: host.clone(),
                title: format!("Remove {host}?"),
                text: "Tenants will no longer be able to connect to it. A server in use can’t be removed."
                    .to_owned(),
                answer: "Remove server",
                danger: true,
            };
            form.confirm(confirm, hidden("server", id))
        }
    };
    view! {
        <tr>
            <th scope="row" class="name">
                <b>{host}</b>
                <br/>
                <span class="muted">{server.api_url.clone()}</span>
            </th>
            <td>{text::count(server.connections.into(), "connection", "connections")}</td>
            <td class="actions">{action}</td>
        </tr>
    }
    .into_any()
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AddForm {
    api_url: String,
}

#[derive(Deserialize)]
struct RemoveForm {
    server: ServerId,
}

async fn submit(request: PageRequest) -> Result<FormOutcome, Problem> {
    let (engine, viewer) = (&request.engine, request.viewer()?);
    let message = match request.action()? {
        Action::Add => {
            let AddForm { api_url } = request.form()?;
            let added = engine.add_server(viewer, &api_url).await;
            let added = added.map_err(Error::into_problem)?;
            let host = domain::web_url(&added.api_url);
            format!("Tenants can now connect to {host}.")
        }
        Action::Remove => {
            let RemoveForm { server } = request.form()?;
            let removed = engine.remove_server(viewer, server).await;
            removed.map_err(Error::into_problem)?;
            "Server removed.".to_owned()
        }
    };
    Ok(FormOutcome::flash(address::SERVERS, message))
}
