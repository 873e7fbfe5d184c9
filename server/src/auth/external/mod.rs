//! Signing in with a provider outside: away to it, and back with proof of who it is.
//!
//! An attempt is bound to the browser by its session: whoever comes back with an answer that this
//! browser did not set out for, or a second time, is told so and nothing else happens.

mod attempt;
mod github;
mod oidc;
mod outcome;
mod person;

use std::error::Error;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Extension, Router};
use domain::{ExternalIdentity, SignInError, Viewer};
use engine::SharedClock;
use http::HeaderMap;
use oauth2::PkceCodeVerifier;
use openidconnect::reqwest;
use serde::{Deserialize, Serialize};
use url::Url;

use self::attempt::{Attempt, Intent};
use self::github::Github;
use self::oidc::Oidc;
use super::browser::{Browser, failed};
use super::session;
use super::settings::AuthSettings;
use crate::web::{AppState, came_from_here, error_page};

/// A provider answers within this time, or it is taken not to.
const PATIENCE: Duration = Duration::from_secs(10);

/// A provider that people may sign in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Provider {
    Oidc,
    Github,
}

impl Provider {
    const fn callback(self) -> &'static str {
        match self {
            Self::Oidc => "/sign-in/oidc/callback",
            Self::Github => "/sign-in/github/callback",
        }
    }
}

/// The providers that are configured.
pub(crate) struct Providers {
    oidc: Option<Oidc>,
    github: Option<Github>,
}

/// Where a browser goes to sign in, and what its answer must fit.
struct Leaving {
    url: Url,
    state: String,
    nonce: String,
    verifier: PkceCodeVerifier,
}

/// Why a provider proved nothing: for the log, and never with a secret.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Failure(Box<dyn Error + Send + Sync>);

impl Failure {
    fn new(what: &'static str) -> Self {
        Self(what.into())
    }

    fn of(error: impl Error + Send + Sync + 'static) -> Self {
        Self(Box::new(error))
    }

    /// Notes it with all that lies behind it; whoever signs in is told less.
    fn note(&self) {
        let error: &(dyn Error + 'static) = self.0.as_ref();
        tracing::warn!(error, "a provider did not sign anybody in");
    }
}

impl Providers {
    /// The providers of these settings, which send people back to this address.
    pub(crate) fn new(settings: &AuthSettings, public_url: &Url, clock: &SharedClock) -> Self {
        let back = |provider: Provider| {
            let mut url = public_url.clone();
            url.set_path(provider.callback());
            url
        };
        let oidc = settings.oidc.clone();
        let github = settings.github.clone();
        Self {
            oidc: oidc.map(|it| Oidc::new(it, back(Provider::Oidc), clock.clone())),
            github: github.map(|it| Github::new(it, back(Provider::Github))),
        }
    }

    /// Asks whoever is configured whether they answer, and warns in the log where they do not.
    pub(crate) async fn try_at_start(&self) {
        if let Some(oidc) = &self.oidc {
            oidc.try_at_start().await;
        }
    }

    /// Nothing where the provider is not configured.
    async fn leave(&self, provider: Provider) -> Option<Result<Leaving, Failure>> {
        match (provider, self) {
            (
                Provider::Oidc,
                Self {
                    oidc: Some(oidc), ..
                },
            ) => Some(oidc.leave().await),
            (
                Provider::Github,
                Self {
                    github: Some(github),
                    ..
                },
            ) => Some(github.leave()),
            _ => None,
        }
    }

    async fn identity(
        &self,
        state: &AppState,
        attempt: Attempt,
        code: String,
        issuer: Option<&str>,
    ) -> Result<ExternalIdentity, Failure> {
        let Attempt {
            nonce, verifier, ..
        } = attempt;
        match (attempt.provider, self) {
            (
                Provider::Oidc,
                Self {
                    oidc: Some(oidc), ..
                },
            ) => oidc.identity(code, nonce, verifier, issuer).await,
            (
                Provider::Github,
                Self {
                    github: Some(github),
                    ..
                },
            ) => github.identity(&state.engine, code, verifier).await,
            _ => Err(Failure::new("the provider is not configured")),
        }
    }
}

/// For requests to a provider: none is redirected, since only the configured server is asked.
fn http(https_only: bool) -> Result<reqwest::Client, Failure> {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .https_only(https_only)
        .timeout(PATIENCE)
        .user_agent("Tidemark")
        .build()
        .map_err(Failure::of)
}

/// Away to the providers, and back.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route(
            "/sign-in/oidc",
            get(|state, browser, viewer, headers, query| {
                begin(Provider::Oidc, state, browser, viewer, headers, query)
            }),
        )
        .route(
            "/sign-in/oidc/callback",
            get(|state, browser, viewer, query| {
                arrive(Provider::Oidc, state, browser, viewer, query)
            }),
        )
        .route(
            "/sign-in/github",
            get(|state, browser, viewer, headers, query| {
                begin(Provider::Github, state, browser, viewer, headers, query)
            }),
        )
        .route(
            "/sign-in/github/callback",
            get(|state, browser, viewer, query| {
                arrive(Provider::Github, state, browser, viewer, query)
            }),
        )
}

/// What somebody sets out for.
#[derive(Deserialize)]
struct Begin {
    #[serde(default)]
    next: String,
    #[serde(default)]
    intent: String,
    invitation: Option<String>,
}

/// Sends the browser to the provider.
async fn begin(
    provider: Provider,
    State(state): State<AppState>,
    browser: Browser,
    viewer: Option<Extension<Viewer>>,
    headers: HeaderMap,
    Query(begin): Query<Begin>,
) -> Response {
    if let Err(too_many) = browser.leaves(&state) {
        return error_page::too_many(too_many);
    }
    let next = app::server_pages::safe_redirect(&begin.next);
    // Joining and connecting tie an identity to an account, so they begin on our own pages only:
    // who was led here by another site would give somebody else their account, or take one.
    let ours = came_from_here(&headers, state.public_url());
    let intent = match (begin.intent.as_str(), begin.invitation, &viewer) {
        (_, Some(invitation), None) if ours => Intent::Join(invitation),
        ("connect", None, Some(Extension(Viewer::Person(person)))) if ours => {
            let now = state.engine.clock().now();
            match session::is_fresh(&browser.session, now).await {
                Ok(true) => Intent::Connect(person.id),
                Ok(false) => return outcome::back(None, true, SignInError::SignInAgain),
                Err(error) => return error_page::problem(&failed(&error)),
            }
        }
        (_, Some(_), _) | ("connect", ..) => {
            return outcome::back(None, viewer.is_some(), SignInError::NotYours);
        }
        _ => Intent::SignIn,
    };
    let leaving = match state.providers().leave(provider).await {
        None => return error_page::not_found(),
        Some(Err(failure)) => {
            failure.note();
            let on = Some((&intent, next.as_str()));
            return outcome::back(on, viewer.is_some(), SignInError::Provider);
        }
        Some(Ok(leaving)) => leaving,
    };
    let attempt = Attempt {
        provider,
        intent,
        next,
        state: leaving.state,
        nonce: leaving.nonce,
        verifier: leaving.verifier,
        begun_at: state.engine.clock().now(),
    };
    match attempt.keep(&browser.session, &state.auth().key).await {
        Ok(()) => Redirect::to(leaving.url.as_str()).into_response(),
        Err(error) => error_page::problem(&failed(&error)),
    }
}

/// What a provider sends the browser back with.
#[derive(Deserialize)]
struct Answer {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

/// Takes the browser back, with what the provider says.
async fn arrive(
    provider: Provider,
    State(state): State<AppState>,
    browser: Browser,
    viewer: Option<Extension<Viewer>>,
    Query(answer): Query<Answer>,
) -> Response {
    let viewer = viewer.map(|Extension(viewer)| viewer);
    let now = state.engine.clock().now();
    let taken = Attempt::take(&browser.session, &state.auth().key, provider, now).await;
    let attempt = match taken {
        Ok(attempt) => attempt.filter(|it| answer.state.as_ref() == Some(&it.state)),
        Err(error) => return error_page::problem(&failed(&error)),
    };
    let Some(attempt) = attempt else {
        return outcome::back(None, viewer.is_some(), SignInError::State);
    };
    let (intent, next) = (attempt.intent.clone(), attempt.next.clone());
    let proven = match (answer.error.as_deref(), answer.code) {
        (Some("access_denied"), _) => Err(SignInError::Declined),
        (Some(error), _) => {
            let error: String = error.chars().take(100).collect();
            tracing::warn!(error, "a provider refused to sign somebody in");
            Err(SignInError::Provider)
        }
        (None, Some(code)) => {
            let issuer = answer.iss.as_deref();
            let identity = state
                .providers()
                .identity(&state, attempt, code, issuer)
                .await;
            identity.map_err(|failure| {
                failure.note();
                SignInError::Provider
            })
        }
        (None, None) => Err(SignInError::Provider),
    };
    let done = match proven {
        Ok(identity) => {
            outcome::finish(&state, &browser, viewer.as_ref(), &intent, &next, &identity).await
        }
        Err(trouble) => Err(trouble),
    };
    match done {
        Ok(address) => Redirect::to(&address).into_response(),
        Err(trouble) => outcome::back(Some((&intent, &next)), viewer.is_some(), trouble),
    }
}
