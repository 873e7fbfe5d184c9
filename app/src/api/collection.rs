//! Runs: the data of the Collection page, and starting a run.

use domain::RunId;
#[cfg(feature = "ssr")]
use domain::report::CollectionReport;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::context::{into_app_result, tenant_request};
use crate::error::AppError;

/// The schedules and the newest runs of a tenant.
#[cfg(feature = "ssr")]
pub async fn collection(tenant: &str) -> Result<CollectionReport, AppError> {
    let context = tenant_request(tenant).await?;
    into_app_result(
        context
            .engine
            .collection(&context.viewer, context.tenant)
            .await,
    )
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
