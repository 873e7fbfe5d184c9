//! Whom a client asks as: a token's user, or an installation of an app, whose tokens are renewed.

use chrono::{DateTime, TimeDelta, Utc};
use http::StatusCode;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use octocrab::Octocrab;
use octocrab::service::middleware::retry::RetryConfig;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use super::access::{self, AccessToken};
use super::client::{CONNECT_TIMEOUT, Client, Method, READ_TIMEOUT, Response, WRITE_TIMEOUT};
use super::error::GithubError;
use crate::secrets::fingerprint;

/// An installation's token is renewed when less than this remains of its hour.
const RENEW_BEFORE_EXPIRY: TimeDelta = TimeDelta::minutes(5);
/// GitHub takes an app's own token for at most ten minutes, and asks to begin it a minute ago,
/// for clocks that disagree:
/// <https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app>
const JWT_BACKDATE: TimeDelta = TimeDelta::minutes(1);
const JWT_LIFETIME: TimeDelta = TimeDelta::minutes(9);

/// The private key of an app, for one of its installations.
#[derive(Clone)]
pub(crate) struct AppKey {
    app_id: i64,
    pub(super) installation_id: i64,
    key: EncodingKey,
}

impl AppKey {
    /// The key from its PEM text.
    pub(crate) fn new(
        app_id: i64,
        installation_id: i64,
        private_key: &SecretString,
    ) -> Result<Self, GithubError> {
        let key = EncodingKey::from_rsa_pem(private_key.expose_secret().trim().as_bytes())
            .map_err(|_| GithubError::AppKey)?;
        let app = Self {
            app_id,
            installation_id,
            key,
        };
        // Whether the PEM holds a whole key shows only when something is signed with it.
        app.app_jwt(DateTime::UNIX_EPOCH)?;
        Ok(app)
    }

    /// The app's own token, by this clock: octocrab's would be made by the machine's.
    pub(super) fn app_jwt(&self, now: DateTime<Utc>) -> Result<SecretString, GithubError> {
        #[derive(Serialize)]
        struct Claims {
            iss: String,
            iat: i64,
            exp: i64,
        }
        let claims = Claims {
            iss: self.app_id.to_string(),
            iat: (now - JWT_BACKDATE).timestamp(),
            exp: (now + JWT_LIFETIME).timestamp(),
        };
        jsonwebtoken::encode(&Header::new(Algorithm::RS256), &claims, &self.key)
            .map(Into::into)
            .map_err(|_| GithubError::AppKey)
    }
}

/// Whom a client asks as.
pub(super) enum Auth {
    /// Whoever the token belongs to, or nobody.
    Token(Box<AuthedClient>),
    /// An installation.
    Installation(Box<Installation>),
}

/// An installation and its present token.
pub(super) struct Installation {
    pub(super) key: AppKey,
    /// Locked while a token is made, so that of many requests one makes it.
    pub(super) present: tokio::sync::Mutex<Option<CachedToken>>,
}

/// A token of an installation, while it lasts.
pub(super) struct CachedToken {
    pub(super) authed: AuthedClient,
    expires_at: DateTime<Utc>,
}

impl CachedToken {
    pub(super) fn of(base: &str, access_token: AccessToken) -> Result<Self, GithubError> {
        Ok(Self {
            authed: AuthedClient::new(base, Some(access_token.token))?,
            expires_at: access_token.expires_at,
        })
    }

    /// Whether it lasts long enough, and is not the one that GitHub just refused.
    pub(super) fn is_usable(&self, now: DateTime<Utc>, refused: Option<&AuthedClient>) -> bool {
        self.expires_at - now >= RENEW_BEFORE_EXPIRY
            && refused.is_none_or(|refused| !refused.has_token_of(&self.authed))
    }
}

/// A token, and the octocrab that sends it with every request.
#[derive(Clone)]
pub(super) struct AuthedClient {
    pub(super) octocrab: Octocrab,
    pub(super) token: SecretString,
    /// Tells its entity tags from those of other tokens, and of other servers.
    pub(super) fingerprint: Vec<u8>,
}

impl AuthedClient {
    /// Nothing is sent yet. Retries and waiting are the collector's: octocrab would repeat failed
    /// requests at once, and sleep for up to an hour within a call.
    pub(super) fn new(base: &str, token: Option<SecretString>) -> Result<Self, GithubError> {
        let mut builder = Octocrab::builder()
            .base_uri(base)
            .map_err(|_| GithubError::Address)?;
        if let Some(token) = &token {
            // octocrab panics over a token that cannot stand in a header.
            let secret = token.expose_secret();
            if secret.is_empty() || !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(GithubError::TokenRefused);
            }
            builder = builder.personal_token(token.clone());
        }
        let octocrab = builder
            .add_retry_config(RetryConfig::None)
            .set_connect_timeout(Some(CONNECT_TIMEOUT))
            .set_read_timeout(Some(READ_TIMEOUT))
            .set_write_timeout(Some(WRITE_TIMEOUT))
            .build()
            .map_err(|_| GithubError::Address)?;
        let token = token.unwrap_or_default();
        Ok(Self {
            octocrab,
            fingerprint: fingerprint(&format!("{base} {}", token.expose_secret())),
            token,
        })
    }

    fn has_token_of(&self, other: &Self) -> bool {
        self.token.expose_secret() == other.token.expose_secret()
    }
}

impl Client {
    /// Asks as the app itself.
    pub(super) async fn get_as_app(
        &self,
        key: &AppKey,
        path: &str,
    ) -> Result<Response, GithubError> {
        self.ask_as_app(key, Method::Get(None), path, StatusCode::OK)
            .await
    }

    async fn ask_as_app(
        &self,
        key: &AppKey,
        method: Method,
        path: &str,
        status: StatusCode,
    ) -> Result<Response, GithubError> {
        let authed = AuthedClient::new(&self.base, Some(key.app_jwt(self.clock.now())?))?;
        let answer = self.send(&authed, method, path).await?;
        self.accepted(answer, status, &authed.token)
            .map_err(GithubError::as_app_error)
    }

    /// The installation's token, a new one where there is none, it soon expires, or was refused.
    pub(super) async fn installation_client(
        &self,
        installation: &Installation,
        refused: Option<&AuthedClient>,
    ) -> Result<AuthedClient, GithubError> {
        let mut present = installation.present.lock().await;
        if let Some(present) = present
            .as_ref()
            .filter(|present| present.is_usable(self.clock.now(), refused))
        {
            return Ok(present.authed.clone());
        }
        let access_token = self.create_access_token(&installation.key).await?;
        let new = CachedToken::of(&self.base, access_token)?;
        let authed = new.authed.clone();
        *present = Some(new);
        Ok(authed)
    }

    /// <https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app>
    async fn create_access_token(&self, key: &AppKey) -> Result<AccessToken, GithubError> {
        let path = format!("/app/installations/{}/access_tokens", key.installation_id);
        let answer = self
            .ask_as_app(key, Method::Post, &path, StatusCode::CREATED)
            .await?;
        access::access_token(&answer.body)
    }
}
