//! The star history: read once from its newest weeks to its first, then the newest once a week.

use std::collections::BTreeMap;

use domain::coverage::united;
use domain::{Day, DayRange, Endpoint};

use super::error::CollectError;
use super::task::Task;
use crate::github::{Conditional, LeftOut, ListPage, StarWeek};
use crate::store::{Fetched, StarHistory};

/// Two hundred pages of thirty weeks are older than GitHub; an endless list must not be followed
/// for ever.
const MAX_PAGES: u32 = 200;

/// Requests the newest weeks, and the earlier ones that are not stored yet.
pub(super) async fn collect(task: &Task<'_>) -> Result<Fetched, CollectError> {
    let (target, client) = (task.target, task.client());
    let known = task.etag(Endpoint::StarHistory);
    let response = task
        .request_low_priority(|| client.star_history(target.github_id, 1, known))
        .await?;
    let stored = task.store().star_history(task.tenant, target.id).await?;
    let mut left_out = None;
    let (mut history, mut number, mut ends, tag, answered) = match response {
        Conditional::Modified(page, tag) => {
            left_out = page.left_out;
            let ends = ends(&page, 1);
            let history = store(task, stored, 1, page, true).await?;
            let next = history.pages.max(1);
            (history, next, ends, tag.clone(), Fetched::Complete(tag))
        }
        Conditional::NotModified(_) => match stored {
            Some(stored) => {
                let tag = known.cloned();
                (stored, stored.pages, false, tag, Fetched::NotModified)
            }
            // Its data is gone, so forget the `ETag`.
            None => return Ok(Fetched::Partial(None)),
        },
    };
    // Weeks only move to later pages, so none is skipped between two runs.
    while !history.whole && !ends {
        number += 1;
        let page = task
            .request_low_priority(|| async {
                client
                    .star_history(target.github_id, number, None)
                    .await?
                    .modified()
            })
            .await;
        match page {
            Ok(page) => {
                // Weeks behind unreadable ones do not join the rest.
                let joins = left_out.is_none();
                left_out = LeftOut::join(left_out, page.left_out);
                ends = self::ends(&page, number);
                history = store(task, Some(history), number, page, joins).await?;
            }
            Err(CollectError::NotRequested(..)) => {
                return Ok(left_out.map_or(Fetched::Partial(tag), Fetched::Unreadable));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(left_out.map_or(answered, Fetched::Unreadable))
}

/// Whether a page is the last one.
fn ends(page: &ListPage<StarWeek>, number: u32) -> bool {
    let empty = page.entries.is_empty() && page.left_out.is_none();
    !page.more || empty || number >= MAX_PAGES
}

/// Stores a page, and returns what is stored of the history then.
async fn store(
    task: &Task<'_>,
    stored: Option<StarHistory>,
    number: u32,
    page: ListPage<StarWeek>,
    joins: bool,
) -> Result<StarHistory, CollectError> {
    let now = task.clock().now();
    // Today's stars are still changing.
    let yesterday = Day::of(now).plus(-1);
    let listed = page.entries.iter().flat_map(|week| {
        (0..)
            .zip(week.days)
            .map(|(ahead, stars)| (week.first.plus(ahead), stars))
    });
    // A day listed twice keeps its larger count.
    let mut days: BTreeMap<Day, u32> = BTreeMap::new();
    for (day, stars) in listed.filter(|(day, _)| *day <= yesterday) {
        let larger = days.entry(day).or_default();
        *larger = stars.max(*larger);
    }
    let days: Vec<(Day, u32)> = days.into_iter().collect();
    let history = match stored {
        Some(stored) if !joins => stored,
        stored if page.left_out.is_some() => {
            up_to_hole(stored, number, &days, yesterday, ends(&page, number))
        }
        stored => grown(stored, number, span(&days, yesterday), ends(&page, number)),
    };
    let _permit = task.write_permit().await?;
    task.store()
        .save_stars(task.tenant, task.target.id, &days, history, now)
        .await?;
    Ok(history)
}

/// What is known after a page with unreadable weeks: the newest consecutive days. The next run
/// reads the page again, and those after it.
fn up_to_hole(
    stored: Option<StarHistory>,
    number: u32,
    days: &[(Day, u32)],
    otherwise: Day,
    ends: bool,
) -> StarHistory {
    let single = |(day, _): &(Day, u32)| DayRange {
        from: *day,
        to: *day,
    };
    let response = days.iter().map(single);
    let all = united(response.chain(stored.map(|stored| stored.days)).collect());
    let one = DayRange {
        from: otherwise,
        to: otherwise,
    };
    let newest = all.last().copied().unwrap_or(one);
    match stored {
        // The missing weeks were known before.
        Some(stored) if all.len() == 1 && stored.whole => grown(Some(stored), number, newest, ends),
        _ => StarHistory {
            days: newest,
            pages: number.saturating_sub(1).max(1),
            whole: false,
        },
    }
}

fn span(days: &[(Day, u32)], otherwise: Day) -> DayRange {
    let days = || days.iter().map(|(day, _)| *day);
    DayRange {
        from: days().min().unwrap_or(otherwise),
        to: days().max().unwrap_or(otherwise),
    }
}

/// What is known after a page was added. If the newest page does not reach the known days, the
/// history starts over: a gap must not pass for days without stars.
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
