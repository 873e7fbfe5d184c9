//! For those who watch over the server.

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use http::StatusCode;
use http::header::CONTENT_TYPE;

use super::{AppState, metrics};

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(measured))
}

/// The metrics. Without the database those of the process are told alone.
async fn measured(State(state): State<AppState>) -> impl IntoResponse {
    match state.engine.publishing_lags().await {
        Ok(lags) => metrics::publishing_lags(lags),
        Err(error) => tracing::warn!(
            error = &error as &dyn std::error::Error,
            "how late GitHub publishes could not be measured"
        ),
    }
    (
        [(CONTENT_TYPE, "text/plain; version=0.0.4")],
        metrics::render(),
    )
}

async fn ready(State(state): State<AppState>) -> impl IntoResponse {
    if state.engine.ready().await {
        (StatusCode::OK, "ready\n")
    } else {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database does not answer\n",
        )
    }
}
