//! Schedules: list, create, update and delete.

use axum::Json;
use axum::response::{IntoResponse, Response};
use domain::ScheduleId;
use domain::report::{Schedule, ScheduleInput};
use engine::ScheduleKey;
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::caller::Caller;
use super::paging::{Cursor, Paging};
use super::problem::{ApiProblem, JsonBody, Path};

#[derive(Serialize)]
pub(super) struct Schedules {
    schedules: Vec<Schedule>,
}

/// A schedule in a request. By default in UTC, enabled, and without accepted loss.
#[derive(Deserialize)]
pub(super) struct Input {
    name: String,
    cron: String,
    #[serde(default = "utc")]
    timezone: String,
    #[serde(default = "on")]
    enabled: bool,
    #[serde(default)]
    accept_loss: bool,
}

/// All schedules, or a page of them.
pub(super) async fn list(
    Caller(request): Caller,
    paging: Paging<Cursor<ScheduleKey>>,
) -> Result<Response, ApiProblem> {
    let (engine, viewer, tenant) = (&request.engine, &request.viewer, request.tenant);
    if paging.is_whole() {
        let schedules = engine.schedules(viewer, tenant).await?;
        return Ok(paging.respond(Schedules { schedules }, None));
    }
    let after = paging.after.as_ref().map(|cursor| &cursor.0);
    let page = engine
        .list_schedules(viewer, tenant, paging.size(), after)
        .await?;
    let schedules = page.rows;
    Ok(paging.respond(Schedules { schedules }, page.next.map(Cursor)))
}

pub(super) async fn create(
    Caller(request): Caller,
    JsonBody(input): JsonBody<Input>,
) -> Result<Response, ApiProblem> {
    let schedule = request
        .engine
        .create_schedule(&request.viewer, request.tenant, input.into())
        .await?;
    Ok((StatusCode::CREATED, Json(schedule)).into_response())
}

pub(super) async fn update(
    Caller(request): Caller,
    Path(id): Path<ScheduleId>,
    JsonBody(input): JsonBody<Input>,
) -> Result<Json<Schedule>, ApiProblem> {
    let schedule = request
        .engine
        .update_schedule(&request.viewer, request.tenant, id, input.into())
        .await?;
    Ok(Json(schedule))
}

pub(super) async fn delete(
    Caller(request): Caller,
    Path(id): Path<ScheduleId>,
) -> Result<StatusCode, ApiProblem> {
    request
        .engine
        .delete_schedule(&request.viewer, request.tenant, id)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<Input> for ScheduleInput {
    fn from(input: Input) -> Self {
        let Input {
            name,
            cron,
            timezone,
            enabled,
            accept_loss,
        } = input;
        Self {
            name,
            cron,
            timezone,
            enabled,
            accept_loss,
        }
    }
}

fn utc() -> String {
    "UTC".to_owned()
}

const fn on() -> bool {
    true
}
