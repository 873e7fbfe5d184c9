//! A run that this process takes part in: as whom, until when, and what it waits for.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use domain::{ConnectionId, RunId, TenantId, Trigger};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::store::{OpenRun, WorkerId};

/// A run that this process takes part in.
pub(super) struct Going {
    pub(super) tenant: TenantId,
    pub(super) id: RunId,
    /// As whom it claims repositories.
    pub(super) worker: WorkerId,
    /// Until when it may wait.
    pub(super) ends_at: DateTime<Utc>,
    /// Whether it asks also for what was answered today and moves once a day.
    pub(super) thorough: bool,
    /// Cancelled when nothing more is to be asked: the process ends, or somebody called the run
    /// off.
    pub(super) over: CancellationToken,
    /// Requests that were sent and that the run's record does not know of yet.
    uncounted: AtomicU32,
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
    pub(super) fn new(
        open: &OpenRun,
        worker: WorkerId,
        ends_at: DateTime<Utc>,
        over: CancellationToken,
    ) -> Self {
        Self {
            tenant: open.tenant,
            id: open.id,
            worker,
            ends_at,
            // Who asks for it by hand gets all that there is.
            thorough: open.trigger == Trigger::Manual,
            over,
            uncounted: AtomicU32::new(0),
            waits: Mutex::default(),
            changed: Notify::new(),
        }
    }

    /// Until when it waits, and for what; of several connections, the one that goes on first.
    pub(super) fn waiting(&self) -> Option<(DateTime<Utc>, String)> {
        let waits = self.all_waits();
        let first = waits.values().min_by_key(|wait| wait.until);
        first.map(|wait| (wait.until, wait.what.clone()))
    }

    /// Counts a request that is sent.
    pub(super) fn count_request(&self) {
        self.uncounted.fetch_add(1, Ordering::Relaxed);
    }

    /// The requests that whoever takes them is to add to the run's record.
    pub(super) fn take_uncounted(&self) -> u32 {
        self.uncounted.swap(0, Ordering::Relaxed)
    }

    /// Gives back what could not be added.
    pub(super) fn give_back(&self, uncounted: u32) {
        self.uncounted.fetch_add(uncounted, Ordering::Relaxed);
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

    /// Until it begins or ends to wait.
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
