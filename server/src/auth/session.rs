//! Sessions: in the database under a hash of their key, and in a cookie that scripts cannot read.

use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Origin, UserId};
use engine::{Engine, SessionRecord, SessionRecords, SharedClock};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::{Duration as Span, OffsetDateTime};
use tower_sessions::session::{Error as Failure, Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{Expiry, Session, SessionManagerLayer, SessionStore};

use super::browser::Browser;

/// The cookie's name.
const COOKIE: &str = "tidemark_session";

/// A session that nobody uses for so long ends.
const IDLE: TimeDelta = TimeDelta::days(30);

/// A session ends so long after it began, however much it is used.
const LONGEST: TimeDelta = TimeDelta::days(90);

/// A session in which nobody is signed in lasts as long as an attempt to do so may take.
pub(super) const ATTEMPT: TimeDelta = TimeDelta::minutes(10);

/// When a session was last used is written down this often.
const TOUCH: TimeDelta = TimeDelta::minutes(10);

/// For so long after signing in, a person may give their account another way in: later, anybody
/// may sit at an open browser.
const FRESH: TimeDelta = TimeDelta::minutes(15);

const SIGNED_IN: &str = "signed_in";

/// Who is signed in, since when, and with what.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SignedIn {
    user: UserId,
    began_at: DateTime<Utc>,
    /// When the person ended all their other sessions by this one, and so confirmed it.
    #[serde(default)]
    confirmed_at: Option<DateTime<Utc>>,
    used_at: DateTime<Utc>,
    origin: Origin,
    agent: String,
}

impl SignedIn {
    /// It began when the browser asked, before the password or the identity was proven: what was
    /// ended between that and now includes this session.
    pub(super) fn new(user: UserId, browser: &Browser) -> Self {
        Self {
            user,
            began_at: browser.asked_at,
            confirmed_at: None,
            used_at: browser.asked_at,
            origin: browser.origin,
            agent: browser.agent.clone(),
        }
    }
}

/// Starts a person's session under a new key, without anything from before.
pub(super) async fn start(session: &Session, signed_in: SignedIn) -> Outcome<()> {
    session.cycle_id().await?;
    session.clear().await;
    session.set_expiry(Some(Expiry::OnInactivity(span(IDLE))));
    session.insert(SIGNED_IN, signed_in).await
}

/// A session in which nobody is signed in is for an attempt to sign in, and no longer.
pub(super) async fn shorten(session: &Session) -> Outcome<()> {
    if session.get_value(SIGNED_IN).await?.is_none() {
        session.set_expiry(Some(Expiry::OnInactivity(span(ATTEMPT))));
    }
    Ok(())
}

/// Whether the session began so lately that whoever sits there is who signed in.
pub(super) async fn is_fresh(session: &Session, now: DateTime<Utc>) -> Outcome<bool> {
    let signed_in = session.get::<SignedIn>(SIGNED_IN).await?;
    Ok(signed_in.is_some_and(|it| now - it.began_at < FRESH))
}

/// Puts the session under a new key, and confirms it: others end, and it does not.
pub(super) async fn renew(session: &Session, now: DateTime<Utc>) -> Outcome<()> {
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
pub(super) async fn end(session: &Session) -> Outcome<()> {
    session.flush().await
}

/// The session's key, as use cases compare it; empty where there is no session.
pub(crate) fn key(session: &Session) -> String {
    session.id().map(|id| id.to_string()).unwrap_or_default()
}

/// Who is signed in, and since when without doubt. Writes down now and then that the session is used, and from where.
pub(super) async fn user(
    browser: &Browser,
    now: DateTime<Utc>,
) -> Outcome<Option<(UserId, DateTime<Utc>)>> {
    let session = &browser.session;
    let Some(signed_in) = session.get::<SignedIn>(SIGNED_IN).await? else {
        return Ok(None);
    };
    if now - signed_in.used_at >= TOUCH {
        let touched = SignedIn {
            used_at: now,
            origin: browser.origin,
            agent: browser.agent.clone(),
            ..signed_in.clone()
        };
        session.insert(SIGNED_IN, touched).await?;
    }
    let since = signed_in.confirmed_at.unwrap_or(signed_in.began_at);
    Ok(Some((signed_in.user, since)))
}

pub(super) type Outcome<T> = std::result::Result<T, Failure>;

/// The layer that reads and writes the cookie; `secure` where people come over HTTPS.
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
        .with_expiry(Expiry::OnInactivity(span(IDLE)))
}

fn span(delta: TimeDelta) -> Span {
    Span::seconds(delta.num_seconds())
}

/// Deletes expired sessions and what is old in the system log, now and every hour.
pub(crate) async fn delete_expired(engine: Engine) {
    let mut hourly = tokio::time::interval(Duration::from_hours(1));
    loop {
        hourly.tick().await;
        if let Err(error) = engine.sessions().delete_expired(engine.clock().now()).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "expired sessions were not deleted"
            );
        }
        if let Err(error) = engine.delete_expired_apps().await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "GitHub Apps that were not installed in time were not deleted"
            );
        }
        if let Err(error) = engine.delete_old_log_lines().await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "old lines of the system log were not deleted"
            );
        }
    }
}

/// The engine's session records as the session layer wants them.
#[derive(Clone)]
pub(crate) struct Sessions {
    records: SessionRecords,
    clock: SharedClock,
}

/// What is stored of a session; its key is not.
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

/// When a session ends if nobody uses it from now on.
fn expiry(signed_in: Option<&SignedIn>, now: DateTime<Utc>) -> DateTime<Utc> {
    signed_in.map_or(now + ATTEMPT, |it| (now + IDLE).min(it.began_at + LONGEST))
}

/// How a record is written.
#[derive(Clone, Copy)]
enum Write {
    Create,
    Save,
}

impl Sessions {
    /// False where the key is another session's, or the session has ended meanwhile.
    async fn write(&self, record: &Record, how: Write) -> Result<bool> {
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
        let kept = SessionRecord {
            key: &key,
            user: signed_in.as_ref().map(|it| it.user),
            data: &data,
            agent: signed_in.as_ref().map_or("", |it| &it.agent),
            address: address.as_deref().unwrap_or_default(),
            expires_at,
        };
        let written = match how {
            Write::Create => self.records.create(&kept, now).await,
            Write::Save => self.records.save(&kept, now).await,
        };
        written.map_err(|error| Error::Backend(error.to_string()))
    }
}

#[async_trait]
impl SessionStore for Sessions {
    /// Never under the key of another session, however unlikely that is with 128 random bits.
    async fn create(&self, record: &mut Record) -> Result<()> {
        while !self.write(record, Write::Create).await? {
            record.id = Id::default();
        }
        Ok(())
    }

    /// A session that was ended elsewhere while this request was under way stays ended.
    async fn save(&self, record: &Record) -> Result<()> {
        self.write(record, Write::Save).await.map(drop)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
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

    async fn delete(&self, id: &Id) -> Result<()> {
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
        assert_eq!(expiry(None, day(0)), day(0) + ATTEMPT);
    }

    #[tokio::test]
    async fn that_a_session_is_used_is_written_down_now_and_then() {
        let browser = |session: &Session, address: [u8; 4]| Browser {
            asked_at: DateTime::UNIX_EPOCH,
            session: session.clone(),
            origin: Origin(Some(address.into())),
            agent: "Firefox".to_owned(),
            cookies: tower_cookies::Cookies::default(),
        };
        let store = std::sync::Arc::new(tower_sessions::MemoryStore::default());
        let session = Session::new(None, store, None);
        let minute = |minutes| DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes);
        let (home, train) = ([192, 0, 2, 1], [192, 0, 2, 2]);
        let user = super::user(&browser(&session, home), minute(0)).await;
        assert_eq!(user.unwrap(), None);

        let signed_in = SignedIn::new(UserId::new(7), &browser(&session, home));
        start(&session, signed_in).await.unwrap();
        for (at, used_at, from) in [(9, 0, home), (10, 10, train), (19, 10, train)] {
            let user = super::user(&browser(&session, train), minute(at)).await;
            assert_eq!(user.unwrap(), Some((UserId::new(7), minute(0))));
            let kept: SignedIn = session.get(SIGNED_IN).await.unwrap().unwrap();
            assert_eq!((kept.used_at, kept.began_at), (minute(used_at), minute(0)));
            assert_eq!(kept.origin, Origin(Some(from.into())));
        }
    }
}
