//! What belongs to the installation's pages and is none: the way to the first of them, and the log
//! as a file.

use app::server_pages::{log_query, system_home};
use axum::Router;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use domain::ProblemKind;

use super::rest::problem::ApiProblem;
use super::server_pages::{RequestContext, nothing};
use super::{AppState, csv};

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/system", get(first))
        .route("/system/log.csv", get(log))
}

/// To the first page that the visitor may see.
async fn first(context: RequestContext) -> Response {
    match context.request().viewer.as_ref().and_then(system_home) {
        Some(address) => Redirect::to(address).into_response(),
        None => nothing(context).await,
    }
}

/// All lines that the filter leaves, sent while they are read.
async fn log(context: RequestContext) -> Response {
    let request = context.request();
    let Ok(viewer) = request.viewer() else {
        return nothing(context).await;
    };
    match csv::log(&request.engine, viewer, log_query(&request.query)) {
        Ok(file) => file,
        // Whoever may not see the log sees what is at any address where nothing is.
        Err(error) => match error.into_problem() {
            problem if problem.kind == ProblemKind::NotFound => nothing(context).await,
            problem => ApiProblem::from(problem).into_response(),
        },
    }
}
