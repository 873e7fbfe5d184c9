//! Statistics in the shape in which they are shown and exported.
#![allow(unused_variables, clippy::todo)]

use domain::report::{Overview, OverviewQuery, Ranking, RepositoryReport, TrafficReport};
use domain::{Day, DayTraffic, Interval, Period, RepositoryId, RepositoryName, TenantId, Viewer};
use futures::Stream;

use crate::{Engine, Result};

/// Which days an export holds.
#[derive(Clone, Copy, Debug, Default)]
pub struct TrafficFilter {
    /// The first day; `None` for the oldest known.
    pub from: Option<Day>,
    /// The last day; `None` for the newest known.
    pub to: Option<Day>,
    /// Only this repository.
    pub repository: Option<RepositoryId>,
}

/// One known day of one repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrafficRow {
    /// The repository.
    pub repository_id: RepositoryId,
    /// Its owner.
    pub owner: String,
    /// Its name within the owner.
    pub name: String,
    /// The day.
    pub day: Day,
    /// What is known of it.
    pub traffic: DayTraffic,
}

impl Engine {
    pub async fn overview(&self, viewer: &Viewer, tenant: TenantId, query: OverviewQuery) -> Result<Overview> { todo!() }
    pub async fn repository_report(&self, viewer: &Viewer, tenant: TenantId, name: &RepositoryName, period: Period, interval: Interval) -> Result<RepositoryReport> { todo!() }
    pub async fn traffic(&self, viewer: &Viewer, tenant: TenantId, id: RepositoryId, from: Option<Day>, to: Option<Day>, interval: Interval) -> Result<TrafficReport> { todo!() }
    pub async fn referrers(&self, viewer: &Viewer, tenant: TenantId, id: RepositoryId, on: Option<Day>) -> Result<Option<Ranking>> { todo!() }
    pub async fn paths(&self, viewer: &Viewer, tenant: TenantId, id: RepositoryId, on: Option<Day>) -> Result<Option<Ranking>> { todo!() }
    pub async fn traffic_rows(&self, viewer: &Viewer, tenant: TenantId, filter: TrafficFilter) -> Result<impl Stream<Item = Result<TrafficRow>> + Send + 'static + use<>> {
        if tenant.get() == 0 { todo!() }
        Ok(futures::stream::empty())
    }
}
