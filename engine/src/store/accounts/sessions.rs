//! Sessions of signed-in people; only a hash of each key is stored.

use chrono::{DateTime, Utc};
use domain::{SessionId, UserId};
use sqlx::FromRow;

use crate::secrets::fingerprint;
use crate::store::{Store, StoreError, Transaction};

/// How many characters of a user agent are stored.
const LONGEST_AGENT: usize = 400;

/// The store of the process's sessions.
#[derive(Clone, Debug)]
pub struct SessionRecords {
    store: Store,
}

/// A session to store.
#[derive(Clone, Copy)]
pub struct SessionRecord<'a> {
    /// The key that the browser holds; only its hash is stored.
    pub key: &'a str,
    /// The signed-in person; `None` before the sign-in.
    pub user: Option<UserId>,
    /// The session's data.
    pub data: &'a str,
    /// The browser's `User-Agent`.
    pub agent: &'a str,
    /// The network address of the browser.
    pub address: &'a str,
    /// When it expires unless it is used again.
    pub expires_at: DateTime<Utc>,
}

/// A session, as its owner sees it.
#[derive(FromRow)]
pub(crate) struct StoredSession {
    #[sqlx(try_from = "i64")]
    pub(crate) id: SessionId,
    pub(crate) key_hash: Vec<u8>,
    pub(crate) agent: String,
    pub(crate) address: String,
    pub(crate) started_at: DateTime<Utc>,
    pub(crate) last_used_at: DateTime<Utc>,
}

impl std::fmt::Debug for SessionRecord<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionRecord")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

impl SessionRecords {
    pub(crate) const fn new(store: Store) -> Self {
        Self { store }
    }

    /// Creates a session; false when its key is taken.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn create(
        &self,
        record: &SessionRecord<'_>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        const CREATE: &str = "
            insert into sessions
                (key_hash, user_id, data, agent, address, started_at, last_used_at, expires_at)
            values ($1, $2, $3, $4, $5, $6, $6, $7)
            on conflict (key_hash) do nothing";
        self.write(CREATE, record, now).await
    }

    /// Saves a session; false when it has ended meanwhile. It stays ended: a request in flight
    /// never restores a session that was ended elsewhere.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn save(
        &self,
        record: &SessionRecord<'_>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        const SAVE: &str = "
            update sessions set user_id = $2, data = $3, agent = $4, address = $5,
                last_used_at = $6, expires_at = $7
            where key_hash = $1";
        self.write(SAVE, record, now).await
    }

    async fn write(
        &self,
        sql: &'static str,
        record: &SessionRecord<'_>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let agent: String = record
            .agent
            .chars()
            .filter(|c| !c.is_control())
            .take(LONGEST_AGENT)
            .collect();
        Ok(on!(&self.store.db, |pool| sqlx::query(sql)
            .bind(fingerprint(record.key))
            .bind(record.user.map(UserId::get))
            .bind(record.data)
            .bind(&agent)
            .bind(record.address)
            .bind(now)
            .bind(record.expires_at)
            .execute(pool)
            .await
            .map(|done| done.rows_affected() == 1))?)
    }

    /// The data of a session that has not expired at `now`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load(&self, key: &str, now: DateTime<Utc>) -> Result<Option<String>, StoreError> {
        const LOAD: &str = "select data from sessions where key_hash = $1 and expires_at > $2";
        Ok(on!(&self.store.db, |pool| sqlx::query_scalar(LOAD)
            .bind(fingerprint(key))
            .bind(now)
            .fetch_optional(pool)
            .await)?)
    }

    /// Deletes a session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete(&self, key: &str) -> Result<(), StoreError> {
        on!(&self.store.db, |pool| sqlx::query(
            "delete from sessions where key_hash = $1"
        )
        .bind(fingerprint(key))
        .execute(pool)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Deletes the sessions that have expired at `now`. Returns how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_expired(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        Ok(on!(&self.store.db, |pool| sqlx::query(
            "delete from sessions where expires_at <= $1"
        )
        .bind(now)
        .execute(pool)
        .await
        .map(|done| done.rows_affected()))?)
    }
}

impl Store {
    /// A person's sessions that have not expired, most recently used first.
    pub(crate) async fn unscoped_sessions(
        &self,
        user: UserId,
        now: DateTime<Utc>,
    ) -> Result<Vec<StoredSession>, StoreError> {
        const SELECT: &str = "
            select id, key_hash, agent, address, started_at, last_used_at
            from sessions where user_id = $1 and expires_at > $2
            order by last_used_at desc, id desc";
        Ok(on!(&self.db, |pool| sqlx::query_as(SELECT)
            .bind(user.get())
            .bind(now)
            .fetch_all(pool)
            .await)?)
    }
}

impl Transaction {
    /// Ends one session of a person; false when it belongs to another.
    pub(crate) async fn unscoped_delete_session(
        &mut self,
        user: UserId,
        id: SessionId,
    ) -> Result<bool, StoreError> {
        Ok(within!(*self, |connection| sqlx::query(
            "delete from sessions where user_id = $1 and id = $2"
        )
        .bind(user.get())
        .bind(id.get())
        .execute(connection)
        .await
        .map(|done| done.rows_affected() == 1))?)
    }

    /// Rejects all sessions of a person that began before `now`, including one that a request in
    /// flight is about to store.
    pub(crate) async fn unscoped_refuse_sessions_before(
        &mut self,
        user: UserId,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        within!(*self, |connection| sqlx::query(
            "update users set sessions_valid_from = $2 where id = $1"
        )
        .bind(user.get())
        .bind(now)
        .execute(connection)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Ends the sessions of a person except the one with this key. Returns how many.
    pub(crate) async fn unscoped_delete_sessions(
        &mut self,
        user: UserId,
        but: Option<&str>,
    ) -> Result<u64, StoreError> {
        const DELETE: &str = "delete from sessions where user_id = $1 and key_hash <> $2";
        Ok(within!(*self, |connection| sqlx::query(DELETE)
            .bind(user.get())
            // No hash is empty, so without a key all sessions end.
            .bind(but.map_or_else(Vec::new, fingerprint))
            .execute(connection)
            .await
            .map(|done| done.rows_affected()))?)
    }
}
