//! The REST API: `/api/v1`, JSON, with an API token of one tenant.

mod caller;
mod follow_rules;
mod history;
mod notes;
pub(super) mod paging;
pub(super) mod problem;
mod ranking_history;
mod repositories;
mod runs;
mod schedules;
mod tags;
mod traffic;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, any, get, patch, post, put};
use domain::{Problem, ProblemKind};

use self::problem::ApiProblem;
use super::audit_forbidden::audit_forbidden;
use crate::state::AppState;

/// The largest body of a request.
const MAX_BODY: usize = 64 * 1024;

pub(super) fn router(state: &AppState) -> Router<AppState> {
    let requests = Router::new()
        .route(
            "/repositories",
            get(repositories::list).post(repositories::track),
        )
        .route(
            "/repositories/{id}",
            patch(repositories::change).delete(repositories::untrack),
        )
        .route("/repositories/{id}/traffic", get(traffic::traffic))
        .route("/repositories/{id}/referrers", get(traffic::referrers))
        .route("/repositories/{id}/paths", get(traffic::paths))
        .route(
            "/repositories/{id}/referrers/history",
            get(ranking_history::referrers),
        )
        .route(
            "/repositories/{id}/paths/history",
            get(ranking_history::paths),
        )
        .route(
            "/repositories/{id}/observations",
            get(traffic::observations),
        )
        .route("/repositories/{id}/releases", get(history::releases))
        .route("/repositories/{id}/stars", get(history::stars))
        .route("/repositories.csv", get(repositories::csv))
        .route("/traffic", get(traffic::table))
        .route("/traffic.csv", get(traffic::csv))
        .route("/runs", get(runs::list).post(runs::start))
        .route("/runs/{id}", get(runs::one))
        .route("/runs/{id}/cancel", post(runs::cancel))
        .route("/runs/{id}/retry", post(runs::retry))
        .route(
            "/follow-rules",
            get(follow_rules::list).post(follow_rules::create),
        )
        .route(
            "/follow-rules/{id}",
            get(follow_rules::one)
                .patch(follow_rules::change)
                .delete(follow_rules::delete),
        )
        .route("/notes", get(notes::list).post(notes::add))
        .route(
            "/notes/{id}",
            get(notes::one).patch(notes::change).delete(notes::delete),
        )
        .route("/tags", get(tags::list).post(tags::create))
        .route(
            "/tags/{id}",
            get(tags::one).patch(tags::change).delete(tags::delete),
        )
        .route("/schedules", get(schedules::list).post(schedules::create))
        .route(
            "/schedules/{id}",
            put(schedules::update).delete(schedules::delete),
        );
    requests
        .method_not_allowed_fallback(async || ApiProblem::method_not_allowed())
        .route_layer(from_fn_with_state(state.clone(), audit_forbidden))
        .route_layer(from_fn_with_state(state.clone(), caller::identify))
        .fallback(not_found)
        .layer(DefaultBodyLimit::max(MAX_BODY))
}

/// All other addresses below `/api`.
pub(super) fn unknown() -> MethodRouter<AppState> {
    any(not_found)
}

async fn not_found() -> ApiProblem {
    Problem::new(
        ProblemKind::NotFound,
        "There is no such endpoint. See the README for the available ones.",
    )
    .into()
}
