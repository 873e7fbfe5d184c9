//! `GET …/releases`, `GET …/tags` and `GET …/git/commits/{sha}`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, Path, Query, State};
use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::paging::Paging;
use super::{Visible, describe};
use crate::http::api_error::ApiError;
use crate::http::call::Call;
use crate::repositories::release::{Asset, GitTag, Release};
use crate::repositories::repository::Repository;
use crate::requests::endpoint::Endpoint;
use crate::shared::Shared;

/// The releases, newest first, with the downloads of their assets.
/// <https://docs.github.com/rest/releases/releases#list-releases>
pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    Extension(call): Extension<Arc<Call>>,
    Visible(repository): Visible,
    Query(paging): Query<Paging>,
) -> (HeaderMap, Json<Vec<Value>>) {
    let author = describe::owner(&call, &shared.github(), &repository.owner);
    let now = call.now;
    let published = repository.releases.iter().filter_map(|one| one.at(now));
    let mut releases: Vec<Release> = published.collect();
    releases.sort_by_key(|release| std::cmp::Reverse(release.published_at));
    let address = format!("{}/repositories/{}/releases", call.root, repository.id);
    let page = paging.cut(releases, 30, &address);
    let name = repository.full_name();
    let described = page
        .items
        .iter()
        .map(|one| release(&call, &name, &author, one));
    (page.links, Json(described.collect()))
}

/// The tags, in the reverse order of their names.
/// <https://docs.github.com/rest/repos/repos#list-repository-tags>
pub(super) async fn tags(
    Extension(call): Extension<Arc<Call>>,
    Visible(repository): Visible,
    Query(paging): Query<Paging>,
) -> (HeaderMap, Json<Vec<Value>>) {
    let mut tags = all_tags(&repository, &call);
    tags.sort_by(|a, b| b.name.cmp(&a.name));
    let address = format!("{}/repositories/{}/tags", call.root, repository.id);
    let page = paging.cut(tags, 30, &address);
    let url = format!("{}/repos/{}", call.root, repository.full_name());
    let described = page.items.iter().map(|tag| {
        json!({
            "name": tag.name,
            "zipball_url": format!("{url}/zipball/refs/tags/{}", tag.name),
            "tarball_url": format!("{url}/tarball/refs/tags/{}", tag.name),
            "commit": { "sha": tag.sha, "url": format!("{url}/commits/{}", tag.sha) },
            "node_id": format!("REF_kwDO{:08X}", repository.id),
        })
    });
    (page.links, Json(described.collect()))
}

/// A commit; only those of tags exist.
/// <https://docs.github.com/rest/git/commits#get-a-commit-object>
pub(super) async fn commit(
    Extension(call): Extension<Arc<Call>>,
    Visible(repository): Visible,
    Path(named): Path<Vec<(String, String)>>,
) -> Result<Json<Value>, ApiError> {
    let sha = named.iter().find(|(name, _)| name == "sha");
    let tags = all_tags(&repository, &call);
    let tag = sha.and_then(|(_, sha)| tags.into_iter().find(|tag| tag.sha == *sha));
    let tag = tag.ok_or_else(|| ApiError::not_found(Endpoint::Commit))?;
    let url = format!("{}/repos/{}", call.root, repository.full_name());
    let author = json!({
        "name": "Somebody",
        "email": "somebody@example.org",
        "date": describe::seconds(tag.committed_at),
    });
    Ok(Json(json!({
        "sha": tag.sha,
        "node_id": format!("C_kwDO{:08X}", repository.id),
        "url": format!("{url}/git/commits/{}", tag.sha),
        "html_url": format!("https://github.com/{}/commit/{}", repository.full_name(), tag.sha),
        "author": author,
        "committer": author,
        "message": tag.name,
        "tree": { "sha": tag.sha, "url": format!("{url}/git/trees/{}", tag.sha) },
        "parents": [],
    })))
}

/// The tags of published releases, and those without a release.
fn all_tags(repository: &Repository, call: &Call) -> Vec<GitTag> {
    let published = repository
        .releases
        .iter()
        .filter(|release| release.published_at <= call.now);
    let unreleased = repository
        .tags
        .iter()
        .filter(|tag| tag.committed_at <= call.now);
    published
        .map(Release::git_tag)
        .chain(unreleased.cloned())
        .collect()
}

fn release(call: &Call, full_name: &str, author: &Value, release: &Release) -> Value {
    let url = format!("{}/repos/{full_name}/releases/{}", call.root, release.id);
    let tag = &release.tag;
    let assets = release
        .assets
        .iter()
        .map(|one| asset(call, full_name, author, release, one));
    json!({
        "url": url,
        "html_url": format!("https://github.com/{full_name}/releases/tag/{tag}"),
        "assets_url": format!("{url}/assets"),
        "upload_url": format!("{url}/assets{{?name,label}}"),
        "tarball_url": format!("{}/repos/{full_name}/tarball/{tag}", call.root),
        "zipball_url": format!("{}/repos/{full_name}/zipball/{tag}", call.root),
        "id": release.id,
        "node_id": format!("RE_kwDO{:08X}", release.id),
        "tag_name": tag,
        "target_commitish": "main",
        "name": tag,
        "body": "",
        "draft": false,
        "prerelease": release.prerelease,
        "immutable": false,
        "created_at": describe::seconds(release.published_at),
        "published_at": describe::seconds(release.published_at),
        "author": author,
        "assets": assets.collect::<Vec<_>>(),
    })
}

fn asset(
    call: &Call,
    full_name: &str,
    uploader: &Value,
    release: &Release,
    asset: &Asset,
) -> Value {
    let uploaded_at = asset.uploaded_at.unwrap_or(release.published_at);
    let download = format!(
        "https://github.com/{full_name}/releases/download/{}/{}",
        release.tag, asset.name
    );
    json!({
        "url": format!("{}/repos/{full_name}/releases/assets/{}", call.root, asset.id),
        "browser_download_url": download,
        "id": asset.id,
        "node_id": format!("RA_kwDO{:08X}", asset.id),
        "name": asset.name,
        "label": null,
        "state": "uploaded",
        "content_type": "application/octet-stream",
        "size": asset.size,
        "digest": null,
        "download_count": asset.download_count,
        "created_at": describe::seconds(uploaded_at),
        "updated_at": describe::seconds(uploaded_at),
        "uploader": uploader,
    })
}
