//! Errors of the interface, as RFC 9457 problems, and extractors that refuse with them.

use axum::extract::rejection::{BytesRejection, JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts};
use axum::response::{IntoResponse, Response};
use domain::{Problem, ProblemKind};
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;

/// An error on its way to a program.
#[derive(Debug)]
pub(crate) struct ApiProblem {
    status: StatusCode,
    detail: String,
    retry_after_s: Option<u64>,
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: &'a str,
}

impl ApiProblem {
    pub(super) fn method_not_allowed() -> Self {
        Self {
            status: StatusCode::METHOD_NOT_ALLOWED,
            detail: "This address does not take this method: see the header Allow.".to_owned(),
            retry_after_s: None,
        }
    }

    /// What does not fit: as it is in the contract, whatever the extractor thinks of it.
    fn unprocessable(detail: String) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            detail,
            retry_after_s: None,
        }
    }
}

impl IntoResponse for ApiProblem {
    fn into_response(self) -> Response {
        let body = Body {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: &self.detail,
        };
        let mut response = (self.status, axum::Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(seconds) = self.retry_after_s {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(
                WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"tidemark\""),
            );
        }
        response
    }
}

impl From<Problem> for ApiProblem {
    fn from(problem: Problem) -> Self {
        let status = StatusCode::from_u16(problem.kind.status());
        Self {
            status: status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            detail: problem.message,
            retry_after_s: problem.retry_after_s,
        }
    }
}

impl From<engine::Error> for ApiProblem {
    fn from(error: engine::Error) -> Self {
        error.into_problem().into()
    }
}

impl From<csv::Error> for ApiProblem {
    fn from(error: csv::Error) -> Self {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "rows were not written as CSV"
        );
        Problem::new(ProblemKind::Internal, "The file could not be written.").into()
    }
}

impl From<QueryRejection> for ApiProblem {
    fn from(rejection: QueryRejection) -> Self {
        Self::unprocessable(rejection.body_text())
    }
}

impl From<JsonRejection> for ApiProblem {
    fn from(rejection: JsonRejection) -> Self {
        match rejection.status() {
            StatusCode::BAD_REQUEST => Self::unprocessable(rejection.body_text()),
            status => Self {
                status,
                detail: rejection.body_text(),
                retry_after_s: None,
            },
        }
    }
}

impl From<BytesRejection> for ApiProblem {
    fn from(rejection: BytesRejection) -> Self {
        Self {
            status: rejection.status(),
            detail: rejection.body_text(),
            retry_after_s: None,
        }
    }
}

/// An id that is no number belongs to nothing.
impl From<PathRejection> for ApiProblem {
    fn from(_: PathRejection) -> Self {
        engine::Error::not_found().into()
    }
}

/// The query, which is refused as a problem.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(ApiProblem))]
pub(crate) struct Query<T>(pub(crate) T);

/// The path's id, which is refused as a problem.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(ApiProblem))]
pub(crate) struct Path<T>(pub(crate) T);

/// The body, which is refused as a problem.
#[derive(FromRequest)]
#[from_request(via(axum::extract::Json), rejection(ApiProblem))]
pub(crate) struct Json<T>(pub(crate) T);
