//! What belongs to a tenant's pages and is none: files to download, and news of runs.

use std::convert::Infallible;
use std::future::ready;
use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, Path, State};
use axum::response::sse::{Event, KeepAlive};
use axum::response::{IntoResponse, Response, Sse};
use axum::routing::get;
use domain::{AnswerId, Problem, ProblemKind, RepositoryName, TenantId, Viewer};
use engine::Error;
use futures::{Stream, StreamExt};
use http::header::CONTENT_TYPE;
use http::request::Parts;
use serde::Deserialize;

use super::csv::{self, TrafficQuery};
use super::rest::problem::{ApiProblem, Query};
use super::{AppState, error_page};
use crate::auth::{self, Browser};

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/t/{tenant}/repositories.csv", get(repositories))
        .route("/t/{tenant}/traffic.csv", get(traffic))
        .route("/t/{tenant}/r/{owner}/{name}/answers/{answer}", get(answer))
        .route("/t/{tenant}/runs/events", get(run_events))
}

/// A person who is signed in, and the tenant in the address, which they may know of.
struct Member {
    viewer: Viewer,
    tenant: TenantId,
}

/// What every address here has, whatever else stands in it.
#[derive(Deserialize)]
struct Address {
    tenant: String,
}

/// An answer of GitHub's about a repository.
#[derive(Deserialize)]
struct AnswerAddress {
    owner: String,
    name: String,
    answer: String,
}

impl FromRequestParts<AppState> for Member {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let Some(viewer) = parts.extensions.get::<Viewer>().cloned() else {
            return Err(error_page::problem(&Problem::new(
                ProblemKind::Unauthenticated,
                "Sign in first.",
            )));
        };
        let address = Path::<Address>::from_request_parts(parts, state).await;
        let Path(address) = address.map_err(|_| error_page::not_found())?;
        let tenant = state.engine.tenant(&viewer, &address.tenant).await;
        let tenant = tenant.map_err(|error| error_page::problem(&error.into_problem()))?;
        Ok(Self { viewer, tenant })
    }
}

async fn repositories(
    State(state): State<AppState>,
    member: Member,
) -> Result<Response, ApiProblem> {
    csv::repositories(&state.engine, &member.viewer, member.tenant).await
}

async fn traffic(
    State(state): State<AppState>,
    member: Member,
    Query(query): Query<TrafficQuery>,
) -> Result<Response, ApiProblem> {
    csv::traffic(&state.engine, &member.viewer, member.tenant, query).await
}

/// An answer of GitHub's, as it came: `answers/17.json`. What cannot be one is none.
async fn answer(
    State(state): State<AppState>,
    member: Member,
    Path(address): Path<AnswerAddress>,
) -> Result<Response, ApiProblem> {
    let name: Option<RepositoryName> = format!("{}/{}", address.owner, address.name).parse().ok();
    let id: Option<AnswerId> =
        (address.answer.strip_suffix(".json")).and_then(|id| id.parse().ok());
    let (Some(name), Some(id)) = (name, id) else {
        return Err(Error::not_found().into());
    };
    let body = state
        .engine
        .raw_answer(&member.viewer, member.tenant, &name, id)
        .await?;
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}

/// The newest runs as JSON, now and whenever one of them changes, until the server stops, or
/// whoever listens may hear no more.
async fn run_events(
    State(state): State<AppState>,
    browser: Browser,
    member: Member,
) -> Result<Response, ApiProblem> {
    let runs = state.engine.watch_runs(&member.viewer, member.tenant)?;
    let stopping = state.stopping().clone().cancelled_owned();
    let listener = Arc::new(Listener {
        state,
        browser,
        member,
    });
    let runs = runs.take_while(move |_| {
        let listener = Arc::clone(&listener);
        async move { listener.may_hear().await }
    });
    let events = events(runs).take_until(stopping);
    Ok(Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response())
}

/// Who listens to news of runs: a stream outlives the moment in which it was allowed.
struct Listener {
    state: AppState,
    browser: Browser,
    member: Member,
}

impl Listener {
    async fn may_hear(&self) -> bool {
        let Member { viewer, tenant } = &self.member;
        let session = auth::key(&self.browser.session);
        let engine = &self.state.engine;
        let asked = engine.may_go_on_watching(viewer, *tenant, &session).await;
        // What fails is logged; the browser asks anew.
        asked.map_err(Error::into_problem) == Ok(true)
    }
}

/// Ends with the first fault; the browser then asks anew.
fn events<T: serde::Serialize>(
    news: impl Stream<Item = Result<T, Error>>,
) -> impl Stream<Item = Result<Event, Infallible>> {
    news.map(|runs| match runs {
        Ok(runs) => Event::default().json_data(runs).ok(),
        Err(error) => {
            // What it says is logged; the browser learns it when it asks anew.
            let _ = error.into_problem();
            None
        }
    })
    .take_while(|event| ready(event.is_some()))
    .filter_map(|event| ready(event.map(Ok)))
}
