//! The repository itself: its present name, and its stars, forks, watchers and open issues.

use domain::Day;

use super::Task;
use super::trouble::Trouble;
use crate::github::GithubError;

/// Asks for the repository by its id, so that renames and transfers are followed, and stores what
/// it is called now and how it stood today.
pub(super) async fn collect(task: &Task<'_>) -> Result<(), Trouble> {
    let target = task.target;
    let request = task.calls.client().repository_by_id(target.github_id);
    let repository = task.calls.ask(request).await?;
    if repository.github_id != target.github_id {
        return Err(GithubError::Malformed("it is about another repository").into());
    }
    let _writing = task.writing().await?;
    // Compared as text: names that differ in case only are equal, and people see the case.
    if repository.full_name.to_string() != target.full_name.to_string() {
        tracing::info!(
            repository.name = %target.full_name,
            repository.new_name = %repository.full_name,
            "the repository was renamed or transferred"
        );
        task.store
            .rename_repository(task.tenant, target.id, &repository.full_name)
            .await?;
    }
    let today = Day::of(task.clock.now());
    task.store
        .save_popularity(task.tenant, target.id, today, repository.popularity)
        .await?;
    Ok(())
}
