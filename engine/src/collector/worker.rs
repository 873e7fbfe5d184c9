//! This process among those that collect: its sign of life, the runs of others that it takes part
//! in, and what becomes of the work of the dead.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use domain::Trigger;

use super::{Collector, RunRequest};
use crate::error::log_error;
use crate::store::{RunScope, WorkerId};
use crate::{Result, StoreError};

/// How often a process says that it lives, and looks round. Half a minute without is its death.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// What was interrupted longer ago is left to the schedules.
const MAX_RESUME_AGE: TimeDelta = TimeDelta::days(1);

/// What this process is among those that collect.
#[derive(Clone, Copy)]
pub(super) struct Registration {
    worker: WorkerId,
    /// Whether it takes part in the runs that others began.
    shares: bool,
}

impl Collector {
    /// Enters this process as a server, which takes part in whatever run goes on; and marks the
    /// runs that nobody goes on with.
    ///
    /// A process of its own name is a dead predecessor, whose claims are released at once; others
    /// are dead after half a minute of silence.
    pub(crate) async fn serve(&self) -> Result<()> {
        let mut registration = self.0.registration.lock().await;
        let store = &self.0.store;
        store.unscoped_expire_predecessors(&self.0.worker).await?;
        self.expire_dead_workers().await?;
        self.interrupt_orphans().await?;
        *registration = Some(self.register_worker(true).await?);
        Ok(())
    }

    /// Starts a run for what each interrupted run left, once. Where a run of the same schedule
    /// goes on already, it has them all.
    pub(crate) async fn resume_interrupted(&self) -> Result<()> {
        let since = self.0.clock.now() - MAX_RESUME_AGE;
        for left in self.0.store.unscoped_interrupted_runs(since).await? {
            let request = RunRequest {
                tenant: left.tenant,
                trigger: Trigger::Startup,
                schedule: left.schedule,
                due_at: None,
                scope: RunScope::ResumeOf(left.id),
            };
            if let Some(run) = self.start(request).await? {
                tracing::info!(
                    run.id = run.id.get(),
                    run.interrupted_id = left.id.get(),
                    "resuming an interrupted collection"
                );
            }
        }
        Ok(())
    }

    /// This process, entered as one that begins runs of its own where it is not yet.
    pub(super) async fn ensure_registered(&self) -> Result<WorkerId> {
        let mut registration = self.0.registration.lock().await;
        if let Some(registration) = *registration {
            return Ok(registration.worker);
        }
        // What dead commands left has nobody else to mark it where no server runs.
        self.expire_dead_workers().await?;
        self.interrupt_orphans().await?;
        let entered = self.register_worker(false).await?;
        *registration = Some(entered);
        Ok(entered.worker)
    }

    /// Strikes this process off, and marks the runs that nobody goes on with then.
    pub(super) async fn deregister(&self) -> std::result::Result<(), StoreError> {
        let Some(registration) = self.0.registration.lock().await.take() else {
            return Ok(());
        };
        self.0
            .store
            .unscoped_deregister_worker(registration.worker)
            .await?;
        self.interrupt_orphans().await
    }

    async fn register_worker(&self, shares: bool) -> std::result::Result<Registration, StoreError> {
        let all = &*self.0;
        let worker = all
            .store
            .unscoped_register_worker(&all.worker, shares)
            .await?;
        all.heartbeat_started.call_once(|| {
            let stopping = all.stopping.clone();
            // What nobody uses any more does not live for its heartbeat's sake.
            let collector = Arc::downgrade(&self.0);
            tokio::spawn(async move {
                let pause = || stopping.run_until_cancelled(tokio::time::sleep(HEARTBEAT));
                while pause().await.is_some() {
                    let Some(collector) = collector.upgrade().map(Self) else {
                        return;
                    };
                    if let Err(error) = collector.heartbeat().await {
                        log_error(&error, "the heartbeat of this process failed");
                    }
                }
            });
        });
        Ok(Registration { worker, shares })
    }

    /// Says that this process lives, buries those that do not, and takes part in what waits.
    async fn heartbeat(&self) -> Result<()> {
        let store = &self.0.store;
        let registration = {
            let mut held = self.0.registration.lock().await;
            let Some(mut registered) = *held else {
                return Ok(());
            };
            if !store.unscoped_record_heartbeat(registered.worker).await? {
                // The machine slept, and others took its work over. It begins anew.
                tracing::warn!(
                    "this process missed its heartbeats and lost its work to other \
                                processes"
                );
                for run in self.active_runs() {
                    run.cancellation.cancel();
                }
                registered.worker = store
                    .unscoped_register_worker(&self.0.worker, registered.shares)
                    .await?;
                *held = Some(registered);
            }
            registered
        };
        // Whatever begins after this look is none of the runs that are looked up then.
        let active_runs = self.active_runs();
        let running = store.unscoped_running().await?;
        for run in active_runs {
            if !running.contains(&run.id) {
                run.cancellation.cancel();
            }
        }
        self.release_forgotten(registration.worker).await?;
        self.expire_dead_workers().await?;
        if !registration.shares {
            // A command may follow a run of another command that dies where no server lives.
            self.interrupt_orphans().await?;
        }
        for open in store
            .unscoped_open_runs(registration.worker, registration.shares)
            .await?
        {
            self.attach(open, registration.worker).await?;
        }
        Ok(())
    }

    /// Lets others have what this process holds of runs that it no longer takes part in: what it
    /// claimed in its last moment there, or could not release.
    async fn release_forgotten(&self, worker: WorkerId) -> std::result::Result<(), StoreError> {
        // What it holds is looked up first: whatever it holds then of a run that it took part in
        // before, and no longer does, nobody collects.
        let held = self.0.store.unscoped_held_runs(worker).await?;
        let active_runs = self.active_runs();
        for (tenant, id) in held {
            if active_runs.iter().all(|run| run.id != id) {
                tracing::warn!(run.id = id.get(), "released abandoned claims");
                self.0.store.release(tenant, id, worker, 0).await?;
            }
        }
        Ok(())
    }

    async fn expire_dead_workers(&self) -> std::result::Result<(), StoreError> {
        let buried = self.0.store.unscoped_expire_dead_workers().await?;
        if buried > 0 {
            tracing::warn!(
                workers = buried,
                "released the claims of processes without a heartbeat"
            );
        }
        Ok(())
    }

    async fn interrupt_orphans(&self) -> std::result::Result<(), StoreError> {
        let now = self.0.clock.now();
        let marked = self.0.store.unscoped_interrupt_orphans(now).await?;
        if marked > 0 {
            tracing::warn!(
                runs = marked,
                "marked runs of dead processes as interrupted"
            );
            self.change();
        }
        Ok(())
    }
}
