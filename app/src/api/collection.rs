//! Runs: the data of the Collection page, and starting a run.

use domain::RunId;
#[cfg(feature = "ssr")]
use domain::report::CollectionReport;
use domain::report::{Run, Schedule};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::Warning;
#[cfg(feature = "ssr")]
use super::context::{into_app_result, tenant_request};
use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::messages;

/// The page of schedules and runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectionData {
    /// The tenant's schedules, each in words.
    pub schedules: Vec<(Schedule, ScheduleText)>,
    /// The newest runs, newest first, running ones included.
    pub runs: Vec<Run>,
    /// The forecast for collecting everything now, if the viewer may start it.
    pub forecast: Option<String>,
    /// Whether the viewer may start a collection.
    pub may_collect: bool,
    /// Whether the viewer may change schedules.
    pub may_manage: bool,
}

/// A schedule in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleText {
    /// The expression in English.
    pub description: String,
    /// The next times in the schedule's zone.
    pub next_runs: Vec<String>,
    /// A warning about it; urgent if it loses days.
    pub warning: Option<Warning>,
}

/// The schedules and the newest runs of a tenant.
#[cfg(feature = "ssr")]
pub async fn collection(tenant: &str) -> Result<CollectionData, AppError> {
    let context = tenant_request(tenant).await?;
    let report = (context.engine)
        .collection(&context.viewer, context.tenant)
        .await;
    into_app_result(report).map(CollectionData::from)
}

#[cfg(feature = "ssr")]
impl From<CollectionReport> for CollectionData {
    fn from(report: CollectionReport) -> Self {
        let schedules = report.schedules.into_iter();
        Self {
            schedules: schedules
                .map(|(schedule, preview)| (schedule, messages::schedule(&preview)))
                .collect(),
            runs: report.runs,
            forecast: report.forecast.as_ref().map(messages::forecast),
            may_collect: report.may_collect,
            may_manage: report.may_manage,
        }
    }
}

/// Starts collecting all repositories in the background.
#[server(CollectNow, endpoint = "collect_now")]
pub async fn collect_now(tenant: String) -> Result<RunId, AppError> {
    let context = tenant_request(&tenant).await?;
    into_app_result(
        context
            .engine
            .start_run(
                &context.viewer,
                context.tenant,
                domain::Trigger::Manual,
                None,
            )
            .await,
    )
}
