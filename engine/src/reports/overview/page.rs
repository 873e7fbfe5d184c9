//! The overview page: the overview, and what the viewer may do there.

use domain::report::{Overview, OverviewPage, OverviewQuery, Run, SinceYesterday};
use domain::{Access, Permission, RunStatus, TenantId, Viewer};

use crate::{Engine, Result, authorize};

/// How many of the newest runs to search for the last finished one.
const RECENT_RUNS: u32 = 5;

impl Engine {
    /// What changed since yesterday among the repositories in scope, for a page or a message.
    ///
    /// # Errors
    /// When the viewer may not see them.
    pub async fn since_yesterday(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
    ) -> Result<SinceYesterday> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        let overview = self.overview(viewer, tenant, OverviewQuery::default());
        Ok(overview.await?.since_yesterday)
    }

    /// Totals, a chart and a table of the repositories in scope over a period, with warnings and
    /// the runs that explain them.
    ///
    /// # Errors
    /// When the viewer may not see them.
    pub async fn overview_page(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        query: OverviewQuery,
    ) -> Result<OverviewPage> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        let may = |permission| viewer.access(tenant, permission) == Access::Granted;
        let store = &self.0.store;
        let overview = self.overview(viewer, tenant, query).await?;

        let is_empty = overview.report.repositories_total == 0;
        let to_connect = is_empty
            && may(Permission::ManageConnections)
            && store.connections(tenant).await?.is_empty();
        let shows_runs = is_outstanding(&overview) || overview.report.need_attention > 0;
        let runs = if shows_runs && may(Permission::ViewCollection) {
            store.runs(tenant, None, RECENT_RUNS).await?
        } else {
            Vec::new()
        };
        let may_follow = is_outstanding(&overview) && may(Permission::ViewCollection);
        let ended = last_ended(&runs).map(|run| run.id);
        let run = runs
            .into_iter()
            .find(|run| run.status == RunStatus::Running)
            .filter(|_| may_follow);
        Ok(OverviewPage {
            may_track: may(Permission::ManageRepositories),
            to_connect,
            follows: may_follow && (run.is_some() || overview.report.views.total.is_none()),
            run,
            ended: ended.filter(|_| overview.report.need_attention > 0),
            overview,
        })
    }
}

/// Whether some repositories have not been collected today.
const fn is_outstanding(overview: &Overview) -> bool {
    overview.report.collected_today < overview.report.repositories_total
}

/// The newest finished run that did not succeed; without one, the newest finished run.
fn last_ended(runs: &[Run]) -> Option<&Run> {
    let mut ended = (runs.iter()).filter(|run| run.status != RunStatus::Running);
    let failed = ended.clone().find(|run| run.status != RunStatus::Succeeded);
    failed.or_else(|| ended.next())
}
