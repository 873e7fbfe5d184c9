//! Repositories: list, track, untrack, and assign a schedule.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::report::{History, Repository};
use domain::{Problem, ProblemKind, RepositoryId, RepositoryName, ScheduleId};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::caller::Caller;
use super::problem::{ApiProblem, JsonBody, Path, Query};
use crate::state::AppState;
use crate::web::csv;

#[derive(Serialize)]
pub(super) struct Repositories {
    repositories: Vec<Repository>,
}

#[derive(Deserialize)]
pub(super) struct Track {
    full_name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    schedule_id: ScheduleId,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Untrack {
    #[serde(default)]
    history: History,
}

pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<Repositories>, ApiProblem> {
    let report = state
        .engine
        .repositories(&caller.viewer, caller.tenant)
        .await?;
    Ok(Json(Repositories {
        repositories: report.repositories,
    }))
}

pub(super) async fn track(
    State(state): State<AppState>,
    caller: Caller,
    JsonBody(body): JsonBody<Track>,
) -> Result<Response, ApiProblem> {
    let name: RepositoryName = body
        .full_name
        .parse()
        .map_err(|error| Problem::new(ProblemKind::Invalid, format!("{error}")))?;
    let repository = state
        .engine
        .track(&caller.viewer, caller.tenant, &name)
        .await?;
    Ok((StatusCode::CREATED, Json(repository)).into_response())
}

pub(super) async fn change(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<RepositoryId>,
    JsonBody(body): JsonBody<Change>,
) -> Result<Json<Repository>, ApiProblem> {
    let (viewer, tenant) = (&caller.viewer, caller.tenant);
    state
        .engine
        .follow_schedule(viewer, tenant, &[id], body.schedule_id)
        .await?;
    Ok(Json(state.engine.repository(viewer, tenant, id).await?))
}

pub(super) async fn untrack(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<RepositoryId>,
    Query(query): Query<Untrack>,
) -> Result<StatusCode, ApiProblem> {
    state
        .engine
        .untrack(&caller.viewer, caller.tenant, id, query.history)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn csv(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Response, ApiProblem> {
    csv::repositories(&state.engine, &caller.viewer, caller.tenant).await
}
