//! This process as a worker: its registration and heartbeat, the runs it joins, and the work of
//! dead workers that it takes over.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use domain::Trigger;

use super::{Collector, RunRequest};
use crate::error::log_error;
use crate::store::{RunScope, WorkerId};
use crate::{Result, StoreError};

/// How often a worker sends its heartbeat. After 30 seconds without one it counts as dead.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// Runs interrupted longer ago are left to their schedules.
const MAX_RESUME_AGE: TimeDelta = TimeDelta::days(1);

/// This process's worker registration.
#[derive(Clone, Copy)]
pub(super) struct Registration {
    worker: WorkerId,
    /// Whether it joins runs that others started.
    shares: bool,
}

impl Collector {
    /// Registers this process as a server, which joins every active run, and marks abandoned runs
    /// as interrupted.
    ///
    /// A registration under its own name belongs to a dead predecessor, whose claims are released
    /// at once. Other workers are dead after 30 seconds without a heartbeat.
    pub(crate) async fn serve(&self) -> Result<()> {
        let mut registration = self.0.registration.lock().await;
        let store = &self.0.store;
        store.unscoped_expire_predecessors(&self.0.worker).await?;
        self.expire_dead_workers().await?;
        self.interrupt_orphans().await?;
        *registration = Some(self.register_worker(true).await?);
        Ok(())
    }

    /// Starts one run for what each interrupted run left. If a run of the same schedule is active,
    /// that one collects it.
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

    /// This process's worker. Registers it first, as one that works only on its own runs, if it is
    /// not registered.
    pub(super) async fn ensure_registered(&self) -> Result<WorkerId> {
        let mut registration = self.0.registration.lock().await;
        if let Some(registration) = *registration {
            return Ok(registration.worker);
        }
        // If no server runs, nothing else marks what dead commands left.
        self.expire_dead_workers().await?;
        self.interrupt_orphans().await?;
        let entered = self.register_worker(false).await?;
        *registration = Some(entered);
        Ok(entered.worker)
    }

    /// Deregisters this process, and marks the runs that it abandons as interrupted.
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
            // Weak reference, so the heartbeat task does not keep the collector alive.
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

    /// Sends the heartbeat, expires dead workers, and joins runs with open repositories.
    async fn heartbeat(&self) -> Result<()> {
        let store = &self.0.store;
        let registration = {
            let mut held = self.0.registration.lock().await;
            let Some(mut registered) = *held else {
                return Ok(());
            };
            if !store.unscoped_record_heartbeat(registered.worker).await? {
                // The machine slept, and others took its work over. Register anew.
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
        // Snapshot before the query, so a run started meanwhile is not cancelled.
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
            // A command may wait for another command's run, which dies with it if no server runs.
            self.interrupt_orphans().await?;
        }
        for open in store
            .unscoped_open_runs(registration.worker, registration.shares)
            .await?
        {
            // One run's error does not keep the others waiting; the next heartbeat tries again.
            if let Err(error) = self.attach(open, registration.worker).await {
                log_error(&error, "a run could not be joined");
            }
        }
        Ok(())
    }

    /// Releases claims of runs that this process no longer works on: claimed at the last moment, or
    /// left by a failed release.
    async fn release_forgotten(&self, worker: WorkerId) -> std::result::Result<(), StoreError> {
        // Query the claims before the active runs: a run missing from the later list is no longer
        // worked on.
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
