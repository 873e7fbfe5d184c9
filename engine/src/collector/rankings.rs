//! Referrers and paths: the top ten of the window, as a dated snapshot.

use chrono::{DateTime, Utc};
use domain::coverage::{PUBLICATION_LAG, WINDOW_DAYS};
use domain::{Day, DayRange, Endpoint};

use super::error::CollectError;
use super::task::Task;
use crate::github::{Conditional, Parsed, TopList};
use crate::store::{Fetched, NewRanking, RankingKind};

/// Collects one of the lists as a snapshot of its window. It sums up the days that the views of the
/// same moment show, so it is stored after them.
pub(super) async fn collect(task: &Task<'_>, kind: RankingKind) -> Result<Fetched, CollectError> {
    let response = fetch(task, kind).await?;
    task.wait_for(Endpoint::Views).await;
    let target = task.target;
    let now = task.clock().now();
    let (calendar, raw) = match &response {
        Conditional::Modified(parsed, _) => {
            let raw = task.raw(kind.endpoint(), now, &parsed.raw);
            (parsed.calendar, raw)
        }
        Conditional::NotModified(calendar) => (*calendar, None),
    };
    let _permit = task.write_permit().await?;
    let (rows, answered) = match response {
        Conditional::Modified(parsed, etag) => {
            let list = parsed.value;
            (list.rows, Fetched::stored(etag, list.left_out))
        }
        // The same list, now of the current window.
        Conditional::NotModified(_) => {
            let newest = task.store().ranking(task.tenant, target.id, kind, None);
            let Some(newest) = newest.await? else {
                return Ok(Fetched::NotModified);
            };
            (newest.rows, Fetched::NotModified)
        }
    };
    let given_on = calendar.today();
    let last = task
        .store()
        .last_day_of_views(task.tenant, target.id, given_on)
        .await?
        .unwrap_or_else(|| given_on.plus(-PUBLICATION_LAG));
    let ranking = NewRanking {
        kind,
        window: window_until(last),
        captured_at: now,
        rows: &rows,
        raw: raw.as_ref(),
    };
    task.store()
        .save_ranking(task.tenant, target.id, &ranking)
        .await?;
    Ok(answered)
}

async fn fetch(
    task: &Task<'_>,
    kind: RankingKind,
) -> Result<Conditional<Parsed<TopList>>, CollectError> {
    let (client, id) = (task.client(), task.target.github_id);
    let known = task.etag(kind.endpoint());
    match kind {
        RankingKind::Referrers => task.request(move || client.referrers(id, known)).await,
        RankingKind::Paths => task.request(move || client.paths(id, known)).await,
    }
}

/// The days that a list sums up: the 14 up to the last day of the repository's own views at the
/// same moment, as daily captures of many repositories show. The response does not say, and the
/// clock would be wrong whenever GitHub is late.
fn window_until(last: Day) -> DayRange {
    DayRange::ending(last, WINDOW_DAYS)
}

/// The same for a recording, which has no views beside it.
pub(super) fn window_of(captured_at: DateTime<Utc>) -> DayRange {
    window_until(Day::of(captured_at).plus(-PUBLICATION_LAG))
}
