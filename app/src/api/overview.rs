//! The data of the overview and the repository page.

use domain::RunId;
use domain::report::{Overview, Run};
#[cfg(feature = "ssr")]
use domain::report::{OverviewQuery, RepositoryReport};
#[cfg(feature = "ssr")]
use domain::{Interval, Period, Permission, RunStatus};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::context::{into_app_result, problem, tenant_request};
#[cfg(feature = "ssr")]
use crate::error::AppError;

/// How many of the newest runs to search for the last finished one.
#[cfg(feature = "ssr")]
const RECENT_RUNS: u32 = 5;

/// The page of all repositories.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverviewData {
    /// Its numbers.
    pub report: Overview,
    /// Whether the viewer may track repositories.
    pub may_track: bool,
    /// Whether GitHub is not connected yet and the viewer may connect it.
    pub to_connect: bool,
    /// Whether the first numbers are being collected and the viewer may see runs.
    pub follows: bool,
    /// The run collecting them, once it has started.
    pub run: Option<Run>,
    /// The newest run with a failure, if repositories need attention and the viewer may see runs.
    pub ended: Option<RunId>,
}

/// All repositories of a tenant over a period, and what the viewer may do.
#[cfg(feature = "ssr")]
pub async fn overview(tenant: &str, query: OverviewQuery) -> Result<OverviewData, AppError> {
    let context = tenant_request(tenant).await?;
    let (engine, viewer, tenant) = (&context.engine, &context.viewer, context.tenant);
    let report = into_app_result(engine.overview(viewer, tenant, query).await)?;

    let is_empty = report.repositories_total == 0;
    let to_connect = is_empty && context.may(Permission::ManageConnections) && {
        let report = into_app_result(engine.connections(viewer, tenant).await)?;
        report.connections.is_empty()
    };
    let outstanding = report.collected_today < report.repositories_total;
    let may_see_runs = context.may(Permission::ViewCollection);
    let may_follow = outstanding && may_see_runs;
    let newest = if may_see_runs && (outstanding || report.need_attention > 0) {
        into_app_result(engine.runs(viewer, tenant, RECENT_RUNS).await)?
    } else {
        Vec::new()
    };
    let ended = || newest.iter().filter(|run| run.status != RunStatus::Running);
    let failed = ended().find(|run| run.status != RunStatus::Succeeded);
    let ended = failed.or_else(|| ended().next()).map(|run| run.id);
    let run = newest
        .into_iter()
        .find(|run| run.status == RunStatus::Running)
        .filter(|_| may_follow);
    Ok(OverviewData {
        may_track: context.may(Permission::ManageRepositories),
        to_connect,
        follows: may_follow && (run.is_some() || report.views.total.is_none()),
        run,
        ended: ended.filter(|_| report.need_attention > 0),
        report,
    })
}

/// One repository, over a period.
#[cfg(feature = "ssr")]
pub async fn repository(
    tenant: &str,
    owner: &str,
    name: &str,
    period: Period,
    interval: Interval,
) -> Result<RepositoryReport, AppError> {
    let context = tenant_request(tenant).await?;
    // A malformed name in an address is a page that does not exist.
    let name = format!("{owner}/{name}")
        .parse()
        .map_err(|_| nothing_here())?;
    into_app_result(
        context
            .engine
            .repository_report(&context.viewer, context.tenant, &name, period, interval)
            .await,
    )
}

/// One repository, whatever its name, over a period.
#[cfg(feature = "ssr")]
pub async fn repository_by_id(
    tenant: &str,
    id: &str,
    period: Period,
    interval: Interval,
) -> Result<RepositoryReport, AppError> {
    let context = tenant_request(tenant).await?;
    let id = id.parse().map_err(|_| nothing_here())?;
    into_app_result(
        context
            .engine
            .repository_report_by_id(
                &context.viewer,
                context.tenant,
                domain::RepositoryId::new(id),
                period,
                interval,
            )
            .await,
    )
}

#[cfg(feature = "ssr")]
fn nothing_here() -> AppError {
    problem(domain::Problem::new(
        domain::ProblemKind::NotFound,
        "Not found.",
    ))
}
