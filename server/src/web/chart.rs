//! Charts as SVG files.

use app::chart::svg::document;
use app::{overview_chart, repository_chart};
use axum::response::{IntoResponse, Response};
use domain::report::{OverviewQuery, ReportParams, ReportQuery};
use domain::{Problem, ProblemKind, RepositoryId, RepositoryState};
use engine::TenantRequest;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::Deserialize;

use super::repository_filter::{self, filter};
use super::rest::problem::ApiProblem;

/// What to draw: the parameters of the page that shows the chart.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
#[derive(Default)]
pub(super) struct ChartQuery {
    period: String,
    from: String,
    to: String,
    interval: String,
    compare: String,
    filter: Option<String>,
    owner: Option<String>,
    tag: Option<String>,
    #[serde(deserialize_with = "repository_filter::state")]
    status: Option<RepositoryState>,
}

impl ChartQuery {
    fn report(&self) -> Result<ReportQuery, Problem> {
        let query = ReportQuery::parse(ReportParams {
            period: &self.period,
            from: &self.from,
            to: &self.to,
            interval: &self.interval,
            compare: &self.compare,
        });
        query.map_err(|error| Problem::new(ProblemKind::Invalid, error.to_string()))
    }
}

/// The chart of the overview.
pub(super) async fn overview(
    request: &TenantRequest,
    slug: &str,
    query: ChartQuery,
) -> Result<Response, ApiProblem> {
    let query = OverviewQuery {
        report: query.report()?,
        filter: filter(query.filter, query.owner, query.tag, query.status),
        page: 1,
        ..OverviewQuery::default()
    };
    let (viewer, tenant) = (&request.viewer, request.tenant);
    let page = request.engine.overview_page(viewer, tenant, query).await?;
    svg(document(&overview_chart(&page.overview.report), slug))
}

/// The chart of a repository.
pub(super) async fn repository(
    request: &TenantRequest,
    id: RepositoryId,
    query: ChartQuery,
) -> Result<Response, ApiProblem> {
    let query = query.report()?.into();
    let (viewer, tenant) = (&request.viewer, request.tenant);
    let page = (request.engine)
        .repository_page_by_id(viewer, tenant, id, query)
        .await?;
    let name = page.report.repository.full_name.to_string();
    svg(document(&repository_chart(&page.report), &name))
}

fn svg(file: Option<String>) -> Result<Response, ApiProblem> {
    let file = file.ok_or_else(|| {
        Problem::new(
            ProblemKind::Internal,
            "The chart could not be drawn.".to_owned(),
        )
    })?;
    let headers = [
        (CONTENT_TYPE, "image/svg+xml"),
        (CONTENT_DISPOSITION, "attachment; filename=\"chart.svg\""),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, file).into_response())
}
