//! What belongs to the installation's pages and is none: the way to the first of them, and the log
//! as a file.

use app::documents::{log_query, system_home};
use axum::Router;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use domain::ProblemKind;

use super::documents::{Visitor, nothing};
use super::rest::problem::ApiProblem;
use super::{Site, csv};

pub(super) fn router() -> Router<Site> {
    Router::new()
        .route("/system", get(first))
        .route("/system/log.csv", get(log))
}

/// To the first page that the visitor may see.
async fn first(visitor: Visitor) -> Response {
    match visitor.visit().viewer.as_ref().and_then(system_home) {
        Some(address) => Redirect::to(address).into_response(),
        None => nothing(visitor).await,
    }
}

/// All lines that the filter leaves, sent while they are read.
async fn log(visitor: Visitor) -> Response {
    let visit = visitor.visit();
    let Ok(viewer) = visit.viewer() else {
        return nothing(visitor).await;
    };
    match csv::log(&visit.engine, viewer, log_query(&visit.query)) {
        Ok(file) => file,
        // Whoever may not see the log sees what is at any address where nothing is.
        Err(error) => match error.into_problem() {
            problem if problem.kind == ProblemKind::NotFound => nothing(visitor).await,
            problem => ApiProblem::from(problem).into_response(),
        },
    }
}
