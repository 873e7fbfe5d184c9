//! The GitHub client, in layers: transport, credentials, client, endpoints.

mod auth;
mod classify;
mod client;
mod clock_watch;
mod conditional;
mod cooldown;
mod edge;
mod endpoints;
mod error;
mod policy;
mod rate_limit;
mod rate_limiter;
#[cfg(test)]
mod tests;
mod transport;

pub(crate) use auth::AppKey;
pub(crate) use client::Client;
pub(crate) use clock_watch::ClockWatch;
pub(crate) use conditional::{Conditional, ETag, Parsed};
pub(crate) use cooldown::{Admission, Cooldown, Probe};
pub(crate) use edge::{Body, Calendar, LeftOut};
pub(crate) use endpoints::{
    CheckResult, ListPage, ListedRepository, ListedTag, MAX_RELEASES, MissingPermission, PER_PAGE,
    Per, RepositoryList, StarWeek, TopList, Window, is_code, parse_window, scopes_suffice,
};
pub use endpoints::{ListedAsset, ListedRelease};
pub use error::GithubError;
pub(crate) use rate_limiter::{RateLimitPermit, RateLimiter};

/// A log directive: octocrab logs every failed response as an error, and the collector already
/// reports each in its run's failures.
pub const GITHUB_LOG: &str = "octocrab=off";
