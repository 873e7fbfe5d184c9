//! A repository's releases with their downloads, and the markers on its charts.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Repository;
use crate::day::{Day, DayRange};

/// A marker on a chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// When.
    pub day: Day,
    /// The tag.
    pub label: String,
    /// What happened then.
    pub kind: MarkerKind,
}

/// What a marker on a chart stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkerKind {
    /// A release.
    Release,
    /// A tag without a release.
    Tag,
}

/// A repository's releases, and their downloads over a range of days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleasesReport {
    /// The repository.
    pub repository: Repository,
    /// Whether the connection's token can see the releases; `None` before the first request.
    pub offered: Option<bool>,
    /// The days counted in the figures.
    pub range: DayRange,
    /// The newest day on which the releases were read.
    pub read_on: Option<Day>,
    /// All downloads ever counted; `None` before the first reading.
    pub downloads: Option<u64>,
    /// New downloads within the range; `None` without two readings.
    pub gained: Option<u64>,
    /// The readings within the range, oldest first.
    pub readings: Vec<Reading>,
    /// The releases, newest first, including those no longer listed by GitHub.
    pub releases: Vec<Release>,
    /// The maximum number of releases read, if there may be more.
    pub cut_at: Option<u32>,
}

/// A day's reading of all releases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The day.
    pub day: Day,
    /// The day of the previous reading; `None` for the first one.
    pub since: Option<Day>,
    /// New downloads since then; `None` for the first one.
    pub downloads: Option<u64>,
}

impl Reading {
    /// The downloads of this day alone, if the previous day was read too.
    #[must_use]
    pub fn of_its_day(&self) -> Option<u64> {
        let since = self.since?;
        self.downloads.filter(|_| self.day.days_since(since) == 1)
    }
}

/// A release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Its tag.
    pub tag: String,
    /// Its title, where it has one.
    pub name: Option<String>,
    /// Whether it is marked as a pre-release.
    pub prerelease: bool,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// Since when GitHub no longer lists it.
    pub gone_on: Option<Day>,
    /// All downloads of its assets ever counted.
    pub downloads: u64,
    /// Its assets, by name.
    pub assets: Vec<Asset>,
}

/// A file of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asset {
    /// The file name.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// When it was last uploaded.
    pub uploaded_at: DateTime<Utc>,
    /// How many uploads or count resets were seen.
    pub uploads: u32,
    /// Since when GitHub no longer lists it.
    pub gone_on: Option<Day>,
    /// GitHub's count, which restarts with each upload.
    pub downloads_of_upload: u64,
    /// All downloads ever counted; never decreases.
    pub downloads: u64,
    /// New downloads within the range.
    pub gained: u64,
    /// The days of the range with changes, oldest first.
    pub days: Vec<AssetDay>,
}

/// A day on which a reading found changes of an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetDay {
    /// The day.
    pub day: Day,
    /// GitHub's count at the end of it.
    pub downloads_of_upload: u64,
    /// New downloads since the previous reading; `None` for the first one.
    pub gained: Option<u64>,
    /// Whether the count restarted.
    pub reset: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_two_readings_on_consecutive_days_tell_of_one_day() {
        let day = |text: &str| text.parse::<Day>().expect("a day");
        let reading = |since: Option<&str>, downloads| Reading {
            day: day("2026-11-20"),
            since: since.map(day),
            downloads,
        };
        assert_eq!(reading(None, None).of_its_day(), None);
        assert_eq!(reading(Some("2026-11-19"), Some(0)).of_its_day(), Some(0));
        assert_eq!(reading(Some("2026-11-17"), Some(9)).of_its_day(), None);
    }
}
