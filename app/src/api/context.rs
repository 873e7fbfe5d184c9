//! The context of a server function: engine, viewer and tenant; and how a problem becomes a
//! response.

use axum::http::header::ACCEPT;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use domain::{Problem, ProblemKind, Viewer};
use engine::{Engine, TenantRequest};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use crate::error::AppError;

/// The engine that the server provides.
pub fn engine() -> Result<Engine, AppError> {
    use_context::<Engine>().ok_or_else(|| {
        problem(Problem::new(
            ProblemKind::Internal,
            "The server isn’t ready. Try again in a moment.",
        ))
    })
}

/// The viewer that the server authenticated.
pub fn viewer() -> Option<Viewer> {
    use_context::<Option<Viewer>>().flatten()
}

/// The request of the signed-in viewer in the tenant with this slug.
pub async fn tenant_request(slug: &str) -> Result<TenantRequest, AppError> {
    let engine = engine()?;
    let viewer = viewer().ok_or_else(|| {
        problem(Problem::new(
            ProblemKind::Unauthenticated,
            "You’re signed out. Sign in and try again.",
        ))
    })?;
    into_app_result(TenantRequest::for_slug(engine, viewer, slug).await)
}

/// Converts the result; a problem also sets the response status.
pub fn into_app_result<T>(answer: engine::Result<T>) -> Result<T, AppError> {
    answer.map_err(|error| problem(error.into_problem()))
}

/// The problem as an error, with its status set on the response.
pub fn problem(problem: Problem) -> AppError {
    let posted = use_context::<Parts>().is_some_and(|request| is_plain_form(&request));
    if let Some(response) = use_context::<ResponseOptions>().filter(|_| !posted)
        && let Ok(status) = StatusCode::from_u16(problem.kind.status())
    {
        response.set_status(status);
    }
    AppError(problem)
}

/// Whether a browser without scripts posted a form: it is redirected back to its page, with the
/// error in the address, and another status would keep it from following.
fn is_plain_form(request: &Parts) -> bool {
    request.method == Method::POST
        && request
            .headers
            .get(ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html"))
}
