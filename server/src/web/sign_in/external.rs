//! The routes of external providers: the redirect to one, and its callback.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Extension, Router};
use domain::{ExternalIdentity, SignInError, Viewer};
use http::HeaderMap;
use serde::Deserialize;

use super::browser::{Browser, session_problem};
use super::complete::{complete, redirect_with_error};
use crate::auth::external::{AuthorizationRequest, Intent, LoginState, Provider};
use crate::auth::session;
use crate::error_page;
use crate::state::AppState;
use crate::web::security::is_same_origin_referer;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route(
            "/sign-in/oidc",
            get(|state, browser, viewer, headers, query| {
                start(Provider::Oidc, state, browser, viewer, headers, query)
            }),
        )
        .route(
            "/sign-in/oidc/callback",
            get(|state, browser, viewer, query| {
                callback(Provider::Oidc, state, browser, viewer, query)
            }),
        )
        .route(
            "/sign-in/github",
            get(|state, browser, viewer, headers, query| {
                start(Provider::Github, state, browser, viewer, headers, query)
            }),
        )
        .route(
            "/sign-in/github/callback",
            get(|state, browser, viewer, query| {
                callback(Provider::Github, state, browser, viewer, query)
            }),
        )
}

/// What a login is for, as a link states it.
#[derive(Deserialize)]
struct StartQuery {
    #[serde(default)]
    next: String,
    #[serde(default)]
    intent: String,
    invitation: Option<String>,
}

/// Redirects the browser to the provider.
async fn start(
    provider: Provider,
    State(state): State<AppState>,
    browser: Browser,
    viewer: Option<Extension<Viewer>>,
    headers: HeaderMap,
    Query(query): Query<StartQuery>,
) -> Response {
    if let Err(too_many) = state.limits().check_external_start(browser.origin) {
        return error_page::problem(&too_many.into());
    }
    let now = state.engine.clock().now();
    let next = app::server_pages::safe_redirect(&query.next);
    // Joining and connecting link an identity to an account, so they start only on our own pages:
    // a link on another site could give away an account, or take one over.
    let own_page = is_same_origin_referer(&headers, state.public_url());
    let intent = match (query.intent.as_str(), query.invitation, &viewer) {
        (_, Some(invitation), None) if own_page => Intent::Join(invitation),
        ("connect", None, Some(Extension(Viewer::Person(person)))) if own_page => {
            match session::is_recent(&browser.session, now).await {
                Ok(true) => Intent::Connect(person.id),
                Ok(false) => return redirect_with_error(None, true, SignInError::SignInAgain),
                Err(error) => return error_page::problem(&session_problem(&error)),
            }
        }
        (_, Some(_), _) | ("connect", ..) => {
            return redirect_with_error(None, viewer.is_some(), SignInError::NotYours);
        }
        _ => Intent::SignIn,
    };
    let AuthorizationRequest {
        url,
        state: csrf_state,
        nonce,
        verifier,
    } = match state.providers().authorize(provider).await {
        None => return error_page::not_found(),
        Some(Err(error)) => {
            error.log();
            let login = Some((&intent, next.as_str()));
            return redirect_with_error(login, viewer.is_some(), SignInError::Provider);
        }
        Some(Ok(request)) => request,
    };
    let login = LoginState {
        provider,
        intent,
        next,
        state: csrf_state,
        nonce,
        verifier,
        begun_at: now,
    };
    match login.save(&browser.session, &state.auth().key).await {
        Ok(()) => Redirect::to(url.as_str()).into_response(),
        Err(error) => error_page::problem(&session_problem(&error)),
    }
}

/// What a provider appends to the callback's address.
#[derive(Deserialize)]
struct CallbackQuery {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

/// Completes the login that this browser started.
async fn callback(
    provider: Provider,
    State(state): State<AppState>,
    browser: Browser,
    viewer: Option<Extension<Viewer>>,
    Query(query): Query<CallbackQuery>,
) -> Response {
    let viewer = viewer.map(|Extension(viewer)| viewer);
    let now = state.engine.clock().now();
    let taken = LoginState::take(&browser.session, &state.auth().key, provider, now).await;
    let login = match taken {
        Ok(login) => login.filter(|it| query.state.as_ref() == Some(&it.state)),
        Err(error) => return error_page::problem(&session_problem(&error)),
    };
    let Some(login) = login else {
        return redirect_with_error(None, viewer.is_some(), SignInError::State);
    };
    let (intent, next) = (login.intent.clone(), login.next.clone());
    let completed = match identity(&state, login, query).await {
        Ok(identity) => {
            complete(&state, &browser, viewer.as_ref(), &intent, &next, &identity).await
        }
        Err(error) => Err(error),
    };
    match completed {
        Ok(address) => Redirect::to(&address).into_response(),
        Err(error) => redirect_with_error(Some((&intent, &next)), viewer.is_some(), error),
    }
}

/// The identity that the callback proves.
async fn identity(
    state: &AppState,
    login: LoginState,
    query: CallbackQuery,
) -> Result<ExternalIdentity, SignInError> {
    match (query.error.as_deref(), query.code) {
        (Some("access_denied"), _) => Err(SignInError::Declined),
        (Some(error), _) => {
            let error: String = error.chars().take(100).collect();
            tracing::warn!(error, "a provider refused a sign-in");
            Err(SignInError::Provider)
        }
        (None, Some(code)) => {
            let issuer = query.iss.as_deref();
            let providers = state.providers();
            let identity = providers.identity(&state.engine, login, code, issuer).await;
            identity.map_err(|error| {
                error.log();
                SignInError::Provider
            })
        }
        (None, None) => Err(SignInError::Provider),
    }
}
