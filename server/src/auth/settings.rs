//! How people sign in to a site: what its configuration says.

use app::server_pages::SignInMethods;
use engine::SecretKey;
use openidconnect::IssuerUrl;
use secrecy::{ExposeSecret, SecretString};
use tower_cookies::Key;
use url::Url;

use super::{Rates, TrustedProxies};

/// A provider of OpenID Connect, and what Tidemark is to it.
#[derive(Clone)]
pub struct OidcSettings {
    /// Its address, as its tokens name it, to the letter.
    pub issuer: IssuerUrl,
    /// What people call it.
    pub name: String,
    /// Tidemark's name there.
    pub client_id: String,
    /// And its secret.
    pub client_secret: SecretString,
}

/// Tidemark's OAuth application at GitHub.
#[derive(Clone)]
pub struct GithubSettings {
    /// Where people sign in: `https://github.com`, or another server.
    pub url: Url,
    /// The application's id.
    pub client_id: String,
    /// And its secret.
    pub client_secret: SecretString,
}

/// How people sign in to a site.
#[derive(Clone)]
pub struct AuthSettings {
    /// How often anybody may try.
    pub rates: Rates,
    /// The proxies whose word on who asks is taken.
    pub trusted_proxies: TrustedProxies,
    /// The provider of OpenID Connect, if there is one.
    pub oidc: Option<OidcSettings>,
    /// The application at GitHub that people sign in with, if there is one.
    pub github: Option<GithubSettings>,
    /// Seals what browsers and sessions keep for the server alone.
    pub key: Key,
}

impl AuthSettings {
    /// The usual, sealed with a key that is derived from the server's.
    #[must_use]
    pub fn new(key: &SecretKey) -> Self {
        Self {
            rates: Rates::default(),
            trusted_proxies: TrustedProxies::default(),
            oidc: None,
            github: None,
            key: Key::derive_from(key.to_base64().expose_secret().as_bytes()),
        }
    }

    /// The ways to sign in beside a password.
    pub(crate) fn sign_in_methods(&self) -> SignInMethods {
        SignInMethods {
            oidc: self.oidc.as_ref().map(|oidc| oidc.name.clone()),
            github: self.github.is_some(),
        }
    }
}
