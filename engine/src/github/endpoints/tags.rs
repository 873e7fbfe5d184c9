//! Tags, and the days of their commits.

use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, Utc};
use domain::Day;
use serde::Deserialize;

use super::pages::{ListPage, linked_page, list_path};
use crate::github::client::Client;
use crate::github::conditional::{Conditional, ETag};
use crate::github::edge::{Entries, EntryKind, LeftOut};
use crate::github::error::GithubError;

/// The years that a commit's date can have: it comes from the clock of the machine that made it.
const COMMIT_YEARS: RangeInclusive<i32> = 1970..=9999;

/// A tag, and the commit that it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListedTag {
    pub(crate) name: String,
    pub(crate) commit: String,
}

#[derive(Deserialize)]
struct TagJson {
    name: String,
    commit: CommitOfTag,
}

#[derive(Deserialize)]
struct CommitOfTag {
    sha: String,
}

#[derive(Deserialize)]
struct CommitJson {
    committer: Signature,
}

#[derive(Deserialize)]
struct Signature {
    date: DateTime<Utc>,
}

impl Client {
    /// A page of the tags.
    /// <https://docs.github.com/rest/repos/repos#list-repository-tags>
    pub(crate) async fn tags(
        &self,
        github_id: i64,
        page: u32,
        known: Option<&ETag>,
    ) -> Result<Conditional<ListPage<ListedTag>>, GithubError> {
        let path = list_path(github_id, "tags", page);
        self.get_if_modified(&path, known)
            .await?
            .try_map(|response| {
                let tags: Entries<TagJson> = response.body.read("tags")?;
                let tags = tags.filter_map(|tag| {
                    (!tag.name.is_empty()).then_some(ListedTag {
                        name: tag.name,
                        commit: tag.commit.sha,
                    })
                });
                Ok(ListPage {
                    left_out: LeftOut::from_entries(EntryKind::ETag, &tags),
                    entries: tags.read,
                    more: linked_page(&response.headers, "next").is_some(),
                })
            })
    }

    /// The day on which a commit was made.
    /// <https://docs.github.com/rest/git/commits#get-a-commit-object>
    pub(crate) async fn commit_day(&self, github_id: i64, sha: &str) -> Result<Day, GithubError> {
        // It came from GitHub, and becomes part of an address.
        if sha.is_empty() || !sha.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(GithubError::Malformed("tag without a commit"));
        }
        let path = format!("/repositories/{github_id}/git/commits/{sha}");
        let response = self.get(&path).await?;
        let commit: CommitJson = response.body.read("commit")?;
        // It comes from the clock of the machine that made the commit.
        let day = Day::of(commit.committer.date);
        if COMMIT_YEARS.contains(&day.date().year()) {
            Ok(day)
        } else {
            Err(GithubError::Malformed("commit without a date"))
        }
    }
}
