//! GitHub's JSON, parsed at the edge into the domain's types.
//!
//! Whatever does not fit is a malformed answer: no panic, and nothing of it is stored.

use chrono::{DateTime, NaiveTime, Utc};
use domain::report::{Popularity, RankingRow};
use domain::{Counts, Day, RepositoryName, Visibility};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::client::Per;
use super::error::GithubError;

/// How many days an answer may span. GitHub documents 14 and has shown 15; the days between the
/// first and the last listed one count as known, so nonsense here would invent a history.
const LONGEST_SPAN: i64 = 31;
/// How many rows of referrers or paths are taken; GitHub documents ten.
const MOST_ROWS: usize = 100;

/// A repository as GitHub describes it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Repository {
    pub(crate) github_id: i64,
    pub(crate) full_name: RepositoryName,
    pub(crate) popularity: Popularity,
    /// Who sees it; older servers do not say.
    pub(crate) visibility: Option<Visibility>,
    pub(crate) archived: bool,
}

/// An answer about views or clones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// The count and the true uniques of the whole window.
    pub(crate) total: Counts,
    /// The listed days, or the Mondays of the listed weeks; oldest first, each once.
    pub(crate) buckets: Vec<(Day, Counts)>,
}

#[derive(Deserialize)]
struct RepositoryAnswer {
    id: i64,
    full_name: String,
    stargazers_count: u32,
    forks_count: u32,
    /// `watchers_count` repeats the stars; only this one counts the watchers.
    subscribers_count: u32,
    open_issues_count: u32,
    #[serde(default)]
    private: Option<bool>,
    #[serde(default)]
    visibility: Option<String>,
    #[serde(default)]
    archived: bool,
}

#[derive(Deserialize)]
struct SeriesAnswer {
    count: u32,
    uniques: u32,
    #[serde(alias = "views", alias = "clones")]
    buckets: Vec<BucketAnswer>,
}

#[derive(Deserialize)]
struct BucketAnswer {
    timestamp: DateTime<Utc>,
    count: u32,
    uniques: u32,
}

#[derive(Deserialize)]
struct RowAnswer {
    #[serde(alias = "referrer", alias = "path")]
    label: String,
    title: Option<String>,
    count: u32,
    uniques: u32,
}

pub(super) fn name(full_name: &str) -> Result<RepositoryName, GithubError> {
    full_name
        .parse()
        .map_err(|_| GithubError::Malformed("the repository has an impossible name"))
}

pub(super) fn repository(body: &[u8]) -> Result<Repository, GithubError> {
    let answer: RepositoryAnswer = parse(body, "about the repository")?;
    Ok(Repository {
        github_id: answer.id,
        full_name: name(&answer.full_name)?,
        popularity: Popularity {
            stars: answer.stargazers_count,
            forks: answer.forks_count,
            watchers: answer.subscribers_count,
            open_issues: answer.open_issues_count,
        },
        visibility: visibility(answer.visibility.as_deref(), answer.private),
        archived: answer.archived,
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

pub(crate) fn window(body: &[u8], per: Per) -> Result<Window, GithubError> {
    let answer: SeriesAnswer = parse(body, "about traffic")?;
    let mut buckets = answer
        .buckets
        .iter()
        .map(|bucket| {
            Ok((
                start(bucket.timestamp, per)?,
                counts(bucket.count, bucket.uniques),
            ))
        })
        .collect::<Result<Vec<_>, GithubError>>()?;
    buckets.sort_by_key(|(day, _)| *day);
    if buckets.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return Err(GithubError::Malformed("it lists a day twice"));
    }
    if let (Some((first, _)), Some((last, _))) = (buckets.first(), buckets.last())
        && last.days_since(*first) >= LONGEST_SPAN
    {
        return Err(GithubError::Malformed(
            "it spans more days than GitHub keeps",
        ));
    }
    Ok(Window {
        total: counts(answer.count, answer.uniques),
        buckets,
    })
}

pub(super) fn rows(body: &[u8]) -> Result<Vec<RankingRow>, GithubError> {
    let rows: Vec<RowAnswer> = parse(body, "about referrers or paths")?;
    if rows.len() > MOST_ROWS {
        return Err(GithubError::Malformed(
            "it lists more rows than GitHub gives",
        ));
    }
    Ok(rows
        .into_iter()
        .map(|row| RankingRow {
            label: row.label,
            title: row.title,
            counts: counts(row.count, row.uniques),
        })
        .collect())
}

/// What serde finds wrong may quote the body, so it is not passed on.
pub(super) fn parse<T: DeserializeOwned>(
    body: &[u8],
    about: &'static str,
) -> Result<T, GithubError> {
    serde_json::from_slice(body).map_err(|error| {
        tracing::debug!(
            line = error.line(),
            column = error.column(),
            about,
            "malformed answer"
        );
        match error.classify() {
            serde_json::error::Category::Data => {
                GithubError::Malformed("a figure or a name in it is not as documented")
            }
            _ => GithubError::NotWhole,
        }
    })
}

/// Days and weeks are UTC, and weeks begin on Monday:
/// <https://docs.github.com/rest/metrics/traffic>
fn start(timestamp: DateTime<Utc>, per: Per) -> Result<Day, GithubError> {
    if timestamp.time() != NaiveTime::MIN {
        return Err(GithubError::Malformed(
            "a day in it does not begin at midnight UTC",
        ));
    }
    let day = Day::of(timestamp);
    if per == Per::Week && day != day.week_start() {
        return Err(GithubError::Malformed(
            "a week in it does not begin on a Monday",
        ));
    }
    Ok(day)
}

const fn counts(count: u32, uniques: u32) -> Counts {
    Counts::new(count, uniques)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn read(buckets: &serde_json::Value, per: Per) -> Result<Window, GithubError> {
        let body = json!({ "count": 9, "uniques": 4, "views": buckets });
        window(body.to_string().as_bytes(), per)
    }

    #[test]
    fn days_come_in_order_whatever_the_answers_order() {
        let buckets = json!([
            { "timestamp": "2026-11-02T00:00:00Z", "count": 5, "uniques": 2 },
            { "timestamp": "2026-11-01T00:00:00Z", "count": 4, "uniques": 3 },
        ]);
        let window = read(&buckets, Per::Day).expect("a window");
        assert_eq!(window.total, Counts::new(9, 4));
        assert_eq!(
            window.buckets,
            [
                (day("2026-11-01"), Counts::new(4, 3)),
                (day("2026-11-02"), Counts::new(5, 2))
            ]
        );
        assert_eq!(read(&json!([]), Per::Day).expect("a window").buckets, []);
    }

    #[test]
    fn who_sees_a_repository_is_told_in_one_way_or_the_other_or_not_at_all() {
        let read = |told: serde_json::Value| {
            let mut answer = json!({
                "id": 1, "full_name": "acme/anvil", "stargazers_count": 0, "forks_count": 0,
                "subscribers_count": 0, "open_issues_count": 0,
            });
            let fields = answer.as_object_mut().expect("an object");
            fields.extend(told.as_object().expect("an object").clone());
            let read = repository(answer.to_string().as_bytes()).expect("a repository");
            (read.visibility, read.archived)
        };
        let (public, private) = (Some(Visibility::Public), Some(Visibility::Private));
        for (told, expected) in [
            (
                json!({"visibility": "public", "private": false, "archived": true}),
                (public, true),
            ),
            (
                json!({"visibility": "internal", "private": true}),
                (Some(Visibility::Internal), false),
            ),
            (
                json!({"visibility": "unheard-of", "private": true}),
                (private, false),
            ),
            (json!({"private": false}), (public, false)),
            (json!({}), (None, false)),
        ] {
            assert_eq!(read(told.clone()), expected, "{told}");
        }
    }

    #[test]
    fn nonsense_is_malformed() {
        let bucket = |timestamp: &str, count: i64| json!({ "timestamp": timestamp, "count": count, "uniques": 0 });
        for (buckets, per) in [
            (json!([bucket("2026-11-01T01:00:00Z", 0)]), Per::Day),
            (json!([bucket("2026-11-01T00:00:00+02:00", 0)]), Per::Day),
            (json!([bucket("2026-11-01", 0)]), Per::Day),
            (json!([bucket("2026-11-01T00:00:00Z", -1)]), Per::Day),
            (
                json!([bucket("2026-11-01T00:00:00Z", 5_000_000_000)]),
                Per::Day,
            ),
            (
                json!([
                    bucket("2026-11-01T00:00:00Z", 0),
                    bucket("2026-11-01T00:00:00Z", 0)
                ]),
                Per::Day,
            ),
            (
                json!([
                    bucket("1970-01-01T00:00:00Z", 0),
                    bucket("2026-11-01T00:00:00Z", 0)
                ]),
                Per::Day,
            ),
            (json!([bucket("2026-11-01T00:00:00Z", 0)]), Per::Week),
            (json!({}), Per::Day),
            (json!(null), Per::Day),
        ] {
            let outcome = read(&buckets, per);
            assert!(
                matches!(outcome, Err(GithubError::Malformed(_))),
                "{buckets}: {outcome:?}"
            );
        }
        assert_eq!(
            window(b"{\"count\":1,", Per::Day),
            Err(GithubError::NotWhole)
        );
        assert_eq!(rows(b"<html>"), Err(GithubError::NotWhole));
        let many = serde_json::to_vec(&vec![json!({"path": "/", "count": 1, "uniques": 1}); 101]);
        assert!(matches!(
            rows(&many.expect("json")),
            Err(GithubError::Malformed(_))
        ));
    }
}
