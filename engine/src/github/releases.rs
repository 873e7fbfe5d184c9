//! Releases with the downloads of their assets, and tags with the days of their commits.

use chrono::{DateTime, Utc};
use domain::Day;
use serde::Deserialize;

use super::client::Client;
use super::conditional::{Tag, Told};
use super::error::GithubError;
use super::listing::page_behind;
use super::wire::parse;

/// How many entries a page has.
pub(crate) const PER_PAGE: usize = 100;

/// A release as GitHub lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedRelease {
    /// GitHub's id of the release.
    pub github_id: i64,
    /// The tag that it was made from.
    pub tag: String,
    /// Its title.
    pub name: Option<String>,
    /// Whether it is marked as a pre-release.
    pub prerelease: bool,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// Its files.
    pub assets: Vec<ListedAsset>,
}

/// A file of a release as GitHub lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedAsset {
    /// GitHub's id of the upload.
    pub github_id: i64,
    /// The file name.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// When it was uploaded.
    pub uploaded_at: DateTime<Utc>,
    /// Downloads since then.
    pub downloads: u64,
}

/// A tag, and the commit that it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListedTag {
    pub(crate) name: String,
    pub(crate) commit: String,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListPage<T> {
    pub(crate) entries: Vec<T>,
    /// Whether another page follows.
    pub(crate) more: bool,
}

#[derive(Deserialize)]
struct ReleaseAnswer {
    id: i64,
    tag_name: String,
    name: Option<String>,
    /// Whoever may write to the repository sees what is not published yet.
    draft: bool,
    prerelease: bool,
    published_at: Option<DateTime<Utc>>,
    assets: Vec<AssetAnswer>,
}

#[derive(Deserialize)]
struct AssetAnswer {
    id: i64,
    name: String,
    size: u64,
    download_count: u64,
    created_at: DateTime<Utc>,
    /// `uploaded`, or `open` where the upload broke off.
    state: String,
}

#[derive(Deserialize)]
struct TagAnswer {
    name: String,
    commit: CommitOfTag,
}

#[derive(Deserialize)]
struct CommitOfTag {
    sha: String,
}

#[derive(Deserialize)]
struct CommitAnswer {
    committer: Signature,
}

#[derive(Deserialize)]
struct Signature {
    date: DateTime<Utc>,
}

impl Client {
    /// A page of the published releases, newest first.
    /// <https://docs.github.com/rest/releases/releases#list-releases>
    pub(crate) async fn releases(
        &self,
        github_id: i64,
        page: u32,
        known: Option<&Tag>,
    ) -> Result<Told<ListPage<ListedRelease>>, GithubError> {
        let path = list(github_id, "releases", page);
        self.ask(&path, known).await?.try_map(|answer| {
            Ok(ListPage {
                entries: releases(&answer.body)?,
                more: page_behind(&answer.headers, "next").is_some(),
            })
        })
    }

    /// A page of the tags.
    /// <https://docs.github.com/rest/repos/repos#list-repository-tags>
    pub(crate) async fn tags(
        &self,
        github_id: i64,
        page: u32,
        known: Option<&Tag>,
    ) -> Result<Told<ListPage<ListedTag>>, GithubError> {
        let path = list(github_id, "tags", page);
        self.ask(&path, known).await?.try_map(|answer| {
            let tags: Vec<TagAnswer> = parse(&answer.body, "about tags")?;
            Ok(ListPage {
                entries: tags
                    .into_iter()
                    .map(|tag| ListedTag {
                        name: tag.name,
                        commit: tag.commit.sha,
                    })
                    .collect(),
                more: page_behind(&answer.headers, "next").is_some(),
            })
        })
    }

    /// The day on which a commit was made.
    /// <https://docs.github.com/rest/git/commits#get-a-commit-object>
    pub(crate) async fn commit_day(&self, github_id: i64, sha: &str) -> Result<Day, GithubError> {
        // It came from GitHub, and goes into an address.
        if sha.is_empty() || !sha.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(GithubError::Malformed("a tag in it names no commit"));
        }
        let path = format!("/repositories/{github_id}/git/commits/{sha}");
        let answer = self.get(&path).await?;
        let commit: CommitAnswer = parse(&answer.body, "about a commit")?;
        Ok(Day::of(commit.committer.date))
    }
}

fn list(github_id: i64, what: &str, page: u32) -> String {
    format!("/repositories/{github_id}/{what}?per_page={PER_PAGE}&page={page}")
}

fn releases(body: &[u8]) -> Result<Vec<ListedRelease>, GithubError> {
    let answers: Vec<ReleaseAnswer> = parse(body, "about releases")?;
    let published = answers.into_iter().filter_map(|answer| {
        let published_at = answer.published_at.filter(|_| !answer.draft)?;
        let name = answer.name.map(|name| name.replace('\0', ""));
        Some(ListedRelease {
            github_id: answer.id,
            name: name.filter(|name| !name.trim().is_empty() && *name != answer.tag_name),
            tag: answer.tag_name,
            prerelease: answer.prerelease,
            published_at,
            assets: answer
                .assets
                .into_iter()
                .filter(|asset| asset.state == "uploaded")
                .map(|asset| ListedAsset {
                    github_id: asset.id,
                    name: asset.name,
                    size: asset.size,
                    uploaded_at: asset.created_at,
                    downloads: asset.download_count,
                })
                .collect(),
        })
    });
    Ok(published.collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(answer: &serde_json::Value) -> Result<Vec<ListedRelease>, GithubError> {
        releases(answer.to_string().as_bytes())
    }

    fn release(change: impl FnOnce(&mut serde_json::Value)) -> serde_json::Value {
        let mut release = json!({
            "id": 1, "tag_name": "v1.0", "name": "One", "draft": false, "prerelease": false,
            "published_at": "2026-11-01T10:00:00Z",
            "assets": [
                { "id": 10, "name": "a.zip", "size": 5, "download_count": 7, "state": "uploaded",
                  "created_at": "2026-11-01T09:00:00Z" },
                { "id": 11, "name": "b.zip", "size": 5, "download_count": 0, "state": "open",
                  "created_at": "2026-11-01T09:00:00Z" },
            ],
        });
        change(&mut release);
        json!([release])
    }

    #[test]
    fn what_is_not_published_or_not_uploaded_is_left_out() {
        let listed = read(&release(|_| {})).expect("releases");
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0].name.as_deref(), Some("One"));
        let assets: Vec<_> = listed[0].assets.iter().map(|it| it.downloads).collect();
        assert_eq!(assets, [7]);
        let draft = release(|it| {
            it["draft"] = true.into();
            it["published_at"] = json!(null);
        });
        assert_eq!(read(&draft), Ok(vec![]));
    }

    #[test]
    fn a_title_that_says_nothing_more_than_the_tag_is_none() {
        for name in [json!("v1.0"), json!(" "), json!(null)] {
            let listed = read(&release(|it| it["name"] = name.clone())).expect("releases");
            assert_eq!(listed[0].name, None, "{name}");
        }
    }

    #[test]
    fn impossible_counts_are_malformed() {
        let answer = release(|it| it["assets"][0]["download_count"] = json!(-1));
        assert!(matches!(read(&answer), Err(GithubError::Malformed(_))));
        assert_eq!(releases(b"[{"), Err(GithubError::NotWhole));
    }
}
