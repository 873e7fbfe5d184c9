//! Sessions of people who are signed in; only a hash of the session's key is stored.

use chrono::{DateTime, Utc};

use super::{Store, StoreError};
use crate::secrets::fingerprint;

/// Where the process keeps its sessions.
#[derive(Clone, Debug)]
pub struct SessionRecords {
    store: Store,
}

impl SessionRecords {
    pub(crate) const fn new(store: Store) -> Self {
        Self { store }
    }

    /// Keeps a session's data under its key until it expires.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn save(
        &self,
        key: &str,
        data: &str,
        expires_at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        const SAVE: &str = "
            insert into sessions
                (key_hash, data, agent, address, started_at, last_used_at, expires_at)
            values ($1, $2, '', '', $3, $3, $3)
            on conflict (key_hash) do update
            set data = excluded.data, expires_at = excluded.expires_at";
        on!(&self.store.db, |pool| sqlx::query(SAVE)
            .bind(fingerprint(key))
            .bind(data)
            .bind(expires_at)
            .execute(pool)
            .await
            .map(drop))?;
        Ok(())
    }

    /// The data of a session that has not expired at `now`.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn load(&self, key: &str, now: DateTime<Utc>) -> Result<Option<String>, StoreError> {
        const LOAD: &str = "select data from sessions where key_hash = $1 and expires_at > $2";
        Ok(on!(&self.store.db, |pool| sqlx::query_scalar(LOAD)
            .bind(fingerprint(key))
            .bind(now)
            .fetch_optional(pool)
            .await)?)
    }

    /// Forgets a session.
    ///
    /// # Errors
    /// Where the database fails.
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

    /// Forgets the sessions that have expired at `now`; how many there were.
    ///
    /// # Errors
    /// Where the database fails.
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
