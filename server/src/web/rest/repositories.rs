//! Repositories: the list, one more, one less, and which schedule one follows.

use axum::Json as Answer;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::report::{History, Repository};
use domain::{Problem, ProblemKind, RepositoryId, RepositoryName, ScheduleId};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::caller::Caller;
use super::problem::{ApiProblem, Json, Path, Query};
use crate::web::{Site, csv};

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
    State(site): State<Site>,
    caller: Caller,
) -> Result<Answer<Repositories>, ApiProblem> {
    let report = site
        .engine
        .repositories(&caller.viewer, caller.tenant)
        .await?;
    Ok(Answer(Repositories {
        repositories: report.repositories,
    }))
}

pub(super) async fn track(
    State(site): State<Site>,
    caller: Caller,
    Json(body): Json<Track>,
) -> Result<Response, ApiProblem> {
    let name: RepositoryName = body
        .full_name
        .parse()
        .map_err(|error| Problem::new(ProblemKind::Invalid, format!("{error}")))?;
    let repository = site
        .engine
        .track(&caller.viewer, caller.tenant, &name)
        .await?;
    Ok((StatusCode::CREATED, Answer(repository)).into_response())
}

pub(super) async fn change(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<RepositoryId>,
    Json(body): Json<Change>,
) -> Result<Answer<Repository>, ApiProblem> {
    let (viewer, tenant) = (&caller.viewer, caller.tenant);
    site.engine
        .follow_schedule(viewer, tenant, &[id], body.schedule_id)
        .await?;
    Ok(Answer(site.engine.repository(viewer, tenant, id).await?))
}

pub(super) async fn untrack(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<RepositoryId>,
    Query(query): Query<Untrack>,
) -> Result<StatusCode, ApiProblem> {
    site.engine
        .untrack(&caller.viewer, caller.tenant, id, query.history)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn csv(State(site): State<Site>, caller: Caller) -> Result<Response, ApiProblem> {
    csv::repositories(&site.engine, &caller.viewer, caller.tenant).await
}
