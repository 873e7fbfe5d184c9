//! The other history of a repository: releases with their downloads, and stars.

use axum::Json;
use domain::report::{ReleasesReport, StarsReport};
use domain::{Day, RepositoryId};
use serde::Deserialize;

use super::caller::Caller;
use super::problem::{ApiProblem, Path, Query};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Range {
    from: Option<Day>,
    to: Option<Day>,
}

pub(super) async fn releases(
    Caller(request): Caller,
    Path(id): Path<RepositoryId>,
    Query(Range { from, to }): Query<Range>,
) -> Result<Json<ReleasesReport>, ApiProblem> {
    let (viewer, tenant) = (&request.viewer, request.tenant);
    let report = request
        .engine
        .releases(viewer, tenant, id, from, to)
        .await?;
    Ok(Json(report))
}

pub(super) async fn stars(
    Caller(request): Caller,
    Path(id): Path<RepositoryId>,
    Query(Range { from, to }): Query<Range>,
) -> Result<Json<StarsReport>, ApiProblem> {
    let (viewer, tenant) = (&request.viewer, request.tenant);
    let report = request.engine.stars(viewer, tenant, id, from, to).await?;
    Ok(Json(report))
}
