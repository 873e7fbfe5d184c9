//! Repositories: list, track, untrack, assign a schedule and set tags.

use axum::Json;
use axum::response::{IntoResponse, Response};
use domain::report::{History, Repository};
use domain::{
    Problem, ProblemKind, RepositoryId, RepositoryName, RepositoryState, ScheduleId, TagName,
};
use engine::{PageSize, RepositoryKey};
use futures::TryStreamExt;
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::caller::Caller;
use super::paging::{Cursor, ListAddress, Paging};
use super::problem::{ApiProblem, JsonBody, Path, Query};
use crate::web::csv::{self, RepositoriesQuery};
use crate::web::repository_filter;

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
    schedule_id: Option<ScheduleId>,
    /// Replaces all of its tags.
    tags: Option<Vec<TagName>>,
}

/// A page of the repositories that a filter leaves.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    limit: Option<PageSize>,
    after: Option<Cursor<RepositoryKey>>,
    filter: Option<String>,
    owner: Option<String>,
    tag: Option<String>,
    #[serde(default, deserialize_with = "repository_filter::state")]
    status: Option<RepositoryState>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Untrack {
    #[serde(default)]
    history: History,
}

/// All repositories, or those that a filter leaves, or a page of them.
pub(super) async fn list(
    Caller(request): Caller,
    address: ListAddress,
    Query(part): Query<Part>,
) -> Result<Response, ApiProblem> {
    let (engine, viewer, tenant) = (&request.engine, &request.viewer, request.tenant);
    let filter = repository_filter::filter(part.filter, part.owner, part.tag, part.status);
    let parameters = filter.parameters().into_iter();
    let address = parameters.fold(address, |address, (name, value)| address.with(name, value));
    let paging = Paging::new(part.limit, part.after, address);
    if paging.is_whole() {
        let pages = engine.stream_repositories(viewer, tenant, filter).await?;
        let repositories = pages.try_concat().await?;
        return Ok(paging.respond(Repositories { repositories }, None));
    }
    let after = paging.after.as_ref().map(|cursor| &cursor.0);
    let page = engine
        .list_repositories(viewer, tenant, filter, paging.size(), after)
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
    if body.schedule_id.is_none() && body.tags.is_none() {
        let message = "Send “schedule_id” or “tags”.";
        return Err(Problem::new(ProblemKind::Invalid, message).into());
    }
    if let Some(schedule) = body.schedule_id {
        request
            .engine
            .follow_schedule(viewer, tenant, &[id], schedule)
            .await?;
    }
    if let Some(tags) = body.tags {
        request.engine.set_tags(viewer, tenant, id, &tags).await?;
    }
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

pub(super) async fn csv(
    Caller(request): Caller,
    Query(query): Query<RepositoriesQuery>,
) -> Result<Response, ApiProblem> {
    csv::repositories(&request, query).await
}
