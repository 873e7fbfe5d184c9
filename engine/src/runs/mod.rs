//! Collection runs: starting, cancelling and retrying them.

mod reading;
mod system;
mod watching;

use domain::report::{Run, RunForecast};
use domain::{AuditAction, Permission, RepositoryId, RunId, RunStatus, TenantId, Trigger, Viewer};

use crate::collector::RunRequest;
use crate::limits::listed_ids;
use crate::store::RequestedRun;
use crate::store::RunScope;
use crate::system_log::actor;
use crate::{Engine, Error, Result, authorize};

/// How many runs a page lists.
const SHOWN_RUNS: u32 = 20;

impl Engine {
    /// How many requests collecting everything now would take, and how long.
    ///
    /// # Errors
    /// When the viewer may not collect.
    pub async fn forecast(&self, viewer: &Viewer, tenant: TenantId) -> Result<RunForecast> {
        authorize(viewer, tenant, Permission::Collect)?;
        let connections = self.0.store.connections(tenant).await?;
        let past = self.0.store.past_runs(tenant).await?;
        Ok(RunForecast::new(&connections, &past, self.0.clock.now()))
    }

    /// Starts a run in the background. Returns the run that collects the requested repositories: a
    /// new one, or an active one that collects them already.
    ///
    /// # Errors
    /// When the viewer may not, the tenant is suspended, a named repository is not in scope, or
    /// there are more than a request may name.
    pub async fn start_run(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        trigger: Trigger,
        repositories: Option<Vec<RepositoryId>>,
    ) -> Result<RunId> {
        authorize(viewer, tenant, Permission::Collect)?;
        let repositories = repositories.map(listed_ids).transpose()?;
        if let Some(ids) = &repositories {
            self.require_in_scope(viewer, tenant, ids).await?;
        }
        let requested = self.begin_run(viewer, tenant, trigger, repositories);
        Ok(requested.await?.id)
    }

    /// Collects all repositories now. Returns every run that collects some of them: a new one for
    /// those without an active run, and the active ones.
    ///
    /// # Errors
    /// When the viewer may not, or the tenant is suspended.
    pub async fn collect_all(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        trigger: Trigger,
    ) -> Result<Vec<RunId>> {
        authorize(viewer, tenant, Permission::Collect)?;
        let requested = self.begin_run(viewer, tenant, trigger, None).await?;
        let mut runs = vec![requested.id];
        runs.extend(requested.others);
        Ok(runs)
    }

    /// Cancels a run. Requests in flight are dropped; collected data stays.
    ///
    /// # Errors
    /// When the viewer may not, the run does not exist, or it has ended.
    pub async fn cancel_run(&self, viewer: &Viewer, tenant: TenantId, id: RunId) -> Result<()> {
        authorize(viewer, tenant, Permission::Collect)?;
        self.run_to_change(tenant, id).await?;
        let (by, now) = (actor(viewer), self.0.clock.now());
        let mut transaction = self.0.store.begin().await?;
        if !transaction.cancel_run(tenant, id, &by, now).await? {
            return Err(Error::conflict("The run has already ended."));
        }
        self.log(
            &mut transaction,
            viewer,
            AuditAction::CollectionCancelled,
            Some(tenant),
            &format!("Run {id}"),
        )
        .await?;
        transaction.commit().await?;
        self.0.collector.cancel_local(id);
        Ok(())
    }

    /// Starts a run for the repositories that failed at least in part in another, and those that it
    /// did not reach.
    ///
    /// # Errors
    /// When the viewer may not, the run does not exist or is active, or nothing is left to collect.
    pub async fn retry_run(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: RunId,
        trigger: Trigger,
    ) -> Result<RunId> {
        authorize(viewer, tenant, Permission::Collect)?;
        let run = self.run_to_change(tenant, id).await?;
        if run.status == RunStatus::Running {
            return Err(Error::conflict(
                "The run is still in progress. Wait for it to end, or cancel it first.",
            ));
        }
        let repositories = self.0.store.retryable(tenant, id).await?;
        if repositories.is_empty() {
            return Err(Error::conflict(
                "There is nothing to retry. Everything was collected or is no longer tracked.",
            ));
        }
        let requested = self.begin_run(viewer, tenant, trigger, Some(repositories));
        Ok(requested.await?.id)
    }

    /// Collects a repository that was just tracked; `None` when no run can start, which is logged
    /// and does not prevent tracking.
    pub(crate) async fn begin_first_run(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        trigger: Trigger,
        repository: RepositoryId,
    ) -> Option<RunId> {
        let begun = self.begin_run(viewer, tenant, trigger, Some(vec![repository]));
        begun
            .await
            .inspect_err(|error| {
                tracing::warn!(
                    error = error as &dyn std::error::Error,
                    repository.id = repository.get(),
                    "a repository was tracked but its first collection could not start"
                );
            })
            .ok()
            .map(|run| run.id)
    }

    async fn run_to_change(&self, tenant: TenantId, id: RunId) -> Result<Run> {
        let run = self.0.store.run(tenant, id).await?;
        run.ok_or_else(Error::not_found)
    }

    async fn begin_run(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        trigger: Trigger,
        repositories: Option<Vec<RepositoryId>>,
    ) -> Result<RequestedRun> {
        let subject = match &repositories {
            None => "All repositories".to_owned(),
            Some(only) => format!("{} selected repositories", only.len()),
        };
        let request = RunRequest {
            tenant,
            trigger,
            schedule: None,
            due_at: None,
            scope: repositories.map_or(RunScope::All, RunScope::Only),
        };
        let Some(run) = self.0.collector.start(request).await? else {
            return Err(match self.0.store.is_suspended(tenant).await? {
                None => Error::not_found(),
                Some(true) => Error::conflict(
                    "The tenant is suspended. An administrator must resume it before anything can be collected.",
                ),
                Some(false) => {
                    Error::conflict("Tidemark is shutting down. Try again after it restarts.")
                }
            });
        };
        if !run.is_new {
            return Ok(run);
        }
        let logged = self.log_alone(
            viewer,
            AuditAction::CollectionStarted,
            Some(tenant),
            &subject,
        );
        if let Err(error) = logged.await {
            // The run has started; reporting a failure would start another.
            tracing::error!(
                error = &error as &dyn std::error::Error,
                run.id = run.id.get(),
                "logging the start of a collection failed"
            );
        }
        Ok(run)
    }
}
