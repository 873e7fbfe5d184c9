//! Releases with the downloads of their assets.

use chrono::{DateTime, Utc};
use domain::Day;
use serde::Deserialize;

use super::pages::{ListPage, linked_page, list_path};
use crate::github::client::Client;
use crate::github::conditional::{Conditional, ETag};
use crate::github::edge::{Body, Calendar, Entries, EntryKind, Field, LeftOut, Number};
use crate::github::error::GithubError;

/// How many releases are read: the newest.
pub(crate) const MAX_RELEASES: u32 = 1_000;

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

#[derive(Deserialize)]
struct ReleaseJson {
    id: Number<i64>,
    tag_name: String,
    #[serde(default)]
    name: Field<String>,
    /// Users with write access see unpublished releases, too.
    draft: bool,
    #[serde(default)]
    prerelease: Field<bool>,
    published_at: Option<DateTime<Utc>>,
    assets: Entries<AssetJson>,
}

#[derive(Deserialize)]
struct AssetJson {
    id: Number<i64>,
    name: String,
    size: Number<u64>,
    download_count: Number<u64>,
    created_at: DateTime<Utc>,
    /// `uploaded`, or `open` if the upload was interrupted.
    state: String,
}

impl Client {
    /// A page of the published releases, newest first.
    /// <https://docs.github.com/rest/releases/releases#list-releases>
    pub(crate) async fn releases(
        &self,
        github_id: i64,
        page: u32,
        known: Option<&ETag>,
    ) -> Result<Conditional<ListPage<ListedRelease>>, GithubError> {
        let path = list_path(github_id, "releases", page);
        self.get_if_modified(&path, known)
            .await?
            .try_map(|response| {
                let (entries, left_out) = releases(&response.body, response.calendar)?;
                Ok(ListPage {
                    entries,
                    left_out,
                    more: linked_page(&response.headers, "next").is_some(),
                })
            })
    }
}

/// The published releases, and how many releases and files could not be read.
fn releases(
    body: &Body,
    calendar: Calendar,
) -> Result<(Vec<ListedRelease>, Option<LeftOut>), GithubError> {
    let listed: Entries<ReleaseJson> = body.read("releases")?;
    let (mut unread, mut of) = (listed.unread, listed.len());
    let mut published = Vec::new();
    for json in listed.read {
        let Some(published_at) = json.published_at.filter(|_| !json.draft) else {
            continue;
        };
        if json.tag_name.is_empty() || !calendar.contains(Day::of(published_at)) {
            unread += 1;
            continue;
        }
        of += json.assets.len();
        let assets = json.assets.filter_map(|asset| {
            let can_be = !asset.name.is_empty() && calendar.contains(Day::of(asset.created_at));
            can_be.then_some(asset)
        });
        unread += assets.unread;
        published.push(ListedRelease {
            github_id: json.id.0,
            name: (json.name.0).filter(|name| !name.trim().is_empty() && *name != json.tag_name),
            tag: json.tag_name,
            prerelease: json.prerelease.0.unwrap_or_default(),
            published_at,
            assets: (assets.read.into_iter())
                .filter(|asset| asset.state == "uploaded")
                .map(|asset| ListedAsset {
                    github_id: asset.id.0,
                    name: asset.name,
                    size: asset.size.0,
                    uploaded_at: asset.created_at,
                    downloads: asset.download_count.0,
                })
                .collect(),
        });
    }
    Ok((published, LeftOut::new(EntryKind::Release, unread, of)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    type Read = Result<(Vec<ListedRelease>, Option<LeftOut>), GithubError>;

    fn read_all(text: &str) -> Read {
        let given_on = Calendar::at("2026-11-20T06:00:00Z".parse().expect("a time"));
        releases(&Body::new(text.as_bytes().to_vec()), given_on)
    }

    fn read(answer: &serde_json::Value) -> Result<Vec<ListedRelease>, GithubError> {
        let (releases, left_out) = read_all(&answer.to_string())?;
        assert_eq!(left_out, None);
        Ok(releases)
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
    fn a_file_or_a_release_that_cannot_be_read_costs_no_other() {
        for (field, nonsense) in [
            ("download_count", json!(-1)),
            ("size", json!(null)),
            ("id", json!("10")),
            ("name", json!(7)),
            ("created_at", json!("9999-12-31T00:00:00Z")),
        ] {
            let mut answer = release(|it| it["assets"][1]["state"] = "uploaded".into());
            answer[0]["assets"][0][field] = nonsense.clone();
            let (listed, left_out) = read_all(&answer.to_string()).expect("releases");
            let names: Vec<_> = listed[0].assets.iter().map(|it| &it.name).collect();
            assert_eq!(names, ["b.zip"], "{field}: {nonsense}");
            let text = left_out.expect("something is left out").to_string();
            assert!(text.starts_with("1 of 3 releases and files"), "{text}");
        }
        let mut two = release(|_| {});
        two.as_array_mut()
            .expect("a list")
            .push(json!({ "id": 2, "tag_name": null, "draft": false, "assets": [] }));
        let (listed, left_out) = read_all(&two.to_string()).expect("releases");
        assert_eq!((listed.len(), left_out.map(|it| it.entries)), (1, Some(1)));
        assert_eq!(read_all("[{"), Err(GithubError::IncompleteJson));
    }
}
