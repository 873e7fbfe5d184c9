//! What both providers share: their names, the request that starts a sign-in, and their errors.

use std::error::Error;
use std::time::Duration;

use oauth2::PkceCodeVerifier;
use openidconnect::reqwest;
use serde::{Deserialize, Serialize};
use url::Url;

/// A provider that takes longer to respond counts as unavailable.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A provider that people may sign in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Provider {
    Oidc,
    Github,
}

impl Provider {
    /// Where it sends the browser back to, on this server.
    pub(super) const fn callback_path(self) -> &'static str {
        match self {
            Self::Oidc => "/sign-in/oidc/callback",
            Self::Github => "/sign-in/github/callback",
        }
    }
}

/// Where to send the browser, and what the callback must match.
pub(crate) struct AuthorizationRequest {
    pub(crate) url: Url,
    pub(crate) state: String,
    pub(crate) nonce: String,
    pub(crate) verifier: PkceCodeVerifier,
}

/// Why a provider proved no identity. For the log: it holds no secret.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct ProviderError(pub(super) Box<dyn Error + Send + Sync>);

impl ProviderError {
    pub(super) fn new(what: &'static str) -> Self {
        Self(what.into())
    }

    pub(super) fn from_error(error: impl Error + Send + Sync + 'static) -> Self {
        Self(Box::new(error))
    }

    /// Logs the error with its causes. People see a shorter message.
    pub(crate) fn log(&self) {
        let error: &(dyn Error + 'static) = self.0.as_ref();
        tracing::warn!(error, "external sign-in failed");
    }
}

/// A client for requests to a provider. It follows no redirects, so that only the configured
/// server is contacted.
pub(super) fn http_client(https_only: bool) -> Result<reqwest::Client, ProviderError> {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .https_only(https_only)
        .timeout(TIMEOUT)
        .user_agent("Tidemark")
        .build()
        .map_err(ProviderError::from_error)
}
