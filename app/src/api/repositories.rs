//! Tracking repositories, and their tags.

use domain::RepositoryId;
use domain::report::History;
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

/// Tracks a repository after checking it on GitHub, and collects it right away. Returns
/// [`Tracked`](domain::report::Tracked) as text.
#[server(Track, endpoint = "track")]
pub async fn track(tenant: String, repository: String) -> Result<String, AppError> {
    let context = tenant_request(&tenant).await?;
    let name = repository.parse().map_err(invalid)?;
    let tracked = into_app_result(
        context
            .engine
            .track_now(&context.viewer, context.tenant, &name)
            .await,
    )?;
    super::page_query::text(&tracked)
}

/// Stops tracking a repository. To delete its history, its name must be typed.
#[server(Untrack, endpoint = "untrack")]
pub async fn untrack(
    tenant: String,
    id: RepositoryId,
    history: History,
    typed: Option<String>,
) -> Result<(), AppError> {
    let context = tenant_request(&tenant).await?;
    into_app_result(
        context
            .engine
            .untrack_confirmed(
                &context.viewer,
                context.tenant,
                id,
                history,
                typed.as_deref().unwrap_or_default(),
            )
            .await,
    )
}

/// Replaces the tags of a repository, separated by commas.
#[server(SetTags, endpoint = "set-tags")]
pub async fn set_tags(
    tenant: String,
    id: RepositoryId,
    #[server(default)] tags: String,
) -> Result<(), AppError> {
    let context = tenant_request(&tenant).await?;
    let tags = domain::TagName::parse_list(&tags).map_err(invalid)?;
    let changed = (context.engine)
        .set_tags(&context.viewer, context.tenant, id, &tags)
        .await;
    into_app_result(changed).map(drop)
}

#[cfg(feature = "ssr")]
fn invalid(reason: impl std::fmt::Display) -> AppError {
    problem(domain::Problem::new(
        domain::ProblemKind::Invalid,
        reason.to_string(),
    ))
}
