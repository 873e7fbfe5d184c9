//! The runs of all tenants, for maintainers.

use domain::report::SystemRunsReport;
use domain::{Access, RunId, SystemPermission, TenantId, Trigger, Viewer};

use crate::page::Page;
use crate::{Engine, Error, Result, authorize_system};

/// How many runs one page lists.
const RUNS_PER_PAGE: usize = 50;

impl Engine {
    /// A page of the runs of all tenants, newest first, without the names of repositories.
    ///
    /// # Errors
    /// When the viewer may not see them.
    pub async fn system_runs(
        &self,
        viewer: &Viewer,
        before: Option<RunId>,
    ) -> Result<SystemRunsReport> {
        authorize_system(viewer, SystemPermission::ViewLog)?;
        let store = &self.0.store;
        let page = Page::cut(
            store.unscoped_runs(before, RUNS_PER_PAGE + 1).await?,
            RUNS_PER_PAGE,
        );
        let collectable = match viewer.system_access(SystemPermission::Collect) {
            Access::Granted => store.unscoped_collectable_tenants().await?,
            Access::Forbidden | Access::Hidden => Vec::new(),
        };
        Ok(SystemRunsReport {
            next: page.next(|run| run.id),
            runs: page.rows,
            collectable,
        })
    }

    /// Starts a collection of any tenant, in the background.
    ///
    /// # Errors
    /// When the viewer may not, the tenant does not exist, or it is suspended.
    pub async fn collect_tenant(&self, viewer: &Viewer, tenant: TenantId) -> Result<RunId> {
        authorize_system(viewer, SystemPermission::Collect)?;
        if !self.0.store.unscoped_tenant_exists(tenant).await? {
            return Err(Error::not_found());
        }
        self.start_run(viewer, tenant, Trigger::Manual, None).await
    }
}
