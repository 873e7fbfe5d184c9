//! The files that Trunk built, embedded in the binary and compressed at build time.

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../dist"]
#[allow_missing = true]
pub(super) struct Dist;

/// The `index.html` that Trunk built; `None` in a build without a front end.
pub(super) fn index() -> Option<String> {
    let file = Dist::get("index.html")?;
    Some(String::from_utf8_lossy(&file.data).into_owned())
}
