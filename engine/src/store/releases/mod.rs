//! Releases, their assets and downloads, and tags.

mod assets;
mod downloads;
mod readings;
mod tags;

pub(super) use assets::natural;
pub(crate) use readings::ReleaseReading;
