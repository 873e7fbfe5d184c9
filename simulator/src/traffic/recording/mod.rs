//! What GitHub really answered: recorded windows, top lists, stars and forks.

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
    /// Every captured answer of the views and clones endpoints, oldest first.
    pub windows: Vec<Window>,
    /// Every captured list of referrers, oldest first.
    pub referrers: Vec<Snapshot>,
    /// Every captured list of paths, oldest first.
    pub paths: Vec<Snapshot>,
    /// Stars in all, on the days they changed.
    pub stars: Vec<Total>,
    /// Forks in all, on the days they changed.
    pub forks: Vec<Total>,
}

/// One captured answer of the views and of the clones endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// When it was captured.
    pub captured_at: DateTime<Utc>,
    /// The days that the answers listed, oldest first.
    pub days: Vec<WindowDay>,
}

/// One day of a window; `None` where the answer did not list the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowDay {
    /// The UTC day.
    pub day: NaiveDate,
    /// What the views endpoint said of it.
    pub views: Option<Bucket>,
    /// What the clones endpoint said of it.
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
    /// Views from it, or of it.
    pub count: u64,
    /// Visitors among them.
    pub uniques: u64,
}

/// How many there were in all from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Total {
    /// The UTC day.
    pub day: NaiveDate,
    /// The number in all.
    pub total: u64,
}

/// Why a recording could not be had.
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
        /// What was wrong with it.
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

    /// The truth as far as the recording knows it: on each day the maximum of
    /// each field over all windows. A collector that merges rightly ends here.
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

    /// The same recording, every date and time of it `days` later.
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

    /// The same recording, moved by whole weeks so that its last day is `day` or
    /// one of the six days before.
    ///
    /// Whole weeks, because a Sunday must stay a Sunday: traffic follows the
    /// week. The simulator serves the days that are then missing from the year
    /// before, so its answers always reach the present.
    #[must_use]
    pub fn ending(self, day: NaiveDate) -> Self {
        let Some((_, last)) = self.days() else {
            return self;
        };
        let weeks = (day - last).num_days().div_euclid(7);
        self.shifted(weeks * 7)
    }
}
