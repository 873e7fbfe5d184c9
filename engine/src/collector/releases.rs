//! Releases: collected once a day, so that each day's downloads are known.

use chrono::{DateTime, Utc};
use domain::{Day, Endpoint, RepositoryId, TenantId, Viewer};

use super::error::CollectError;
use super::task::Task;
use crate::github::{Conditional, LeftOut, ListPage, ListedRelease, MAX_RELEASES, PER_PAGE};
use crate::store::{Fetched, ReleaseReading};
use crate::{Engine, Error, Result};

/// How many pages of a hundred are read.
const MAX_PAGES: u32 = MAX_RELEASES / 100;

/// The releases as GitHub listed them at one moment.
#[derive(Clone, Debug)]
pub struct RecordedReleases {
    /// When they were listed.
    pub captured_at: DateTime<Utc>,
    /// All of them.
    pub releases: Vec<ListedRelease>,
}

/// Requests all releases and stores the downloads of their assets as today's.
pub(super) async fn collect(task: &Task<'_>) -> std::result::Result<Fetched, CollectError> {
    let (target, client) = (task.target, task.client());
    let listed = task.store().listed_releases(task.tenant, target.id).await?;
    // The first page's `ETag` does not cover the downloads on the others.
    let known = task.etag(Endpoint::Releases).filter(|_| listed < PER_PAGE);
    let first = task
        .request_low_priority(|| client.releases(target.github_id, 1, known))
        .await?;
    let Conditional::Modified(first, tag) = first else {
        let _permit = task.write_permit().await?;
        let today = Day::of(task.clock().now());
        task.store()
            .save_unchanged_releases(task.tenant, target.id, today)
            .await?;
        return Ok(Fetched::NotModified);
    };
    let Pages {
        entries: listed,
        left_out,
        whole,
    } = rest(task, first).await?;
    let _permit = task.write_permit().await?;
    let now = task.clock().now();
    let reading = ReleaseReading {
        day: Day::of(now),
        listed: &listed,
        whole,
        unread: left_out.is_some(),
    };
    task.store()
        .save_releases(task.tenant, target.id, &[reading], now)
        .await?;
    Ok(Fetched::stored(tag, left_out))
}

/// All pages of a list together.
pub(super) struct Pages<T> {
    /// Their entries, each once.
    pub(super) entries: Vec<T>,
    /// What could not be read.
    pub(super) left_out: Option<LeftOut>,
    /// Whether they are complete.
    pub(super) whole: bool,
}

/// The releases of all pages.
async fn rest(
    task: &Task<'_>,
    first: ListPage<ListedRelease>,
) -> std::result::Result<Pages<ListedRelease>, CollectError> {
    let (target, client) = (task.target, task.client());
    let ListPage {
        entries: mut listed,
        mut left_out,
        mut more,
    } = first;
    let mut number = 1;
    while more && number < MAX_PAGES {
        number += 1;
        let page = task
            .request_low_priority(|| async {
                client
                    .releases(target.github_id, number, None)
                    .await?
                    .modified()
            })
            .await?;
        listed.extend(page.entries);
        left_out = LeftOut::join(left_out, page.left_out);
        more = page.more;
    }
    // A release that moved to the next page meanwhile is listed twice.
    listed.sort_by_key(|release| release.github_id);
    listed.dedup_by_key(|release| release.github_id);
    for release in &mut listed {
        release.assets.sort_by_key(|asset| asset.github_id);
        release.assets.dedup_by_key(|asset| asset.github_id);
    }
    Ok(Pages {
        entries: listed,
        left_out,
        whole: !more,
    })
}

impl Engine {
    /// Imports recorded lists of releases into the history, by the rules for new ones. Lists older
    /// than the newest known one change nothing.
    ///
    /// # Errors
    /// Where the viewer is not the operator, or the tenant has no such repository.
    pub async fn load_releases(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: RepositoryId,
        mut recorded: Vec<RecordedReleases>,
    ) -> Result<()> {
        if *viewer != Viewer::Operator {
            return Err(Error::forbidden());
        }
        self.one_repository(viewer, tenant, id).await?;
        recorded.sort_by_key(|list| list.captured_at);
        let readings: Vec<_> = recorded
            .iter()
            .map(|list| ReleaseReading {
                day: Day::of(list.captured_at),
                listed: &list.releases,
                whole: true,
                unread: false,
            })
            .collect();
        let now = self.0.clock.now();
        self.0
            .store
            .save_releases(tenant, id, &readings, now)
            .await?;
        Ok(())
    }
}
