//! What GitHub refuses and how it fails, each as one sentence that says what to do.

mod naming;

use chrono::{DateTime, Utc};
use domain::SecureUrlError;

use super::policy::TokenPolicy;

/// GitHub refused or failed.
///
/// A message never holds the token, and nothing of a body that is not GitHub's JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GithubError {
    /// The base address is none that can be asked.
    #[error(
        "The address of the GitHub server cannot be used: give the base of its interface, such as https://api.github.com."
    )]
    Address,
    /// The base address is one that no secret may be sent to.
    #[error("The address of the GitHub server cannot be used: {0}.")]
    Insecure(SecureUrlError),
    /// The token is wrong, expired or revoked (401).
    #[error(
        "GitHub refused the token: it is wrong, expired or revoked, so connect with a new one."
    )]
    TokenRefused,
    /// The text is no private key.
    #[error(
        "This is no private key of a GitHub App: paste the whole PEM file that GitHub gave, from its first line to its last."
    )]
    AppKey,
    /// GitHub does not take the app's own token.
    #[error(
        "GitHub refused the app: check the app's id, and that the private key belongs to it and was not deleted."
    )]
    AppRefused,
    /// The app has no such installation, or no longer.
    #[error(
        "GitHub knows no such installation of the app: check the installation's id, and that the app is still installed."
    )]
    NoInstallation,
    /// The installation is suspended.
    #[error(
        "The app's installation is suspended: resume it on GitHub, in the settings of the account that it is installed on."
    )]
    InstallationSuspended,
    /// Nothing at the address answers as GitHub does.
    #[error(
        "No GitHub answers at this address: give the base of its interface, such as https://api.github.com."
    )]
    NotGithub,
    /// Too many wrong tokens before, so that GitHub lets nobody in as this user for a while.
    #[error(
        "GitHub locked the token's user out for a while after too many wrong tokens: replace wrong tokens wherever they are used, and try again in an hour."
    )]
    LockedOut,
    /// The token lacks a permission, which GitHub names.
    #[error(
        "The token lacks the permission “{0}”: grant it on GitHub, in the settings of the token or the app."
    )]
    MissingPermission(String),
    /// The token's user may not push, which reading traffic asks for.
    #[error(
        "The token's user must have push access to the repository to read its traffic: ask its owner for write access, or use a token of someone who has it."
    )]
    NoPushAccess,
    /// The repository is private, and its owner has no paid plan.
    #[error(
        "GitHub counts the traffic of a private repository on a paid plan only: upgrade the owner's plan, or make the repository public."
    )]
    PaidPlan,
    /// The organisation asks for single sign-on, which the token was not authorized for; with
    /// GitHub's own page for that, where it names one.
    #[error(
        "The repository's organization requires single sign-on: authorize the token for it {}.",
        .0.as_deref().map_or_else(|| "on GitHub, in the settings of the token".to_owned(), |url| format!("at {url}"))
    )]
    SingleSignOn(Option<String>),
    /// The organisation's policy forbids tokens like this one; with GitHub's own words.
    #[error("{0} (“{1}”): {remedy}.", remedy = .0.remedy())]
    TokenPolicy(TokenPolicy, String),
    /// The IP allow list of this organisation leaves this server out.
    #[error(
        "The IP allow list of {0} does not let this server in: ask an owner of {0} to allow this server's address, since the token is fine."
    )]
    AddressNotAllowed(String),
    /// This organisation lets in only OAuth apps that it approved.
    #[error(
        "{0} lets in approved OAuth apps only: ask an owner of {0} to approve the app, or connect with a GitHub App or a fine-grained token."
    )]
    AppNotApproved(String),
    /// The token's user is no administrator of the repository.
    #[error(
        "The token's user must have admin rights to the repository: ask its owner for the admin role, or use a token of someone who has it."
    )]
    NoAdminRights,
    /// The repository is being moved to another place.
    #[error(
        "The repository is locked while it is migrated: wait until the migration is over, or track the repository where it is now."
    )]
    LockedForMigration,
    /// The account is suspended.
    #[error(
        "GitHub suspended the account: its owner must ask GitHub Support at https://support.github.com to lift that."
    )]
    AccountSuspended,
    /// A classic token lacks this scope.
    #[error(
        "The token lacks the scope “{0}”: add it on GitHub at https://github.com/settings/tokens."
    )]
    MissingScope(String),
    /// GitHub no longer shows a tracked repository to the token (404), which it says of all three
    /// alike.
    #[error(
        "GitHub no longer shows the repository to this token: it was deleted, made private, or the token may not see it any more, so look whether it is still there."
    )]
    Gone,
    /// GitHub shows a tracked repository to everybody but the token.
    #[error(
        "Everybody sees the repository on GitHub, but this token may not any more: ask its owner to let the token in, or connect with another one."
    )]
    AccessLost,
    /// There is no such repository, or the token may not see it (404).
    #[error(
        "GitHub shows no such repository to this token: check its name, and that the token may see it."
    )]
    NotFound,
    /// The repository is visible and its traffic is not there: GitHub Enterprise Server and
    /// GHE.com have no traffic interface.
    #[error(
        "This server does not offer traffic, as GitHub Enterprise Server does not: track repositories on github.com."
    )]
    NoTraffic,
    /// The answer leads elsewhere, further than is followed.
    #[error(
        "GitHub says that the repository moved, but not where to: check its name on GitHub, and track it under that."
    )]
    Moved,
    /// The server sends the question on to another server.
    #[error(
        "The GitHub server redirects to another server, and Tidemark sends the token to no other server: connect with the address that it redirects to."
    )]
    ForeignRedirect,
    /// The repository is blocked, for example after a takedown notice (451).
    #[error(
        "GitHub blocked access to the repository for legal reasons: see its page on GitHub; its history stays here."
    )]
    Blocked,
    /// A rate limit: nothing more may be asked until then.
    #[error("{limit} until {}: collect again after that.", .until.format("%Y-%m-%d %H:%M:%S UTC"))]
    RateLimited {
        /// Which limit.
        limit: Limit,
        /// When asking is allowed again.
        until: DateTime<Utc>,
    },
    /// GitHub has trouble of its own (5xx).
    #[error("GitHub has trouble of its own (status {0}): try again later.")]
    ServerError(u16),
    /// There was no whole answer before the deadline.
    #[error("GitHub did not answer in time: try again later.")]
    TimedOut,
    /// There was no connection.
    #[error(
        "GitHub could not be reached: check the network and the server's address, and try again."
    )]
    Unreachable,
    /// The connection broke while the answer came in.
    #[error("The connection to GitHub broke off in the middle of an answer: try again later.")]
    Interrupted,
    /// The answer ends before it is complete, though its length is right.
    #[error(
        "GitHub's answer cannot be understood (it is no whole JSON): try again later, and report it if it stays."
    )]
    IncompleteJson,
    /// The answer is none that can be understood.
    #[error(
        "GitHub's answer cannot be understood ({0}): try again later, and report it if it stays."
    )]
    Malformed(&'static str),
    /// Anything else, with what GitHub says about it.
    #[error("GitHub refused the request (status {status}{}): check the token and its permissions.", said(.message.as_deref()))]
    Refused {
        /// The status.
        status: u16,
        /// GitHub's own words, shortened.
        message: Option<String>,
    },
}

/// One of GitHub's rate limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Requests an hour, for all tokens of a user together.
    Primary,
    /// Requests at once or within a short time.
    Secondary,
    /// What Tidemark leaves of the hour's requests, for people.
    Reserve,
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Primary => "The hourly requests of the token's user to GitHub are used up",
            Self::Secondary => "GitHub asks to slow down (secondary rate limit)",
            Self::Reserve => {
                "The hourly requests of the token's user to GitHub are used up but for a few"
            }
        })
    }
}

impl GithubError {
    /// Whether every other request with the same token would fail for the same reason, so that
    /// going on would only make it worse.
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

    /// Whether GitHub refuses the connection as a whole, so that somebody must do something about
    /// it; a rate limit passes by itself.
    #[must_use]
    pub const fn refuses_connection(&self) -> bool {
        self.is_terminal_for_connection() && !matches!(self, Self::RateLimited { .. })
    }

    /// The same failure where an app asked as itself.
    pub(super) fn as_app_error(self) -> Self {
        match self {
            Self::TokenRefused => Self::AppRefused,
            Self::NotFound => Self::NoInstallation,
            other => other,
        }
    }

    /// Whether this answer to a question about a repository says something of the credential:
    /// every other repository would be answered alike, or not at all. What an organisation or a
    /// repository has against the token says nothing of the others.
    pub(super) const fn concerns_every_repository(&self) -> bool {
        self.is_terminal_for_connection() || self.is_unreachable()
    }

    /// Whether an organisation refuses the credential for all of its repositories.
    pub(super) const fn concerns_organization(&self) -> bool {
        matches!(
            self,
            Self::SingleSignOn(_)
                | Self::TokenPolicy(..)
                | Self::AddressNotAllowed(_)
                | Self::AppNotApproved(_)
        )
    }

    /// Whether the server was not there at all, whoever asks for whatever.
    #[must_use]
    pub const fn is_unreachable(&self) -> bool {
        matches!(self, Self::TimedOut | Self::Unreachable)
    }

    /// Whether GitHub was not there, or had trouble of its own, whoever asks for whatever.
    #[must_use]
    pub const fn is_outage(&self) -> bool {
        self.is_unreachable() || matches!(self, Self::ServerError(_))
    }

    /// Whether the same request may well succeed a moment later.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        self.is_outage() || matches!(self, Self::Interrupted | Self::IncompleteJson)
    }

    /// For what is waited, where waiting helps.
    #[must_use]
    pub fn wait_reason(&self) -> String {
        match self {
            Self::RateLimited { limit, .. } => limit.to_string(),
            Self::ServerError(status) => {
                format!("GitHub has trouble of its own (status {status})")
            }
            _ => "GitHub does not answer".to_owned(),
        }
    }

    /// The same failure on a traffic endpoint, known that the repository itself is visible: then
    /// a 404 says that the server has no such endpoint.
    #[must_use]
    pub fn for_visible_repository(self) -> Self {
        match self {
            Self::NotFound => Self::NoTraffic,
            other => other,
        }
    }

    /// The same failure where a repository was asked for that is tracked: it was there once.
    #[must_use]
    pub fn for_tracked_repository(self) -> Self {
        match self {
            Self::NotFound => Self::Gone,
            other => other,
        }
    }
}

fn said(message: Option<&str>) -> String {
    message.map_or_else(String::new, |message| format!(": “{message}”"))
}

#[cfg(test)]
mod tests;
