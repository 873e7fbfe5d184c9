//! Runs: what the page of them shows, and starting one.

use domain::RunId;
#[cfg(feature = "ssr")]
use domain::report::CollectionReport;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::asked::{Asked, told};
use crate::error::AppError;

/// The schedules and the newest runs of a tenant.
#[cfg(feature = "ssr")]
pub async fn collection(tenant: &str) -> Result<CollectionReport, AppError> {
    let asked = Asked::about(tenant).await?;
    told(asked.engine.collection(&asked.viewer, asked.tenant).await)
}

/// Starts a collection of all repositories; it goes on in the background.
#[server(CollectNow, endpoint = "collect_now")]
pub async fn collect_now(tenant: String) -> Result<RunId, AppError> {
    let asked = Asked::about(&tenant).await?;
    told(
        asked
            .engine
            .start_run(&asked.viewer, asked.tenant, domain::Trigger::Manual, None)
            .await,
    )
}
