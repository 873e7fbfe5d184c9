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
        "The GitHub server’s address is not valid. Enter its API base URL, such as https://api.github.com."
    )]
    Address,
    /// The base address is one that no secret may be sent to.
    #[error("The GitHub server’s address is not valid; {0}.")]
    Insecure(SecureUrlError),
    /// The token is wrong, expired or revoked (401).
    #[error("GitHub refused the token because it is wrong, expired or revoked. Enter a new one.")]
    TokenRefused,
    /// The text is no private key.
    #[error(
        "This is not a private key of a GitHub App. Paste the whole PEM file from GitHub, from its first line to its last."
    )]
    AppKey,
    /// GitHub does not take the app's own token.
    #[error(
        "GitHub refused the app. Check its ID, and that the private key belongs to it and has not been deleted."
    )]
    AppRefused,
    /// The app has no such installation, or no longer.
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
    /// Too many wrong tokens before, so that GitHub lets nobody in as this user for a while.
    #[error(
        "GitHub temporarily locked out the token’s user after too many invalid tokens. Replace the user’s invalid tokens everywhere and try again in an hour."
    )]
    LockedOut,
    /// The token lacks a permission, which GitHub names.
    #[error(
        "The token lacks the permission “{0}”. Grant it on GitHub in the settings of the token or the app."
    )]
    MissingPermission(String),
    /// The token's user may not push, which reading traffic asks for.
    #[error(
        "The token’s user needs push access to the repository to read its traffic. Ask its owner for write access, or use a token of someone who has it."
    )]
    NoPushAccess,
    /// The repository is private, and its owner has no paid plan.
    #[error(
        "GitHub counts traffic of private repositories only on paid plans. Upgrade the owner’s plan, or make the repository public."
    )]
    PaidPlan,
    /// The organisation asks for single sign-on, which the token was not authorized for; with
    /// GitHub's own page for that, where it names one.
    #[error(
        "The repository’s organization requires single sign-on. Authorize the token {}.",
        .0.as_deref().map_or_else(|| "on GitHub in the token’s settings".to_owned(), |url| format!("at {url}"))
    )]
    SingleSignOn(Option<String>),
    /// The organisation's policy forbids tokens like this one; with GitHub's own words.
    #[error("{0} (“{1}”). {remedy}.", remedy = .0.remedy())]
    TokenPolicy(TokenPolicy, String),
    /// The IP allow list of this organisation leaves this server out.
    #[error(
        "The IP allow list of {0} blocks this server. Ask an owner of {0} to allow this server’s address; the token is fine."
    )]
    AddressNotAllowed(String),
    /// This organisation lets in only OAuth apps that it approved.
    #[error(
        "{0} allows only approved OAuth apps. Ask an owner of {0} to approve the app, or connect with a GitHub App or a fine-grained token."
    )]
    AppNotApproved(String),
    /// The token's user is no administrator of the repository.
    #[error(
        "The token’s user needs admin rights to the repository. Ask its owner for the admin role, or use a token of someone who has it."
    )]
    NoAdminRights,
    /// The repository is being moved to another place.
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
    /// GitHub no longer shows a tracked repository to the token (404), which it says of all three
    /// alike.
    #[error(
        "GitHub no longer shows the repository to this token. It was deleted, made private, or the token lost access. Check whether it still exists."
    )]
    Gone,
    /// GitHub shows a tracked repository to everybody but the token.
    #[error(
        "The repository is public, but this token has lost access to it. Ask its owner to restore access, or use another token."
    )]
    AccessLost,
    /// There is no such repository, or the token may not see it (404).
    #[error(
        "GitHub shows no such repository to this token. Check its name and the token’s access."
    )]
    NotFound,
    /// The repository is visible and its traffic is not there: GitHub Enterprise Server and
    /// GHE.com have no traffic interface.
    #[error(
        "This server does not offer traffic; GitHub Enterprise Server never does. Track repositories on github.com."
    )]
    NoTraffic,
    /// The answer leads elsewhere, further than is followed.
    #[error(
        "GitHub says that the repository moved, but not where. Check its name on GitHub and track it under that."
    )]
    Moved,
    /// The server sends the question on to another server.
    #[error(
        "The GitHub server redirects to another server, and Tidemark never sends the token elsewhere. Connect with the address it redirects to."
    )]
    ForeignRedirect,
    /// The repository is blocked, for example after a takedown notice (451).
    #[error(
        "GitHub blocked access to the repository for legal reasons. See its page on GitHub. Its history stays here."
    )]
    Blocked,
    /// A rate limit: nothing more may be asked until then.
    #[error("{limit} until {}. Collect again after that.", .until.format("%Y-%m-%d %H:%M:%S UTC"))]
    RateLimited {
        /// Which limit.
        limit: Limit,
        /// When asking is allowed again.
        until: DateTime<Utc>,
    },
    /// GitHub has trouble of its own (5xx).
    #[error("GitHub is having problems (HTTP {0}). Try again later.")]
    ServerError(u16),
    /// There was no whole answer before the deadline.
    #[error("GitHub did not respond in time. Try again later.")]
    TimedOut,
    /// There was no connection.
    #[error(
        "GitHub could not be reached. Check the network and the server’s address, then try again."
    )]
    Unreachable,
    /// The connection broke while the answer came in.
    #[error("The connection to GitHub was lost in the middle of a response. Try again later.")]
    Interrupted,
    /// The answer ends before it is complete, though its length is right.
    #[error(
        "GitHub sent an unexpected response (incomplete JSON). Try again later; if it keeps happening, report it."
    )]
    IncompleteJson,
    /// The answer is none that can be understood.
    #[error(
        "GitHub sent an unexpected response ({0}). Try again later; if it keeps happening, report \
         it."
    )]
    Malformed(&'static str),
    /// Anything else, with what GitHub says about it.
    #[error("GitHub refused the request (HTTP {status}{}). Check the token and its permissions.", said(.message.as_deref()))]
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
            Self::Primary => "All GitHub API requests of the token’s user are used up",
            Self::Secondary => "GitHub’s secondary rate limit applies",
            Self::Reserve => "Nearly all GitHub API requests of the token’s user are used up",
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
                format!("GitHub is having problems (HTTP {status})")
            }
            _ => "GitHub is not responding".to_owned(),
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
    message.map_or_else(String::new, |message| format!(", “{message}”"))
}

#[cfg(test)]
mod tests;
