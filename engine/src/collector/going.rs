//! A run that goes on in this process: how far it is, and what it waits for.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use domain::{ConnectionId, RunId, TenantId};
use tokio::sync::Notify;

use super::trouble::{self, Outcome};
use crate::store::RunProgress;

/// A run that goes on in this process.
pub(super) struct Going {
    pub(super) tenant: TenantId,
    pub(super) id: RunId,
    /// Until when it may wait.
    pub(super) ends_at: DateTime<Utc>,
    /// Whether it asks also for what was answered today and moves once a day.
    pub(super) thorough: bool,
    done: AtomicU32,
    failed: AtomicU32,
    requests: AtomicU32,
    /// Whether anything at all was collected.
    fruitful: AtomicBool,
    waits: Mutex<BTreeMap<ConnectionId, Wait>>,
    changed: Notify,
}

/// What requests over a connection wait for.
struct Wait {
    until: DateTime<Utc>,
    what: String,
    requests: u32,
}

/// A request that waits.
pub(super) struct Waiting<'a> {
    run: &'a Going,
    connection: ConnectionId,
}

impl Going {
    pub(super) fn new(tenant: TenantId, id: RunId, ends_at: DateTime<Utc>, thorough: bool) -> Self {
        Self {
            tenant,
            id,
            ends_at,
            thorough,
            done: AtomicU32::new(0),
            failed: AtomicU32::new(0),
            requests: AtomicU32::new(0),
            fruitful: AtomicBool::new(false),
            waits: Mutex::default(),
            changed: Notify::new(),
        }
    }

    pub(super) fn progress(&self) -> RunProgress {
        // Of several connections, the one that goes on first.
        let waits = self.all_waits();
        let first = waits.values().min_by_key(|wait| wait.until);
        RunProgress {
            done: self.done.load(Ordering::Relaxed),
            failed: self.failed.load(Ordering::Relaxed),
            requests: self.requests.load(Ordering::Relaxed),
            waiting: first.map(|wait| (wait.until, wait.what.clone())),
        }
    }

    /// Whether anything at all was collected.
    pub(super) fn is_fruitful(&self) -> bool {
        self.fruitful.load(Ordering::Relaxed)
    }

    /// Counts a request that is sent.
    pub(super) fn count_request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a repository that was asked about.
    pub(super) fn count(&self, outcomes: &[Outcome]) {
        if trouble::brought_something(outcomes) {
            self.fruitful.store(true, Ordering::Relaxed);
        }
        if outcomes.iter().any(|(_, outcome)| outcome.is_err()) {
            self.failed.fetch_add(1, Ordering::Relaxed);
        }
        self.done.fetch_add(1, Ordering::Relaxed);
        self.changed.notify_one();
    }

    /// Says that a request waits, for as long as the answer is held.
    pub(super) fn waits(
        &self,
        connection: ConnectionId,
        until: DateTime<Utc>,
        what: String,
    ) -> Waiting<'_> {
        let mut waits = self.all_waits();
        let requests = waits.get(&connection).map_or(0, |wait| wait.requests) + 1;
        let wait = Wait {
            until,
            what,
            requests,
        };
        waits.insert(connection, wait);
        self.changed.notify_one();
        Waiting {
            run: self,
            connection,
        }
    }

    /// Until the progress changes.
    pub(super) async fn changed(&self) {
        self.changed.notified().await;
    }

    fn all_waits(&self) -> MutexGuard<'_, BTreeMap<ConnectionId, Wait>> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut waits = self.run.all_waits();
        if let Some(wait) = waits.get_mut(&self.connection) {
            wait.requests -= 1;
            if wait.requests == 0 {
                waits.remove(&self.connection);
                self.run.changed.notify_one();
            }
        }
    }
}
