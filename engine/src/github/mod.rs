//! GitHub, in our words: what it is asked, what it answers, and how it refuses.

mod access;
mod anonymous;
mod auth;
mod check;
mod classify;
mod client;
mod clock;
mod clock_watch;
mod conditional;
mod cooldown;
mod edge;
mod error;
mod manifest;
mod policy;
mod rate_limit;
mod rate_limiter;
mod releases;
mod repository_list;
mod server;
mod stars;
#[cfg(test)]
mod tests;
mod wire;

pub(crate) use access::ListedRepository;
pub(crate) use auth::AppKey;
pub(crate) use check::{CheckResult, MissingPermission, scopes_suffice};
pub(crate) use client::{Client, Per};
pub use clock_watch::ClockDifference;
pub(crate) use clock_watch::ClockWatch;
pub(crate) use conditional::{Conditional, ETag, Parsed};
pub(crate) use cooldown::{Admission, Cooldown, Probe};
pub(crate) use edge::{Body, Calendar, LeftOut};
pub use error::GithubError;
pub(crate) use manifest::is_code;
pub(crate) use rate_limiter::{RateLimitPermit, RateLimiter};
pub(crate) use releases::{ListPage, ListedTag, MAX_RELEASES, PER_PAGE};
pub use releases::{ListedAsset, ListedRelease};
pub(crate) use repository_list::RepositoryList;
pub(crate) use stars::StarWeek;
pub(crate) use wire::{TopList, Window, window as parse_window};

/// A directive for the log: the library writes every failed answer as an error by itself, and the
/// collector tells of it once, in a run's failures.
pub const GITHUB_LOG: &str = "octocrab=off";
