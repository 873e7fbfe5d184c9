//! Credentials: a token, or an installation of an app, whose tokens are created and renewed.

use chrono::{DateTime, TimeDelta, Utc};
use http::StatusCode;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use octocrab::Octocrab;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::classify::classify_error;
use super::edge::Body;
use super::error::GithubError;
use super::transport::{Method, Response, Transport};
use crate::secrets::fingerprint;

/// An installation's token is renewed when less than this remains of its hour.
const RENEW_BEFORE_EXPIRY: TimeDelta = TimeDelta::minutes(5);
/// GitHub accepts an app's JWT for at most ten minutes, and advises to date it back by a minute,
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

/// Whose credentials a client sends.
pub(super) enum Auth {
    /// A token's, or none.
    Token(Box<AuthedClient>),
    /// An installation of an app.
    Installation(Box<Installation>),
}

/// An installation and its cached token.
pub(super) struct Installation {
    pub(super) key: AppKey,
    /// Locked while a token is created, so that concurrent requests create one.
    cached: tokio::sync::Mutex<Option<CachedToken>>,
}

/// An installation's token, while it lasts.
struct CachedToken {
    client: AuthedClient,
    expires_at: DateTime<Utc>,
}

/// A token, and the octocrab that sends it with every request.
#[derive(Clone)]
pub(super) struct AuthedClient {
    octocrab: Octocrab,
    token: SecretString,
    /// Identifies the token and the server, for the `ETag`s that they are bound to.
    pub(super) fingerprint: Vec<u8>,
}

/// A new token of an installation.
struct AccessToken {
    token: SecretString,
    expires_at: DateTime<Utc>,
}

#[derive(Deserialize)]
struct AccessTokenJson {
    token: String,
    expires_at: DateTime<Utc>,
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
        // Only signing something shows whether the PEM holds a whole key.
        app.jwt(DateTime::UNIX_EPOCH)?;
        Ok(app)
    }

    /// The app's own token, by the injected clock: octocrab's would go by the machine's.
    fn jwt(&self, now: DateTime<Utc>) -> Result<SecretString, GithubError> {
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

    /// Sends a request as the app itself.
    pub(super) async fn send(
        &self,
        transport: &Transport,
        method: Method,
        path: &str,
        expected: StatusCode,
    ) -> Result<Response, GithubError> {
        let client = AuthedClient::new(transport, Some(self.jwt(transport.now())?))?;
        let response = client.send(transport, method, path).await?;
        client
            .expect_status(response, expected, transport.now())
            .map_err(GithubError::for_app)
    }
}

impl AuthedClient {
    /// A client with this token, or without one; nothing is sent yet.
    pub(super) fn new(
        transport: &Transport,
        token: Option<SecretString>,
    ) -> Result<Self, GithubError> {
        let octocrab = transport.octocrab(token.as_ref())?;
        let token = token.unwrap_or_default();
        let credential = format!("{} {}", transport.base(), token.expose_secret());
        Ok(Self {
            octocrab,
            fingerprint: fingerprint(&credential),
            token,
        })
    }

    /// Sends a request with the token. Returns the response whatever its status.
    pub(super) async fn send(
        &self,
        transport: &Transport,
        method: Method,
        path: &str,
    ) -> Result<Response, GithubError> {
        transport.send(&self.octocrab, method, path).await
    }

    /// The response, if it has the expected status; else what GitHub refused, without the token.
    pub(super) fn expect_status(
        &self,
        response: Response,
        expected: StatusCode,
        now: DateTime<Utc>,
    ) -> Result<Response, GithubError> {
        if response.status == expected {
            return Ok(response);
        }
        Err(classify_error(
            response.status,
            &response.headers,
            &response.body,
            &self.token,
            now,
        ))
    }

    fn has_token_of(&self, other: &Self) -> bool {
        self.token.expose_secret() == other.token.expose_secret()
    }
}

impl Installation {
    pub(super) fn new(key: AppKey) -> Self {
        Self {
            key,
            cached: tokio::sync::Mutex::default(),
        }
    }

    /// A client with the installation's token. Creates a token if none is cached, if it expires
    /// soon, or if GitHub just refused it.
    pub(super) async fn client(
        &self,
        transport: &Transport,
        refused: Option<&AuthedClient>,
    ) -> Result<AuthedClient, GithubError> {
        let mut cached = self.cached.lock().await;
        if let Some(cached) = cached
            .as_ref()
            .filter(|cached| cached.is_usable(transport.now(), refused))
        {
            return Ok(cached.client.clone());
        }
        let created = self.create_token(transport).await?;
        let client = AuthedClient::new(transport, Some(created.token))?;
        *cached = Some(CachedToken {
            client: client.clone(),
            expires_at: created.expires_at,
        });
        Ok(client)
    }

    /// <https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app>
    async fn create_token(&self, transport: &Transport) -> Result<AccessToken, GithubError> {
        let id = self.key.installation_id;
        let path = format!("/app/installations/{id}/access_tokens");
        let response = self
            .key
            .send(transport, Method::Post, &path, StatusCode::CREATED)
            .await?;
        access_token(&response.body)
    }
}

impl CachedToken {
    /// Whether it lasts long enough, and is not the one that GitHub just refused.
    fn is_usable(&self, now: DateTime<Utc>, refused: Option<&AuthedClient>) -> bool {
        self.expires_at - now >= RENEW_BEFORE_EXPIRY
            && refused.is_none_or(|refused| !refused.has_token_of(&self.client))
    }
}

fn access_token(body: &Body) -> Result<AccessToken, GithubError> {
    let json: AccessTokenJson = body.read_secret("installation token")?;
    Ok(AccessToken {
        token: json.token.into(),
        expires_at: json.expires_at,
    })
}
