//! Short error pages without the app, for errors before it or in its place.

use std::any::Any;

use axum::body::Body;
use axum::response::{Html, IntoResponse, Response};
use domain::Problem;
use http::StatusCode;
use http::header::RETRY_AFTER;

/// The page for a problem.
pub(crate) fn problem(problem: &Problem) -> Response {
    let status =
        StatusCode::from_u16(problem.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = page(status, &problem.message);
    set_retry_after(&mut response, problem.retry_after_s);
    response
}

/// Adds the seconds after which to retry, if they are known.
pub(crate) fn set_retry_after(response: &mut Response, seconds: Option<u64>) {
    if let Some(seconds) = seconds {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
}

/// The page for an unknown address.
pub(crate) fn not_found() -> Response {
    page(StatusCode::NOT_FOUND, "Not found.")
}

/// The page for a refused cross-site request.
pub(crate) fn cross_site() -> Response {
    page(
        StatusCode::FORBIDDEN,
        "This request came from another site. Open the page here and try again.",
    )
}

/// The page after a panic, whose message is only in the log.
pub(crate) fn panicked(_panic: Box<dyn Any + Send>) -> Response<Body> {
    page(
        StatusCode::INTERNAL_SERVER_ERROR,
        "Something went wrong. Try again; if it keeps happening, check the server log.",
    )
}

fn page(status: StatusCode, sentence: &str) -> Response {
    let title = status.canonical_reason().unwrap_or("Error");
    let sentence = sentence.replace('&', "&amp;").replace('<', "&lt;");
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title} · Tidemark</title></head>\
         <body><main><h1>{title}</h1><p>{sentence}</p><p><a href=\"/\">Tidemark</a></p></main></body></html>"
    );
    (status, Html(html)).into_response()
}
