//! What is kept of a repository beside its traffic: releases with their downloads, and stars.

use axum::Json as Answer;
use axum::extract::State;
use domain::report::{ReleasesReport, StarsReport};
use domain::{Day, RepositoryId};
use serde::Deserialize;

use super::caller::Caller;
use super::problem::{ApiProblem, Path, Query};
use crate::web::Site;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Range {
    from: Option<Day>,
    to: Option<Day>,
}

pub(super) async fn releases(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<RepositoryId>,
    Query(Range { from, to }): Query<Range>,
) -> Result<Answer<ReleasesReport>, ApiProblem> {
    let (viewer, tenant) = (&caller.viewer, caller.tenant);
    let report = site.engine.releases(viewer, tenant, id, from, to).await?;
    Ok(Answer(report))
}

pub(super) async fn stars(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<RepositoryId>,
    Query(Range { from, to }): Query<Range>,
) -> Result<Answer<StarsReport>, ApiProblem> {
    let (viewer, tenant) = (&caller.viewer, caller.tenant);
    let report = site.engine.stars(viewer, tenant, id, from, to).await?;
    Ok(Answer(report))
}
