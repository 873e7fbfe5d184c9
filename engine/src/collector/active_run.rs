//! A run that this process works on: its worker, its deadline, and what it waits for.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::{ConnectionId, RunId, TenantId, Trigger};
use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::store::{OpenRun, WorkerId};

/// A run that this process works on.
pub(super) struct ActiveRun {
    pub(super) tenant: TenantId,
    pub(super) id: RunId,
    /// The worker that claims repositories for it.
    pub(super) worker: WorkerId,
    /// The latest moment it may wait for.
    pub(super) wait_deadline: DateTime<Utc>,
    /// Whether to request data that is still fresh, too.
    pub(super) force_refresh: bool,
    /// Whether a person or a program started it. Scheduled runs go first.
    pub(super) is_manual: bool,
    /// Cancelled when the process ends or the run is cancelled. No more requests are sent then.
    pub(super) cancellation: CancellationToken,
    /// Requests sent, but not yet added to the run's record.
    unreported_requests: AtomicU32,
    /// Counts progress: a request sent or answered, a repository completed.
    steps: AtomicU64,
    waits: Mutex<BTreeMap<ConnectionId, Wait>>,
    changed: Notify,
}

/// What requests over a connection wait for.
struct Wait {
    until: DateTime<Utc>,
    what: String,
    requests: u32,
}

/// A waiting request. Dropping it ends the wait.
pub(super) struct Waiting<'a> {
    run: &'a ActiveRun,
    connection: ConnectionId,
}

impl ActiveRun {
    pub(super) fn new(
        open: &OpenRun,
        worker: WorkerId,
        wait_deadline: DateTime<Utc>,
        cancellation: CancellationToken,
    ) -> Self {
        Self {
            tenant: open.tenant,
            id: open.id,
            worker,
            wait_deadline,
            // Manual runs ignore the daily freshness check.
            force_refresh: open.trigger == Trigger::Manual,
            is_manual: matches!(open.trigger, Trigger::Manual | Trigger::Api),
            cancellation,
            unreported_requests: AtomicU32::new(0),
            steps: AtomicU64::new(0),
            waits: Mutex::default(),
            changed: Notify::new(),
        }
    }

    /// Until when the run waits, and for what: the wait that ends first.
    pub(super) fn waiting(&self) -> Option<(DateTime<Utc>, String)> {
        let waits = self.waits.lock();
        let first = waits.values().min_by_key(|wait| wait.until);
        first.map(|wait| (wait.until, wait.what.clone()))
    }

    /// Counts a request that is sent.
    pub(super) fn count_request(&self) {
        self.unreported_requests.fetch_add(1, Ordering::Relaxed);
        self.step();
    }

    /// Records progress.
    pub(super) fn step(&self) {
        self.steps.fetch_add(1, Ordering::Relaxed);
    }

    /// Resolves after `polls` consecutive polls without progress while nothing is waited for.
    pub(super) async fn stalls(&self, polls: u32, between: Duration) {
        let (mut seen, mut idle_polls) = (None, 0);
        while idle_polls < polls {
            tokio::time::sleep(between).await;
            let steps = Some(self.steps.load(Ordering::Relaxed));
            idle_polls = if seen == steps && self.waiting().is_none() {
                idle_polls + 1
            } else {
                0
            };
            seen = steps;
        }
    }

    /// Takes the unreported request count. The caller must add it to the run.
    pub(super) fn take_unreported(&self) -> u32 {
        self.unreported_requests.swap(0, Ordering::Relaxed)
    }

    /// Restores a count that could not be added to the run.
    pub(super) fn restore_unreported(&self, unreported_requests: u32) {
        self.unreported_requests
            .fetch_add(unreported_requests, Ordering::Relaxed);
    }

    /// Records that a request waits, for as long as the returned value is held.
    pub(super) fn waits(
        &self,
        connection: ConnectionId,
        until: DateTime<Utc>,
        what: String,
    ) -> Waiting<'_> {
        let mut waits = self.waits.lock();
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

    /// Resolves when the run starts or stops waiting.
    pub(super) async fn changed(&self) {
        self.changed.notified().await;
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut waits = self.run.waits.lock();
        if let Some(wait) = waits.get_mut(&self.connection) {
            wait.requests -= 1;
            if wait.requests == 0 {
                waits.remove(&self.connection);
                self.run.step();
                self.run.changed.notify_one();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[tokio::test]
    async fn it_stalls_where_nothing_goes_on_and_nothing_is_waited_for() {
        let database = crate::databases::sqlite();
        let url = database.url.parse().expect("a database address");
        let store = Store::open(&url, &|_, _| {}).await.expect("opened");
        let open = OpenRun {
            tenant: TenantId::new(1),
            id: RunId::new(1),
            schedule: None,
            trigger: Trigger::Manual,
            started_at: DateTime::UNIX_EPOCH,
        };
        let worker = store.unscoped_register_worker("tests", false).await;
        let cancellation = CancellationToken::new();
        let worker = worker.expect("enlisted");
        let run = ActiveRun::new(&open, worker, DateTime::UNIX_EPOCH, cancellation);
        let stalls = || {
            let stalls = run.stalls(2, Duration::from_millis(10));
            async { tokio::time::timeout(Duration::from_millis(300), stalls).await }
        };
        let waiting = run.waits(
            ConnectionId::new(1),
            DateTime::UNIX_EPOCH,
            "GitHub".to_owned(),
        );
        assert!(stalls().await.is_err(), "it waits");
        drop(waiting);
        let goes_on = async {
            loop {
                run.count_request();
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            stalled = stalls() => assert!(stalled.is_err(), "it goes on"),
            () = goes_on => {}
        }
        let stalled = tokio::time::timeout(
            Duration::from_mins(1),
            run.stalls(2, Duration::from_millis(10)),
        );
        assert!(stalled.await.is_ok());
    }
}
