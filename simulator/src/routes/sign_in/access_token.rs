//! `POST /login/oauth/access_token` exchanges a code for a token. Errors have status 200.
//!
//! <https://docs.github.com/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors>

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, RawQuery, State};
use axum::http::header::{ACCEPT, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HeaderMap};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use url::form_urlencoded::{Serializer, parse};

use super::{MISMATCH, challenge};
use crate::faults::fault::Fault;
use crate::http::call::Call;
use crate::shared::Shared;

/// The parameters: from the query, the form or JSON body, and `Authorization: Basic`.
struct TokenRequest(BTreeMap<String, String>);

type Fields = Vec<(&'static str, String)>;

const INCORRECT_CREDENTIALS: [&str; 3] = [
    "incorrect_client_credentials",
    "The client_id and/or client_secret passed are incorrect.",
    "troubleshooting-oauth-app-access-token-request-errors/#incorrect-client-credentials",
];
const REDIRECT_URI_MISMATCH: [&str; 3] = [
    "redirect_uri_mismatch",
    MISMATCH,
    "troubleshooting-authorization-request-errors/#redirect-uri-mismatch2",
];
const BAD_CODE: [&str; 3] = [
    "bad_verification_code",
    "The code passed is incorrect or expired.",
    "troubleshooting-oauth-app-access-token-request-errors/#bad-verification-code",
];
const UNVERIFIED_EMAIL: [&str; 3] = [
    "unverified_user_email",
    "The user must have a verified primary email.",
    "troubleshooting-oauth-app-access-token-request-errors/#unverified-user-email",
];

/// Responds with JSON if `Accept` requests it, or with a form.
pub(super) async fn create(
    State(shared): State<Arc<Shared>>,
    Extension(call): Extension<Arc<Call>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let request = TokenRequest::read(query.as_deref().unwrap_or_default(), &headers, &body);
    let fields = exchange(&shared, &call, &request).unwrap_or_else(error_fields);
    let uncached = [(CACHE_CONTROL, "max-age=0, private, must-revalidate")];
    let accepted = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    if accepted.is_some_and(|accepted| accepted.contains("json")) {
        let fields: Map<String, Value> = fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        return (uncached, Json(fields)).into_response();
    }
    let form = Serializer::new(String::new()).extend_pairs(fields).finish();
    let kind = [(
        CONTENT_TYPE,
        "application/x-www-form-urlencoded; charset=utf-8",
    )];
    (uncached, kind, form).into_response()
}

/// The token, or the error. A request with the right client secret uses the code up, even if the
/// rest is wrong.
fn exchange(
    shared: &Shared,
    call: &Call,
    request: &TokenRequest,
) -> Result<Fields, [&'static str; 3]> {
    let mut github = shared.github();
    let client_id = request.get("client_id").unwrap_or_default();
    let secret = request.get("client_secret").unwrap_or_default();
    let app = github.oauth_apps.get(client_id).cloned();
    let app = app
        .filter(|app| app.client_secret == secret)
        .ok_or(INCORRECT_CREDENTIALS)?;
    let redirect_uri = request.get("redirect_uri");
    if redirect_uri.is_some_and(|address| !app.may_send_to(address)) {
        return Err(REDIRECT_URI_MISMATCH);
    }
    let code = request.get("code").unwrap_or_default();
    let redeemed = github.authorizations.redeem(code, client_id, call.now);
    let authorization = redeemed.ok_or(BAD_CODE)?;
    if !challenge::verify(
        authorization.challenge.as_deref(),
        request.get("code_verifier"),
    ) {
        return Err(BAD_CODE);
    }
    if redirect_uri.is_some() && redirect_uri != authorization.redirect_uri.as_deref() {
        return Err(REDIRECT_URI_MISMATCH);
    }
    if call.has(&Fault::UnverifiedEmail) {
        return Err(UNVERIFIED_EMAIL);
    }
    let scope = authorization.scopes.join(",");
    let token = github.mint_user_token(authorization);
    Ok(vec![
        ("access_token", token),
        ("scope", scope),
        ("token_type", "bearer".to_owned()),
    ])
}

fn error_fields([error, description, page]: [&'static str; 3]) -> Fields {
    let page = format!("https://docs.github.com/apps/managing-oauth-apps/{page}");
    vec![
        ("error", error.to_owned()),
        ("error_description", description.to_owned()),
        ("error_uri", page),
    ]
}

impl TokenRequest {
    fn read(query: &str, headers: &HeaderMap, body: &[u8]) -> Self {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let mut request: BTreeMap<String, String> = parse(query.as_bytes()).into_owned().collect();
        if header(CONTENT_TYPE).is_some_and(|kind| kind.starts_with("application/json")) {
            request.extend(
                serde_json::from_slice::<BTreeMap<String, String>>(body).unwrap_or_default(),
            );
        } else {
            request.extend(parse(body).into_owned());
        }
        request.extend(header(AUTHORIZATION).and_then(basic).into_iter().flatten());
        Self(request)
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

/// The client's id and secret, which RFC 6749 encodes like a form's before base64.
fn basic(authorization: &str) -> Option<[(String, String); 2]> {
    let encoded = authorization.strip_prefix("Basic ")?;
    let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    let plain = |text: &str| {
        let mut pairs = parse(text.as_bytes()).into_owned();
        pairs.next().map_or(String::new(), |(name, _)| name)
    };
    Some([
        ("client_id".to_owned(), plain(id)),
        ("client_secret".to_owned(), plain(secret)),
    ])
}
