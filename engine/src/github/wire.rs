//! GitHub's JSON, parsed at the edge into the domain's types.
//!
//! Whatever does not fit is a malformed answer: no panic, and nothing of it is stored.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, NaiveTime, Utc};
use domain::report::{Popularity, RankingRow};
use domain::{Counts, Day, RepositoryName};
use http::HeaderMap;
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::client::Per;
use super::error::GithubError;

/// How many days an answer may span. GitHub documents 14 and has shown 15; the days between the
/// first and the last listed one count as known, so nonsense here would invent a history.
const LONGEST_SPAN: i64 = 31;
/// How many rows of referrers or paths are taken; GitHub documents ten.
const MOST_ROWS: usize = 100;

/// Whom a token belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TokenOwner {
    pub(crate) login: String,
    pub(crate) id: i64,
    /// When the token expires, where GitHub says so.
    pub(crate) expires_at: Option<DateTime<Utc>>,
    /// A classic token's scopes.
    pub(crate) scopes: Option<String>,
    /// The user's name, where they tell it.
    pub(crate) name: Option<String>,
    /// The user's public address, where they have one.
    pub(crate) email: Option<String>,
}

/// A repository as GitHub lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) github_id: i64,
    pub(crate) full_name: RepositoryName,
    pub(crate) private: bool,
    pub(crate) archived: bool,
    pub(crate) stars: u32,
    /// Whether the token's user may push; said of no installation.
    pub(crate) pushes: bool,
}

/// A new token of an installation.
pub(super) struct Minted {
    pub(super) token: SecretString,
    pub(super) expires_at: DateTime<Utc>,
}

/// An installation of an app.
pub(super) struct Installation {
    pub(super) login: String,
    pub(super) account_id: i64,
    /// Its permissions, such as `administration: read, metadata: read`.
    pub(super) permissions: String,
    /// Whether they let it read traffic.
    pub(super) administration: bool,
}

/// A repository as GitHub describes it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Repository {
    pub(crate) github_id: i64,
    pub(crate) full_name: RepositoryName,
    pub(crate) popularity: Popularity,
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
struct UserAnswer {
    login: String,
    id: i64,
    name: Option<String>,
    email: Option<String>,
}

#[derive(Deserialize)]
struct ListedAnswer {
    id: i64,
    full_name: String,
    private: bool,
    #[serde(default)]
    archived: bool,
    stargazers_count: u32,
    #[serde(default)]
    permissions: PermissionsAnswer,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PermissionsAnswer {
    admin: bool,
    maintain: bool,
    push: bool,
}

#[derive(Deserialize)]
struct InstalledAnswer {
    repositories: Vec<ListedAnswer>,
}

#[derive(Deserialize)]
struct MintedAnswer {
    token: String,
    expires_at: DateTime<Utc>,
}

#[derive(Deserialize)]
struct InstallationAnswer {
    account: UserAnswer,
    permissions: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct MetaAnswer {
    installed_version: Option<String>,
    /// Of all that GitHub tells of itself, the one field that every kind of it has.
    #[serde(rename = "verifiable_password_authentication")]
    _verifiable: bool,
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

pub(super) fn token_owner(body: &[u8], headers: &HeaderMap) -> Result<TokenOwner, GithubError> {
    let user: UserAnswer = parse(body, "about the token's user")?;
    Ok(TokenOwner {
        login: user.login,
        id: user.id,
        expires_at: expiry(headers),
        scopes: headers
            .get("x-oauth-scopes")
            .and_then(|scopes| scopes.to_str().ok())
            .map(|scopes| scopes.trim().to_owned()),
        name: user.name,
        email: user.email,
    })
}

pub(super) fn listed(body: &[u8]) -> Result<Vec<Listed>, GithubError> {
    let listed: Vec<ListedAnswer> = parse(body, "about the token's repositories")?;
    listed.into_iter().map(of_list).collect()
}

pub(super) fn installed(body: &[u8]) -> Result<Vec<Listed>, GithubError> {
    let answer: InstalledAnswer = parse(body, "about the installation's repositories")?;
    answer.repositories.into_iter().map(of_list).collect()
}

fn of_list(answer: ListedAnswer) -> Result<Listed, GithubError> {
    let may = answer.permissions;
    Ok(Listed {
        github_id: answer.id,
        full_name: name(&answer.full_name)?,
        private: answer.private,
        archived: answer.archived,
        stars: answer.stargazers_count,
        pushes: may.push || may.maintain || may.admin,
    })
}

pub(super) fn minted(body: &[u8]) -> Result<Minted, GithubError> {
    let answer: MintedAnswer = parse(body, "about the installation's token")?;
    Ok(Minted {
        token: answer.token.into(),
        expires_at: answer.expires_at,
    })
}

pub(super) fn installation(body: &[u8]) -> Result<Installation, GithubError> {
    let answer: InstallationAnswer = parse(body, "about the installation")?;
    let permissions: Vec<_> = answer
        .permissions
        .iter()
        .map(|(name, access)| format!("{name}: {access}"))
        .collect();
    let administration = answer
        .permissions
        .get("administration")
        .is_some_and(|access| matches!(access.as_str(), "read" | "write"));
    Ok(Installation {
        login: answer.account.login,
        account_id: answer.account.id,
        permissions: permissions.join(", "),
        administration,
    })
}

pub(super) fn is_enterprise(body: &[u8]) -> Result<bool, GithubError> {
    serde_json::from_slice::<MetaAnswer>(body)
        .map(|meta| meta.installed_version.is_some())
        .map_err(|_| GithubError::NotGithub)
}

fn name(full_name: &str) -> Result<RepositoryName, GithubError> {
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
    })
}

pub(super) fn window(body: &[u8], per: Per) -> Result<Window, GithubError> {
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
fn parse<T: DeserializeOwned>(body: &[u8], about: &'static str) -> Result<T, GithubError> {
    serde_json::from_slice(body).map_err(|error| {
        tracing::debug!(
            line = error.line(),
            column = error.column(),
            about,
            "malformed answer"
        );
        GithubError::Malformed(match error.classify() {
            serde_json::error::Category::Data => "a figure or a name in it is not as documented",
            _ => "it is no whole JSON",
        })
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

/// `2025-02-25 04:28:56 UTC`, or with an offset such as `-0700` in place of `UTC`.
fn expiry(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    let text = headers
        .get("github-authentication-token-expiration")?
        .to_str()
        .ok()?
        .trim();
    let in_utc = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S UTC");
    let expiry = match in_utc {
        Ok(time) => Some(time.and_utc()),
        Err(_) => DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S %z")
            .ok()
            .map(Into::into),
    };
    if expiry.is_none() {
        tracing::warn!("the token's expiry is written in an unknown way, so it is not shown");
    }
    expiry
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
        assert!(matches!(
            window(b"{\"count\":1,", Per::Day),
            Err(GithubError::Malformed(_))
        ));
        assert!(matches!(rows(b"<html>"), Err(GithubError::Malformed(_))));
        let many = serde_json::to_vec(&vec![json!({"path": "/", "count": 1, "uniques": 1}); 101]);
        assert!(matches!(
            rows(&many.expect("json")),
            Err(GithubError::Malformed(_))
        ));
    }

    #[test]
    fn an_expiry_is_read_in_both_ways_github_writes_it() {
        let expiry_of = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(
                "github-authentication-token-expiration",
                text.parse().expect("text"),
            );
            expiry(&headers).map(|time| time.to_rfc3339())
        };
        let expected = Some("2025-02-25T04:28:56+00:00".to_owned());
        assert_eq!(expiry_of("2025-02-25 04:28:56 UTC"), expected);
        assert_eq!(expiry_of("2025-02-24 21:28:56 -0700"), expected);
        assert_eq!(expiry_of("soon"), None);
    }
}
