//! Referrers and paths: the top ten of the window, as a dated snapshot.

use chrono::{DateTime, Utc};
use domain::coverage::{PUBLICATION_LAG, WINDOW_DAYS};
use domain::{Day, DayRange};

use super::Task;
use super::trouble::Trouble;
use crate::github::Told;
use crate::store::{Answered, NewRanking, RankingKind};

/// Asks for one of the lists and stores it as a snapshot of its window.
pub(super) async fn collect(task: &Task<'_>, kind: RankingKind) -> Result<Answered, Trouble> {
    let target = task.target;
    let client = task.calls.client();
    let known = task.known(kind.endpoint());
    let told = match kind {
        RankingKind::Referrers => {
            let request = move || client.referrers(target.github_id, known);
            task.ask(request).await?
        }
        RankingKind::Paths => {
            let request = move || client.paths(target.github_id, known);
            task.ask(request).await?
        }
    };
    let now = task.clock.now();
    let raw = match &told {
        Told::News(heard, _) => task.raw(kind.endpoint(), now, &heard.body),
        Told::Same => None,
    };
    let _writing = task.writing().await?;
    let (rows, answered) = match told {
        Told::News(heard, tag) => {
            let list = heard.told;
            (list.rows, Answered::news(tag, list.left_out))
        }
        // The same list, now of today's window.
        Told::Same => {
            let newest = task.store.ranking(task.tenant, target.id, kind, None);
            let Some(newest) = newest.await? else {
                return Ok(Answered::Same);
            };
            (newest.rows, Answered::Same)
        }
    };
    let ranking = NewRanking {
        kind,
        window: window_of(now),
        captured_at: now,
        rows: &rows,
        raw: raw.as_ref(),
    };
    task.store
        .save_ranking(task.tenant, target.id, &ranking)
        .await?;
    Ok(answered)
}

/// The days that a list captured at this moment sums up. The answer does not say; GitHub updates
/// the lists daily, over the last 14 days: <https://docs.github.com/rest/metrics/traffic>
pub(super) fn window_of(captured_at: DateTime<Utc>) -> DayRange {
    DayRange::ending(Day::of(captured_at).plus(-PUBLICATION_LAG), WINDOW_DAYS)
}
