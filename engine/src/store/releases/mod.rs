//! Releases, their assets and downloads, and tags.

mod assets;
mod downloads;
mod markers;
mod readings;
mod tags;

pub(crate) use readings::ReleaseReading;
