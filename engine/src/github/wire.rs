//! GitHub's JSON about a repository and its traffic, in the domain's types.
//!
//! Whatever does not fit costs its own entry and no other; it is counted, and nothing is made up
//! in its place.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveTime, Utc};
use domain::report::{Popularity, RankingRow};
use domain::{Counts, Day, RepositoryName, Visibility};
use serde::Deserialize;

use super::client::Per;
use super::edge::{Body, Calendar, Entries, EntryKind, Field, LeftOut, Number};
use super::error::GithubError;

/// How many rows of referrers or paths are taken; GitHub documents ten.
const MAX_ROWS: usize = 100;

/// A repository as GitHub describes it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Repository {
    pub(crate) github_id: i64,
    pub(crate) full_name: RepositoryName,
    /// A figure that cannot be read is unknown.
    pub(crate) popularity: Popularity,
    /// Who sees it; older servers do not say.
    pub(crate) visibility: Option<Visibility>,
    pub(crate) archived: bool,
    /// The day on which it was made, where GitHub says one.
    pub(crate) created_on: Option<Day>,
    pub(crate) left_out: Option<LeftOut>,
}

/// An answer about views or clones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// The count and the true uniques of the whole window; `None` where they cannot be read.
    pub(crate) total: Option<Counts>,
    /// The listed days, or the Mondays of the listed weeks; oldest first, each once.
    pub(crate) buckets: Vec<(Day, Counts)>,
    /// The days that are listed with figures that cannot be read: they are unknown.
    pub(crate) unread: BTreeSet<Day>,
    /// Whether an entry tells no day that there can be: then a day that is not listed may be its.
    pub(crate) undated: bool,
    pub(crate) left_out: Option<LeftOut>,
}

/// A list of referrers or paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TopList {
    pub(crate) rows: Vec<RankingRow>,
    pub(crate) left_out: Option<LeftOut>,
}

#[derive(Deserialize)]
struct RepositoryJson {
    id: Number<i64>,
    full_name: String,
    #[serde(default)]
    stargazers_count: Field<Number<u32>>,
    #[serde(default)]
    forks_count: Field<Number<u32>>,
    /// `watchers_count` repeats the stars; only this one counts the watchers.
    #[serde(default)]
    subscribers_count: Field<Number<u32>>,
    #[serde(default)]
    open_issues_count: Field<Number<u32>>,
    #[serde(default)]
    private: Field<bool>,
    #[serde(default)]
    visibility: Field<String>,
    #[serde(default)]
    archived: Field<bool>,
    #[serde(default)]
    created_at: Field<DateTime<Utc>>,
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

#[derive(Deserialize)]
struct RowJson {
    #[serde(alias = "referrer", alias = "path")]
    label: String,
    #[serde(default)]
    title: Field<String>,
    count: Number<u32>,
    uniques: Number<u32>,
}

pub(super) fn name(full_name: &str) -> Option<RepositoryName> {
    full_name.parse().ok()
}

pub(super) fn repository(body: &Body, calendar: Calendar) -> Result<Repository, GithubError> {
    let answer: RepositoryJson = body.read("about the repository")?;
    let figure = |field: Field<Number<u32>>| field.0.map(|Number(figure)| figure);
    let popularity = Popularity {
        stars: figure(answer.stargazers_count),
        forks: figure(answer.forks_count),
        watchers: figure(answer.subscribers_count),
        open_issues: figure(answer.open_issues_count),
    };
    let figures = popularity.figures();
    let unread = figures.iter().filter(|figure| figure.is_none()).count();
    Ok(Repository {
        github_id: answer.id.0,
        full_name: name(&answer.full_name).ok_or(GithubError::Malformed(
            "the repository has an impossible name",
        ))?,
        popularity,
        visibility: visibility(answer.visibility.0.as_deref(), answer.private.0),
        archived: answer.archived.0.unwrap_or_default(),
        created_on: answer
            .created_at
            .0
            .map(Day::of)
            .filter(|day| calendar.contains(*day)),
        left_out: LeftOut::new(EntryKind::Figure, unread, figures.len()),
    })
}

/// GitHub's word; where it has none that is known, whether it is private says enough.
fn visibility(word: Option<&str>, private: Option<bool>) -> Option<Visibility> {
    let said = word.and_then(|word| word.parse().ok());
    said.or_else(|| {
        private.map(|private| {
            if private {
                Visibility::Private
            } else {
                Visibility::Public
            }
        })
    })
}

/// An answer about views or clones. A day that an answer of this calendar cannot speak of is
/// taken for none, and one that is listed twice counts with the larger figures.
pub(crate) fn window(body: &Body, per: Per, calendar: Calendar) -> Result<Window, GithubError> {
    let answer: SeriesJson = body.read("about traffic")?;
    let total = counts(answer.count, answer.uniques);
    let listed = answer.buckets;
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

pub(super) fn rows(body: &Body) -> Result<TopList, GithubError> {
    let listed: Entries<RowJson> = body.read("about referrers or paths")?;
    let mut taken = 0;
    let rows = listed.filter_map(|row| {
        taken += 1;
        let is_row = taken <= MAX_ROWS && !row.label.trim().is_empty();
        is_row.then(|| RankingRow {
            label: row.label,
            title: row.title.0,
            counts: Counts::new(row.count.0, row.uniques.0),
        })
    });
    Ok(TopList {
        left_out: LeftOut::from_entries(EntryKind::Row, &rows),
        rows: rows.read,
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
