//! Tracking repositories.

use domain::RepositoryId;
use domain::report::{History, Tracked};
#[cfg(feature = "ssr")]
use domain::report::{PagedRepositories, RepositoriesQuery};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::context::{into_app_result, problem, tenant_request};
use crate::error::AppError;

/// One page of a tenant's repositories, kept ones included.
#[cfg(feature = "ssr")]
pub async fn repositories(
    tenant: &str,
    query: RepositoriesQuery,
) -> Result<PagedRepositories, AppError> {
    let context = tenant_request(tenant).await?;
    into_app_result(
        context
            .engine
            .paged_repositories(&context.viewer, context.tenant, query)
            .await,
    )
}

/// Tracks a repository after checking it on GitHub, and collects it right away.
#[server(Track, endpoint = "track")]
pub async fn track(tenant: String, repository: String) -> Result<Tracked, AppError> {
    let context = tenant_request(&tenant).await?;
    let name = repository.parse().map_err(invalid)?;
    into_app_result(
        context
            .engine
            .track_now(&context.viewer, context.tenant, &name)
            .await,
    )
}

/// Stops tracking a repository.
#[server(Untrack, endpoint = "untrack")]
pub async fn untrack(tenant: String, id: RepositoryId, history: History) -> Result<(), AppError> {
    let context = tenant_request(&tenant).await?;
    into_app_result(
        context
            .engine
            .untrack(&context.viewer, context.tenant, id, history)
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
