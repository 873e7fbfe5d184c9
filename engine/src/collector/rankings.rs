//! Referrers and paths: the top ten of the window, as a dated snapshot.

use chrono::{DateTime, Utc};
use domain::coverage::{PUBLICATION_LAG, WINDOW_DAYS};
use domain::{Day, DayRange};

use super::Task;
use super::trouble::Trouble;
use crate::github::{Heard, Told, TopList};
use crate::store::{Answered, NewRanking, RankingKind};

/// Asks for one of the lists.
pub(super) async fn ask(
    task: &Task<'_>,
    kind: RankingKind,
) -> Result<Told<Heard<TopList>>, Trouble> {
    let (client, id) = (task.calls.client(), task.target.github_id);
    let known = task.known(kind.endpoint());
    match kind {
        RankingKind::Referrers => task.ask(move || client.referrers(id, known)).await,
        RankingKind::Paths => task.ask(move || client.paths(id, known)).await,
    }
}

/// Stores a list as a snapshot of its window, once the views of the same moment are stored.
pub(super) async fn keep(
    task: &Task<'_>,
    kind: RankingKind,
    told: Told<Heard<TopList>>,
) -> Result<Answered, Trouble> {
    let target = task.target;
    let now = task.clock.now();
    let (calendar, raw) = match &told {
        Told::News(heard, _) => (heard.calendar, task.raw(kind.endpoint(), now, &heard.body)),
        Told::Same(calendar) => (*calendar, None),
    };
    let _writing = task.writing().await?;
    let (rows, answered) = match told {
        Told::News(heard, tag) => {
            let list = heard.told;
            (list.rows, Answered::news(tag, list.left_out))
        }
        // The same list, now of the present window.
        Told::Same(_) => {
            let newest = task.store.ranking(task.tenant, target.id, kind, None);
            let Some(newest) = newest.await? else {
                return Ok(Answered::Same);
            };
            (newest.rows, Answered::Same)
        }
    };
    let given_on = calendar.today();
    let last = task
        .store
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
    task.store
        .save_ranking(task.tenant, target.id, &ranking)
        .await?;
    Ok(answered)
}

/// The days that a list sums up: fourteen whole ones until the last day that the repository's own
/// list of views shows at the same moment, as daily captures of many repositories tell. The answer
/// itself does not say, and the clock would be wrong whenever GitHub is late.
fn window_until(last: Day) -> DayRange {
    DayRange::ending(last, WINDOW_DAYS)
}

/// The same of a recording, in which no list of views stands beside it.
pub(super) fn window_of(captured_at: DateTime<Utc>) -> DayRange {
    window_until(Day::of(captured_at).plus(-PUBLICATION_LAG))
}
