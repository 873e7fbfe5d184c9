//! Signing in with an external provider: the request to it, and the identity that its code proves.
//!
//! The session binds a login to the browser: a callback that this browser did not start, or a
//! second one, is refused and changes nothing.

mod github;
mod login_state;
mod oidc;
mod person;
mod provider;

use domain::ExternalIdentity;
use engine::{Engine, SharedClock};
use url::Url;

use self::github::Github;
pub(crate) use self::login_state::{Intent, LoginState};
use self::oidc::Oidc;
pub(crate) use self::provider::{AuthorizationRequest, Provider, ProviderError};
use super::settings::AuthSettings;

/// The configured providers.
pub(crate) struct Providers {
    oidc: Option<Oidc>,
    github: Option<Github>,
}

impl Providers {
    /// The providers of these settings, which send people back to this address.
    pub(crate) fn new(settings: &AuthSettings, public_url: &Url, clock: &SharedClock) -> Self {
        let callback = |provider: Provider| {
            let mut url = public_url.clone();
            url.set_path(provider.callback_path());
            url
        };
        let oidc = settings.oidc.clone();
        let github = settings.github.clone();
        Self {
            oidc: oidc.map(|it| Oidc::new(it, callback(Provider::Oidc), clock.clone())),
            github: github.map(|it| Github::new(it, callback(Provider::Github))),
        }
    }

    /// Contacts the providers that can be checked, and logs a warning if one does not respond.
    pub(crate) async fn try_at_start(&self) {
        if let Some(oidc) = &self.oidc {
            oidc.try_at_start().await;
        }
    }

    /// Starts a login; `None` if the provider is not configured.
    pub(crate) async fn authorize(
        &self,
        provider: Provider,
    ) -> Option<Result<AuthorizationRequest, ProviderError>> {
        match provider {
            Provider::Oidc => Some(self.oidc.as_ref()?.authorize().await),
            Provider::Github => Some(self.github.as_ref()?.authorize()),
        }
    }

    /// Whose the code is.
    pub(crate) async fn identity(
        &self,
        engine: &Engine,
        login: LoginState,
        code: String,
        issuer: Option<&str>,
    ) -> Result<ExternalIdentity, ProviderError> {
        let LoginState {
            provider,
            nonce,
            verifier,
            ..
        } = login;
        match (provider, &self.oidc, &self.github) {
            (Provider::Oidc, Some(oidc), _) => oidc.identity(code, nonce, verifier, issuer).await,
            (Provider::Github, _, Some(github)) => github.identity(engine, code, verifier).await,
            _ => Err(ProviderError::new("the provider is not configured")),
        }
    }
}
