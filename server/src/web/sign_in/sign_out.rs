//! Signing out.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use axum::{Extension, Router};
use domain::Viewer;

use super::browser::{self, Browser};
use crate::error_page;
use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/sign-out", post(sign_out))
}

async fn sign_out(
    State(state): State<AppState>,
    browser: Browser,
    viewer: Option<Extension<Viewer>>,
) -> Response {
    let viewer = viewer.map(|Extension(viewer)| viewer);
    match browser::sign_out(&state, &browser, viewer.as_ref()).await {
        Ok(()) => Redirect::to(app::SIGN_IN).into_response(),
        Err(problem) => error_page::problem(&problem),
    }
}
