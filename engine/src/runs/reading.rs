//! What a tenant's runs brought: the newest, a page of their history, and one of them.

use domain::report::{CollectionReport, Run, RunReport, RunsReport};
use domain::{Access, Permission, RunId, RunStatus, TenantId, Viewer};

use super::SHOWN_RUNS;
use crate::schedules::explained;
use crate::{Engine, Error, Result, authorize};

/// How many runs are told at once.
const MOST_RUNS: u32 = 100;
/// How many repositories of a run a page shows.
const SHOWN_ITEMS: u32 = 100;

impl Engine {
    /// The page of schedules and runs.
    ///
    /// # Errors
    /// Where the viewer may not see it.
    pub async fn collection(&self, viewer: &Viewer, tenant: TenantId) -> Result<CollectionReport> {
        authorize(viewer, tenant, Permission::ViewCollection)?;
        let may = |permission| viewer.access(tenant, permission) == Access::Granted;
        let now = self.0.clock.now();
        let schedules = self.0.store.schedules(tenant).await?;
        let allowed = self.longest_gap(tenant).await?;
        let may_collect = may(Permission::Collect);
        let forecast = if may_collect {
            Some(self.forecast(viewer, tenant).await?)
        } else {
            None
        };
        let forecast = forecast
            .filter(|forecast| forecast.requests > 0)
            .map(|forecast| forecast.to_string());
        Ok(CollectionReport {
            schedules: schedules
                .into_iter()
                .map(|record| explained(record, now, allowed))
                .collect::<Result<_>>()?,
            runs: self.0.store.runs(tenant, None, SHOWN_RUNS).await?,
            forecast,
            may_collect,
            may_manage: may(Permission::ManageSchedules),
        })
    }

    /// A tenant's newest runs, newest first.
    ///
    /// # Errors
    /// Where the viewer may not see them.
    pub async fn runs(&self, viewer: &Viewer, tenant: TenantId, limit: u32) -> Result<Vec<Run>> {
        authorize(viewer, tenant, Permission::ViewCollection)?;
        Ok(self.0.store.runs(tenant, None, limit).await?)
    }

    /// A page of a tenant's runs, newest first: those before a run, or the newest.
    ///
    /// # Errors
    /// Where the viewer may not see them.
    pub async fn runs_report(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        before: Option<RunId>,
        limit: u32,
    ) -> Result<RunsReport> {
        authorize(viewer, tenant, Permission::ViewCollection)?;
        let store = &self.0.store;
        let limit = limit.clamp(1, MOST_RUNS);
        let mut runs = store.runs(tenant, before, limit + 1).await?;
        let more = runs.len() > limit as usize;
        runs.truncate(limit as usize);
        let next = runs.last().map(|run| run.id).filter(|_| more);
        Ok(RunsReport { runs, next })
    }

    /// A run with its repositories, from one of them on.
    ///
    /// # Errors
    /// Where there is none, or the viewer may not see it.
    pub async fn run_report(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: RunId,
        from: u32,
    ) -> Result<RunReport> {
        let run = self.run(viewer, tenant, id).await?;
        let store = &self.0.store;
        let mut items = store.run_items(tenant, id, from, SHOWN_ITEMS + 1).await?;
        let more = items.len() > SHOWN_ITEMS as usize;
        items.truncate(SHOWN_ITEMS as usize);
        let may_collect = viewer.access(tenant, Permission::Collect) == Access::Granted;
        let to_retry = if may_collect {
            store.retryable(tenant, id).await?.len()
        } else {
            0
        };
        Ok(RunReport {
            may_cancel: may_collect && run.status == RunStatus::Running,
            to_retry: u32::try_from(to_retry).unwrap_or(u32::MAX),
            next: more.then(|| from.saturating_add(SHOWN_ITEMS)),
            run,
            items,
        })
    }

    /// One run.
    ///
    /// # Errors
    /// Where there is none, or the viewer may not see it.
    pub async fn run(&self, viewer: &Viewer, tenant: TenantId, id: RunId) -> Result<Run> {
        authorize(viewer, tenant, Permission::ViewCollection)?;
        self.0
            .store
            .run(tenant, id)
            .await?
            .ok_or_else(Error::not_found)
    }
}
