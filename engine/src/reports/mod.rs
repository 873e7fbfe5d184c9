//! Reports: statistics as pages and exports show them.

mod anomalies;
mod buckets;
mod data;
mod events;
mod export;
mod overview;
mod publishing;
mod ranking_history;
mod releases;
mod repository;
mod risk;
mod stars;
mod status;
mod trace;
mod traffic;
mod traffic_table;
mod usual;

use domain::coverage::PUBLICATION_LAG;
use domain::{Day, DayRange, LONGEST_RANGE};

use crate::{Error, Result};

pub use export::{RepositoryDays, TrafficFilter};
pub use publishing::PublishingLags;
pub(crate) use publishing::seen_lags;
pub(crate) use risk::Risk;
pub(crate) use traffic_table::FigureColumns;

/// The last day of a period: the newest known one before today (whose numbers still grow) while
/// GitHub may just be late, so that an unpublished day does not make a period look smaller than the
/// one before. Otherwise the day that should be known.
fn last_counted_day(newest: Option<Day>, lag: i64, today: Day) -> Day {
    newest
        .filter(|newest| *newest < today && is_up_to_date(*newest, lag, today))
        .unwrap_or_else(|| today.plus(-PUBLICATION_LAG))
}

/// Whether all days that GitHub has published, at this lag, are known.
fn is_up_to_date(newest: Day, lag: i64, today: Day) -> bool {
    newest >= today.plus(-lag)
}

/// The range of days, if it is short enough to be counted.
fn countable(from: Day, to: Day) -> Result<DayRange> {
    let range = DayRange::new(from, to)
        .ok_or_else(|| Error::invalid("The range is empty. “from” must not be later than “to”."))?;
    if range.len() <= LONGEST_RANGE {
        return Ok(range);
    }
    let first = to.plus(1 - LONGEST_RANGE);
    Err(Error::invalid(format!(
        "The range exceeds {LONGEST_RANGE} days (fifty years). Start at {first} or later, or request it in parts."
    )))
}

#[cfg(test)]
mod tests;
