//! Releases, their assets and downloads, and tags.

mod assets;
mod downloads;
mod markers;
mod readings;
mod recent;
mod tags;

pub(crate) use readings::ReleaseReading;
pub(crate) use recent::DatedRelease;
