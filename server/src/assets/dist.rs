//! The files that Trunk built, embedded in the binary and compressed at build time.

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../dist"]
#[allow_missing = true]
pub(super) struct Dist;

/// What Trunk made of `frontend/index.html`; `None` where nothing was built.
pub(super) fn index() -> Option<String> {
    let file = Dist::get("index.html")?;
    Some(String::from_utf8_lossy(&file.data).into_owned())
}
