//! Releases and tags, changed while the simulator serves.

use super::{Control, ControlResult};
use crate::repositories::release::{Asset, GitTag, Release};

impl Control {
    /// Adds a release, or replaces the one of its tag.
    ///
    /// # Errors
    /// When the repository is unknown.
    pub fn add_release(&self, full_name: &str, release: Release) -> ControlResult {
        self.edit(full_name, |repository| {
            repository.releases.retain(|known| known.tag != release.tag);
            repository.releases.push(release);
        })
    }

    /// Deletes the release of a tag, and the tag.
    ///
    /// # Errors
    /// When the repository is unknown.
    pub fn delete_release(&self, full_name: &str, tag: &str) -> ControlResult {
        self.edit(full_name, |repository| {
            repository.releases.retain(|known| known.tag != tag);
        })
    }

    /// Uploads a file to a release, and replaces the one of its name.
    ///
    /// # Errors
    /// When the repository is unknown.
    pub fn upload_asset(&self, full_name: &str, tag: &str, asset: &Asset) -> ControlResult {
        self.edit(full_name, |repository| {
            let releases = repository.releases.iter_mut();
            for release in releases.filter(|release| release.tag == tag) {
                release.assets.retain(|known| known.name != asset.name);
                release.assets.push(asset.clone());
            }
        })
    }

    /// Sets the download count of all assets of this name.
    ///
    /// # Errors
    /// When the repository is unknown.
    pub fn set_downloads(&self, full_name: &str, asset: &str, downloads: u64) -> ControlResult {
        self.edit(full_name, |repository| {
            let assets = repository
                .releases
                .iter_mut()
                .flat_map(|release| &mut release.assets);
            for known in assets.filter(|known| known.name == asset) {
                known.download_count = downloads;
            }
        })
    }

    /// Adds a tag without a release, or moves the one of its name.
    ///
    /// # Errors
    /// When the repository is unknown.
    pub fn set_tag(&self, full_name: &str, tag: GitTag) -> ControlResult {
        self.edit(full_name, |repository| {
            repository.tags.retain(|known| known.name != tag.name);
            repository.tags.push(tag);
        })
    }

    /// Deletes a tag without a release.
    ///
    /// # Errors
    /// When the repository is unknown.
    pub fn delete_tag(&self, full_name: &str, name: &str) -> ControlResult {
        self.edit(full_name, |repository| {
            repository.tags.retain(|known| known.name != name);
        })
    }
}
