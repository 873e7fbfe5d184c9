//! GitHub, in our words: what it is asked, what it answers, and how it refuses.

mod access;
mod allowance;
mod budget;
mod client;
mod clock;
mod clock_watch;
mod conditional;
mod edge;
mod error;
mod examine;
mod listing;
mod manifest;
mod pause;
mod policy;
mod refusal;
mod releases;
mod server;
mod session;
mod stars;
mod stranger;
#[cfg(test)]
mod tests;
mod wire;

pub(crate) use access::Listed;
pub(crate) use allowance::{Allowance, Leave};
pub(crate) use client::{Client, Per};
pub use clock_watch::ClockDifference;
pub(crate) use clock_watch::ClockWatch;
pub(crate) use conditional::{Heard, Tag, Told};
pub(crate) use edge::{Body, Calendar, LeftOut};
pub use error::GithubError;
pub(crate) use examine::{Findings, Lack, scopes_suffice};
pub(crate) use listing::Listing;
pub(crate) use manifest::is_code;
pub(crate) use pause::{Pause, Trial, Turn};
pub(crate) use releases::{ListPage, ListedTag, MOST_RELEASES, PER_PAGE};
pub use releases::{ListedAsset, ListedRelease};
pub(crate) use session::AppKey;
pub(crate) use stars::StarWeek;
pub(crate) use wire::{TopList, Window, window as read_window};

/// A directive for the log: the library writes every failed answer as an error by itself, and the
/// collector tells of it once, in a run's failures.
pub const GITHUB_LOG: &str = "octocrab=off";
