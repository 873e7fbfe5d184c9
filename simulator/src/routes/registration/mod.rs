//! GitHub's web pages that register GitHub Apps from manifests and install them.

mod install;
mod register;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::middleware::from_fn_with_state;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use url::Url;

use crate::http::web_middleware::web_middleware;
use crate::shared::Shared;

/// The pages, at the root of the host even if the REST API has a base path.
pub(super) fn router(shared: &Arc<Shared>) -> Router {
    Router::new()
        .route("/settings/apps/new", post(register::show_own))
        .route("/settings/apps/manifest", post(register::accept_own))
        .route(
            "/organizations/{org}/settings/apps/new",
            post(register::show_of_organization),
        )
        .route(
            "/organizations/{org}/settings/apps/manifest",
            post(register::accept_of_organization),
        )
        .route("/apps/{slug}/installations/new", get(install::show))
        .route("/apps/{slug}/installations", post(install::accept))
        .layer(from_fn_with_state(Arc::clone(shared), web_middleware))
        .with_state(Arc::clone(shared))
}

/// A page with this heading and content.
fn page(status: StatusCode, heading: &str, inner: &str) -> Response {
    let heading = escaped(heading);
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n  <head><meta charset=\"utf-8\"><link rel=\"icon\" href=\"data:,\"><title>{heading} &middot; GitHub</title></head>\n  \
            <body><main><h1>{heading}</h1>{inner}</main></body>\n</html>\n"
    );
    (status, Html(page)).into_response()
}

/// Redirects to a URL that an app registered, with query parameters.
fn redirect_with(address: &str, params: &[(&str, &str)]) -> Response {
    let Ok(mut address) = Url::parse(address) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    address.query_pairs_mut().extend_pairs(params);
    (StatusCode::FOUND, [(LOCATION, String::from(address))]).into_response()
}

/// Redirects to the sign-in page.
fn redirect_to_sign_in() -> Response {
    (StatusCode::FOUND, [(LOCATION, "/login")]).into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
