//! Which days an answer can speak of, by GitHub's own clock.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::Day;
use http::HeaderMap;

/// How far back an answer reaches at most: GitHub documents 14 days, and the weeks that these lie
/// in begin up to six days earlier.
const OLDEST: i64 = 31;
/// No repository is older than GitHub, and so is no star or release.
const FIRST: (i32, u32, u32) = (2007, 10, 1);
/// GitHub's clock and its counts may disagree by a day at midnight.
const NEWEST: i64 = 1;

/// The moment at which GitHub gave an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Calendar {
    given_at: DateTime<Utc>,
}

impl Calendar {
    /// By the answer's `Date` header; by this machine's clock where it has none that can be read.
    pub(in super::super) fn from_headers(headers: &HeaderMap, now: DateTime<Utc>) -> Self {
        Self {
            given_at: date(headers).unwrap_or(now),
        }
    }

    /// Of an answer that was given at this moment.
    pub(crate) const fn at(given_at: DateTime<Utc>) -> Self {
        Self { given_at }
    }

    /// The UTC day on which the answer was given.
    pub(crate) fn today(self) -> Day {
        Day::of(self.given_at)
    }

    /// Whether an answer given then can tell the traffic of this day.
    pub(crate) fn covers(self, day: Day) -> bool {
        let ago = self.today().days_since(day);
        (-NEWEST..=OLDEST).contains(&ago)
    }

    /// Whether something can have happened on GitHub on this day.
    pub(in super::super) fn contains(self, day: Day) -> bool {
        let first = NaiveDate::from_ymd_opt(FIRST.0, FIRST.1, FIRST.2).map(Day::new);
        first.is_some_and(|first| first <= day) && self.today().days_since(day) >= -NEWEST
    }
}

/// How far this machine's clock is ahead of GitHub's, by an answer's headers; negative where it is
/// behind, and `None` where they tell no time.
pub(in super::super) fn clock_ahead(headers: &HeaderMap, now: DateTime<Utc>) -> Option<TimeDelta> {
    Some(now - date(headers)?)
}

/// <https://www.rfc-editor.org/rfc/rfc9110#field.date>
fn date(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    let text = headers.get(http::header::DATE)?.to_str().ok()?;
    let date = DateTime::parse_from_rfc2822(text).ok()?;
    Some(date.with_timezone(&Utc))
}
