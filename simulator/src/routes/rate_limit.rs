//! `GET /rate_limit`, which costs nothing.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use serde_json::{Value, json};

use crate::github::rate_limits::Standing;
use crate::http::api_error::Refusal;
use crate::http::call::{Call, Version};
use crate::shared::Shared;

/// The budgets. Version 2026-03-10 took the old `rate` out.
pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Extension(call): Extension<Arc<Call>>,
) -> Result<Json<Value>, Refusal> {
    let mut world = shared.world();
    if world.enterprise_server.is_some() {
        return Err(Refusal::no_rate_limits(call.endpoint));
    }
    let (payer, limit) = world.payer(&call.identity);
    let core = world.budgets.standing(payer, limit, call.now);
    let untouched = |limit: u64| {
        figures(Standing {
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

fn figures(standing: Standing) -> Value {
    json!({
        "limit": standing.limit,
        "used": standing.used,
        "remaining": standing.remaining(),
        "reset": standing.reset.timestamp(),
    })
}
