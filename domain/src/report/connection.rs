//! Connections to GitHub: how they stand, and what they can read.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{ConnectionId, PendingAppId, ServerId};
use crate::repository_name::RepositoryName;

/// How a connection proves itself to GitHub.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionKind {
    /// A personal access token, classic or fine-grained.
    Token,
    /// An installation of a GitHub App.
    App,
}

/// The hourly budget of requests, as GitHub last told it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateLimit {
    /// How many an hour.
    pub total: u32,
    /// How many are left.
    pub remaining: u32,
    /// When they are full again.
    pub resets_at: DateTime<Utc>,
}

/// From then on the expiry of a token is spoken of: two weeks are as long as GitHub's memory.
pub const EXPIRES_SOON: TimeDelta = TimeDelta::days(14);

/// A tenant's connection to a GitHub server; never its token or key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Its id.
    pub id: ConnectionId,
    /// Its name.
    pub name: String,
    /// How it proves itself.
    pub kind: ConnectionKind,
    /// The base address of the server's interface.
    pub api_url: String,
    /// The GitHub user that the token belongs to, or the account that the app is installed on.
    pub login: String,
    /// When the token expires, where GitHub says so. Tokens of apps renew themselves.
    pub token_expires_at: Option<DateTime<Utc>>,
    /// A classic token's scopes, or an installation's permissions, as GitHub lists them; `None`
    /// where GitHub does not tell.
    pub scopes: Option<String>,
    /// The permission that it lacks to read traffic, by GitHub's name.
    pub missing_permission: Option<String>,
    /// What else its last check found, as sentences: organizations and repositories that refused
    /// it, and what GitHub leaves out of its list.
    pub notice: Option<String>,
    /// Whether nobody knows what it lacks: GitHub lists no repository to it that could be tried.
    pub untried: bool,
    /// Why GitHub last refused it as a whole, as one sentence.
    pub refusal: Option<String>,
    /// When it was last checked.
    pub checked_at: Option<DateTime<Utc>>,
    /// The requests that are left.
    pub budget: Option<RateLimit>,
    /// How many tracked repositories are collected over it.
    pub repositories: u32,
}

/// A GitHub server that connections may use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GithubServer {
    /// Its id; `None` for the configured one.
    pub id: Option<ServerId>,
    /// The base address of its interface.
    pub api_url: String,
    /// How many connections use it.
    pub connections: u32,
}

/// A GitHub App that GitHub created from here, and that is not installed yet; never its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingApp {
    /// Its id.
    pub id: PendingAppId,
    /// The name that it was created with.
    pub name: String,
    /// The base address of the server's interface.
    pub api_url: String,
    /// The organization that owns it; `None` for a user.
    pub organization: Option<String>,
    /// Its name in addresses on GitHub.
    pub slug: String,
    /// Whether an owner was asked to approve the installation.
    pub requested: bool,
    /// When its key is deleted here, unless it is installed before.
    pub expires_at: DateTime<Utc>,
}

/// The page of a tenant's connections.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionsReport {
    /// The connections, oldest first.
    pub connections: Vec<Connection>,
    /// The addresses that a new connection may use, the configured one first.
    pub servers: Vec<String>,
    /// The GitHub Apps that wait for their installation, oldest first.
    pub pending_apps: Vec<PendingApp>,
}

/// A repository that a connection's token lists.
#[expect(
    clippy::struct_excessive_bools,
    reason = "GitHub tells these one by one, and any of them goes with any other"
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AvailableRepository {
    /// The full name.
    pub full_name: RepositoryName,
    /// Whether only its members see it.
    pub private: bool,
    /// Whether it is archived on GitHub.
    pub archived: bool,
    /// Stars.
    pub stars: u32,
    /// Whether the token's user may push, and so read the traffic.
    pub readable: bool,
    /// Whether the tenant tracks it already.
    pub tracked: bool,
}

/// The repositories that a connection's token lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AvailableReport {
    /// Those that the search leaves, by name, at most 500.
    pub repositories: Vec<AvailableRepository>,
    /// How many the search leaves.
    pub matching: u32,
    /// How many there are.
    pub total: u32,
    /// How many of all can be read and are not tracked yet.
    pub trackable: u32,
    /// What is left out of GitHub's list, as sentences; `None` where it is whole.
    pub notice: Option<String>,
}

/// What became of tracking several repositories at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrackedMany {
    /// How many are tracked now that were not before.
    pub tracked: u32,
    /// Those that are not, each with the reason as one sentence.
    pub refused: Vec<(RepositoryName, String)>,
}

/// Something that people must know: of a tenant's connections, on every page; of a schedule, beside
/// it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// One sentence that says what to do.
    pub message: String,
    /// Whether collecting has stopped over it already, or days are lost.
    pub urgent: bool,
}
