//! The history of stars: read once from its newest weeks to its first, then the newest once a week.

use domain::{Day, DayRange, Endpoint};

use super::Task;
use super::trouble::Trouble;
use crate::github::{ListPage, StarWeek, Told};
use crate::store::{Answered, StarHistory};

/// The longest history that there can be, of two hundred pages of thirty weeks, is older than
/// GitHub; a list without an end is not followed for ever.
const MOST_PAGES: u32 = 200;

/// Asks for the newest weeks, and for as many of the earlier ones as are not stored yet.
pub(super) async fn collect(task: &Task<'_>) -> Result<Answered, Trouble> {
    let (target, client) = (task.target, task.calls.client());
    let known = task.known(Endpoint::StarHistory);
    let told = task
        .ask_aside(|| client.star_history(target.github_id, 1, known))
        .await?;
    let stored = task.store.star_history(task.tenant, target.id).await?;
    let (mut history, answered, tag) = match told {
        Told::News(page, tag) => {
            let history = keep(task, stored, 1, page).await?;
            (history, Answered::News(tag.clone()), tag)
        }
        Told::Same => match stored {
            Some(stored) => (stored, Answered::Same, known.cloned()),
            // Its data is gone, so the tag is to be forgotten.
            None => return Ok(Answered::Partly(None)),
        },
    };
    // Weeks only ever move to later pages, so none is passed over between two runs.
    while !history.whole {
        let number = history.pages + 1;
        let page = task
            .ask_aside(|| async {
                client
                    .star_history(target.github_id, number, None)
                    .await?
                    .news()
            })
            .await;
        match page {
            Ok(page) => history = keep(task, Some(history), number, page).await?,
            Err(Trouble::NotAsked(..)) => return Ok(Answered::Partly(tag)),
            Err(trouble) => return Err(trouble),
        }
    }
    Ok(answered)
}

/// Stores a page; what is stored of the history then.
async fn keep(
    task: &Task<'_>,
    stored: Option<StarHistory>,
    number: u32,
    page: ListPage<StarWeek>,
) -> Result<StarHistory, Trouble> {
    let now = task.clock.now();
    // Today's stars are still being given.
    let yesterday = Day::of(now).plus(-1);
    let days: Vec<(Day, u32)> = page
        .entries
        .iter()
        .flat_map(|week| {
            (0..)
                .zip(week.days)
                .map(|(ahead, stars)| (week.first.plus(ahead), stars))
        })
        .filter(|(day, _)| *day <= yesterday)
        .collect();
    let ends = !page.more || page.entries.is_empty() || number >= MOST_PAGES;
    let history = grown(stored, number, span(&days, yesterday), ends);
    let _writing = task.writing().await?;
    task.store
        .save_stars(task.tenant, task.target.id, &days, history, now)
        .await?;
    Ok(history)
}

fn span(days: &[(Day, u32)], otherwise: Day) -> DayRange {
    let days = || days.iter().map(|(day, _)| *day);
    DayRange {
        from: days().min().unwrap_or(otherwise),
        to: days().max().unwrap_or(otherwise),
    }
}

/// What is known once a page was read after what was known before. Where the newest page does not
/// reach back to it, the history is begun anew: a hole must not pass for days without stars.
fn grown(stored: Option<StarHistory>, number: u32, page: DayRange, ends: bool) -> StarHistory {
    let joined = stored.filter(|stored| page.from <= stored.days.to.plus(1));
    let Some(stored) = joined else {
        return StarHistory {
            days: page,
            pages: number,
            whole: ends,
        };
    };
    StarHistory {
        days: DayRange {
            from: stored.days.from.min(page.from),
            to: stored.days.to.max(page.to),
        },
        pages: stored.pages.max(number),
        whole: stored.whole || ends,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(from: &str, to: &str) -> DayRange {
        let day = |text: &str| text.parse().expect("a day");
        DayRange {
            from: day(from),
            to: day(to),
        }
    }

    #[test]
    fn a_history_grows_backwards_until_it_is_whole() {
        let first = grown(None, 1, range("2026-05-03", "2026-11-19"), false);
        assert_eq!((first.pages, first.whole), (1, false));
        let second = grown(Some(first), 2, range("2025-10-05", "2026-05-02"), true);
        assert_eq!(second.days, range("2025-10-05", "2026-11-19"));
        assert_eq!((second.pages, second.whole), (2, true));
        let later = grown(Some(second), 1, range("2026-05-10", "2026-11-26"), false);
        assert_eq!(later.days, range("2025-10-05", "2026-11-26"));
        assert_eq!((later.pages, later.whole), (2, true));
    }

    #[test]
    fn a_history_that_was_left_alone_too_long_is_read_anew() {
        let known = grown(None, 1, range("2025-01-01", "2025-03-01"), true);
        let joins = grown(Some(known), 1, range("2025-03-02", "2025-10-01"), false);
        assert!(joins.whole);
        let hole = grown(Some(known), 1, range("2025-03-03", "2025-10-01"), false);
        assert_eq!(hole.days, range("2025-03-03", "2025-10-01"));
        assert!(!hole.whole);
    }
}
