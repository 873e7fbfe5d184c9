//! `GET …/releases`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, Query, State};
use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::paging::Paging;
use super::{Visible, describe};
use crate::call::Call;
use crate::repository::{Asset, Release};
use crate::simulator::Shared;

/// The releases, newest first, with the downloads of their assets.
/// <https://docs.github.com/rest/releases/releases#list-releases>
pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    Extension(call): Extension<Arc<Call>>,
    Visible(repository): Visible,
    Query(paging): Query<Paging>,
) -> (HeaderMap, Json<Vec<Value>>) {
    let author = describe::owner(&call, &shared.world(), &repository.owner);
    let mut releases = repository.releases.clone();
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
        "created_at": describe::seconds(release.published_at),
        "updated_at": describe::seconds(release.published_at),
        "uploader": uploader,
    })
}
