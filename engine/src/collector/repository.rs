//! The repository itself: its present name, and its stars, forks, watchers and open issues.

use domain::{Day, Endpoint};

use super::Task;
use super::trouble::Trouble;
use crate::github::{GithubError, Told};
use crate::store::Answered;

/// Asks for the repository by its id, so that renames and transfers are followed, and stores what
/// it is called now and how it stood today.
pub(super) async fn collect(task: &Task<'_>) -> Result<Answered, Trouble> {
    let target = task.target;
    let (client, known) = (task.calls.client(), task.known(Endpoint::Repository));
    let request = move || client.repository_by_id(target.github_id, known);
    let told = task.calls.ask(request).await?;
    let _writing = task.writing().await?;
    let today = Day::of(task.clock.now());
    let Told::News(repository, tag) = told else {
        // It stands today as it stood when it was last asked about.
        let popularity = task.store.newest_popularity(task.tenant, target.id).await?;
        if let Some(popularity) = popularity {
            task.store
                .save_popularity(task.tenant, target.id, today, popularity)
                .await?;
        }
        return Ok(Answered::Same);
    };
    if repository.github_id != target.github_id {
        return Err(GithubError::Malformed("it is about another repository").into());
    }
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
    task.store
        .save_popularity(task.tenant, target.id, today, repository.popularity)
        .await?;
    Ok(Answered::News(tag))
}
