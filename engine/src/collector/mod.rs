//! The collector: requests every tracked repository's data before GitHub forgets it.
//!
//! A run collects its repositories, a few at a time, and the endpoints of each. Every endpoint
//! commits its data on its own, so one failure never discards another's data, and repeating it
//! changes nothing.
//!
//! The database holds the repositories of a run. Every process that works on the run claims a few
//! at a time, so several servers share it, and others take over a dead one's.

mod active_run;
mod back_off;
mod breaker;
mod dispatcher;
mod endpoints;
mod error;
mod false_zero_scan;
mod follow_rules;
mod history;
mod outcome;
mod permits;
mod rankings;
mod releases;
mod repository;
mod repository_job;
mod retention;
mod run;
mod stars;
mod tags;
mod task;
mod traffic;
mod upstream;
mod window;
mod worker;

use std::collections::HashMap;
use std::sync::{Arc, Once};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{ConnectionId, RunId, ScheduleId, TenantId, Trigger};
use parking_lot::Mutex;
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use history::{RecordedRanking, RecordedWindow};
pub use releases::RecordedReleases;
pub(crate) use window::days_of;

use crate::clients::Clients;
use crate::error::log_error;
use crate::store::{NewRun, OpenRun, RequestedRun, RunScope, Store, WorkerId};
use crate::{Result, SharedClock, StoreError};
use active_run::ActiveRun;
use upstream::Upstreams;
use worker::Registration;

/// How long active runs may take to finish when the process ends.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(10);

/// How many responses are stored at once. The other database connections serve pages during a run.
const MAX_CONCURRENT_WRITES: usize = 4;

/// A run to start.
#[derive(Clone, Debug)]
pub(crate) struct RunRequest {
    pub(crate) tenant: TenantId,
    pub(crate) trigger: Trigger,
    /// The schedule that it belongs to.
    pub(crate) schedule: Option<ScheduleId>,
    /// The time for which the schedule was due; each is claimed once.
    pub(crate) due_at: Option<DateTime<Utc>>,
    pub(crate) scope: RunScope,
}

/// Runs collections in the background; cheap to clone.
#[derive(Clone)]
pub(crate) struct Collector(Arc<Inner>);

struct Inner {
    store: Store,
    clock: SharedClock,
    clients: Clients,
    concurrency: usize,
    /// How long a run may wait for rate limits, and for a server that is down.
    max_wait: Duration,
    /// How many days raw responses are kept.
    keep_responses_days: u32,
    worker: String,
    upstreams: Upstreams,
    writes: Semaphore,
    active_runs: Mutex<HashMap<RunId, Arc<ActiveRun>>>,
    changes: watch::Sender<u64>,
    stopping: CancellationToken,
    tasks: TaskTracker,
    /// This process's worker registration, if registered.
    registration: tokio::sync::Mutex<Option<Registration>>,
    /// Whether the heartbeat task was started.
    heartbeat_started: Once,
}

/// Removes a run from the active ones, however it ends.
struct Listed<'a>(&'a Inner, RunId);

impl Drop for Listed<'_> {
    fn drop(&mut self) {
        self.0.active_runs.lock().remove(&self.1);
    }
}

impl Collector {
    pub(crate) fn new(
        store: Store,
        clock: SharedClock,
        clients: Clients,
        concurrency: usize,
        max_wait: Duration,
        keep_responses_days: u32,
        worker: String,
    ) -> Self {
        let concurrency = concurrency.max(1);
        Self(Arc::new(Inner {
            store,
            clock,
            clients,
            concurrency,
            max_wait,
            keep_responses_days,
            worker,
            upstreams: Upstreams::new(concurrency),
            writes: Semaphore::new(MAX_CONCURRENT_WRITES),
            active_runs: Mutex::default(),
            changes: watch::Sender::new(0),
            stopping: CancellationToken::new(),
            tasks: TaskTracker::new(),
            registration: tokio::sync::Mutex::const_new(None),
            heartbeat_started: Once::new(),
        }))
    }

    /// Starts a run in the background. `None` if the process is ending, a run of the same schedule
    /// is active, its due time is already claimed, or nothing is left of an interrupted run. A
    /// request without a schedule may return active runs that collect the same.
    pub(crate) async fn start(&self, request: RunRequest) -> Result<Option<RequestedRun>> {
        let all = &*self.0;
        if all.stopping.is_cancelled() {
            return Ok(None);
        }
        let worker = self.ensure_registered().await?;
        let started_at = all.clock.now();
        let run = NewRun {
            tenant: request.tenant,
            schedule: request.schedule,
            due_at: request.due_at,
            trigger: request.trigger,
            worker,
            started_at,
            scope: request.scope,
        };
        let Some(requested) = all.store.insert_run(&run).await? else {
            return Ok(None);
        };
        if !requested.is_new {
            return Ok(Some(requested));
        }
        self.change();
        let open = OpenRun {
            tenant: request.tenant,
            id: requested.id,
            schedule: request.schedule,
            trigger: request.trigger,
            started_at,
        };
        self.spawn_run(open, worker, requested.follows).await?;
        Ok(Some(requested))
    }

    /// Works on a run that exists already.
    async fn attach(&self, open: OpenRun, worker: WorkerId) -> Result<()> {
        self.spawn_run(open, worker, false).await
    }

    /// Works on a run in the background; a second call for the same run does nothing. Applies the
    /// follow rules first if the run's starter is to do that.
    async fn spawn_run(&self, open: OpenRun, worker: WorkerId, follows: bool) -> Result<()> {
        let all = &*self.0;
        let wait_deadline = self.wait_deadline(&open).await?;
        let run = Arc::new(ActiveRun::new(
            &open,
            worker,
            wait_deadline,
            all.stopping.child_token(),
        ));
        {
            let mut active_runs = all.active_runs.lock();
            if active_runs.contains_key(&open.id) {
                return Ok(());
            }
            active_runs.insert(open.id, Arc::clone(&run));
        }
        let collector = self.clone();
        all.tasks.spawn(async move {
            let _listed = Listed(&collector.0, run.id);
            if follows {
                collector.apply_follow_rules(&run, &open).await;
            }
            collector.process_run(&run).await;
        });
        Ok(())
    }

    /// Stops this process's work on a cancelled run.
    pub(crate) fn cancel_local(&self, id: RunId) {
        let active_runs = self.0.active_runs.lock();
        if let Some(run) = active_runs.get(&id) {
            run.cancellation.cancel();
        }
        drop(active_runs);
        self.change();
    }

    /// How many days raw responses are kept.
    pub(crate) fn keep_responses_days(&self) -> u32 {
        self.0.keep_responses_days
    }

    /// Drops what is known of a removed connection.
    pub(crate) fn forget(&self, id: ConnectionId) {
        self.0.upstreams.forget(id);
    }

    /// How long a run may wait: not past its schedule's next due time.
    async fn wait_deadline(&self, run: &OpenRun) -> Result<DateTime<Utc>> {
        let max_wait = TimeDelta::from_std(self.0.max_wait).unwrap_or(TimeDelta::MAX);
        let end = run
            .started_at
            .checked_add_signed(max_wait)
            .unwrap_or(DateTime::<Utc>::MAX_UTC);
        let Some(id) = run.schedule else {
            return Ok(end);
        };
        let schedule = match self.0.store.schedule(run.tenant, id).await {
            // The scheduler logs a schedule that it cannot read; it has no next due time.
            Err(StoreError::UnknownWord(_)) => None,
            found => found?,
        };
        let next_due =
            schedule.and_then(|schedule| schedule.cron.next_run(schedule.zone, run.started_at));
        Ok(next_due.map_or(end, |due| due.min(end)))
    }

    /// Notifies of every change of this process's runs.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.0.changes.subscribe()
    }

    /// Sends no more requests, gives the runs a moment to store their last responses, and leaves
    /// the rest to other workers.
    pub(crate) async fn shut_down(&self) {
        self.0.stopping.cancel();
        self.0.tasks.close();
        if tokio::time::timeout(SHUTDOWN_GRACE, self.0.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!("runs did not finish in time and are left to other processes");
        }
        if let Err(error) = self.deregister().await {
            log_error(&error, "deregistering this process failed");
        }
        self.change();
    }

    fn active_runs(&self) -> Vec<Arc<ActiveRun>> {
        let active_runs = self.0.active_runs.lock();
        active_runs.values().cloned().collect()
    }

    fn change(&self) {
        self.0
            .changes
            .send_modify(|changes| *changes = changes.wrapping_add(1));
    }
}
