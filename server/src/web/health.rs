//! For monitoring: liveness, readiness and metrics.

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use http::StatusCode;
use http::header::CONTENT_TYPE;

use super::metrics;
use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics_text))
}

/// The metrics. Without the database, only those of the process.
async fn metrics_text(State(state): State<AppState>) -> impl IntoResponse {
    match state.engine.publishing_lags().await {
        Ok(lags) => metrics::publishing_lags(lags),
        Err(error) => tracing::warn!(
            error = &error as &dyn std::error::Error,
            "measuring GitHub’s publishing lag failed"
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
            "the database is not responding\n",
        )
    }
}
