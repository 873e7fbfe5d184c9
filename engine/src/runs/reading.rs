//! A tenant's runs: the newest, a page of their history, and one run.

use domain::report::{CollectionReport, Run, RunReport, RunsReport};
use domain::{Access, Permission, RunId, RunStatus, TenantId, Viewer};

use super::SHOWN_RUNS;
use crate::page::{Page, PageSize};
use crate::schedules::with_preview;
use crate::{Engine, Error, Result, authorize, count, search_text};

/// How many repositories of a run one page lists.
const ITEMS_PER_PAGE: u32 = 50;

impl Engine {
    /// The page of schedules and runs.
    ///
    /// # Errors
    /// When the viewer may not see it.
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
        let forecast = forecast.filter(|forecast| forecast.requests > 0);
        Ok(CollectionReport {
            schedules: schedules
                .into_iter()
                .map(|record| with_preview(record, now, allowed))
                .collect(),
            runs: self.0.store.runs(tenant, None, SHOWN_RUNS).await?,
            forecast,
            may_collect,
            may_manage: may(Permission::ManageSchedules),
        })
    }

    /// A tenant's newest runs, newest first.
    ///
    /// # Errors
    /// When the viewer may not see them.
    pub async fn runs(&self, viewer: &Viewer, tenant: TenantId, limit: u32) -> Result<Vec<Run>> {
        authorize(viewer, tenant, Permission::ViewCollection)?;
        Ok(self.0.store.runs(tenant, None, limit).await?)
    }

    /// A page of a tenant's runs, newest first: those before a run, or the newest ones.
    ///
    /// # Errors
    /// When the viewer may not see them.
    pub async fn runs_report(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        before: Option<RunId>,
        limit: u32,
    ) -> Result<RunsReport> {
        authorize(viewer, tenant, Permission::ViewCollection)?;
        let store = &self.0.store;
        let limit = limit.clamp(1, PageSize::MAX.get());
        let page = Page::cut(store.runs(tenant, before, limit + 1).await?, limit as usize);
        Ok(RunsReport {
            next: page.next(|run| run.id),
            runs: page.rows,
        })
    }

    /// A run with a page of its repositories, or of those whose name contains a text.
    ///
    /// # Errors
    /// When the run does not exist, or the viewer may not see it.
    pub async fn run_report(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: RunId,
        from: u32,
        filter: &str,
    ) -> Result<RunReport> {
        let run = self.run(viewer, tenant, id).await?;
        let store = &self.0.store;
        let page = Page::cut(
            store
                .run_items(tenant, id, search_text(filter), from, ITEMS_PER_PAGE + 1)
                .await?,
            ITEMS_PER_PAGE as usize,
        );
        let may_collect = viewer.access(tenant, Permission::Collect) == Access::Granted;
        let to_retry = if may_collect {
            store.retryable(tenant, id).await?.len()
        } else {
            0
        };
        Ok(RunReport {
            may_cancel: may_collect && run.status == RunStatus::Running,
            to_retry: count(to_retry),
            next: page.has_more.then(|| from.saturating_add(ITEMS_PER_PAGE)),
            run,
            items: page.rows,
        })
    }

    /// One run.
    ///
    /// # Errors
    /// When the run does not exist, or the viewer may not see it.
    pub async fn run(&self, viewer: &Viewer, tenant: TenantId, id: RunId) -> Result<Run> {
        authorize(viewer, tenant, Permission::ViewCollection)?;
        self.0
            .store
            .run(tenant, id)
            .await?
            .ok_or_else(Error::not_found)
    }
}
