//! `GET /login/oauth/authorize`: the signed-in user agrees at once.
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

use super::{MISMATCH, challenge, no_such_page};
use crate::apps::oauth::Authorization;
use crate::faults::fault::Fault;
use crate::http::call::Call;
use crate::shared::Shared;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    client_id: String,
    redirect_uri: Option<String>,
    scope: Option<String>,
    state: Option<String>,
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
}

/// What people are sent back with in place of a code.
struct Mistake {
    error: &'static str,
    description: &'static str,
    anchor: &'static str,
}

const REDIRECT_URI_MISMATCH: Mistake = Mistake {
    error: "redirect_uri_mismatch",
    description: MISMATCH,
    anchor: "redirect-uri-mismatch",
};
const APPLICATION_SUSPENDED: Mistake = Mistake {
    error: "application_suspended",
    description: "Your application has been suspended. Contact support@github.com.",
    anchor: "application-suspended",
};
const ACCESS_DENIED: Mistake = Mistake {
    error: "access_denied",
    description: "The user has denied your application access.",
    anchor: "access-denied",
};
/// GitHub documents no error for this one; it is RFC 7636's.
const BAD_CHALLENGE: Mistake = Mistake {
    error: "invalid_request",
    description: "The code_challenge must be of the method S256.",
    anchor: "invalid-request",
};

/// Sends the user back, with a code or with what is wrong.
pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Extension(call): Extension<Arc<Call>>,
    Query(asked): Query<Asked>,
) -> Response {
    let mut world = shared.world();
    let Some(app) = world.oauth_apps.get(&asked.client_id) else {
        return no_such_page();
    };
    // What is wrong with the address itself is told at the registered one.
    let home = app.callback.clone();
    let back = asked.redirect_uri.clone().unwrap_or_else(|| home.clone());
    let state = asked.state.as_deref();
    if !app.may_send_to(&back) {
        return REDIRECT_URI_MISMATCH.told_at(&home, state);
    }
    if call.has(&Fault::ApplicationSuspended) {
        return APPLICATION_SUSPENDED.told_at(&back, state);
    }
    let challenge = challenge::read(
        asked.code_challenge.as_deref(),
        asked.code_challenge_method.as_deref(),
    );
    let Ok(challenge) = challenge else {
        return BAD_CHALLENGE.told_at(&back, state);
    };
    let Some(login) = world.signed_in.clone() else {
        return to_the_sign_in_page(&asked.client_id, &call.target);
    };
    if call.has(&Fault::AccessDenied) {
        return ACCESS_DENIED.told_at(&back, state);
    }
    let code = world.authorizations.grant(Authorization {
        client_id: asked.client_id,
        login,
        scopes: scopes(asked.scope.as_deref().unwrap_or_default()),
        redirect_uri: asked.redirect_uri,
        challenge,
        granted_at: call.now,
    });
    send_back(&back, [("code", Some(code.as_str())), ("state", state)])
}

impl Mistake {
    fn told_at(&self, address: &str, state: Option<&str>) -> Response {
        let page = format!(
            "https://docs.github.com/apps/managing-oauth-apps/troubleshooting-authorization-request-errors/#{}",
            self.anchor
        );
        let told = [
            ("error", Some(self.error)),
            ("error_description", Some(self.description)),
            ("error_uri", Some(page.as_str())),
            ("state", state),
        ];
        send_back(address, told)
    }
}

/// GitHub takes spaces and commas between scopes.
fn scopes(asked: &str) -> Vec<String> {
    asked
        .split([' ', ','])
        .filter(|scope| !scope.is_empty())
        .map(str::to_owned)
        .collect()
}

fn send_back<'a>(
    address: &str,
    told: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
) -> Response {
    // Only addresses that were parsed before, or were registered, get here.
    let Ok(mut address) = Url::parse(address) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let told = told
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)));
    address.query_pairs_mut().extend_pairs(told);
    (StatusCode::FOUND, [(LOCATION, String::from(address))]).into_response()
}

/// Nobody is signed in: GitHub asks who it is, and returns here afterwards.
fn to_the_sign_in_page(client_id: &str, target: &str) -> Response {
    let query = Serializer::new(String::new())
        .extend_pairs([("client_id", client_id), ("return_to", target)])
        .finish();
    (StatusCode::FOUND, [(LOCATION, format!("/login?{query}"))]).into_response()
}
