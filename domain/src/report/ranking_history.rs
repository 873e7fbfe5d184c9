//! Referrers or paths over time: what each window of 14 days had.
//!
//! Windows overlap, so their counts are never added up. What drops out of a list is not zero:
//! GitHub names ten, and the rest is unknown.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::day::{Day, DayRange};
use crate::traffic::Counts;

/// The windows of a range, and what each referrer or path had in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RankingHistory {
    /// The windows with a list, oldest first. One may list nothing.
    pub windows: Vec<RankingWindow>,
    /// The referrers or paths listed in them, those of the newest window with most views first.
    pub rows: Vec<RankingLine>,
}

/// A window with a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RankingWindow {
    /// Its days.
    #[serde(flatten)]
    pub window: DayRange,
    /// When it was captured.
    pub captured_at: DateTime<Utc>,
}

/// One referrer or path over time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RankingLine {
    /// The referrer's site, or the path.
    pub label: String,
    /// The last day of the first window that ever listed it.
    pub first_seen: Day,
    /// The last day of the last window that listed it.
    pub last_seen: Day,
    /// What it had in each window that lists it, oldest first.
    pub counts: Vec<(DayRange, Counts)>,
}
