//! Runs: start, list, cancel and retry.

use axum::Json;
use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use domain::report::Run;
use domain::{Problem, ProblemKind, RepositoryId, RunId, Trigger};
use engine::PageSize;
use http::StatusCode;
use http::header::LOCATION;
use serde::{Deserialize, Serialize};

use super::caller::Caller;
use super::paging::{ListAddress, Paging};
use super::problem::{ApiProblem, Path, Query};

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Start {
    repositories: Option<Vec<RepositoryId>>,
}

#[derive(Serialize)]
struct Started {
    id: RunId,
}

#[derive(Serialize)]
pub(super) struct Runs {
    runs: Vec<Run>,
    /// The value of `after` for the next page; null on the last page.
    next: Option<RunId>,
}

/// The page of the list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    limit: Option<PageSize>,
    after: Option<RunId>,
    /// An older name of `after`.
    before: Option<RunId>,
}

/// Without a body, collects all repositories.
pub(super) async fn start(
    Caller(request): Caller,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<Response, ApiProblem> {
    let start = parse(&body?)?;
    let (viewer, tenant) = (&request.viewer, request.tenant);
    let id = request
        .engine
        .start_run(viewer, tenant, Trigger::Api, start.repositories)
        .await?;
    Ok(started(id))
}

/// Cancels a run.
pub(super) async fn cancel(
    Caller(request): Caller,
    Path(id): Path<RunId>,
) -> Result<StatusCode, ApiProblem> {
    let (viewer, tenant) = (&request.viewer, request.tenant);
    request.engine.cancel_run(viewer, tenant, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Starts a run of the repositories that failed in a run or were not reached.
pub(super) async fn retry(
    Caller(request): Caller,
    Path(id): Path<RunId>,
) -> Result<Response, ApiProblem> {
    let (viewer, tenant) = (&request.viewer, request.tenant);
    let retried = request
        .engine
        .retry_run(viewer, tenant, id, Trigger::Api)
        .await?;
    Ok(started(retried))
}

/// A page of the runs, newest first.
pub(super) async fn list(
    Caller(request): Caller,
    address: ListAddress,
    Query(part): Query<Part>,
) -> Result<Response, ApiProblem> {
    if part.after.is_some() && part.before.is_some() {
        return Err(engine::Error::invalid("Send “after” or “before”, not both.").into());
    }
    let paging = Paging::new(part.limit, part.after.or(part.before), address);
    let (viewer, tenant, size) = (&request.viewer, request.tenant, paging.size().get());
    let report = request
        .engine
        .runs_report(viewer, tenant, paging.after, size)
        .await?;
    let (runs, next) = (report.runs, report.next);
    Ok(paging.respond(Runs { runs, next }, next))
}

fn started(id: RunId) -> Response {
    let location = [(LOCATION, format!("/api/v1/runs/{id}"))];
    (StatusCode::ACCEPTED, location, Json(Started { id })).into_response()
}

pub(super) async fn one(
    Caller(request): Caller,
    Path(id): Path<RunId>,
) -> Result<Json<Run>, ApiProblem> {
    Ok(Json(
        request
            .engine
            .run(&request.viewer, request.tenant, id)
            .await?,
    ))
}

fn parse(body: &[u8]) -> Result<Start, Problem> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Start::default());
    }
    serde_json::from_slice(body).map_err(|error| {
        let sentence = format!("The body is not {{\"repositories\":[ID…]}} ({error}).");
        Problem::new(ProblemKind::Invalid, sentence)
    })
}
