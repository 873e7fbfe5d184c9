//! The rest of what a dead or stopped process left: the next start of a server takes it up.

use chrono::TimeDelta;
use domain::Trigger;

use super::{Collector, RunRequest};
use crate::Result;

/// What was interrupted longer ago is left to the schedules.
const WORTH_TAKING_UP: TimeDelta = TimeDelta::days(1);

impl Collector {
    /// Starts a run for the remaining repositories of each interrupted run, once. Where a run of
    /// the same schedule goes on already, it has them all.
    pub(crate) async fn take_up(&self) -> Result<()> {
        let now = self.0.clock.now();
        let since = now - WORTH_TAKING_UP;
        for left in self.0.store.unscoped_take_up(since, now).await? {
            let repositories = self.0.store.left_of_run(left.tenant, left.id).await?;
            if repositories.is_empty() {
                continue;
            }
            let remaining = repositories.len();
            let request = RunRequest {
                tenant: left.tenant,
                trigger: Trigger::Startup,
                schedule: left.schedule,
                due_at: None,
                repositories: Some(repositories),
            };
            if let Some(run) = self.start(request).await? {
                tracing::info!(
                    run.id = run.get(),
                    run.interrupted_id = left.id.get(),
                    repositories.total = remaining,
                    "an interrupted collection is taken up"
                );
            }
        }
        Ok(())
    }
}
