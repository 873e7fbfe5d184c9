//! Sessions of people who are signed in; only a hash of the session's key is stored.

use chrono::{DateTime, Utc};

use super::{Store, StoreError};

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
    pub async fn save(&self, key: &str, data: &str, expires_at: DateTime<Utc>) -> Result<(), StoreError> { todo!() }
    /// The data of a session that has not expired at `now`.
    pub async fn load(&self, key: &str, now: DateTime<Utc>) -> Result<Option<String>, StoreError> { todo!() }
    /// Forgets a session.
    pub async fn delete(&self, key: &str) -> Result<(), StoreError> { todo!() }
    /// Forgets the sessions that have expired at `now`.
    pub async fn delete_expired(&self, now: DateTime<Utc>) -> Result<u64, StoreError> { todo!() }
}
