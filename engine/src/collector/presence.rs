//! This process among those that collect: its sign of life, the runs of others that it takes part
//! in, and what becomes of the work of the dead.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use domain::Trigger;

use super::{Collector, RunRequest, Selection};
use crate::store::WorkerId;
use crate::{Result, StoreError};

/// How often a process says that it lives, and looks round. Half a minute without is its death.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// What was interrupted longer ago is left to the schedules.
const WORTH_TAKING_UP: TimeDelta = TimeDelta::days(1);

/// What this process is among those that collect.
#[derive(Clone, Copy)]
pub(super) struct Presence {
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
        let mut presence = self.0.presence.lock().await;
        let store = &self.0.store;
        store.unscoped_bury(&self.0.worker).await?;
        self.bury_silent().await?;
        self.interrupt_orphans().await?;
        *presence = Some(self.enlist(true).await?);
        Ok(())
    }

    /// Starts a run for what each interrupted run left, once. Where a run of the same schedule
    /// goes on already, it has them all.
    pub(crate) async fn take_up(&self) -> Result<()> {
        let since = self.0.clock.now() - WORTH_TAKING_UP;
        for left in self.0.store.unscoped_left_runs(since).await? {
            let request = RunRequest {
                tenant: left.tenant,
                trigger: Trigger::Startup,
                schedule: left.schedule,
                due_at: None,
                about: Selection::LeftBy(left.id),
            };
            if let Some(run) = self.start(request).await? {
                tracing::info!(
                    run.id = run.id.get(),
                    run.interrupted_id = left.id.get(),
                    "an interrupted collection is taken up"
                );
            }
        }
        Ok(())
    }

    /// This process, entered as one that begins runs of its own where it is not yet.
    pub(super) async fn enlisted(&self) -> Result<WorkerId> {
        let mut presence = self.0.presence.lock().await;
        if let Some(presence) = *presence {
            return Ok(presence.worker);
        }
        // What dead commands left has nobody else to mark it where no server runs.
        self.bury_silent().await?;
        self.interrupt_orphans().await?;
        let entered = self.enlist(false).await?;
        *presence = Some(entered);
        Ok(entered.worker)
    }

    /// Strikes this process off, and marks the runs that nobody goes on with then.
    pub(super) async fn retire(&self) -> std::result::Result<(), StoreError> {
        let Some(presence) = self.0.presence.lock().await.take() else {
            return Ok(());
        };
        self.0.store.unscoped_leave(presence.worker).await?;
        self.interrupt_orphans().await
    }

    async fn enlist(&self, shares: bool) -> std::result::Result<Presence, StoreError> {
        let all = &*self.0;
        let worker = all.store.unscoped_enlist(&all.worker, shares).await?;
        all.beating.call_once(|| {
            let stopping = all.stopping.clone();
            // What nobody uses any more does not live for its heartbeat's sake.
            let collector = Arc::downgrade(&self.0);
            tokio::spawn(async move {
                let pause = || stopping.run_until_cancelled(tokio::time::sleep(HEARTBEAT));
                while pause().await.is_some() {
                    let Some(collector) = collector.upgrade().map(Self) else {
                        return;
                    };
                    if let Err(error) = collector.look_round().await {
                        tracing::error!(
                            error = &error as &dyn std::error::Error,
                            "this process could not look after the runs"
                        );
                    }
                }
            });
        });
        Ok(Presence { worker, shares })
    }

    /// Says that this process lives, buries those that do not, and takes part in what waits.
    async fn look_round(&self) -> Result<()> {
        let store = &self.0.store;
        let presence = {
            let mut held = self.0.presence.lock().await;
            let Some(mut present) = *held else {
                return Ok(());
            };
            if !store.unscoped_beat(present.worker).await? {
                // The machine slept, and others took its work over. It begins anew.
                tracing::warn!("this process was taken for dead, and its work was given to others");
                for run in self.going() {
                    run.over.cancel();
                }
                present.worker = store
                    .unscoped_enlist(&self.0.worker, present.shares)
                    .await?;
                *held = Some(present);
            }
            present
        };
        // Whatever begins after this look is none of the runs that are looked up then.
        let going = self.going();
        let running = store.unscoped_running().await?;
        for run in going {
            if !running.contains(&run.id) {
                run.over.cancel();
            }
        }
        self.release_forgotten(presence.worker).await?;
        self.bury_silent().await?;
        if !presence.shares {
            // A command may follow a run of another command that dies where no server lives.
            self.interrupt_orphans().await?;
        }
        for open in store
            .unscoped_open_runs(presence.worker, presence.shares)
            .await?
        {
            self.join(open, presence.worker).await?;
        }
        Ok(())
    }

    /// Lets others have what this process holds of runs that it no longer takes part in: what it
    /// claimed in its last moment there, or could not release.
    async fn release_forgotten(&self, worker: WorkerId) -> std::result::Result<(), StoreError> {
        // What it holds is looked up first: whatever it holds then of a run that it took part in
        // before, and no longer does, nobody collects.
        let held = self.0.store.unscoped_held_runs(worker).await?;
        let going = self.going();
        for (tenant, id) in held {
            if going.iter().all(|run| run.id != id) {
                tracing::warn!(
                    run.id = id.get(),
                    "claims that nobody goes on with were released"
                );
                self.0.store.release(tenant, id, worker, 0).await?;
            }
        }
        Ok(())
    }

    async fn bury_silent(&self) -> std::result::Result<(), StoreError> {
        let buried = self.0.store.unscoped_bury_silent().await?;
        if buried > 0 {
            tracing::warn!(
                workers = buried,
                "processes without a sign of life lost what they had claimed"
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
                "runs whose process died were marked interrupted"
            );
            self.change();
        }
        Ok(())
    }
}
