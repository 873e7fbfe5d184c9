//! Errors of the REST API as RFC 9457 problems, and extractors that reject with them.

use axum::extract::rejection::{BytesRejection, JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts};
use axum::response::{IntoResponse, Response};
use domain::{Limit, Problem, ProblemKind};
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;

/// An error of the REST API.
#[derive(Debug)]
pub(crate) struct ApiProblem {
    status: StatusCode,
    detail: String,
    retry_after_s: Option<u64>,
    /// The limit that was reached, with its value.
    limit: Option<(Limit, u32)>,
}

/// The type of problems about a limit of the tenant. Others have only their status.
const LIMIT_TYPE: &str = "/api/problems/limit";

#[derive(Serialize)]
struct Body<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<u32>,
}

impl ApiProblem {
    /// A problem of this status.
    fn new(status: StatusCode, detail: String) -> Self {
        Self {
            status,
            detail,
            retry_after_s: None,
            limit: None,
        }
    }

    pub(super) fn method_not_allowed() -> Self {
        let detail = "Method not allowed. See the Allow header.";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, detail.to_owned())
    }

    /// A malformed request: 422, whatever status the extractor has.
    fn unprocessable(detail: String) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
    }
}

impl IntoResponse for ApiProblem {
    fn into_response(self) -> Response {
        let (r#type, title) = match self.limit {
            Some(_) => (LIMIT_TYPE, "Limit reached"),
            None => (
                "about:blank",
                self.status.canonical_reason().unwrap_or("Error"),
            ),
        };
        let body = Body {
            r#type,
            title,
            status: self.status.as_u16(),
            detail: &self.detail,
            limit: self.limit.map(|(limit, _)| limit.as_str()),
            value: self.limit.map(|(_, value)| value),
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
            limit: match problem.kind {
                ProblemKind::Limit { limit, value } => Some((limit, value)),
                _ => None,
            },
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
            "writing CSV rows failed"
        );
        Problem::new(ProblemKind::Internal, "The file could not be written.").into()
    }
}

impl From<QueryRejection> for ApiProblem {
    fn from(rejection: QueryRejection) -> Self {
        Self::unprocessable(explain_rejection("query", &rejection.body_text()))
    }
}

impl From<JsonRejection> for ApiProblem {
    fn from(rejection: JsonRejection) -> Self {
        match rejection.status() {
            status @ (StatusCode::UNSUPPORTED_MEDIA_TYPE | StatusCode::PAYLOAD_TOO_LARGE) => {
                Self::new(status, rejection.body_text())
            }
            _ => Self::unprocessable(explain_rejection("body", &rejection.body_text())),
        }
    }
}

impl From<BytesRejection> for ApiProblem {
    fn from(rejection: BytesRejection) -> Self {
        Self::new(rejection.status(), rejection.body_text())
    }
}

/// Explains what is wrong with a query or a body. Our own sentences about a value are kept; the
/// parser's messages are replaced, since they expose its types.
fn explain_rejection(what: &str, rejection: &str) -> String {
    if rejection.starts_with("Failed to parse the request body as JSON") {
        return "The body is not valid JSON. Send an object as in the API description.".to_owned();
    }
    let (_, words) = rejection.split_once(": ").unwrap_or(("", rejection));
    let named = |start: &str| {
        let (_, rest) = words.split_once(start)?;
        rest.split_once('`').map(|(name, _)| name)
    };
    if let Some(name) = named("missing field `") {
        return format!("The {what} is missing “{name}”.");
    }
    if let Some(name) = named("unknown field `") {
        let name: String = name.chars().take(100).collect();
        return format!("The {what} has an unknown field “{name}”. Remove it.");
    }
    let is_field = |name: &&str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_.[]".contains(&byte))
    };
    let field = words
        .split_once(": ")
        .map(|(name, _)| name)
        .filter(is_field);
    let reason = field.map_or(words, |field| &words[field.len() + 2..]);
    let reason = reason
        .split_once(" at line ")
        .map_or(reason, |(reason, _)| reason);
    let is_sentence = reason.ends_with('.');
    match (field, is_sentence) {
        (_, true) => reason.to_owned(),
        (Some(field), false) => format!(
            "“{field}” of the {what} is not valid. Write days as YYYY-MM-DD, and other values as in the API description."
        ),
        (None, false) => {
            format!("The {what} is not valid. Write it as in the API description.")
        }
    }
}

/// An id that is not a number does not exist.
impl From<PathRejection> for ApiProblem {
    fn from(_: PathRejection) -> Self {
        engine::Error::not_found().into()
    }
}

/// The query, rejected with a problem.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(ApiProblem))]
pub(crate) struct Query<T>(pub(crate) T);

/// The path's id, rejected with a problem.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(ApiProblem))]
pub(crate) struct Path<T>(pub(crate) T);

/// The JSON body, rejected with a problem.
#[derive(FromRequest)]
#[from_request(via(axum::extract::Json), rejection(ApiProblem))]
pub(crate) struct JsonBody<T>(pub(crate) T);

#[cfg(test)]
mod tests {
    use super::explain_rejection;

    #[test]
    fn a_malformed_value_is_explained_without_the_parsers_words() {
        let query = "Failed to deserialize query string: from: premature end of input";
        assert_eq!(
            explain_rejection("query", query),
            "“from” of the query is not valid. Write days as YYYY-MM-DD, and other values as in the API description."
        );
        let body = "Failed to deserialize the JSON body into the target type: missing field `full_name` at line 1 column 2";
        assert_eq!(
            explain_rejection("body", body),
            "The body is missing “full_name”."
        );
        let unknown =
            "Failed to deserialize query string: unknown field `x`, expected one of `from`, `to`";
        assert!(explain_rejection("query", unknown).contains("“x”"));
        let json = "Failed to parse the request body as JSON: EOF while parsing an object at line 1 column 1";
        assert!(explain_rejection("body", json).starts_with("The body is not valid JSON"));
    }

    #[test]
    fn a_sentence_of_ours_is_kept() {
        let ours = "Failed to deserialize the JSON body into the target type: full_name: gitlab.com is not GitHub. Tidemark tracks repositories on github.com. at line 1 column 40";
        assert_eq!(
            explain_rejection("body", ours),
            "gitlab.com is not GitHub. Tidemark tracks repositories on github.com."
        );
    }
}
