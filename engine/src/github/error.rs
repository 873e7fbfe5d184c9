//! What GitHub refuses and how it fails, each with what happened and what to do.

mod naming;

use chrono::{DateTime, Utc};
use domain::SecureUrlError;

use super::policy::TokenPolicy;

/// GitHub refused or failed.
///
/// A message never contains the token, and of a response's body only GitHub's JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GithubError {
    /// The base address cannot be used.
    #[error(
        "The GitHub server’s address is not valid. Enter its API base URL, such as https://api.github.com."
    )]
    Address,
    /// The base address is not safe to send a secret to.
    #[error("The GitHub server’s address is not valid; {0}.")]
    Insecure(SecureUrlError),
    /// The token is wrong, expired or revoked (401).
    #[error("GitHub refused the token because it is wrong, expired or revoked. Enter a new one.")]
    TokenRefused,
    /// The text is not a private key.
    #[error(
        "This is not a private key of a GitHub App. Paste the whole PEM file from GitHub, from its first line to its last."
    )]
    AppKey,
    /// GitHub does not accept the app's JWT.
    #[error(
        "GitHub refused the app. Check its ID, and that the private key belongs to it and has not been deleted."
    )]
    AppRefused,
    /// The app does not have this installation, or no longer.
    #[error(
        "GitHub found no such installation of the app. Check the installation’s ID, and that the app is still installed."
    )]
    NoInstallation,
    /// The installation is suspended.
    #[error(
        "The app’s installation is suspended. Resume it on GitHub in the settings of the account it is installed on."
    )]
    InstallationSuspended,
    /// Nothing at the address answers as GitHub does.
    #[error(
        "There is no GitHub API at this address. Enter the API base URL, such as https://api.github.com."
    )]
    NotGithub,
    /// Too many wrong tokens, so that GitHub locked the user out for a while.
    #[error(
        "GitHub temporarily locked out the token’s user after too many invalid tokens. Replace the user’s invalid tokens everywhere and try again in an hour."
    )]
    LockedOut,
    /// The token lacks a permission, which GitHub names.
    #[error(
        "The token lacks the permission “{0}”. Grant it on GitHub in the settings of the token or the app."
    )]
    MissingPermission(String),
    /// The token's user lacks the push access that traffic requires.
    #[error(
        "The token’s user needs push access to the repository to read its traffic. Ask its owner for write access, or use a token of someone who has it."
    )]
    NoPushAccess,
    /// The repository is private, and its owner has no paid plan.
    #[error(
        "GitHub counts traffic of private repositories only on paid plans. Upgrade the owner’s plan, or make the repository public."
    )]
    PaidPlan,
    /// The organization requires single sign-on, and the token is not authorized for it; with
    /// GitHub's page for that, if it names one.
    #[error(
        "The repository’s organization requires single sign-on. Authorize the token {}.",
        .0.as_deref().map_or_else(|| "on GitHub in the token’s settings".to_owned(), |url| format!("at {url}"))
    )]
    SingleSignOn(Option<String>),
    /// The organization's policy forbids tokens like this one; with GitHub's own message.
    #[error("{0} (“{1}”). {remedy}.", remedy = .0.remedy())]
    TokenPolicy(TokenPolicy, String),
    /// The IP allow list of this organization does not include this server.
    #[error(
        "The IP allow list of {0} blocks this server. Ask an owner of {0} to allow this server’s address; the token is fine."
    )]
    AddressNotAllowed(String),
    /// This organization allows only OAuth apps that it approved.
    #[error(
        "{0} allows only approved OAuth apps. Ask an owner of {0} to approve the app, or connect with a GitHub App or a fine-grained token."
    )]
    AppNotApproved(String),
    /// The token's user is not an administrator of the repository.
    #[error(
        "The token’s user needs admin rights to the repository. Ask its owner for the admin role, or use a token of someone who has it."
    )]
    NoAdminRights,
    /// The repository is being migrated.
    #[error(
        "The repository is locked during a migration. Wait for the migration to finish, or track its new location."
    )]
    LockedForMigration,
    /// The account is suspended.
    #[error(
        "GitHub suspended the account. Its owner can ask GitHub Support at https://support.github.com to lift the suspension."
    )]
    AccountSuspended,
    /// A classic token lacks this scope.
    #[error("The token lacks the scope “{0}”. Add it at https://github.com/settings/tokens.")]
    MissingScope(String),
    /// GitHub no longer shows a tracked repository to the token (404): deleted, private, or hidden.
    #[error(
        "GitHub no longer shows the repository to this token. It was deleted, made private, or the token lost access. Check whether it still exists."
    )]
    Gone,
    /// A tracked repository is public, but hidden from the token.
    #[error(
        "The repository is public, but this token has lost access to it. Ask its owner to restore access, or use another token."
    )]
    AccessLost,
    /// The repository does not exist, or the token may not see it (404).
    #[error(
        "GitHub shows no such repository to this token. Check its name and the token’s access."
    )]
    NotFound,
    /// The repository is visible, but has no traffic: GitHub Enterprise Server and GHE.com do not
    /// offer it.
    #[error(
        "This server does not offer traffic; GitHub Enterprise Server never does. Track repositories on github.com."
    )]
    NoTraffic,
    /// More redirects than are followed.
    #[error(
        "GitHub says that the repository moved, but not where. Check its name on GitHub and track it under that."
    )]
    Moved,
    /// The server redirects to another server.
    #[error(
        "The GitHub server redirects to another server, and Tidemark never sends the token elsewhere. Connect with the address it redirects to."
    )]
    ForeignRedirect,
    /// The repository is blocked, for example after a takedown notice (451).
    #[error(
        "GitHub blocked access to the repository for legal reasons. See its page on GitHub. Its history stays here."
    )]
    Blocked,
    /// A rate limit: no more requests until then.
    #[error("{limit} until {}. Collect again after that.", .until.format("%Y-%m-%d %H:%M:%S UTC"))]
    RateLimited {
        /// Which limit.
        limit: Limit,
        /// When requests are allowed again.
        until: DateTime<Utc>,
    },
    /// A server error (5xx).
    #[error("GitHub is having problems (HTTP {0}). Try again later.")]
    ServerError(u16),
    /// No complete response before the deadline.
    #[error("GitHub did not respond in time. Try again later.")]
    TimedOut,
    /// No connection.
    #[error(
        "GitHub could not be reached. Check the network and the server’s address, then try again."
    )]
    Unreachable,
    /// The connection broke during the response.
    #[error("The connection to GitHub was lost in the middle of a response. Try again later.")]
    Interrupted,
    /// The response ends before its JSON does, though its length is right.
    #[error(
        "GitHub sent an unexpected response (incomplete JSON). Try again later; if it keeps happening, report it."
    )]
    IncompleteJson,
    /// The response is not as documented.
    #[error(
        "GitHub sent an unexpected response ({0}). Try again later; if it keeps happening, report \
         it."
    )]
    Malformed(&'static str),
    /// Any other refusal, with GitHub's message.
    #[error("GitHub refused the request (HTTP {status}{}). Check the token and its permissions.", quoted(.message.as_deref()))]
    Refused {
        /// The status.
        status: u16,
        /// GitHub's own message, shortened.
        message: Option<String>,
    },
}

/// One of GitHub's rate limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Requests per hour, for all tokens of a user together.
    Primary,
    /// Concurrent requests, or too many within a short time.
    Secondary,
    /// What Tidemark reserves of the hour's requests, for people.
    Reserve,
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Primary => "All GitHub API requests of the token’s user are used up",
            Self::Secondary => "GitHub’s secondary rate limit applies",
            Self::Reserve => "Nearly all GitHub API requests of the token’s user are used up",
        })
    }
}

impl GithubError {
    /// Whether every other request with the same token would fail for the same reason, so that
    /// sending more would only make it worse.
    #[must_use]
    pub const fn is_terminal_for_connection(&self) -> bool {
        matches!(
            self,
            Self::Address
                | Self::Insecure(_)
                | Self::TokenRefused
                | Self::AppKey
                | Self::AppRefused
                | Self::NoInstallation
                | Self::InstallationSuspended
                | Self::LockedOut
                | Self::RateLimited { .. }
        )
    }

    /// Whether GitHub refuses the connection as a whole, so that someone must act. A rate limit
    /// passes.
    #[must_use]
    pub const fn refuses_connection(&self) -> bool {
        self.is_terminal_for_connection() && !matches!(self, Self::RateLimited { .. })
    }

    /// The same error for a request of the app itself.
    pub(super) fn for_app(self) -> Self {
        match self {
            Self::TokenRefused => Self::AppRefused,
            Self::NotFound => Self::NoInstallation,
            other => other,
        }
    }

    /// Whether this response about a repository concerns the credential: every other repository
    /// would get the same response, or none. What an organization or a repository has against the
    /// token says nothing about the others.
    pub(super) const fn concerns_every_repository(&self) -> bool {
        self.is_terminal_for_connection() || self.is_unreachable()
    }

    /// Whether an organization refuses the credential for all of its repositories.
    pub(super) const fn concerns_organization(&self) -> bool {
        matches!(
            self,
            Self::SingleSignOn(_)
                | Self::TokenPolicy(..)
                | Self::AddressNotAllowed(_)
                | Self::AppNotApproved(_)
        )
    }

    /// Whether the server was not there at all, whatever the request.
    #[must_use]
    pub const fn is_unreachable(&self) -> bool {
        matches!(self, Self::TimedOut | Self::Unreachable)
    }

    /// Whether GitHub was down or had an error of its own, whatever the request.
    #[must_use]
    pub const fn is_outage(&self) -> bool {
        self.is_unreachable() || matches!(self, Self::ServerError(_))
    }

    /// Whether the same request may succeed a moment later.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        self.is_outage() || matches!(self, Self::Interrupted | Self::IncompleteJson)
    }

    /// What a wait for it is for.
    #[must_use]
    pub fn wait_reason(&self) -> String {
        match self {
            Self::RateLimited { limit, .. } => limit.to_string(),
            Self::ServerError(status) => {
                format!("GitHub is having problems (HTTP {status})")
            }
            _ => "GitHub is not responding".to_owned(),
        }
    }

    /// The same error of a traffic endpoint whose repository is known to be visible: a 404 then
    /// means that the server has no such endpoint.
    #[must_use]
    pub fn for_visible_repository(self) -> Self {
        match self {
            Self::NotFound => Self::NoTraffic,
            other => other,
        }
    }

    /// The same error for a tracked repository: it existed once.
    #[must_use]
    pub fn for_tracked_repository(self) -> Self {
        match self {
            Self::NotFound => Self::Gone,
            other => other,
        }
    }
}

fn quoted(message: Option<&str>) -> String {
    message.map_or_else(String::new, |message| format!(", “{message}”"))
}

#[cfg(test)]
mod tests;
