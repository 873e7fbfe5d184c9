//! Recorded responses of GitHub: windows, top lists, stars and forks.

mod catalogue;
mod decode;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::traffic::bucket::Bucket;

/// The recorded traffic of one repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// The repository's GitHub id in the simulator.
    pub github_id: u64,
    /// The owner's login.
    pub owner: String,
    /// The name without the owner.
    pub name: String,
    /// Whether the simulator serves it as a private repository.
    pub private: bool,
    /// One sentence about the repository.
    pub description: String,
    /// Every captured response of the views and clones endpoints, oldest first.
    pub windows: Vec<Window>,
    /// Every captured list of referrers, oldest first.
    pub referrers: Vec<Snapshot>,
    /// Every captured list of paths, oldest first.
    pub paths: Vec<Snapshot>,
    /// Total stars, on the days when they changed.
    pub stars: Vec<Total>,
    /// Total forks, on the days when they changed.
    pub forks: Vec<Total>,
}

/// One captured response of the views and the clones endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// When it was captured.
    pub captured_at: DateTime<Utc>,
    /// The days in the responses, oldest first.
    pub days: Vec<WindowDay>,
}

/// One day of a window; `None` if the response did not list the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowDay {
    /// The UTC day.
    pub day: NaiveDate,
    /// From the views endpoint.
    pub views: Option<Bucket>,
    /// From the clones endpoint.
    pub clones: Option<Bucket>,
}

/// One captured list of referrers or paths: a 14-day aggregate, at most ten rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// When it was captured.
    pub captured_at: DateTime<Utc>,
    /// The rows in GitHub's order.
    pub rows: Vec<SnapshotRow>,
}

/// One referrer or path of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotRow {
    /// The referrer, or the path.
    pub name: String,
    /// Its views.
    pub count: u64,
    /// Its unique visitors.
    pub uniques: u64,
}

/// A total from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Total {
    /// The UTC day.
    pub day: NaiveDate,
    /// The total.
    pub total: u64,
}

/// Why a recording cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// No such recording.
    #[error("there is no recording of {0}; simulator/data/repositories.csv lists them all")]
    Unknown(String),
    /// The embedded data cannot be read.
    #[error(
        "the recorded data of {file} is damaged ({reason}); make it anew with simulator/data/make.py"
    )]
    Damaged {
        /// The file below `simulator/data`.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl Recording {
    /// The recording of `OWNER/NAME`, with its original dates.
    ///
    /// # Errors
    /// When there is no such recording, or the embedded data is damaged.
    pub fn load(full_name: &str) -> Result<Self, RecordingError> {
        catalogue::all()?
            .iter()
            .find(|recording| recording.full_name().eq_ignore_ascii_case(full_name))
            .cloned()
            .ok_or_else(|| RecordingError::Unknown(full_name.to_owned()))
    }

    /// All recordings, with their original dates: the two long ones first.
    ///
    /// # Errors
    /// When the embedded data is damaged.
    pub fn all() -> Result<Vec<Self>, RecordingError> {
        Ok(catalogue::all()?.to_vec())
    }

    /// `OWNER/NAME`.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }

    /// The first and the last day that any window lists.
    #[must_use]
    pub fn days(&self) -> Option<(NaiveDate, NaiveDate)> {
        let days = || self.windows.iter().flat_map(|window| &window.days);
        let first = days().map(|day| day.day).min()?;
        let last = days().map(|day| day.day).max()?;
        Some((first, last))
    }

    /// The expected result of collecting this recording: on each day, the maximum of each field
    /// over all windows.
    #[must_use]
    pub fn maxima(&self) -> BTreeMap<NaiveDate, WindowDay> {
        let mut maxima = BTreeMap::new();
        for day in self.windows.iter().flat_map(|window| &window.days) {
            maxima
                .entry(day.day)
                .and_modify(|known: &mut WindowDay| {
                    known.views = Bucket::larger_of(known.views, day.views);
                    known.clones = Bucket::larger_of(known.clones, day.clones);
                })
                .or_insert(*day);
        }
        maxima
    }

    /// The same recording with all dates and times `days` later.
    #[must_use]
    pub fn shifted(mut self, days: i64) -> Self {
        let by = TimeDelta::days(days);
        for window in &mut self.windows {
            window.captured_at += by;
            for day in &mut window.days {
                day.day += by;
            }
        }
        for snapshot in self.referrers.iter_mut().chain(&mut self.paths) {
            snapshot.captured_at += by;
        }
        for total in self.stars.iter_mut().chain(&mut self.forks) {
            total.day += by;
        }
        self
    }

    /// The same recording, moved by whole weeks so that it ends on `day` or on one of the six days
    /// before.
    ///
    /// Whole weeks, because traffic depends on the weekday. The simulator fills the missing days
    /// with those of the year before, so its responses always reach the present.
    #[must_use]
    pub fn ending(self, day: NaiveDate) -> Self {
        let Some((_, last)) = self.days() else {
            return self;
        };
        let weeks = (day - last).num_days().div_euclid(7);
        self.shifted(weeks * 7)
    }
}
