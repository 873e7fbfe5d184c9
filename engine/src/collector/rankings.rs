//! Referrers and paths: the top ten of the window, as a dated snapshot.

use chrono::{DateTime, Utc};
use domain::coverage::{PUBLICATION_LAG, WINDOW_DAYS};
use domain::{Day, DayRange};

use super::Task;
use super::trouble::Trouble;
use crate::store::RankingKind;

/// Asks for one of the lists and stores it as a snapshot of its window.
pub(super) async fn collect(task: &Task<'_>, kind: RankingKind) -> Result<(), Trouble> {
    let target = task.target;
    let client = task.calls.client();
    let rows = match kind {
        RankingKind::Referrers => task.calls.ask(client.referrers(target.github_id)).await?,
        RankingKind::Paths => task.calls.ask(client.paths(target.github_id)).await?,
    };
    let _writing = task.writing().await?;
    let now = task.clock.now();
    task.store
        .save_ranking(task.tenant, target.id, kind, window_of(now), now, &rows)
        .await?;
    Ok(())
}

/// The days that a list captured at this moment sums up. The answer does not say; GitHub updates
/// the lists daily, over the last 14 days: <https://docs.github.com/rest/metrics/traffic>
pub(super) fn window_of(captured_at: DateTime<Utc>) -> DayRange {
    DayRange::ending(Day::of(captured_at).plus(-PUBLICATION_LAG), WINDOW_DAYS)
}
