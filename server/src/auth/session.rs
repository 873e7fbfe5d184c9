//! Sessions: in the database under a hash of their key, and in a cookie that scripts cannot read.

use std::collections::HashMap;
use std::time::Duration;

use crate::web::Site;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{Day, UserId};
use engine::{Engine, SessionRecord, SessionRecords, SharedClock};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::{Duration as Span, OffsetDateTime};
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{Expiry, Session, SessionManagerLayer, SessionStore};

/// The cookie's name.
const COOKIE: &str = "tidemark_session";

/// A session that nobody uses for so long ends.
const IDLE_DAYS: i64 = 30;

const SIGNED_IN: &str = "signed_in";

/// Who is signed in, and on which day they were last here.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct SignedIn {
    user: UserId,
    seen: Day,
}

/// Starts a person's session under a new key, so that a key planted before is worth nothing.
pub(crate) async fn enter(site: &Site, session: &Session, user: UserId) -> Outcome<()> {
    session.cycle_id().await?;
    let seen = site.engine.clock().today();
    session.insert(SIGNED_IN, SignedIn { user, seen }).await
}

/// Gives the session a new key, and keeps what is in it.
pub(crate) async fn renew(session: &Session) -> Outcome<()> {
    session.cycle_id().await
}

/// The session's key, as its cookie holds it; empty where there is none yet.
pub(crate) fn key(session: &Session) -> String {
    session.id().map(|id| id.to_string()).unwrap_or_default()
}

/// Ends the session.
pub(crate) async fn leave(session: &Session) -> Outcome<()> {
    session.flush().await
}

/// Who is signed in. The first request of a day puts the session's end off.
pub(super) async fn user(session: &Session, today: Day) -> Outcome<Option<UserId>> {
    let Some(signed_in) = session.get::<SignedIn>(SIGNED_IN).await? else {
        return Ok(None);
    };
    if signed_in.seen != today {
        session
            .insert(
                SIGNED_IN,
                SignedIn {
                    seen: today,
                    ..signed_in
                },
            )
            .await?;
    }
    Ok(Some(signed_in.user))
}

type Outcome<T> = std::result::Result<T, tower_sessions::session::Error>;

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
        .with_expiry(Expiry::OnInactivity(Span::days(IDLE_DAYS)))
}

/// Deletes expired sessions, now and every hour.
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

/// How a record is written.
#[derive(Clone, Copy)]
enum Write {
    Create,
    Save,
}

impl Sessions {
    async fn write(&self, record: &Record, how: Write) -> Result<bool> {
        let expires_at = record.expiry_date.unix_timestamp();
        let stored = Stored {
            data: record.data.clone(),
            expires_at,
        };
        let data =
            serde_json::to_string(&stored).map_err(|error| Error::Encode(error.to_string()))?;
        let signed_in = record.data.get(SIGNED_IN).cloned();
        let signed_in: Option<SignedIn> = signed_in
            .map(serde_json::from_value)
            .transpose()
            .map_err(|error| Error::Encode(error.to_string()))?;
        let key = record.id.to_string();
        let kept = SessionRecord {
            key: &key,
            user: signed_in.map(|signed_in| signed_in.user),
            data: &data,
            agent: "",
            address: "",
            expires_at: DateTime::<Utc>::from_timestamp(expires_at, 0)
                .ok_or_else(|| Error::Encode("the expiry is out of range".to_owned()))?,
        };
        let now = self.clock.now();
        match how {
            Write::Create => self.records.create(&kept, now).await,
            Write::Save => self.records.save(&kept, now).await,
        }
        .map_err(|error| Error::Backend(error.to_string()))
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
