//! Why an endpoint was not collected.

use domain::FailureKind;

use crate::StoreError;
use crate::error::log_error;
use crate::github::GithubError;

/// Why an endpoint of a repository was not collected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CollectError {
    /// GitHub refused or failed.
    Github(GithubError),
    /// The response could not be stored.
    NotStored,
    /// No request was sent, for a reason that holds for the whole connection in this run.
    NotRequested(FailureKind, String),
    /// No request was sent because the process is ending or the run was cancelled.
    Cancelled,
}

impl From<GithubError> for CollectError {
    fn from(error: GithubError) -> Self {
        Self::Github(error)
    }
}

impl From<StoreError> for CollectError {
    /// Logs the internal error here; it is not shown.
    fn from(error: StoreError) -> Self {
        log_error(&error, "storing a response failed");
        Self::NotStored
    }
}

impl CollectError {
    /// Not requested, because this error already stopped the connection.
    pub(super) fn not_requested(error: &GithubError) -> Self {
        Self::NotRequested(error.kind(), error.to_string())
    }

    /// The kind of failure.
    pub(super) const fn kind(&self) -> FailureKind {
        match self {
            Self::Github(error) => error.kind(),
            Self::NotStored => FailureKind::NotStored,
            Self::NotRequested(kind, _) => *kind,
            Self::Cancelled => FailureKind::Stopped,
        }
    }

    pub(super) fn reason(&self) -> String {
        match self {
            Self::Github(error) => error.clone().for_tracked_repository().to_string(),
            Self::NotStored => {
                "GitHub’s response could not be stored. Check the server log, then collect again."
                    .to_owned()
            }
            Self::NotRequested(_, reason) => reason.clone(),
            Self::Cancelled => "Tidemark was stopped. Collect again.".to_owned(),
        }
    }

    /// Whether it concerns the connection, so that every endpoint would report the same.
    pub(super) fn concerns_connection(&self) -> bool {
        match self {
            Self::Github(error) => error.is_terminal_for_connection(),
            Self::NotRequested(..) => true,
            Self::NotStored | Self::Cancelled => false,
        }
    }
}
