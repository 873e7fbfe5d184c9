//! Connections to GitHub: their health, and what they can read.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{ConnectionId, PendingAppId, ServerId};
use crate::repository_name::RepositoryName;

/// How a connection authenticates with GitHub.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionKind {
    /// A personal access token, classic or fine-grained.
    Token,
    /// An installation of a GitHub App.
    App,
}

/// The hourly rate limit, as last reported by GitHub.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateLimit {
    /// Requests per hour.
    pub total: u32,
    /// Requests left.
    pub remaining: u32,
    /// When it resets.
    pub resets_at: DateTime<Utc>,
}

/// How long before its expiry to warn about a token: two weeks, as long as GitHub keeps traffic.
pub const EXPIRES_SOON: TimeDelta = TimeDelta::days(14);

/// A tenant's connection to a GitHub server; never its token or key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Its id.
    pub id: ConnectionId,
    /// Its name.
    pub name: String,
    /// How it authenticates.
    pub kind: ConnectionKind,
    /// The server's API base URL.
    pub api_url: String,
    /// The GitHub user that the token belongs to, or the account that the app is installed on.
    pub login: String,
    /// When the token expires, if GitHub says so. App tokens renew automatically.
    pub token_expires_at: Option<DateTime<Utc>>,
    /// A classic token's scopes, or an installation's permissions, as GitHub lists them; `None` if
    /// GitHub does not report them.
    pub scopes: Option<String>,
    /// The missing permission to read traffic, by GitHub's name.
    pub missing_permission: Option<String>,
    /// Other findings of its last check, as sentences: organizations and repositories that refused
    /// it, and gaps in GitHub's list.
    pub notice: Option<String>,
    /// Whether its permissions are unknown because GitHub lists no repository to test.
    pub untried: bool,
    /// Why GitHub last refused it as a whole.
    pub refusal: Option<String>,
    /// When it was last checked.
    pub checked_at: Option<DateTime<Utc>>,
    /// Its rate limit.
    pub budget: Option<RateLimit>,
    /// How many tracked repositories use it.
    pub repositories: u32,
}

/// A GitHub server that connections may use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GithubServer {
    /// Its id; `None` for the configured one.
    pub id: Option<ServerId>,
    /// Its API base URL.
    pub api_url: String,
    /// How many connections use it.
    pub connections: u32,
}

/// A GitHub App created from here and not installed yet; never its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingApp {
    /// Its id.
    pub id: PendingAppId,
    /// The name that it was created with.
    pub name: String,
    /// The server's API base URL.
    pub api_url: String,
    /// The organization that owns it; `None` for a user.
    pub organization: Option<String>,
    /// Its name in GitHub's URLs.
    pub slug: String,
    /// Whether an owner was asked to approve the installation.
    pub requested: bool,
    /// When its key is deleted here unless it is installed first.
    pub expires_at: DateTime<Utc>,
}

/// The page of a tenant's connections.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionsReport {
    /// The connections, oldest first.
    pub connections: Vec<Connection>,
    /// The API base URLs available to new connections, the configured one first.
    pub servers: Vec<String>,
    /// The GitHub Apps waiting for installation, oldest first.
    pub pending_apps: Vec<PendingApp>,
}

/// A repository visible to a connection's token.
#[expect(
    clippy::struct_excessive_bools,
    reason = "GitHub tells these one by one, and any of them goes with any other"
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AvailableRepository {
    /// The full name.
    pub full_name: RepositoryName,
    /// Whether it is private.
    pub private: bool,
    /// Whether it is archived on GitHub.
    pub archived: bool,
    /// Stars.
    pub stars: u32,
    /// Whether the token's user has push access, and so can read the traffic.
    pub readable: bool,
    /// Whether the tenant already tracks it.
    pub tracked: bool,
}

/// The repositories visible to a connection's token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AvailableReport {
    /// Those matching the search, by name, at most 500.
    pub repositories: Vec<AvailableRepository>,
    /// How many match the search.
    pub matching: u32,
    /// How many there are.
    pub total: u32,
    /// How many of all are readable and not tracked yet.
    pub trackable: u32,
    /// The gaps in GitHub's list, as sentences; `None` if it is complete.
    pub notice: Option<String>,
}

/// The result of tracking several repositories at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrackedMany {
    /// How many are newly tracked.
    pub tracked: u32,
    /// Those not tracked, each with its reason.
    pub refused: Vec<(RepositoryName, String)>,
}
