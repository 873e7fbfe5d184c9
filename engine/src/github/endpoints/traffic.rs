//! Views and clones of a repository: by day, by week, and of the whole window.
//!
//! An invalid entry never costs the others. It is counted, and nothing is made up in its place.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveTime, Utc};
use domain::{Counts, Day, Measure};
use serde::Deserialize;

use super::repository::Repository;
use crate::github::client::Client;
use crate::github::conditional::{Conditional, ETag, Parsed};
use crate::github::edge::{Body, Calendar, Entries, EntryKind, Field, LeftOut, Number};
use crate::github::error::GithubError;

/// The width of the buckets that GitHub counts views and clones in: its parameter `per`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Per {
    Day,
    Week,
}

/// A response about views or clones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// The count and the true uniques of the whole window; `None` if they cannot be read.
    pub(crate) total: Option<Counts>,
    /// The listed days, or the Mondays of the listed weeks; oldest first, each once.
    pub(crate) buckets: Vec<(Day, Counts)>,
    /// The days listed with figures that cannot be read: they are unknown.
    pub(crate) unread: BTreeSet<Day>,
    /// Whether an entry has no valid date: an unlisted day may be its day.
    pub(crate) undated: bool,
    pub(crate) left_out: Option<LeftOut>,
}

#[derive(Deserialize)]
struct SeriesJson {
    #[serde(default)]
    count: Field<Number<u32>>,
    #[serde(default)]
    uniques: Field<Number<u32>>,
    #[serde(alias = "views", alias = "clones")]
    buckets: Entries<BucketJson>,
}

#[derive(Deserialize)]
struct BucketJson {
    timestamp: DateTime<Utc>,
    #[serde(default)]
    count: Field<Number<u32>>,
    #[serde(default)]
    uniques: Field<Number<u32>>,
}

impl Client {
    /// Views or clones of the last 14 days, by day or by week.
    pub(crate) async fn traffic(
        &self,
        github_id: i64,
        measure: Measure,
        per: Per,
        known: Option<&ETag>,
    ) -> Result<Conditional<Parsed<Window>>, GithubError> {
        let what = match measure {
            Measure::Views => "views",
            Measure::Clones => "clones",
        };
        let width = match per {
            Per::Day => "day",
            Per::Week => "week",
        };
        let path = format!("/repositories/{github_id}/traffic/{what}?per={width}");
        self.get_if_modified(&path, known)
            .await?
            .try_map(|response| {
                Parsed::new(response, |body, calendar| parse_window(body, per, calendar))
            })
    }

    /// Proves that the token may read the traffic of a visible repository: only a request shows it.
    pub(crate) async fn prove_traffic(&self, repository: &Repository) -> Result<(), GithubError> {
        self.traffic(repository.github_id, Measure::Views, Per::Day, None)
            .await
            .map(drop)
            .map_err(GithubError::for_visible_repository)
    }
}

/// Parses a response about views or clones. A day outside the calendar is invalid, and one listed
/// twice keeps its larger figures.
pub(crate) fn parse_window(
    body: &Body,
    per: Per,
    calendar: Calendar,
) -> Result<Window, GithubError> {
    let json: SeriesJson = body.read("traffic")?;
    let total = counts(json.count, json.uniques);
    let listed = json.buckets;
    let of = listed.len();
    let dated = listed.filter_map(|bucket| {
        let day = start(bucket.timestamp, per).filter(|day| calendar.covers(*day))?;
        Some((day, counts(bucket.count, bucket.uniques)))
    });
    let mut buckets: BTreeMap<Day, Counts> = BTreeMap::new();
    let mut unread = BTreeSet::new();
    let mut entries = dated.unread;
    for (day, counts) in dated.read {
        let Some(counts) = counts else {
            entries += 1;
            unread.insert(day);
            continue;
        };
        let larger = buckets.entry(day).or_insert(counts);
        *larger = larger.merge(counts);
    }
    unread.retain(|day| !buckets.contains_key(day));
    let kind = match per {
        Per::Day => EntryKind::Day,
        Per::Week => EntryKind::Week,
    };
    let left_out = LeftOut::new(kind, entries, of);
    let of_total = || LeftOut::new(EntryKind::Figure, usize::from(total.is_none()), 2);
    Ok(Window {
        total,
        buckets: buckets.into_iter().collect(),
        unread,
        undated: dated.unread > 0,
        left_out: left_out.or_else(of_total),
    })
}

/// Days and weeks are UTC, and weeks begin on Monday:
/// <https://docs.github.com/rest/metrics/traffic>
fn start(timestamp: DateTime<Utc>, per: Per) -> Option<Day> {
    let day = Day::of(timestamp);
    let begins = timestamp.time() == NaiveTime::MIN;
    (begins && (per == Per::Day || day == day.week_start())).then_some(day)
}

fn counts(count: Field<Number<u32>>, uniques: Field<Number<u32>>) -> Option<Counts> {
    let (Number(count), Number(uniques)) = count.0.zip(uniques.0)?;
    Some(Counts::new(count, uniques))
}

#[cfg(test)]
mod tests;
