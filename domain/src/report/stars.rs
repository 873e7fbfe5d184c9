//! The history of a repository's stars.

use serde::{Deserialize, Serialize};

use super::Repository;
use crate::day::{Day, DayRange};

/// A repository's stars over a range of days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StarsReport {
    /// The repository.
    pub repository: Repository,
    /// Whether the connection's token can see the history; `None` before the first request.
    pub offered: Option<bool>,
    /// Whether the history reaches back to the first star.
    pub whole: bool,
    /// The days covered by the history.
    pub history: Option<DayRange>,
    /// The stars, as last counted.
    pub stars: Option<u64>,
    /// The day of that count.
    pub counted_on: Option<Day>,
    /// The stars of the last thirty days.
    pub recent: Option<Gained>,
    /// The days in the list below, without gaps.
    pub range: DayRange,
    /// The days, oldest first.
    pub days: Vec<StarDay>,
}

/// Stars gained within some days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gained {
    /// The days.
    pub days: DayRange,
    /// Stars given and still present, or the difference of two counts, which can be negative.
    pub stars: i64,
}

/// A day of the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StarDay {
    /// The day.
    pub day: Day,
    /// Stars given on it and still present.
    pub given: Option<u64>,
    /// Stars given until its end and still present.
    #[serde(rename = "standing")]
    pub total: Option<u64>,
    /// The stars as counted on the day.
    pub counted: Option<u64>,
}
