//! The collector: asks GitHub for every tracked repository, before GitHub forgets.
//!
//! A run goes through its repositories, a few at once, and through the endpoints of each. Every
//! endpoint commits what it learns on its own, so one failure never discards another's data, and
//! whatever is repeated changes nothing.
//!
//! The repositories of a run stand in the database, and every process that takes part in the run
//! claims a few at a time, so that several servers share it and a dead one's are taken over.

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
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{ConnectionId, RunId, ScheduleId, TenantId, Trigger};
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use history::{RecordedRanking, RecordedWindow};
pub use releases::RecordedReleases;
pub(crate) use window::days_of;

use crate::clients::Clients;
use crate::error::log_error;
use crate::store::{NewRun, OpenRun, RequestedRun, RunScope, Store, WorkerId};
use crate::{Result, SharedClock};
use active_run::ActiveRun;
use upstream::Upstreams;
use worker::Registration;

/// How long the runs that go on may take to end, once the process is to.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(10);

/// How many answers are stored at once: the others of the database's connections are for people,
/// who want their pages while a collection goes on.
const MAX_CONCURRENT_WRITES: usize = 4;

/// A collection to start.
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
    /// How long a run may wait for limits, and for a server that is away.
    max_wait: Duration,
    /// For how many days answers are kept as they came.
    keep_responses_days: u32,
    worker: String,
    upstreams: Upstreams,
    writes: Semaphore,
    active_runs: Mutex<HashMap<RunId, Arc<ActiveRun>>>,
    changes: watch::Sender<u64>,
    stopping: CancellationToken,
    tasks: TaskTracker,
    /// What this process is among those that collect; nothing, until it does.
    registration: tokio::sync::Mutex<Option<Registration>>,
    /// Whether it says that it lives.
    heartbeat_started: Once,
}

/// Takes a run off the list of those that go on, however it ends.
struct Listed<'a>(&'a Inner, RunId);

impl Drop for Listed<'_> {
    fn drop(&mut self) {
        self.0
            .active_runs
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.1);
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

    /// Starts a run in the background. `None` where the process ends, a run of the same schedule
    /// goes on, or its due time is claimed already; and where nothing is left of an interrupted
    /// one. A request without a schedule is answered by the running runs that collect the same.
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

    /// Takes part in a run that is there already.
    async fn attach(&self, open: OpenRun, worker: WorkerId) -> Result<()> {
        self.spawn_run(open, worker, false).await
    }

    /// Takes part in a run, in the background; once, however often it is asked. Looks for new
    /// repositories first, where that is left to whoever begins the run.
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
            let mut active_runs = all
                .active_runs
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
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

    /// Stops what this process does for a run, which somebody called off.
    pub(crate) fn cancel_local(&self, id: RunId) {
        let active_runs = self
            .0
            .active_runs
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(run) = active_runs.get(&id) {
            run.cancellation.cancel();
        }
        drop(active_runs);
        self.change();
    }

    /// For how many days answers are kept as they came.
    pub(crate) fn keep_responses_days(&self) -> u32 {
        self.0.keep_responses_days
    }

    /// Lets go of what is known of a removed connection.
    pub(crate) fn forget(&self, id: ConnectionId) {
        self.0.upstreams.forget(id);
    }

    /// Until when a run may wait: not beyond its schedule's next time.
    async fn wait_deadline(&self, run: &OpenRun) -> Result<DateTime<Utc>> {
        let max_wait = TimeDelta::from_std(self.0.max_wait).unwrap_or(TimeDelta::MAX);
        let end = run
            .started_at
            .checked_add_signed(max_wait)
            .unwrap_or(DateTime::<Utc>::MAX_UTC);
        let Some(id) = run.schedule else {
            return Ok(end);
        };
        let next_due = self
            .0
            .store
            .schedule(run.tenant, id)
            .await?
            .and_then(|schedule| schedule.cron.next_run(schedule.zone, run.started_at));
        Ok(next_due.map_or(end, |due| due.min(end)))
    }

    /// Tells of every change of a run of this process.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.0.changes.subscribe()
    }

    /// Sends nothing more to GitHub, gives the runs a moment to store what is on its way, and
    /// leaves the rest to others.
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
        let active_runs = self
            .0
            .active_runs
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        active_runs.values().cloned().collect()
    }

    fn change(&self) {
        self.0
            .changes
            .send_modify(|changes| *changes = changes.wrapping_add(1));
    }
}
