//! The addresses of the system that are no pages: the redirect to the first page, and the log as a
//! file.

use app::server_pages::{log_query, system_home};
use axum::Router;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use domain::ProblemKind;

use super::csv;
use super::rest::problem::ApiProblem;
use super::server_pages::{RequestContext, not_found};
use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/system", get(first_page))
        .route("/system/log.csv", get(log))
}

/// Redirects to the first page that the viewer may see.
async fn first_page(context: RequestContext) -> Response {
    match context.request().viewer.as_ref().and_then(system_home) {
        Some(address) => Redirect::to(address).into_response(),
        None => not_found(context).await,
    }
}

/// All matching lines, streamed.
async fn log(context: RequestContext) -> Response {
    let request = context.request();
    let Ok(viewer) = request.viewer() else {
        return not_found(context).await;
    };
    match csv::log(&request.engine, viewer, log_query(&request.query)) {
        Ok(file) => file,
        // Without permission, the log looks like an unknown address.
        Err(error) => match error.into_problem() {
            problem if problem.kind == ProblemKind::NotFound => not_found(context).await,
            problem => ApiProblem::from(problem).into_response(),
        },
    }
}
