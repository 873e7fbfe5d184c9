//! GitHub Apps, and the web tokens they sign themselves in with.
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

/// A web token may live ten minutes, by GitHub's clock.
const LONGEST_LIFE_S: i64 = 600;

/// A GitHub App, known by the public half of its key.
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

/// Why an app is not who its web token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
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
    /// An app `slug` that signs with the private half of this key. It asks of those
    /// who install it to read administration, contents and metadata.
    ///
    /// # Errors
    /// When the key is no RSA public key in PEM.
    pub fn new(id: u64, slug: impl Into<String>, public_key_pem: &str) -> Result<Self, KeyError> {
        let asked_for = ["administration", "contents", "metadata"];
        let slug = slug.into();
        Ok(Self {
            id,
            name: slug.clone(),
            slug,
            owner: "github".to_owned(),
            client_id: format!("Iv23li{id:014}"),
            permissions: asked_for
                .map(|name| (name.to_owned(), "read".to_owned()))
                .into(),
            setup_url: None,
            key: DecodingKey::from_rsa_pem(public_key_pem.as_bytes()).map_err(KeyError)?,
            clock: None,
        })
    }

    /// The app that a manifest describes, with the pair of keys for tests.
    pub(crate) fn of_manifest(id: u64, manifest: &Manifest, owner: &str) -> Result<Self, KeyError> {
        let app = Self::new(id, manifest.slug(), test_keys().public_pem)?.owner(owner);
        Ok(Self {
            name: manifest.name.clone(),
            permissions: manifest.default_permissions.clone(),
            setup_url: manifest.setup_url.clone(),
            ..app
        })
    }

    /// Who registered it.
    #[must_use]
    pub fn owner(mut self, login: impl Into<String>) -> Self {
        login.into().clone_into(&mut self.owner);
        self
    }

    /// The clock that its web tokens are held against, in place of the simulator's.
    /// Octocrab signs by the system's time and can be given no other: where the
    /// simulator's clock shows another, give the system's here.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Whether the issuer names this app: by its id, as a number or a text, or by
    /// its client id.
    pub(crate) fn is(&self, issuer: &Value) -> bool {
        match issuer {
            Value::Number(number) => number.as_u64() == Some(self.id),
            Value::String(text) => *text == self.client_id || text.parse() == Ok(self.id),
            _ => false,
        }
    }

    pub(crate) fn check(&self, web_token: &str, now: DateTime<Utc>) -> Result<(), Flaw> {
        // The times are held against the simulator's clock below, not the system's.
        let mut validation = Validation::new(Algorithm::RS256);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        let claims = decode::<Claims>(web_token, &self.key, &validation)
            .map_err(|_| Flaw::Undecodable)?
            .claims;
        let now = self.clock.as_ref().map_or(now, Clock::now).timestamp();
        let ends = claims.exp.as_i64().ok_or(Flaw::Expired)?;
        if ends <= now {
            Err(Flaw::Expired)
        } else if ends > now + LONGEST_LIFE_S {
            Err(Flaw::TooFarInTheFuture)
        } else if claims.iat.as_i64().is_none_or(|issued| issued > now) {
            Err(Flaw::IssuedInTheFuture)
        } else {
            Ok(())
        }
    }
}

/// The issuer that a web token names, before anything checks its signature.
pub(crate) fn claimed_issuer(web_token: &str) -> Result<Value, Flaw> {
    let claimed = dangerous::insecure_decode::<Claims>(web_token)
        .map_err(|_| Flaw::Undecodable)?
        .claims;
    if claimed.iss.is_null() {
        return Err(Flaw::NoIssuer);
    }
    Ok(claimed.iss)
}
