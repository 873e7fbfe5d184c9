//! The state of a login with a provider, stored in the session between request and callback.

use chrono::{DateTime, Utc};
use domain::UserId;
use oauth2::PkceCodeVerifier;
use serde::{Deserialize, Serialize};
use tower_cookies::cookie::CookieJar;
use tower_cookies::{Cookie, Key};
use tower_sessions::Session;

use super::provider::Provider;
use crate::auth::session::{self, MAX_LOGIN, shorten};

/// The session's key for it. The encryption is bound to the same name.
const NAME: &str = "attempt";

/// What the login is for, and what proves that a callback belongs to it.
#[derive(Serialize, Deserialize)]
pub(crate) struct LoginState {
    pub(crate) provider: Provider,
    pub(crate) intent: Intent,
    /// The page that follows, on this server.
    pub(crate) next: String,
    /// What the provider must return in the callback.
    pub(crate) state: String,
    /// What the provider must write into its token; empty where it writes none.
    pub(crate) nonce: String,
    /// What proves to the provider that this server started the login (PKCE).
    pub(crate) verifier: PkceCodeVerifier,
    pub(crate) begun_at: DateTime<Utc>,
}

/// What a login is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Intent {
    /// To sign in the account of the identity.
    SignIn,
    /// To connect the identity to the account of this person, who is signed in.
    Connect(UserId),
    /// To accept this invitation with the identity.
    Join(String),
}

impl LoginState {
    /// Stores it in the session, in place of an earlier one.
    pub(crate) async fn save(&self, session: &Session, key: &Key) -> session::Result<()> {
        let text = serde_json::to_string(self)?;
        session.insert(NAME, seal(key, text)).await?;
        shorten(session).await
    }

    /// Takes it out of the session, so that no callback is accepted twice. `None` if there is none,
    /// it was not encrypted here, belongs to another provider, or is too old.
    pub(crate) async fn take(
        session: &Session,
        key: &Key,
        provider: Provider,
        now: DateTime<Utc>,
    ) -> session::Result<Option<Self>> {
        if session.get_value(NAME).await?.is_none() {
            return Ok(None);
        }
        let sealed = session.remove::<String>(NAME).await?;
        // Saved immediately, not at the end of the request: a second callback must not find it.
        session.save().await?;
        let login = sealed.and_then(|sealed| open(key, sealed));
        Ok(login.filter(|it| it.provider == provider && now - it.begun_at <= MAX_LOGIN))
    }
}

/// Encrypts and authenticates the text with the server's key: a copy of the database neither
/// reveals an invitation nor can complete a login.
fn seal(key: &Key, text: String) -> String {
    let mut jar = CookieJar::new();
    jar.private_mut(key).add(Cookie::new(NAME, text));
    let sealed = jar.get(NAME).map(|cookie| cookie.value().to_owned());
    sealed.unwrap_or_default()
}

fn open(key: &Key, sealed: String) -> Option<LoginState> {
    let cookie = CookieJar::new()
        .private(key)
        .decrypt(Cookie::new(NAME, sealed))?;
    serde_json::from_str(cookie.value()).ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chrono::TimeDelta;
    use tower_sessions::MemoryStore;

    use super::*;

    fn login(begun_at: DateTime<Utc>) -> LoginState {
        LoginState {
            provider: Provider::Github,
            intent: Intent::Join("ti_secret".to_owned()),
            next: "/".to_owned(),
            state: "state".to_owned(),
            nonce: String::new(),
            verifier: PkceCodeVerifier::new("verifier".to_owned()),
            begun_at,
        }
    }

    async fn saved(key: &Key, begun_at: DateTime<Utc>) -> Session {
        let session = Session::new(None, Arc::new(MemoryStore::default()), None);
        login(begun_at).save(&session, key).await.unwrap();
        session
    }

    #[tokio::test]
    async fn a_login_is_taken_once_in_time_and_for_its_provider() {
        let (key, now) = (Key::generate(), DateTime::UNIX_EPOCH);
        let session = saved(&key, now).await;
        let take = |session: Session, provider, later| {
            let key = key.clone();
            async move {
                let taken = LoginState::take(&session, &key, provider, now + later).await;
                taken.unwrap().map(|login| login.intent)
            }
        };
        let minutes = TimeDelta::minutes;
        let first = take(session.clone(), Provider::Github, minutes(10)).await;
        assert_eq!(first, Some(Intent::Join("ti_secret".to_owned())));
        assert_eq!(take(session, Provider::Github, minutes(0)).await, None);

        let late = saved(&key, now).await;
        assert_eq!(take(late, Provider::Github, minutes(11)).await, None);
        let elsewhere = saved(&key, now).await;
        assert_eq!(take(elsewhere, Provider::Oidc, minutes(0)).await, None);
    }

    #[tokio::test]
    async fn the_session_holds_the_login_encrypted() {
        let (key, now) = (Key::generate(), DateTime::UNIX_EPOCH);
        let session = saved(&key, now).await;
        let held = session.get_value(NAME).await.unwrap().unwrap().to_string();
        assert!(
            !held.contains("ti_secret") && !held.contains("verifier"),
            "{held}"
        );
        let other = LoginState::take(&session, &Key::generate(), Provider::Github, now).await;
        assert!(other.unwrap().is_none(), "another key decrypts nothing");
    }
}
