//! Which days a response can cover, by GitHub's own clock.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::Day;
use http::HeaderMap;

/// How far back a response reaches: GitHub documents 14 days, and their weeks begin up to six days
/// earlier.
const OLDEST: i64 = 31;
/// GitHub's start: no repository, star or release is older.
const FIRST: (i32, u32, u32) = (2007, 10, 1);
/// GitHub's clock and its counts may disagree by a day around midnight.
const NEWEST: i64 = 1;

/// The moment at which GitHub gave a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Calendar {
    given_at: DateTime<Utc>,
}

impl Calendar {
    /// By the response's `Date` header; by this machine's clock without a valid one.
    pub(in super::super) fn from_headers(headers: &HeaderMap, now: DateTime<Utc>) -> Self {
        Self {
            given_at: date(headers).unwrap_or(now),
        }
    }

    /// For a response given at this moment.
    pub(crate) const fn at(given_at: DateTime<Utc>) -> Self {
        Self { given_at }
    }

    /// The UTC day of the response.
    pub(crate) fn today(self) -> Day {
        Day::of(self.given_at)
    }

    /// Whether a response given then can contain traffic of this day.
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

/// How far this machine's clock is ahead of GitHub's, by a response's headers; negative if it is
/// behind, and `None` without a valid date.
pub(in super::super) fn clock_ahead(headers: &HeaderMap, now: DateTime<Utc>) -> Option<TimeDelta> {
    Some(now - date(headers)?)
}

/// <https://www.rfc-editor.org/rfc/rfc9110#field.date>
fn date(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    let text = headers.get(http::header::DATE)?.to_str().ok()?;
    let date = DateTime::parse_from_rfc2822(text).ok()?;
    Some(date.with_timezone(&Utc))
}
