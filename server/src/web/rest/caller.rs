//! The program that sent a request, by its API token.

use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use domain::{Origin, Problem, ProblemKind, Viewer};
use engine::TenantRequest;
use http::header::AUTHORIZATION;
use http::request::Parts;
use secrecy::SecretString;

use super::problem::ApiProblem;
use crate::state::AppState;

/// The request of an API token in the tenant of the token.
pub(super) struct Caller(pub(super) TenantRequest);

/// Resolves the API token to its [`Viewer`], once for each request, and adds it to the request.
pub(super) async fn identify(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Result<Response, ApiProblem> {
    let (mut parts, body) = request.into_parts();
    let viewer = Caller::viewer(&mut parts, &state).await?;
    if let Viewer::Token { id, .. } = viewer {
        let counted = state.limits().check_token(id);
        counted.map_err(|too_many| too_many.into_problem("requests with this API token"))?;
    }
    parts.extensions.insert(viewer);
    Ok(next.run(Request::from_parts(parts, body)).await)
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiProblem> {
        match parts.extensions.get::<Viewer>() {
            Some(viewer @ Viewer::Token { tenant, .. }) => Ok(Self(TenantRequest {
                engine: state.engine.clone(),
                viewer: viewer.clone(),
                tenant: *tenant,
            })),
            _ => Err(unauthenticated("Send an API token.")),
        }
    }
}

impl Caller {
    async fn viewer(parts: &mut Parts, state: &AppState) -> Result<Viewer, ApiProblem> {
        let token = bearer(parts).ok_or_else(|| {
            unauthenticated("Send an API token as “Authorization: Bearer tm_…”. Create one with “tidemark token create”.")
        })?;
        let Ok(origin) = Origin::from_request_parts(parts, state).await;
        let viewer = state.engine.token_viewer(&token, origin).await?;
        match viewer {
            Some(viewer) => Ok(viewer),
            None => Err(unauthenticated(
                "The API token is not valid. It is mistyped or was revoked.",
            )),
        }
    }
}

fn unauthenticated(sentence: &str) -> ApiProblem {
    Problem::new(ProblemKind::Unauthenticated, sentence).into()
}

/// The token in the header; the scheme's case does not matter (RFC 9110, section 11.1).
fn bearer(parts: &Parts) -> Option<SecretString> {
    let header = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim().into())
}
