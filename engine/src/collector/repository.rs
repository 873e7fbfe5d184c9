//! The repository itself: its current name, and its stars, forks, watchers and open issues.

use domain::{Day, Endpoint, FailureKind, Visibility};

use super::error::CollectError;
use super::task::Task;
use crate::github::{Conditional, GithubError};
use crate::store::{Fetched, RepositoryMetadata};

/// Requests the repository by its id, so that renames and transfers are followed, and stores its
/// metadata and today's stats.
pub(super) async fn collect(task: &Task<'_>) -> Result<Fetched, CollectError> {
    let target = task.target;
    let (client, known) = (task.client(), task.etag(Endpoint::Repository));
    let request = move || client.repository_by_id(target.github_id, known);
    let response = match task.request(request).await {
        Err(CollectError::Github(GithubError::NotFound)) => {
            return Err(not_found(task).await?.into());
        }
        response => response?,
    };
    let _permit = task.write_permit().await?;
    let today = Day::of(task.clock().now());
    let Conditional::Modified(repository, tag) = response else {
        // Not modified: today's stats equal the last known ones.
        let popularity = task
            .store()
            .newest_popularity(task.tenant, target.id)
            .await?;
        if let Some(popularity) = popularity {
            task.store()
                .save_popularity(task.tenant, target.id, today, popularity)
                .await?;
        }
        return Ok(Fetched::NotModified);
    };
    if repository.github_id != target.github_id {
        return Err(GithubError::Malformed("a different repository").into());
    }
    let metadata = RepositoryMetadata {
        full_name: repository.full_name,
        visibility: repository.visibility,
        archived: repository.archived,
        created_on: repository.created_on,
    };
    let events = task
        .store()
        .update_metadata(task.tenant, target.id, &metadata, task.clock().now())
        .await?;
    for event in events {
        tracing::info!(
            repository.name = %target.full_name,
            repository.present_name = %metadata.full_name,
            event = event.kind.as_str(),
            "a repository changed on GitHub"
        );
    }
    task.store()
        .save_popularity(task.tenant, target.id, today, repository.popularity)
        .await?;
    Ok(Fetched::stored(tag, repository.left_out))
}

/// What a 404 means, which GitHub returns for everything a token may not see. When a public
/// repository starts to fail, one request without a token checks whether it is still public.
async fn not_found(task: &Task<'_>) -> Result<GithubError, CollectError> {
    let target = task.target;
    match target.failure_kind {
        Some(FailureKind::AccessLost) => return Ok(GithubError::AccessLost),
        Some(FailureKind::Gone) => return Ok(GithubError::NotFound),
        _ if target.visibility != Some(Visibility::Public) => return Ok(GithubError::NotFound),
        _ => {}
    }
    let Some(check) = task.client().visibility_check() else {
        return Ok(GithubError::NotFound);
    };
    let seen = task
        .request(async || Ok(check.is_public(target.github_id).await))
        .await?;
    Ok(match seen {
        Some(true) => GithubError::AccessLost,
        Some(false) | None => GithubError::NotFound,
    })
}
