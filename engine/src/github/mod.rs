//! GitHub, in our words: what it is asked, what it answers, and how it refuses.

mod budget;
mod client;
mod error;
mod refusal;
#[cfg(test)]
mod tests;
mod wire;

pub(crate) use client::{Client, Per};
pub use error::GithubError;

/// A directive for the log: the library writes every failed answer as an error by itself, and the
/// collector tells of it once, in a run's failures.
pub const GITHUB_LOG: &str = "octocrab=off";
