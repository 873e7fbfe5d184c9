//! Runs: collect now, and see how it went.

use axum::Json as Answer;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::report::Run;
use domain::{Problem, ProblemKind, RepositoryId, RunId, Trigger};
use http::StatusCode;
use http::header::LOCATION;
use serde::{Deserialize, Serialize};

use super::caller::Caller;
use super::problem::{ApiProblem, Path};
use crate::web::Site;

/// How many runs the list has: the newest.
const NEWEST: u32 = 100;

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
}

/// Takes a body, or none: everything is collected then.
pub(super) async fn start(
    State(site): State<Site>,
    caller: Caller,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<Response, ApiProblem> {
    let start = parse(&body?)?;
    let (viewer, tenant) = (&caller.viewer, caller.tenant);
    let id = site
        .engine
        .start_run(viewer, tenant, Trigger::Api, start.repositories)
        .await?;
    let location = [(LOCATION, format!("/api/v1/runs/{id}"))];
    Ok((StatusCode::ACCEPTED, location, Answer(Started { id })).into_response())
}

pub(super) async fn list(
    State(site): State<Site>,
    caller: Caller,
) -> Result<Answer<Runs>, ApiProblem> {
    let runs = site
        .engine
        .runs(&caller.viewer, caller.tenant, NEWEST)
        .await?;
    Ok(Answer(Runs { runs }))
}

pub(super) async fn one(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<RunId>,
) -> Result<Answer<Run>, ApiProblem> {
    Ok(Answer(
        site.engine.run(&caller.viewer, caller.tenant, id).await?,
    ))
}

fn parse(body: &[u8]) -> Result<Start, Problem> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Start::default());
    }
    serde_json::from_slice(body).map_err(|error| {
        let sentence = format!("The body is not {{\"repositories\":[ID…]}}: {error}.");
        Problem::new(ProblemKind::Invalid, sentence)
    })
}
