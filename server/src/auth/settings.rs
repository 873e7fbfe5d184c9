//! The settings of signing in.

use app::server_pages::SignInMethods;
use engine::SecretKey;
use openidconnect::IssuerUrl;
use secrecy::{ExposeSecret, SecretString};
use tower_cookies::Key;
use url::Url;

use super::{Rates, TrustedProxies};

/// A provider of OpenID Connect, and Tidemark's registration there.
#[derive(Clone)]
pub struct OidcSettings {
    /// Its issuer URL, exactly as its tokens state it.
    pub issuer: IssuerUrl,
    /// Its name on the button.
    pub name: String,
    /// The client id.
    pub client_id: String,
    /// The client secret.
    pub client_secret: SecretString,
}

/// Tidemark's OAuth application at GitHub.
#[derive(Clone)]
pub struct GithubSettings {
    /// Where people sign in: `https://github.com`, or another server.
    pub url: Url,
    /// The client id.
    pub client_id: String,
    /// The client secret.
    pub client_secret: SecretString,
}

/// How people sign in.
#[derive(Clone)]
pub struct AuthSettings {
    /// The rate limits.
    pub rates: Rates,
    /// The proxies whose `X-Forwarded-For` is trusted.
    pub trusted_proxies: TrustedProxies,
    /// The provider of OpenID Connect, if any.
    pub oidc: Option<OidcSettings>,
    /// The OAuth app at GitHub, if any.
    pub github: Option<GithubSettings>,
    /// Encrypts cookies and login states.
    pub key: Key,
}

impl AuthSettings {
    /// The defaults, with a key that is derived from the server's.
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
