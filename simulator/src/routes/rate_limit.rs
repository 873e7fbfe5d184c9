//! `GET /rate_limit`, which costs nothing.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use serde_json::{Value, json};

use crate::github::rate_limits::RateLimit;
use crate::http::api_error::ApiError;
use crate::http::call::{Call, Version};
use crate::shared::Shared;

/// The rate limits. Version 2026-03-10 removed the old `rate`.
pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Extension(call): Extension<Arc<Call>>,
) -> Result<Json<Value>, ApiError> {
    let mut github = shared.github();
    if github.enterprise_server.is_some() {
        return Err(ApiError::no_rate_limits(call.endpoint));
    }
    let (key, limit) = github.limit_of(&call.identity);
    let core = github.rate_limits.status(key, limit, call.now);
    let untouched = |limit: u64| {
        figures(RateLimit {
            limit,
            used: 0,
            reset: core.reset,
        })
    };
    let mut body = json!({
        "resources": {
            "core": figures(core),
            "search": untouched(30),
            "graphql": untouched(5_000),
            "integration_manifest": untouched(5_000),
            "code_search": untouched(10),
        },
    });
    if call.version == Version::V2022 {
        body["rate"] = figures(core);
    }
    Ok(Json(body))
}

fn figures(rate_limit: RateLimit) -> Value {
    json!({
        "limit": rate_limit.limit,
        "used": rate_limit.used,
        "remaining": rate_limit.remaining(),
        "reset": rate_limit.reset.timestamp(),
    })
}
