//! Sessions: stored in the database under a hash of their key, which the browser has in a cookie
//! that scripts cannot read.

use std::collections::HashMap;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Origin, UserId};
use engine::{Engine, SessionRecord, SessionRecords, SharedClock};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::{Duration as Span, OffsetDateTime};
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{self, Error};
use tower_sessions::{Expiry, Session, SessionManagerLayer, SessionStore};

/// The cookie's name.
const COOKIE: &str = "tidemark_session";

/// How long a session lasts without being used.
const MAX_IDLE: TimeDelta = TimeDelta::days(30);

/// How long a session lasts at most.
const MAX_AGE: TimeDelta = TimeDelta::days(90);

/// How long a login with an external provider may take, and how long a session without a person
/// lasts.
pub(super) const MAX_LOGIN: TimeDelta = TimeDelta::minutes(10);

/// How often the last use of a session is stored.
const TOUCH_INTERVAL: TimeDelta = TimeDelta::minutes(10);

/// How long after signing in a person may connect another identity. Later, someone else may be
/// using the open browser.
const RECENT_SIGN_IN: TimeDelta = TimeDelta::minutes(15);

const SIGNED_IN: &str = "signed_in";

/// The person who is signed in, since when, and from where.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SignedIn {
    user: UserId,
    began_at: DateTime<Utc>,
    /// When the person confirmed this session by ending all their others.
    #[serde(default)]
    confirmed_at: Option<DateTime<Utc>>,
    used_at: DateTime<Utc>,
    origin: Origin,
    agent: String,
}

impl SignedIn {
    /// `began_at` is the time of the request, before the password or the identity was checked: if
    /// the person's sessions are ended meanwhile, this one is too.
    pub(crate) fn new(
        user: UserId,
        began_at: DateTime<Utc>,
        origin: Origin,
        agent: String,
    ) -> Self {
        Self {
            user,
            began_at,
            confirmed_at: None,
            used_at: began_at,
            origin,
            agent,
        }
    }
}

/// Starts a person's session under a new key, without earlier data.
pub(crate) async fn start(session: &Session, signed_in: SignedIn) -> Result<()> {
    session.cycle_id().await?;
    session.clear().await;
    session.set_expiry(Some(Expiry::OnInactivity(span(MAX_IDLE))));
    session.insert(SIGNED_IN, signed_in).await
}

/// Limits a session without a person to the time of one login.
pub(super) async fn shorten(session: &Session) -> Result<()> {
    if session.get_value(SIGNED_IN).await?.is_none() {
        session.set_expiry(Some(Expiry::OnInactivity(span(MAX_LOGIN))));
    }
    Ok(())
}

/// Whether the person signed in recently.
pub(crate) async fn is_recent(session: &Session, now: DateTime<Utc>) -> Result<bool> {
    let signed_in = session.get::<SignedIn>(SIGNED_IN).await?;
    Ok(signed_in.is_some_and(|it| now - it.began_at < RECENT_SIGN_IN))
}

/// Gives the session a new key and confirms it, so that it survives when the others end.
pub(crate) async fn rotate(session: &Session, now: DateTime<Utc>) -> Result<()> {
    if let Some(signed_in) = session.get::<SignedIn>(SIGNED_IN).await? {
        let confirmed = SignedIn {
            confirmed_at: Some(now),
            ..signed_in
        };
        session.insert(SIGNED_IN, confirmed).await?;
    }
    session.cycle_id().await
}

/// Ends the session.
pub(crate) async fn end(session: &Session) -> Result<()> {
    session.flush().await
}

/// The session's key, as use cases compare it; empty without a session.
pub(crate) fn key(session: &Session) -> String {
    session.id().map(|id| id.to_string()).unwrap_or_default()
}

/// The signed-in person and the time of the last sign-in or confirmation. Stores the use of the
/// session and where from, every [`TOUCH_INTERVAL`].
pub(crate) async fn user(
    session: &Session,
    origin: Origin,
    agent: &str,
    now: DateTime<Utc>,
) -> Result<Option<(UserId, DateTime<Utc>)>> {
    let Some(signed_in) = session.get::<SignedIn>(SIGNED_IN).await? else {
        return Ok(None);
    };
    if now - signed_in.used_at >= TOUCH_INTERVAL {
        let touched = SignedIn {
            used_at: now,
            origin,
            agent: agent.to_owned(),
            ..signed_in.clone()
        };
        session.insert(SIGNED_IN, touched).await?;
    }
    let since = signed_in.confirmed_at.unwrap_or(signed_in.began_at);
    Ok(Some((signed_in.user, since)))
}

/// The result of reading or writing a session.
pub(crate) type Result<T> = std::result::Result<T, tower_sessions::session::Error>;

/// The layer that reads and writes the cookie; `secure` limits the cookie to HTTPS.
pub(crate) fn layer(engine: &Engine, secure: bool) -> SessionManagerLayer<Sessions> {
    let store = Sessions {
        records: engine.sessions(),
        clock: engine.clock().clone(),
    };
    SessionManagerLayer::new(store)
        .with_name(COOKIE)
        .with_secure(secure)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(span(MAX_IDLE)))
}

fn span(delta: TimeDelta) -> Span {
    Span::seconds(delta.num_seconds())
}

/// The engine's session records, as a store of the session layer.
#[derive(Clone)]
pub(crate) struct Sessions {
    records: SessionRecords,
    clock: SharedClock,
}

/// The stored form of a session, without its key.
#[derive(Serialize, Deserialize)]
struct Stored {
    data: HashMap<String, Value>,
    expires_at: i64,
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sessions")
    }
}

/// When a session ends unless it is used again.
fn expiry(signed_in: Option<&SignedIn>, now: DateTime<Utc>) -> DateTime<Utc> {
    signed_in.map_or(now + MAX_LOGIN, |it| {
        (now + MAX_IDLE).min(it.began_at + MAX_AGE)
    })
}

/// Whether a record is new.
#[derive(Clone, Copy)]
enum Write {
    Create,
    Save,
}

impl Sessions {
    /// False if the key belongs to another session, or the session has ended meanwhile.
    async fn write(&self, record: &Record, how: Write) -> session_store::Result<bool> {
        let encode = |error: serde_json::Error| Error::Encode(error.to_string());
        let signed_in = record.data.get(SIGNED_IN);
        let signed_in = signed_in.map(SignedIn::deserialize).transpose();
        let signed_in = signed_in.map_err(encode)?;
        let now = self.clock.now();
        let expires_at = expiry(signed_in.as_ref(), now);
        let stored = Stored {
            data: record.data.clone(),
            expires_at: expires_at.timestamp(),
        };
        let key = record.id.to_string();
        let data = serde_json::to_string(&stored).map_err(encode)?;
        let address = signed_in.as_ref().map(|it| it.origin.to_string());
        let row = SessionRecord {
            key: &key,
            user: signed_in.as_ref().map(|it| it.user),
            data: &data,
            agent: signed_in.as_ref().map_or("", |it| &it.agent),
            address: address.as_deref().unwrap_or_default(),
            expires_at,
        };
        let written = match how {
            Write::Create => self.records.create(&row, now).await,
            Write::Save => self.records.save(&row, now).await,
        };
        written.map_err(|error| Error::Backend(error.to_string()))
    }
}

#[async_trait]
impl SessionStore for Sessions {
    /// Never reuses the key of another session, however unlikely that is with 128 random bits.
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        while !self.write(record, Write::Create).await? {
            record.id = Id::default();
        }
        Ok(())
    }

    /// A session that another request ended meanwhile stays ended.
    async fn save(&self, record: &Record) -> session_store::Result<()> {
        self.write(record, Write::Save).await.map(drop)
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let stored = self
            .records
            .load(&id.to_string(), self.clock.now())
            .await
            .map_err(|error| Error::Backend(error.to_string()))?;
        let Some(stored) = stored else {
            return Ok(None);
        };
        let Stored { data, expires_at } =
            serde_json::from_str(&stored).map_err(|error| Error::Decode(error.to_string()))?;
        let expiry_date = OffsetDateTime::from_unix_timestamp(expires_at)
            .map_err(|error| Error::Decode(error.to_string()))?;
        Ok(Some(Record {
            id: *id,
            data,
            expiry_date,
        }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        self.records
            .delete(&id.to_string())
            .await
            .map_err(|error| Error::Backend(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_when_it_is_idle_and_at_the_latest_after_90_days() {
        let day = |day| DateTime::UNIX_EPOCH + TimeDelta::days(day);
        let signed_in = SignedIn {
            user: UserId::new(1),
            began_at: day(0),
            confirmed_at: None,
            used_at: day(0),
            origin: Origin::default(),
            agent: String::new(),
        };
        assert_eq!(expiry(Some(&signed_in), day(0)), day(30));
        assert_eq!(expiry(Some(&signed_in), day(59)), day(89));
        assert_eq!(expiry(Some(&signed_in), day(61)), day(90));
        assert_eq!(expiry(None, day(0)), day(0) + MAX_LOGIN);
    }

    #[tokio::test]
    async fn the_use_of_a_session_is_stored_every_ten_minutes() {
        let agent = "Firefox";
        let store = std::sync::Arc::new(tower_sessions::MemoryStore::default());
        let session = Session::new(None, store, None);
        let minute = |minutes| DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes);
        let origin = |address: [u8; 4]| Origin(Some(address.into()));
        let (home, train) = (origin([192, 0, 2, 1]), origin([192, 0, 2, 2]));
        let user = super::user(&session, home, agent, minute(0)).await;
        assert_eq!(user.unwrap(), None);

        let signed_in = SignedIn::new(UserId::new(7), minute(0), home, agent.to_owned());
        start(&session, signed_in).await.unwrap();
        for (at, used_at, from) in [(9, 0, home), (10, 10, train), (19, 10, train)] {
            let user = super::user(&session, train, agent, minute(at)).await;
            assert_eq!(user.unwrap(), Some((UserId::new(7), minute(0))));
            let kept: SignedIn = session.get(SIGNED_IN).await.unwrap().unwrap();
            assert_eq!((kept.used_at, kept.began_at), (minute(used_at), minute(0)));
            assert_eq!(kept.origin, from);
        }
    }
}
