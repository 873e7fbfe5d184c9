//! The history of a repository's stars.

use serde::{Deserialize, Serialize};

use super::Repository;
use crate::day::{Day, DayRange};

/// A repository's stars over a range of days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StarsReport {
    /// The repository.
    pub repository: Repository,
    /// Whether GitHub shows the history to the connection's token; `None` until it was asked.
    pub offered: Option<bool>,
    /// Whether the history reaches back to the first star.
    pub whole: bool,
    /// The days that the history tells of.
    pub history: Option<DayRange>,
    /// The stars, as last counted.
    pub stars: Option<u64>,
    /// The day of that count.
    pub counted_on: Option<Day>,
    /// The stars of the last thirty days.
    pub recent: Option<Gained>,
    /// The days that the list below has, without holes.
    pub range: DayRange,
    /// The days, oldest first.
    pub days: Vec<StarDay>,
}

/// How many stars were won within some days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gained {
    /// The days.
    pub days: DayRange,
    /// The stars: those that were given and are still there, or the difference of two counts,
    /// which can be negative.
    pub stars: i64,
}

/// A day of the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StarDay {
    /// The day.
    pub day: Day,
    /// The stars given on it that are still there.
    pub given: Option<u64>,
    /// The stars given until its end that are still there.
    pub standing: Option<u64>,
    /// The stars there were, as counted on the day.
    pub counted: Option<u64>,
}
