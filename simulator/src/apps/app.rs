//! GitHub Apps, and the JSON web tokens that authenticate them.
//!
//! <https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app>

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, dangerous, decode};
use serde::Deserialize;
use serde_json::Value;

use crate::apps::installation::Permissions;
use crate::apps::manifest::Manifest;
use crate::apps::test_keys::test_keys;
use crate::clock::Clock;

/// GitHub accepts JSON web tokens that expire within ten minutes.
const MAX_LIFETIME_SECONDS: i64 = 600;

/// A GitHub App with the public half of its key.
#[derive(Clone, Debug)]
pub struct App {
    pub(crate) id: u64,
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) owner: String,
    pub(crate) client_id: String,
    pub(crate) permissions: Permissions,
    /// Where people are sent after they installed it.
    pub(crate) setup_url: Option<String>,
    key: DecodingKey,
    clock: Option<Clock>,
}

/// The text is no RSA public key in PEM.
#[derive(Debug, thiserror::Error)]
#[error("the app's public key cannot be read ({0}); give an RSA public key in PEM")]
pub struct KeyError(#[source] jsonwebtoken::errors::Error);

/// Why a JSON web token does not authenticate an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JwtError {
    Undecodable,
    NoIssuer,
    UnknownApp,
    Expired,
    TooFarInTheFuture,
    IssuedInTheFuture,
}

#[derive(Deserialize)]
struct Claims {
    #[serde(default)]
    iss: Value,
    #[serde(default)]
    iat: Value,
    #[serde(default)]
    exp: Value,
}

impl App {
    /// An app `slug` that signs with the private half of this key. It requests read access to
    /// administration, contents and metadata.
    ///
    /// # Errors
    /// When the key is no RSA public key in PEM.
    pub fn new(id: u64, slug: impl Into<String>, public_key_pem: &str) -> Result<Self, KeyError> {
        let requested = ["administration", "contents", "metadata"];
        let slug = slug.into();
        Ok(Self {
            id,
            name: slug.clone(),
            slug,
            owner: "github".to_owned(),
            client_id: format!("Iv23li{id:014}"),
            permissions: requested
                .map(|name| (name.to_owned(), "read".to_owned()))
                .into(),
            setup_url: None,
            key: DecodingKey::from_rsa_pem(public_key_pem.as_bytes()).map_err(KeyError)?,
            clock: None,
        })
    }

    /// The app that a manifest describes, with the key pair for tests.
    pub(crate) fn of_manifest(id: u64, manifest: &Manifest, owner: &str) -> Result<Self, KeyError> {
        let app = Self::new(id, manifest.slug(), test_keys().public_pem)?.owner(owner);
        Ok(Self {
            name: manifest.name.clone(),
            permissions: manifest.default_permissions.clone(),
            setup_url: manifest.setup_url.clone(),
            ..app
        })
    }

    /// The account that registered it.
    #[must_use]
    pub fn owner(mut self, login: impl Into<String>) -> Self {
        login.into().clone_into(&mut self.owner);
        self
    }

    /// The clock that checks its JSON web tokens, instead of the simulator's.
    /// Octocrab always signs by the system's time: if the simulator's clock shows a different
    /// time, pass the system's clock.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Whether the issuer is this app: its id, as a number or a string, or its client id.
    pub(crate) fn is(&self, issuer: &Value) -> bool {
        match issuer {
            Value::Number(number) => number.as_u64() == Some(self.id),
            Value::String(text) => *text == self.client_id || text.parse() == Ok(self.id),
            _ => false,
        }
    }

    pub(crate) fn check(&self, jwt: &str, now: DateTime<Utc>) -> Result<(), JwtError> {
        // The times are checked against the simulator's clock below, not the system's.
        let mut validation = Validation::new(Algorithm::RS256);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        let claims = decode::<Claims>(jwt, &self.key, &validation)
            .map_err(|_| JwtError::Undecodable)?
            .claims;
        let now = self.clock.as_ref().map_or(now, Clock::now).timestamp();
        let ends = claims.exp.as_i64().ok_or(JwtError::Expired)?;
        if ends <= now {
            Err(JwtError::Expired)
        } else if ends > now + MAX_LIFETIME_SECONDS {
            Err(JwtError::TooFarInTheFuture)
        } else if claims.iat.as_i64().is_none_or(|issued| issued > now) {
            Err(JwtError::IssuedInTheFuture)
        } else {
            Ok(())
        }
    }
}

/// The issuer of a JSON web token, before its signature is checked.
pub(crate) fn claimed_issuer(jwt: &str) -> Result<Value, JwtError> {
    let claimed = dangerous::insecure_decode::<Claims>(jwt)
        .map_err(|_| JwtError::Undecodable)?
        .claims;
    if claimed.iss.is_null() {
        return Err(JwtError::NoIssuer);
    }
    Ok(claimed.iss)
}
