//! Tags of repositories: list, create, change and delete.

use axum::Json;
use axum::response::{IntoResponse, Response};
use domain::report::{RepositoryTag, TagChange};
use domain::{RepositoryId, RepositoryTagId, TagName};
use engine::TagKey;
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::caller::Caller;
use super::paging::{Cursor, Paging};
use super::problem::{ApiProblem, JsonBody, Path};

#[derive(Serialize)]
pub(super) struct Tags {
    tags: Vec<RepositoryTag>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Input {
    name: TagName,
    repositories: Vec<RepositoryId>,
}

/// All tags, or a page of them.
pub(super) async fn list(
    Caller(request): Caller,
    paging: Paging<Cursor<TagKey>>,
) -> Result<Response, ApiProblem> {
    let (engine, viewer, tenant) = (&request.engine, &request.viewer, request.tenant);
    if paging.is_whole() {
        let tags = engine.repository_tags(viewer, tenant).await?;
        return Ok(paging.respond(Tags { tags }, None));
    }
    let after = paging.after.as_ref().map(|cursor| &cursor.0);
    let page = engine
        .list_repository_tags(viewer, tenant, paging.size(), after)
        .await?;
    Ok(paging.respond(Tags { tags: page.rows }, page.next.map(Cursor)))
}

pub(super) async fn one(
    Caller(request): Caller,
    Path(id): Path<RepositoryTagId>,
) -> Result<Json<RepositoryTag>, ApiProblem> {
    let (engine, viewer, tenant) = (&request.engine, &request.viewer, request.tenant);
    Ok(Json(engine.repository_tag(viewer, tenant, id).await?))
}

pub(super) async fn create(
    Caller(request): Caller,
    JsonBody(input): JsonBody<Input>,
) -> Result<Response, ApiProblem> {
    let (viewer, tenant) = (&request.viewer, request.tenant);
    let tag = request
        .engine
        .add_tag(viewer, tenant, &input.name, input.repositories)
        .await?;
    Ok((StatusCode::CREATED, Json(tag)).into_response())
}

/// 204 once no repository has the tag, so that it no longer exists.
pub(super) async fn change(
    Caller(request): Caller,
    Path(id): Path<RepositoryTagId>,
    JsonBody(change): JsonBody<TagChange>,
) -> Result<Response, ApiProblem> {
    let (viewer, tenant) = (&request.viewer, request.tenant);
    let tag = request
        .engine
        .change_tag(viewer, tenant, id, change)
        .await?;
    Ok(match tag {
        Some(tag) => Json(tag).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    })
}

pub(super) async fn delete(
    Caller(request): Caller,
    Path(id): Path<RepositoryTagId>,
) -> Result<StatusCode, ApiProblem> {
    let (viewer, tenant) = (&request.viewer, request.tenant);
    request.engine.delete_tag(viewer, tenant, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
