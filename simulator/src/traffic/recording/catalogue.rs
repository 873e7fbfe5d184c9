//! The list of recordings, and how each is built from the embedded files.

use std::sync::OnceLock;

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use serde::Deserialize;

use super::decode::{self, Daily};
use super::{Recording, RecordingError, Snapshot, Total, Window, WindowDay};
use crate::traffic::bucket::Bucket;

/// A line of `data/repositories.csv`.
#[derive(Deserialize)]
struct Entry {
    github_id: u64,
    full_name: String,
    private: bool,
    description: String,
    traffic: Kind,
    source: Option<String>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

/// How a repository's traffic is recorded; `data/README.md` explains the three.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Windows,
    Daily,
    Cut,
}

/// All recordings, decoded once.
pub(super) fn all() -> Result<&'static [Recording], RecordingError> {
    static ALL: OnceLock<Vec<Recording>> = OnceLock::new();
    if let Some(recordings) = ALL.get() {
        return Ok(recordings);
    }
    let decoded = decode_all()?;
    Ok(ALL.get_or_init(|| decoded))
}

fn decode_all() -> Result<Vec<Recording>, RecordingError> {
    let entries: Vec<Entry> = decode::plain(
        "repositories.csv",
        include_bytes!("../../../data/repositories.csv"),
    )?;
    let daily = decode::daily()?;
    let mut recordings: Vec<Recording> = Vec::with_capacity(entries.len());
    for entry in entries {
        let recording = match entry.traffic {
            Kind::Windows => recorded(&entry)?,
            Kind::Daily => from_days(&entry, &daily)?,
            Kind::Cut => cut(&entry, &recordings)?,
        };
        recordings.push(recording);
    }
    Ok(recordings)
}

fn recorded(entry: &Entry) -> Result<Recording, RecordingError> {
    Ok(Recording {
        windows: decode::windows(&entry.full_name)?,
        referrers: decode::referrers(&entry.full_name)?,
        paths: decode::paths(&entry.full_name)?,
        stars: decode::stars(&entry.full_name)?,
        forks: decode::forks(&entry.full_name)?,
        ..entry.empty()
    })
}

/// A repository with published daily counts only. Its windows are built from them, one per day, in
/// the form of GitHub since 2026.
fn from_days(entry: &Entry, daily: &[Daily]) -> Result<Recording, RecordingError> {
    let days: Vec<WindowDay> = daily
        .iter()
        .filter(|row| row.repository == entry.full_name)
        .map(Daily::to_window_day)
        .collect();
    let (Some(first), Some(last)) = (days.first(), days.last()) else {
        return Err(damaged(format!(
            "{} has no day in daily.csv.gz",
            entry.full_name
        )));
    };
    let captured = NaiveTime::from_hms_opt(23, 10, 0).unwrap_or_default();
    let windows = first
        .day
        .iter_days()
        .take_while(|oldest| *oldest + TimeDelta::days(13) <= last.day)
        .map(|oldest| Window {
            captured_at: (oldest + TimeDelta::days(14)).and_time(captured).and_utc(),
            days: oldest
                .iter_days()
                .take(14)
                .map(|day| zero_filled(&days, day))
                .collect(),
        })
        .collect();
    Ok(Recording {
        windows,
        stars: decode::stars(&entry.full_name)?,
        forks: decode::forks(&entry.full_name)?,
        ..entry.empty()
    })
}

fn zero_filled(days: &[WindowDay], day: NaiveDate) -> WindowDay {
    let known = days.iter().find(|known| known.day == day);
    known.copied().unwrap_or(WindowDay {
        day,
        views: Some(Bucket::default()),
        clones: Some(Bucket::default()),
    })
}

/// A part of another recording, under its own name.
fn cut(entry: &Entry, earlier: &[Recording]) -> Result<Recording, RecordingError> {
    let source = earlier
        .iter()
        .find(|recording| Some(recording.full_name()) == entry.source);
    let (Some(source), Some(from), Some(to)) = (source, entry.from, entry.to) else {
        return Err(damaged(format!(
            "{} names no stretch of an earlier line",
            entry.full_name
        )));
    };
    let within = |day: NaiveDate| from <= day && day <= to;
    let lists = |lists: &[Snapshot]| -> Vec<Snapshot> {
        lists
            .iter()
            .filter(|list| within(list.captured_at.date_naive()))
            .cloned()
            .collect()
    };
    let mut paths = lists(&source.paths);
    for row in paths.iter_mut().flat_map(|list| &mut list.rows) {
        row.name = row.name.replace(&source.full_name(), &entry.full_name);
    }
    Ok(Recording {
        windows: source
            .windows
            .iter()
            .filter(|window| within(window.captured_at.date_naive()))
            .cloned()
            .collect(),
        referrers: lists(&source.referrers),
        paths,
        stars: cut_totals(&source.stars, from, to),
        forks: cut_totals(&source.forks, from, to),
        ..entry.empty()
    })
}

fn cut_totals(totals: &[Total], from: NaiveDate, to: NaiveDate) -> Vec<Total> {
    let before = totals
        .iter()
        .rfind(|total| total.day < from)
        .map_or(0, |total| total.total);
    totals
        .iter()
        .filter(|total| from <= total.day && total.day <= to)
        .map(|total| Total {
            total: total.total.saturating_sub(before),
            ..*total
        })
        .collect()
}

fn damaged(reason: String) -> RecordingError {
    RecordingError::Damaged {
        file: "repositories.csv".to_owned(),
        reason,
    }
}

impl Entry {
    fn empty(&self) -> Recording {
        let (owner, name) = self.full_name.split_once('/').unwrap_or_default();
        Recording {
            github_id: self.github_id,
            owner: owner.to_owned(),
            name: name.to_owned(),
            private: self.private,
            description: self.description.clone(),
            windows: Vec::new(),
            referrers: Vec::new(),
            paths: Vec::new(),
            stars: Vec::new(),
            forks: Vec::new(),
        }
    }
}
