//! `GET /login/oauth/authorize`: the signed-in user authorizes immediately.
//!
//! <https://docs.github.com/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-authorization-request-errors>

use std::sync::Arc;

use axum::extract::{Extension, Query, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use url::Url;
use url::form_urlencoded::Serializer;

use super::{MISMATCH, challenge, page_not_found};
use crate::apps::oauth::Authorization;
use crate::faults::fault::Fault;
use crate::http::call::Call;
use crate::shared::Shared;

#[derive(Deserialize)]
pub(super) struct AuthorizeQuery {
    #[serde(default)]
    client_id: String,
    redirect_uri: Option<String>,
    scope: Option<String>,
    state: Option<String>,
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
}

/// The error that a user is redirected with, instead of a code.
struct AuthorizationError {
    error: &'static str,
    description: &'static str,
    anchor: &'static str,
}

const REDIRECT_URI_MISMATCH: AuthorizationError = AuthorizationError {
    error: "redirect_uri_mismatch",
    description: MISMATCH,
    anchor: "redirect-uri-mismatch",
};
const APPLICATION_SUSPENDED: AuthorizationError = AuthorizationError {
    error: "application_suspended",
    description: "Your application has been suspended. Contact support@github.com.",
    anchor: "application-suspended",
};
const ACCESS_DENIED: AuthorizationError = AuthorizationError {
    error: "access_denied",
    description: "The user has denied your application access.",
    anchor: "access-denied",
};
/// GitHub documents no error for this case; this one is from RFC 7636.
const BAD_CHALLENGE: AuthorizationError = AuthorizationError {
    error: "invalid_request",
    description: "The code_challenge must be of the method S256.",
    anchor: "invalid-request",
};

/// Redirects the user with a code or an error.
pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Extension(call): Extension<Arc<Call>>,
    Query(query): Query<AuthorizeQuery>,
) -> Response {
    let mut github = shared.github();
    let Some(app) = github.oauth_apps.get(&query.client_id) else {
        return page_not_found();
    };
    // An invalid redirect URI is reported to the registered one.
    let callback = app.callback.clone();
    let redirect_uri = query
        .redirect_uri
        .clone()
        .unwrap_or_else(|| callback.clone());
    let state = query.state.as_deref();
    if !app.may_send_to(&redirect_uri) {
        return REDIRECT_URI_MISMATCH.redirect_to(&callback, state);
    }
    if call.has(&Fault::ApplicationSuspended) {
        return APPLICATION_SUSPENDED.redirect_to(&redirect_uri, state);
    }
    let challenge = challenge::parse(
        query.code_challenge.as_deref(),
        query.code_challenge_method.as_deref(),
    );
    let Ok(challenge) = challenge else {
        return BAD_CHALLENGE.redirect_to(&redirect_uri, state);
    };
    let Some(login) = github.signed_in.clone() else {
        return redirect_to_sign_in(&query.client_id, &call.target);
    };
    if call.has(&Fault::AccessDenied) {
        return ACCESS_DENIED.redirect_to(&redirect_uri, state);
    }
    let code = github.authorizations.grant(Authorization {
        client_id: query.client_id,
        login,
        scopes: scopes(query.scope.as_deref().unwrap_or_default()),
        redirect_uri: query.redirect_uri,
        challenge,
        granted_at: call.now,
    });
    redirect_with(
        &redirect_uri,
        [("code", Some(code.as_str())), ("state", state)],
    )
}

impl AuthorizationError {
    fn redirect_to(&self, address: &str, state: Option<&str>) -> Response {
        let page = format!(
            "https://docs.github.com/apps/managing-oauth-apps/troubleshooting-authorization-request-errors/#{}",
            self.anchor
        );
        let params = [
            ("error", Some(self.error)),
            ("error_description", Some(self.description)),
            ("error_uri", Some(page.as_str())),
            ("state", state),
        ];
        redirect_with(address, params)
    }
}

/// GitHub accepts spaces and commas between scopes.
fn scopes(text: &str) -> Vec<String> {
    text.split([' ', ','])
        .filter(|scope| !scope.is_empty())
        .map(str::to_owned)
        .collect()
}

fn redirect_with<'a>(
    address: &str,
    params: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
) -> Response {
    // Every URL here was parsed before, or was registered.
    let Ok(mut address) = Url::parse(address) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let params = params
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)));
    address.query_pairs_mut().extend_pairs(params);
    (StatusCode::FOUND, [(LOCATION, String::from(address))]).into_response()
}

/// Redirects to the sign-in page, which returns here afterwards.
fn redirect_to_sign_in(client_id: &str, target: &str) -> Response {
    let query = Serializer::new(String::new())
        .extend_pairs([("client_id", client_id), ("return_to", target)])
        .finish();
    (StatusCode::FOUND, [(LOCATION, format!("/login?{query}"))]).into_response()
}
