//! Tags, and the days of their commits.

use domain::{Day, Endpoint};

use super::error::CollectError;
use super::releases::Pages;
use super::task::Task;
use crate::github::{Conditional, GithubError, LeftOut, ListPage, ListedTag, PER_PAGE};
use crate::store::Fetched;

/// How many pages of a hundred are read.
const MAX_PAGES: u32 = 10;
/// How many commits of a repository are requested per run; later runs request the others.
const MAX_COMMITS: u32 = 20;

/// Requests the tags, and the days of new ones without a release.
pub(super) async fn collect(task: &Task<'_>) -> Result<Fetched, CollectError> {
    // A release dates its tag, so no request is needed for that.
    task.wait_for(Endpoint::Releases).await;
    let (target, client) = (task.target, task.client());
    let listed = task.store().listed_tags(task.tenant, target.id).await?;
    // The first page's `ETag` does not cover the others.
    let known = task.etag(Endpoint::Tags).filter(|_| listed < PER_PAGE);
    let response = task
        .request_low_priority(|| client.tags(target.github_id, 1, known))
        .await?;
    let (answered, tag) = match response {
        Conditional::Modified(first, tag) => {
            let Pages {
                entries: tags,
                left_out,
                whole,
            } = rest(task, first).await?;
            let _permit = task.write_permit().await?;
            task.store()
                .save_tags(
                    task.tenant,
                    target.id,
                    &tags,
                    whole && left_out.is_none(),
                    task.clock().now(),
                )
                .await?;
            let tag = tag.filter(|_| left_out.is_none());
            (Fetched::stored(tag.clone(), left_out), tag)
        }
        Conditional::NotModified(_) => (Fetched::NotModified, known.cloned()),
    };
    let all_dated = date(task).await?;
    Ok(if all_dated || answered.left_out().is_some() {
        answered
    } else {
        Fetched::Partial(tag)
    })
}

/// The tags of all pages.
async fn rest(
    task: &Task<'_>,
    first: ListPage<ListedTag>,
) -> Result<Pages<ListedTag>, CollectError> {
    let (target, client) = (task.target, task.client());
    let ListPage {
        entries: mut tags,
        mut left_out,
        mut more,
    } = first;
    let mut number = 1;
    while more && number < MAX_PAGES {
        number += 1;
        let page = task
            .request_low_priority(|| async {
                client
                    .tags(target.github_id, number, None)
                    .await?
                    .modified()
            })
            .await?;
        tags.extend(page.entries);
        left_out = LeftOut::join(left_out, page.left_out);
        more = page.more;
    }
    tags.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    tags.dedup_by(|a, b| a.name == b.name);
    Ok(Pages {
        entries: tags,
        left_out,
        whole: !more,
    })
}

/// Requests the days of some commits; false if some are left.
async fn date(task: &Task<'_>) -> Result<bool, CollectError> {
    let (target, client) = (task.target, task.client());
    let undated = task
        .store()
        .undated_tags(task.tenant, target.id, MAX_COMMITS + 1)
        .await?;
    let mut left = undated.len() > MAX_COMMITS as usize;
    let mut dated: Vec<(ListedTag, Option<Day>)> = Vec::new();
    let mut error = None;
    for tag in undated.into_iter().take(MAX_COMMITS as usize) {
        let day = task
            .request_low_priority(|| client.commit_day(target.github_id, &tag.commit))
            .await;
        match day {
            Ok(day) => dated.push((tag, Some(day))),
            Err(CollectError::Github(error)) if names_no_commit(&error) => dated.push((tag, None)),
            Err(CollectError::NotRequested(..)) => {
                left = true;
                break;
            }
            Err(other) => {
                error = Some(other);
                break;
            }
        }
    }
    if !dated.is_empty() {
        let _permit = task.write_permit().await?;
        task.store()
            .date_tags(task.tenant, target.id, &dated)
            .await?;
    }
    error.map_or(Ok(!left), Err)
}

/// Whether the tag names something other than a commit, which will not change. After any other
/// refusal the tag is requested again.
const fn names_no_commit(error: &GithubError) -> bool {
    matches!(
        error,
        GithubError::NotFound
            | GithubError::Malformed(_)
            | GithubError::Refused {
                status: 409 | 422,
                ..
            }
    )
}
