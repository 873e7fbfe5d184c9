//! `GET /apps/{slug}/installations/new`: the page that installs an app.
//!
//! <https://docs.github.com/apps/creating-github-apps/registering-a-github-app/about-the-setup-url>

use std::sync::Arc;

use axum::extract::{Extension, Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::{escaped, page, redirect_to_sign_in, redirect_with};
use crate::faults::fault::Fault;
use crate::http::call::Call;
use crate::shared::Shared;

#[derive(Deserialize)]
pub(super) struct StateParam {
    #[serde(default)]
    state: String,
}

/// Shows the form that installs the app on its owner's account.
pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Path(slug): Path<String>,
    Query(state_param): Query<StateParam>,
) -> Response {
    let github = shared.github();
    if github.signed_in.is_none() {
        return redirect_to_sign_in();
    }
    let Some(app) = github.app_by_slug(&slug) else {
        return not_found();
    };
    let inner = format!(
        "<form method=\"post\" action=\"/apps/{slug}/installations\">\
            <p>Install on {} with access to all repositories.</p>\
            <input type=\"hidden\" name=\"state\" value=\"{}\">\
            <button type=\"submit\">Install</button></form>",
        escaped(&app.owner),
        escaped(&state_param.state),
    );
    page(StatusCode::OK, &format!("Install {}", app.name), &inner)
}

/// Installs the app, or requests it from its owners, and redirects the user.
pub(super) async fn accept(
    State(shared): State<Arc<Shared>>,
    Extension(call): Extension<Arc<Call>>,
    Path(slug): Path<String>,
    Form(state_param): Form<StateParam>,
) -> Response {
    let mut github = shared.github();
    if github.signed_in.is_none() {
        return redirect_to_sign_in();
    }
    let Some(app) = github.app_by_slug(&slug).cloned() else {
        return not_found();
    };
    let needs_approval = call.has(&Fault::InstallationNeedsApproval);
    let installed = if needs_approval {
        None
    } else {
        github.install(&slug).map(|id| id.to_string())
    };
    let mut params = match &installed {
        Some(id) => vec![
            ("installation_id", id.as_str()),
            ("setup_action", "install"),
        ],
        None => vec![("setup_action", "request")],
    };
    if !state_param.state.is_empty() {
        params.push(("state", &state_param.state));
    }
    match &app.setup_url {
        Some(setup_url) => redirect_with(setup_url, &params),
        None => page(StatusCode::OK, "Installed", ""),
    }
}

fn not_found() -> Response {
    page(
        StatusCode::NOT_FOUND,
        "Page not found",
        "<p>This is not the web page you are looking for.</p>",
    )
}
