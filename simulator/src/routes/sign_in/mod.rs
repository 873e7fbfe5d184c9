//! GitHub's web pages for OAuth Apps: authorization, and the exchange of codes for tokens.

mod access_token;
mod authorize;
mod challenge;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};

use crate::http::web_middleware::web_middleware;
use crate::shared::Shared;

/// The error description of an invalid redirect URI.
const MISMATCH: &str =
    "The redirect_uri MUST match the registered callback URL for this application.";

/// The pages, at the root of the host even if the REST API has a base path.
pub(super) fn router(shared: &Arc<Shared>) -> Router {
    Router::new()
        .route(
            "/login/oauth/authorize",
            get(authorize::show).fallback(not_found),
        )
        .route(
            "/login/oauth/access_token",
            post(access_token::create).fallback(not_found),
        )
        .layer(from_fn_with_state(Arc::clone(shared), web_middleware))
        .with_state(Arc::clone(shared))
}

async fn not_found() -> Response {
    page_not_found()
}

/// 404 as a page.
fn page_not_found() -> Response {
    let page = "<!DOCTYPE html>\n<html>\n  <head><title>Page not found &middot; GitHub</title></head>\n  \
        <body><p>This is not the web page you are looking for.</p></body>\n</html>\n";
    (StatusCode::NOT_FOUND, Html(page)).into_response()
}
