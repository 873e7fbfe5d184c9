//! `GET /apps/{slug}/installations/new`: the page on which an app is installed.
//!
//! <https://docs.github.com/apps/creating-github-apps/registering-a-github-app/about-the-setup-url>

use std::sync::Arc;

use axum::extract::{Extension, Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::{escaped, page, send_back, to_the_sign_in_page};
use crate::faults::fault::Fault;
use crate::http::call::Call;
use crate::shared::Shared;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    state: String,
}

/// Asks the user whether to install the app on its owner's account.
pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let world = shared.world();
    if world.signed_in.is_none() {
        return to_the_sign_in_page();
    }
    let Some(app) = world.app_called(&slug) else {
        return missing();
    };
    let inner = format!(
        "<form method=\"post\" action=\"/apps/{slug}/installations\">\
            <p>Install on {} with access to all repositories.</p>\
            <input type=\"hidden\" name=\"state\" value=\"{}\">\
            <button type=\"submit\">Install</button></form>",
        escaped(&app.owner),
        escaped(&asked.state),
    );
    page(StatusCode::OK, &format!("Install {}", app.name), &inner)
}

/// Installs it, or asks its owners to, and sends the user back.
pub(super) async fn accept(
    State(shared): State<Arc<Shared>>,
    Extension(call): Extension<Arc<Call>>,
    Path(slug): Path<String>,
    Form(asked): Form<Asked>,
) -> Response {
    let mut world = shared.world();
    if world.signed_in.is_none() {
        return to_the_sign_in_page();
    }
    let Some(app) = world.app_called(&slug).cloned() else {
        return missing();
    };
    let needs_approval = call.has(&Fault::InstallationNeedsApproval);
    let installed = if needs_approval {
        None
    } else {
        world.install(&slug).map(|id| id.to_string())
    };
    let mut told = match &installed {
        Some(id) => vec![
            ("installation_id", id.as_str()),
            ("setup_action", "install"),
        ],
        None => vec![("setup_action", "request")],
    };
    if !asked.state.is_empty() {
        told.push(("state", &asked.state));
    }
    match &app.setup_url {
        Some(setup_url) => send_back(setup_url, &told),
        None => page(StatusCode::OK, "Installed", ""),
    }
}

fn missing() -> Response {
    page(
        StatusCode::NOT_FOUND,
        "Page not found",
        "<p>This is not the web page you are looking for.</p>",
    )
}
