//! An attempt to sign in with a provider, between leaving for it and coming back.

use chrono::{DateTime, Utc};
use domain::UserId;
use oauth2::PkceCodeVerifier;
use serde::{Deserialize, Serialize};
use tower_cookies::cookie::CookieJar;
use tower_cookies::{Cookie, Key};
use tower_sessions::Session;

use super::Provider;
use crate::auth::session::{ATTEMPT, Outcome, shorten};

/// Where the session keeps it, sealed; also what the seal is bound to.
const NAME: &str = "attempt";

/// What somebody set out to do, with all that proves that the answer belongs to it.
#[derive(Serialize, Deserialize)]
pub(super) struct Attempt {
    pub(super) provider: Provider,
    pub(super) intent: Intent,
    /// Where it leads on to, on this server.
    pub(super) next: String,
    /// What the provider must give back with its answer.
    pub(super) state: String,
    /// What the provider must write into its token; empty where it writes none.
    pub(super) nonce: String,
    /// What proves to the provider that we began it (PKCE).
    pub(super) verifier: PkceCodeVerifier,
    pub(super) begun_at: DateTime<Utc>,
}

/// What is to come of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Intent {
    /// Whoever has the identity signs in.
    SignIn,
    /// This person, who is signed in, ties the identity to their account.
    Connect(UserId),
    /// Whoever holds this invitation joins with the identity.
    Join(String),
}

impl Attempt {
    /// Keeps it in the session; of several, the last counts.
    pub(super) async fn keep(&self, session: &Session, key: &Key) -> Outcome<()> {
        let text = serde_json::to_string(self)?;
        session.insert(NAME, seal(key, text)).await?;
        shorten(session).await
    }

    /// Takes it out of the session, so that no answer is taken twice. Nothing where none is kept,
    /// it was not sealed here, was for another provider, or took too long.
    pub(super) async fn take(
        session: &Session,
        key: &Key,
        provider: Provider,
        now: DateTime<Utc>,
    ) -> Outcome<Option<Self>> {
        if session.get_value(NAME).await?.is_none() {
            return Ok(None);
        }
        let sealed = session.remove::<String>(NAME).await?;
        // At once, not when all is done: a second answer must not find it.
        session.save().await?;
        let attempt = sealed.and_then(|sealed| open(key, sealed));
        Ok(attempt.filter(|it| it.provider == provider && now - it.begun_at <= ATTEMPT))
    }
}

/// Encrypted and authenticated with the server's key, so that a copy of the database neither
/// holds an invitation nor can finish a sign-in.
fn seal(key: &Key, text: String) -> String {
    let mut jar = CookieJar::new();
    jar.private_mut(key).add(Cookie::new(NAME, text));
    let sealed = jar.get(NAME).map(|cookie| cookie.value().to_owned());
    sealed.unwrap_or_default()
}

fn open(key: &Key, sealed: String) -> Option<Attempt> {
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

    fn attempt(begun_at: DateTime<Utc>) -> Attempt {
        Attempt {
            provider: Provider::Github,
            intent: Intent::Join("ti_secret".to_owned()),
            next: "/".to_owned(),
            state: "state".to_owned(),
            nonce: String::new(),
            verifier: PkceCodeVerifier::new("verifier".to_owned()),
            begun_at,
        }
    }

    async fn kept(key: &Key, begun_at: DateTime<Utc>) -> Session {
        let session = Session::new(None, Arc::new(MemoryStore::default()), None);
        attempt(begun_at).keep(&session, key).await.unwrap();
        session
    }

    #[tokio::test]
    async fn an_attempt_is_taken_once_in_time_and_for_its_provider() {
        let (key, now) = (Key::generate(), DateTime::UNIX_EPOCH);
        let session = kept(&key, now).await;
        let take = |session: Session, provider, later| {
            let key = key.clone();
            async move {
                let taken = Attempt::take(&session, &key, provider, now + later).await;
                taken.unwrap().map(|attempt| attempt.intent)
            }
        };
        let minutes = TimeDelta::minutes;
        let first = take(session.clone(), Provider::Github, minutes(10)).await;
        assert_eq!(first, Some(Intent::Join("ti_secret".to_owned())));
        assert_eq!(take(session, Provider::Github, minutes(0)).await, None);

        let late = kept(&key, now).await;
        assert_eq!(take(late, Provider::Github, minutes(11)).await, None);
        let elsewhere = kept(&key, now).await;
        assert_eq!(take(elsewhere, Provider::Oidc, minutes(0)).await, None);
    }

    #[tokio::test]
    async fn what_the_session_holds_is_sealed() {
        let (key, now) = (Key::generate(), DateTime::UNIX_EPOCH);
        let session = kept(&key, now).await;
        let held = session.get_value(NAME).await.unwrap().unwrap().to_string();
        assert!(
            !held.contains("ti_secret") && !held.contains("verifier"),
            "{held}"
        );
        let other = Attempt::take(&session, &Key::generate(), Provider::Github, now).await;
        assert!(other.unwrap().is_none(), "another key opens nothing");
    }
}
