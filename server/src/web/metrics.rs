//! Metrics for Prometheus.

use std::sync::OnceLock;
use std::time::Duration;

use axum::http::Method;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

const DURATION: &str = "tidemark_http_request_duration_seconds";
const REQUESTS: &str = "tidemark_http_requests_total";
const PUBLISHING_LAG: &str = "tidemark_github_publishing_lag_days";

/// Bounds of the duration's buckets, in seconds.
const BUCKETS: [f64; 8] = [0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 2.5, 10.0];

/// The process's recorder, installed at the first use.
fn handle() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let builder = PrometheusBuilder::new();
        // Fails only for an empty list.
        let builder = builder.set_buckets(&BUCKETS).unwrap_or_default();
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("another metrics recorder is installed; these metrics stay empty");
        }
        metrics::describe_counter!(REQUESTS, "HTTP requests by method, route and status.");
        metrics::describe_histogram!(
            DURATION,
            "Seconds until the response started, by method and route."
        );
        metrics::describe_gauge!(
            PUBLISHING_LAG,
            "GitHub's publishing lag in days, by repository visibility."
        );
        handle
    })
}

/// Sets how late GitHub publishes, for each visibility with data.
pub(super) fn publishing_lags(lags: impl IntoIterator<Item = (&'static str, Option<i64>)>) {
    handle();
    for (visibility, days) in lags {
        if let Some(days) = days.and_then(|days| u32::try_from(days).ok()) {
            metrics::gauge!(PUBLISHING_LAG, "visibility" => visibility).set(f64::from(days));
        }
    }
}

/// Counts one request.
pub(super) fn count_request(method: &Method, route: &str, status: u16, elapsed: Duration) {
    handle();
    let (method, route) = (method_label(method), route.to_owned());
    metrics::counter!(REQUESTS, "method" => method, "route" => route.clone(), "status" => status.to_string())
        .increment(1);
    metrics::histogram!(DURATION, "method" => method, "route" => route).record(elapsed);
}

/// All metrics in Prometheus's text format.
pub(super) fn render() -> String {
    handle().render()
}

/// Aggregates the recorded durations. Without this, memory grows while nothing scrapes the metrics.
pub(crate) fn aggregate() {
    handle().run_upkeep();
}

/// Requests may have any method, so unknown ones share a label.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}
