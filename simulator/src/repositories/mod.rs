//! Repositories and their releases.

pub(crate) mod release;
pub(crate) mod repository;
