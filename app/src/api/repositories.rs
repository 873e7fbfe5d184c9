//! Tracking repositories.

use domain::RepositoryId;
#[cfg(feature = "ssr")]
use domain::report::RepositoriesReport;
use domain::report::{History, Tracked};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::asked::{Asked, problem, told};
use crate::error::AppError;

/// The repositories of a tenant, kept ones included.
#[cfg(feature = "ssr")]
pub async fn repositories(tenant: &str) -> Result<RepositoriesReport, AppError> {
    let asked = Asked::about(tenant).await?;
    told(asked.engine.repositories(&asked.viewer, asked.tenant).await)
}

/// Tracks a repository, after asking GitHub for it, and collects it at once.
#[server(Track, endpoint = "track")]
pub async fn track(tenant: String, repository: String) -> Result<Tracked, AppError> {
    let asked = Asked::about(&tenant).await?;
    let name = repository.parse().map_err(invalid)?;
    told(
        asked
            .engine
            .track_now(&asked.viewer, asked.tenant, &name)
            .await,
    )
}

/// Stops tracking a repository.
#[server(Untrack, endpoint = "untrack")]
pub async fn untrack(tenant: String, id: RepositoryId, history: History) -> Result<(), AppError> {
    let asked = Asked::about(&tenant).await?;
    told(
        asked
            .engine
            .untrack(&asked.viewer, asked.tenant, id, history)
            .await,
    )
}

#[cfg(feature = "ssr")]
fn invalid(reason: impl std::fmt::Display) -> AppError {
    problem(domain::Problem::new(
        domain::ProblemKind::Invalid,
        reason.to_string(),
    ))
}
