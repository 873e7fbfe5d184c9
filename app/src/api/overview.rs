//! What the pages of numbers show.

use domain::report::{Overview, OverviewQuery, RepositoryReport};
use domain::{Interval, Period};

use super::asked::{Asked, problem, told};
use crate::error::AppError;

/// All repositories of a tenant, over a period; and whether whoever asks may track others.
pub async fn overview(tenant: &str, query: OverviewQuery) -> Result<(Overview, bool), AppError> {
    let asked = Asked::about(tenant).await?;
    let may_track = asked.may(domain::Permission::ManageRepositories);
    let overview = told(
        asked
            .engine
            .overview(&asked.viewer, asked.tenant, query)
            .await,
    )?;
    Ok((overview, may_track))
}

/// One repository, over a period.
pub async fn repository(
    tenant: &str,
    owner: &str,
    name: &str,
    period: Period,
    interval: Interval,
) -> Result<RepositoryReport, AppError> {
    let asked = Asked::about(tenant).await?;
    // A malformed name in an address is a page that does not exist.
    let name = format!("{owner}/{name}").parse().map_err(|_| {
        problem(domain::Problem::new(
            domain::ProblemKind::NotFound,
            "There is nothing here.",
        ))
    })?;
    told(
        asked
            .engine
            .repository_report(&asked.viewer, asked.tenant, &name, period, interval)
            .await,
    )
}
