//! The source of a repository's traffic: a recording, given days or a generator.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};

use crate::traffic::bucket::{Bucket, DayTraffic};
use crate::traffic::recording::{Recording, Snapshot, SnapshotRow, Window, WindowDay};
use crate::traffic::synthetic;

/// The days after which a recording repeats: 52 weeks, so that weekdays and seasons match.
const YEAR: i64 = 364;

/// The traffic of one repository, on any day.
#[derive(Clone, Debug)]
pub struct Source {
    days: Days,
    referrers: Option<Arc<[SnapshotRow]>>,
    paths: Option<Arc<[SnapshotRow]>>,
}

#[derive(Clone, Debug)]
enum Days {
    Recorded(Arc<Recorded>),
    Given(Arc<BTreeMap<NaiveDate, DayTraffic>>),
    Synthetic { seed: u64 },
}

#[derive(Debug)]
struct Recorded {
    recording: Recording,
    maxima: BTreeMap<NaiveDate, WindowDay>,
}

impl Source {
    /// The days of a recording, its lists, and its windows for
    /// [`Control::serve_window`](crate::Control::serve_window).
    ///
    /// Days after its end repeat those of 364 days before, or of as many whole weeks as a shorter
    /// recording has. Days before its start have no traffic.
    #[must_use]
    pub fn recorded(recording: Recording) -> Self {
        let maxima = recording.maxima();
        Self::of(Days::Recorded(Arc::new(Recorded { recording, maxima })))
    }

    /// Exactly these days; all others have no traffic.
    #[must_use]
    pub fn series(days: impl IntoIterator<Item = (NaiveDate, DayTraffic)>) -> Self {
        Self::of(Days::Given(Arc::new(days.into_iter().collect())))
    }

    /// Plausible traffic on every day, the same for the same seed. It is computed on demand, so
    /// thousands of repositories cost nothing.
    #[must_use]
    pub fn synthetic(seed: u64) -> Self {
        Self::of(Days::Synthetic { seed })
    }

    /// No traffic.
    #[must_use]
    pub fn none() -> Self {
        Self::series([])
    }

    /// Always serves this list of referrers.
    #[must_use]
    pub fn with_referrers(mut self, rows: impl IntoIterator<Item = SnapshotRow>) -> Self {
        self.referrers = Some(rows.into_iter().collect());
        self
    }

    /// Always serves this list of paths.
    #[must_use]
    pub fn with_paths(mut self, rows: impl IntoIterator<Item = SnapshotRow>) -> Self {
        self.paths = Some(rows.into_iter().collect());
        self
    }

    fn of(days: Days) -> Self {
        Self {
            days,
            referrers: None,
            paths: None,
        }
    }

    pub(crate) fn on(&self, day: NaiveDate) -> DayTraffic {
        match &self.days {
            Days::Recorded(recorded) => recorded.on(day),
            Days::Given(days) => days.get(&day).copied().unwrap_or_default(),
            Days::Synthetic { seed } => synthetic::day(*seed, day),
        }
    }

    pub(crate) fn referrers(&self, day: NaiveDate) -> Vec<SnapshotRow> {
        match (&self.referrers, &self.days) {
            (Some(rows), _) => rows.to_vec(),
            (None, Days::Recorded(recorded)) => recorded.list(&recorded.recording.referrers, day),
            (None, Days::Given(_)) => Vec::new(),
            (None, Days::Synthetic { seed }) => synthetic::referrers(*seed, day),
        }
    }

    pub(crate) fn paths(&self, day: NaiveDate, full_name: &str) -> Vec<SnapshotRow> {
        match (&self.paths, &self.days) {
            (Some(rows), _) => rows.to_vec(),
            (None, Days::Recorded(recorded)) => recorded.list(&recorded.recording.paths, day),
            (None, Days::Given(_)) => Vec::new(),
            (None, Days::Synthetic { seed }) => synthetic::paths(*seed, day, full_name),
        }
    }

    pub(crate) fn recording(&self) -> Option<&Recording> {
        match &self.days {
            Days::Recorded(recorded) => Some(&recorded.recording),
            Days::Given(_) | Days::Synthetic { .. } => None,
        }
    }

    pub(crate) fn window(&self, index: usize) -> Option<&Window> {
        self.recording()?.windows.get(index)
    }
}

impl Recorded {
    fn on(&self, day: NaiveDate) -> DayTraffic {
        let known = self.maxima.get(&self.recorded_day(day));
        known.map_or_else(DayTraffic::default, |known| DayTraffic {
            views: known.views.unwrap_or_default(),
            clones: known.clones.unwrap_or_default(),
        })
    }

    /// The list on a day: the newest one captured by then.
    fn list(&self, lists: &[Snapshot], day: NaiveDate) -> Vec<SnapshotRow> {
        let day = self.recorded_day(day);
        lists
            .iter()
            .rfind(|list| list.captured_at.date_naive() <= day)
            .map(|list| list.rows.clone())
            .unwrap_or_default()
    }

    /// The recorded day that is served for `day`.
    fn recorded_day(&self, day: NaiveDate) -> NaiveDate {
        let (Some((first, _)), Some((last, _))) =
            (self.maxima.first_key_value(), self.maxima.last_key_value())
        else {
            return day;
        };
        let days_after_end = (day - *last).num_days();
        if days_after_end <= 0 {
            return day;
        }
        let weeks = ((*last - *first).num_days() + 1) / 7;
        let period = (weeks * 7).clamp(7, YEAR);
        let repetitions = (days_after_end + period - 1) / period;
        day - TimeDelta::days(repetitions * period)
    }
}

impl SnapshotRow {
    /// A row of a list of referrers or paths.
    #[must_use]
    pub fn new(name: impl Into<String>, bucket: Bucket) -> Self {
        Self {
            name: name.into(),
            count: bucket.count,
            uniques: bucket.uniques,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_recording_that_has_ended_repeats_the_year_before_on_the_same_weekdays() {
        let recording = Recording::load("jonescompneurolab/hnn-core").unwrap();
        let (_, last) = recording.days().unwrap();
        let source = Source::recorded(recording);
        for ahead in [1, 7, 364, 365, 1_000] {
            let future = last + TimeDelta::days(ahead);
            let past = future - TimeDelta::days(364 * ((ahead + 363) / 364));
            assert!(past <= last);
            assert_eq!(source.on(future), source.on(past), "{ahead} days ahead");
        }
        assert_ne!(source.on(last + TimeDelta::days(3)), DayTraffic::default());
    }

    #[test]
    fn a_short_recording_repeats_its_weeks() {
        let source = Source::recorded(Recording::load("cicsdev/cics-genapp").unwrap());
        assert_eq!(source.on(day("2024-12-07")), source.on(day("2024-11-16")));
        assert_eq!(source.on(day("2024-12-27")), source.on(day("2024-12-06")));
        assert_eq!(source.on(day("2024-11-14")), DayTraffic::default());
    }
}
