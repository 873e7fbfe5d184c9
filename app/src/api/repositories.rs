//! Tracking repositories, and the connection that it takes.

use domain::RepositoryId;
#[cfg(feature = "ssr")]
use domain::report::RepositoriesReport;
use domain::report::{Connection, History, Repository};
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

/// Tracks a repository, after asking GitHub for it.
#[server(Track, endpoint = "track")]
pub async fn track(tenant: String, repository: String) -> Result<Repository, AppError> {
    let asked = Asked::about(&tenant).await?;
    let name = repository.parse().map_err(invalid)?;
    told(asked.engine.track(&asked.viewer, asked.tenant, &name).await)
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

/// Connects a tenant to GitHub, after trying the token.
#[server(Connect, endpoint = "connect")]
pub async fn connect(
    tenant: String,
    name: String,
    token: String,
    #[server(default)] api_url: String,
) -> Result<Connection, AppError> {
    let asked = Asked::about(&tenant).await?;
    let api_url = match api_url.trim() {
        "" => None,
        text => Some(text.parse().map_err(|_| {
            invalid("The address of the interface is not valid: write it as https://github.example.org/api/v3.")
        })?),
    };
    let input = engine::NewConnection {
        name,
        api_url,
        credential: engine::Credential::Token(token.trim().to_owned().into()),
    };
    told(
        asked
            .engine
            .connect(&asked.viewer, asked.tenant, input)
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
