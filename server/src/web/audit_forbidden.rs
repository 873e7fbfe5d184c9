//! Records in the system log what people request without permission.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use domain::Viewer;
use http::StatusCode;

use crate::state::AppState;

/// Records a refusal (403) of a known viewer. What is hidden from them (404) is indistinguishable
/// from what does not exist, here as everywhere.
pub(super) async fn audit_forbidden(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let viewer = request.extensions().get::<Viewer>().cloned();
    let what = format!("{} {}", request.method(), request.uri().path());
    let response = next.run(request).await;
    if response.status() == StatusCode::FORBIDDEN
        && let Some(viewer) = viewer
        && let Err(error) = state.engine.note_refused_access(&viewer, &what).await
    {
        // Logs the error. The response stays the same.
        let _ = error.into_problem();
    }
    response
}
