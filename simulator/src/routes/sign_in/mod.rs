//! GitHub's own pages for OAuth Apps: where people agree, and where codes become tokens.

mod access_token;
mod authorize;
mod challenge;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};

use crate::http::web_middleware::web_gate;
use crate::shared::Shared;

/// Where errors about the address to return to are explained.
const MISMATCH: &str =
    "The redirect_uri MUST match the registered callback URL for this application.";

/// The pages, at the root of the host wherever the interface lies.
pub(super) fn router(shared: &Arc<Shared>) -> Router {
    Router::new()
        .route(
            "/login/oauth/authorize",
            get(authorize::show).fallback(nowhere),
        )
        .route(
            "/login/oauth/access_token",
            post(access_token::create).fallback(nowhere),
        )
        .layer(from_fn_with_state(Arc::clone(shared), web_gate))
        .with_state(Arc::clone(shared))
}

async fn nowhere() -> Response {
    no_such_page()
}

/// 404 as a page, for people.
fn no_such_page() -> Response {
    let page = "<!DOCTYPE html>\n<html>\n  <head><title>Page not found &middot; GitHub</title></head>\n  \
        <body><p>This is not the web page you are looking for.</p></body>\n</html>\n";
    (StatusCode::NOT_FOUND, Html(page)).into_response()
}
