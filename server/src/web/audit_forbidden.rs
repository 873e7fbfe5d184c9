//! What somebody asked for and their role does not allow, in the system log.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use domain::Viewer;
use http::StatusCode;

use super::AppState;

/// Notes a refusal (403) of whoever is known. What is hidden from them (404) cannot be told from
/// what is not there, here as everywhere.
pub(super) async fn note(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let viewer = request.extensions().get::<Viewer>().cloned();
    let what = format!("{} {}", request.method(), request.uri().path());
    let response = next.run(request).await;
    if response.status() == StatusCode::FORBIDDEN
        && let Some(viewer) = viewer
        && let Err(error) = state.engine.note_refused_access(&viewer, &what).await
    {
        // The answer stands; that it was not noted stands in the server's log.
        let _ = error.into_problem();
    }
    response
}
