//! Repositories: list, track, untrack, and assign a schedule.

use axum::Json;
use axum::response::{IntoResponse, Response};
use domain::report::{History, Repository};
use domain::{Problem, ProblemKind, RepositoryId, RepositoryName, ScheduleId};
use engine::RepositoryKey;
use futures::TryStreamExt;
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::caller::Caller;
use super::paging::{Cursor, Paging};
use super::problem::{ApiProblem, JsonBody, Path, Query};
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

/// All repositories, or a page of them.
pub(super) async fn list(
    Caller(request): Caller,
    paging: Paging<Cursor<RepositoryKey>>,
) -> Result<Response, ApiProblem> {
    let (engine, viewer, tenant) = (&request.engine, &request.viewer, request.tenant);
    if paging.is_whole() {
        let pages = engine.stream_repositories(viewer, tenant).await?;
        let repositories = pages.try_concat().await?;
        return Ok(paging.respond(Repositories { repositories }, None));
    }
    let after = paging.after.as_ref().map(|cursor| &cursor.0);
    let page = engine
        .list_repositories(viewer, tenant, paging.size(), after)
        .await?;
    let repositories = page.rows;
    Ok(paging.respond(Repositories { repositories }, page.next.map(Cursor)))
}

pub(super) async fn track(
    Caller(request): Caller,
    JsonBody(body): JsonBody<Track>,
) -> Result<Response, ApiProblem> {
    let name: RepositoryName = body
        .full_name
        .parse()
        .map_err(|error| Problem::new(ProblemKind::Invalid, format!("{error}")))?;
    let repository = request
        .engine
        .track(&request.viewer, request.tenant, &name)
        .await?;
    Ok((StatusCode::CREATED, Json(repository)).into_response())
}

pub(super) async fn change(
    Caller(request): Caller,
    Path(id): Path<RepositoryId>,
    JsonBody(body): JsonBody<Change>,
) -> Result<Json<Repository>, ApiProblem> {
    let (viewer, tenant) = (&request.viewer, request.tenant);
    request
        .engine
        .follow_schedule(viewer, tenant, &[id], body.schedule_id)
        .await?;
    Ok(Json(request.engine.repository(viewer, tenant, id).await?))
}

pub(super) async fn untrack(
    Caller(request): Caller,
    Path(id): Path<RepositoryId>,
    Query(query): Query<Untrack>,
) -> Result<StatusCode, ApiProblem> {
    request
        .engine
        .untrack(&request.viewer, request.tenant, id, query.history)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn csv(Caller(request): Caller) -> Result<Response, ApiProblem> {
    csv::repositories(&request).await
}
