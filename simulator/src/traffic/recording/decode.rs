//! Reads the embedded files; `data/README.md` describes their encoding.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use flate2::read::GzDecoder;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{RecordingError, Snapshot, SnapshotRow, Total, Window, WindowDay};
use crate::traffic::bucket::Bucket;

/// The files of a repository with recorded responses.
struct Files {
    repository: &'static str,
    windows: &'static [u8],
    referrers: &'static [u8],
    paths: &'static [u8],
}

const FILES: [Files; 2] = [
    Files {
        repository: "jgehrcke/github-repo-stats",
        windows: include_bytes!("../../../data/windows/jgehrcke__github-repo-stats.csv.gz"),
        referrers: include_bytes!("../../../data/referrers/jgehrcke__github-repo-stats.csv.gz"),
        paths: include_bytes!("../../../data/paths/jgehrcke__github-repo-stats.csv.gz"),
    },
    Files {
        repository: "jonescompneurolab/hnn-core",
        windows: include_bytes!("../../../data/windows/jonescompneurolab__hnn-core.csv.gz"),
        referrers: include_bytes!("../../../data/referrers/jonescompneurolab__hnn-core.csv.gz"),
        paths: include_bytes!("../../../data/paths/jonescompneurolab__hnn-core.csv.gz"),
    },
];

#[derive(Deserialize)]
struct WindowRow {
    captured_at: Option<DateTime<Utc>>,
    day: Option<NaiveDate>,
    views: Option<u64>,
    view_uniques: Option<u64>,
    clones: Option<u64>,
    clone_uniques: Option<u64>,
}

#[derive(Deserialize)]
struct ListRow {
    captured_at: Option<DateTime<Utc>>,
    name: String,
    count: u64,
    uniques: u64,
}

/// One day of `daily.csv.gz`.
#[derive(Deserialize)]
pub(super) struct Daily {
    pub(super) repository: String,
    day: NaiveDate,
    views: u64,
    view_uniques: u64,
    clones: u64,
    clone_uniques: u64,
}

#[derive(Deserialize)]
struct TotalRow {
    repository: String,
    day: NaiveDate,
    total: u64,
}

impl Daily {
    pub(super) fn to_window_day(&self) -> WindowDay {
        WindowDay {
            day: self.day,
            views: Some(Bucket::new(self.views, self.view_uniques)),
            clones: Some(Bucket::new(self.clones, self.clone_uniques)),
        }
    }
}

/// All windows: each is the previous one with the days of its rows replaced.
pub(super) fn windows(repository: &str) -> Result<Vec<Window>, RecordingError> {
    let name = format!("windows of {repository}");
    let rows: Vec<WindowRow> = gzipped(&name, files(repository)?.windows)?;
    let mut days: BTreeMap<NaiveDate, WindowDay> = BTreeMap::new();
    let mut windows: Vec<Window> = Vec::new();
    for row in rows {
        if let Some(captured_at) = row.captured_at {
            close(&mut windows, &days);
            windows.push(Window {
                captured_at,
                days: Vec::new(),
            });
        }
        let Some(day) = row.day else { continue };
        let views = bucket(row.views, row.view_uniques);
        let clones = bucket(row.clones, row.clone_uniques);
        if views.is_none() && clones.is_none() {
            days.remove(&day);
        } else {
            days.insert(day, WindowDay { day, views, clones });
        }
    }
    close(&mut windows, &days);
    Ok(windows)
}

fn close(windows: &mut [Window], days: &BTreeMap<NaiveDate, WindowDay>) {
    if let Some(window) = windows.last_mut() {
        window.days = days.values().copied().collect();
    }
}

fn bucket(count: Option<u64>, uniques: Option<u64>) -> Option<Bucket> {
    Some(Bucket::new(count?, uniques?))
}

pub(super) fn referrers(repository: &str) -> Result<Vec<Snapshot>, RecordingError> {
    lists(
        &format!("referrers of {repository}"),
        files(repository)?.referrers,
    )
}

pub(super) fn paths(repository: &str) -> Result<Vec<Snapshot>, RecordingError> {
    lists(&format!("paths of {repository}"), files(repository)?.paths)
}

fn lists(name: &str, bytes: &[u8]) -> Result<Vec<Snapshot>, RecordingError> {
    let rows: Vec<ListRow> = gzipped(name, bytes)?;
    let mut lists: Vec<Snapshot> = Vec::new();
    for row in rows {
        if let Some(captured_at) = row.captured_at {
            lists.push(Snapshot {
                captured_at,
                rows: Vec::new(),
            });
        }
        let list = lists
            .last_mut()
            .ok_or_else(|| damaged(name, "its first row has no time"))?;
        list.rows.push(SnapshotRow {
            name: row.name,
            count: row.count,
            uniques: row.uniques,
        });
    }
    Ok(lists)
}

pub(super) fn daily() -> Result<Vec<Daily>, RecordingError> {
    gzipped("daily.csv.gz", include_bytes!("../../../data/daily.csv.gz"))
}

pub(super) fn stars(repository: &str) -> Result<Vec<Total>, RecordingError> {
    totals(
        "stars.csv.gz",
        include_bytes!("../../../data/stars.csv.gz"),
        repository,
    )
}

pub(super) fn forks(repository: &str) -> Result<Vec<Total>, RecordingError> {
    totals(
        "forks.csv.gz",
        include_bytes!("../../../data/forks.csv.gz"),
        repository,
    )
}

fn totals(name: &str, bytes: &[u8], repository: &str) -> Result<Vec<Total>, RecordingError> {
    let rows: Vec<TotalRow> = gzipped(name, bytes)?;
    Ok(rows
        .into_iter()
        .filter(|row| row.repository == repository)
        .map(|row| Total {
            day: row.day,
            total: row.total,
        })
        .collect())
}

fn files(repository: &str) -> Result<&'static Files, RecordingError> {
    FILES
        .iter()
        .find(|files| files.repository == repository)
        .ok_or_else(|| RecordingError::Unknown(repository.to_owned()))
}

fn gzipped<T: DeserializeOwned>(name: &str, bytes: &[u8]) -> Result<Vec<T>, RecordingError> {
    rows(name, csv::Reader::from_reader(GzDecoder::new(bytes)))
}

/// The rows of a file that is not compressed.
pub(super) fn plain<T: DeserializeOwned>(
    name: &str,
    bytes: &[u8],
) -> Result<Vec<T>, RecordingError> {
    rows(name, csv::Reader::from_reader(bytes))
}

fn rows<T: DeserializeOwned>(
    name: &str,
    mut reader: csv::Reader<impl std::io::Read>,
) -> Result<Vec<T>, RecordingError> {
    reader
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(|error| damaged(name, &error.to_string()))
}

fn damaged(file: &str, reason: &str) -> RecordingError {
    RecordingError::Damaged {
        file: file.to_owned(),
        reason: reason.to_owned(),
    }
}
