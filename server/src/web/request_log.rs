//! Logs and counts each request, without its query, which may hold secrets.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;

use super::metrics;

/// Measures a request until its response starts.
pub(super) async fn request_log(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let matched = request.extensions().get::<MatchedPath>();
    // Only routes become labels: anyone can request any number of paths.
    let route = matched.map_or("unknown", MatchedPath::as_str).to_owned();

    let response = next.run(request).await;

    let (status, elapsed) = (response.status().as_u16(), started.elapsed());
    metrics::count_request(&method, &route, status, elapsed);
    let elapsed_ms = elapsed.as_secs_f64() * 1000.0;
    // Frequent requests of browsers and monitoring would drown out the rest.
    if matches!(
        route.as_str(),
        "/assets/{*path}" | "/healthz" | "/readyz" | "/metrics"
    ) {
        tracing::debug!(http.method = %method, http.path = path, http.status = status, elapsed_ms, "served");
    } else {
        tracing::info!(http.method = %method, http.path = path, http.status = status, elapsed_ms, "served");
    }
    response
}
