//! The addresses of a tenant that are no pages: downloads, and a stream of run updates.

use std::convert::Infallible;
use std::future::ready;
use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, Path, State};
use axum::response::sse::{Event, KeepAlive};
use axum::response::{IntoResponse, Response, Sse};
use axum::routing::get;
use domain::{Problem, ProblemKind, RepositoryId, RepositoryName, ResponseId, Viewer};
use engine::{Error, TenantRequest};
use futures::{Stream, StreamExt};
use http::header::CONTENT_TYPE;
use http::request::Parts;
use serde::Deserialize;

use super::chart::{self, ChartQuery};
use super::csv::{self, RepositoriesQuery, TrafficQuery};
use super::rest::problem::{ApiProblem, Query};
use super::sign_in::Browser;
use super::traffic_table::{self, TableQuery};
use crate::auth::session;
use crate::error_page;
use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/t/{tenant}/repositories.csv", get(repositories))
        .route("/t/{tenant}/traffic.csv", get(traffic))
        .route("/t/{tenant}/traffic/rows.csv", get(traffic_rows))
        .route("/t/{tenant}/chart.svg", get(overview_chart))
        .route(
            "/t/{tenant}/repositories/{id}/chart.svg",
            get(repository_chart),
        )
        .route("/t/{tenant}/r/{owner}/{name}/answers/{answer}", get(answer))
        .route("/t/{tenant}/runs/events", get(run_events))
}

/// The request of a signed-in person in the tenant of the address.
struct Member(TenantRequest);

/// The part that all addresses share.
#[derive(Deserialize)]
struct Address {
    tenant: String,
}

/// A repository by its id.
#[derive(Deserialize)]
struct RepositoryAddress {
    id: String,
}

/// A stored response about a repository.
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
        let engine = state.engine.clone();
        let request = TenantRequest::for_slug(engine, viewer, &address.tenant).await;
        let request = request.map_err(|error| error_page::problem(&error.into_problem()))?;
        Ok(Self(request))
    }
}

async fn repositories(
    Member(request): Member,
    Query(query): Query<RepositoriesQuery>,
) -> Result<Response, ApiProblem> {
    csv::repositories(&request, query).await
}

async fn traffic(
    Member(request): Member,
    Query(query): Query<TrafficQuery>,
) -> Result<Response, ApiProblem> {
    csv::traffic(&request, query).await
}

/// The rows of the Traffic page.
async fn traffic_rows(
    Member(request): Member,
    Query(query): Query<TableQuery>,
) -> Result<Response, ApiProblem> {
    traffic_table::csv(&request, query).await
}

async fn overview_chart(
    Member(request): Member,
    Path(address): Path<Address>,
    Query(query): Query<ChartQuery>,
) -> Result<Response, ApiProblem> {
    chart::overview(&request, &address.tenant, query).await
}

async fn repository_chart(
    Member(request): Member,
    Path(address): Path<RepositoryAddress>,
    Query(query): Query<ChartQuery>,
) -> Result<Response, ApiProblem> {
    let id = address.id.parse().map_err(|_| Error::not_found())?;
    chart::repository(&request, RepositoryId::new(id), query).await
}

/// A stored response exactly as received, such as `answers/17.json`.
async fn answer(
    Member(request): Member,
    Path(address): Path<AnswerAddress>,
) -> Result<Response, ApiProblem> {
    let name: Option<RepositoryName> = format!("{}/{}", address.owner, address.name).parse().ok();
    let id: Option<ResponseId> =
        (address.answer.strip_suffix(".json")).and_then(|id| id.parse().ok());
    let (Some(name), Some(id)) = (name, id) else {
        return Err(Error::not_found().into());
    };
    let body = request
        .engine
        .raw_answer(&request.viewer, request.tenant, &name, id)
        .await?;
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}

/// The newest runs as JSON, now and after every change, until the server stops or the listener
/// loses access.
async fn run_events(
    State(state): State<AppState>,
    browser: Browser,
    Member(request): Member,
) -> Result<Response, ApiProblem> {
    let runs = request.engine.watch_runs(&request.viewer, request.tenant)?;
    let stopping = state.stopping().clone().cancelled_owned();
    let listener = Arc::new(Listener { browser, request });
    let runs = runs.take_while(move |_| {
        let listener = Arc::clone(&listener);
        async move { listener.has_access().await }
    });
    let events = events(runs).take_until(stopping);
    Ok(Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response())
}

/// A listener to run updates. The stream outlives the request, so access is checked again.
struct Listener {
    browser: Browser,
    request: TenantRequest,
}

impl Listener {
    async fn has_access(&self) -> bool {
        let TenantRequest {
            engine,
            viewer,
            tenant,
        } = &self.request;
        let session = session::key(&self.browser.session);
        let access = engine.may_go_on_watching(viewer, *tenant, &session).await;
        // An error is logged and ends the stream; the browser reconnects.
        access.map_err(Error::into_problem) == Ok(true)
    }
}

/// Ends the stream at the first error; the browser then reconnects.
fn events<T: serde::Serialize>(
    updates: impl Stream<Item = Result<T, Error>>,
) -> impl Stream<Item = Result<Event, Infallible>> {
    updates
        .map(|runs| match runs {
            Ok(runs) => Event::default().json_data(runs).ok(),
            Err(error) => {
                // Logs the error; the browser sees it when it reconnects.
                let _ = error.into_problem();
                None
            }
        })
        .take_while(|event| ready(event.is_some()))
        .filter_map(|event| ready(event.map(Ok)))
}
