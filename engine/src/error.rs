//! Errors of use cases, and what of them is shown to callers.

use domain::{Problem, ProblemKind};

use crate::github::GithubError;
use crate::secrets::SecretsError;
use crate::store::StoreError;

/// A use case failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A problem that the caller can fix.
    #[error("{0}")]
    Problem(#[from] Problem),
    /// GitHub refused or failed.
    #[error(transparent)]
    Github(#[from] GithubError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A secret could not be encrypted or decrypted.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
}

/// The result of a use case.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Something that does not exist, or that the viewer may not know of; both get the same answer.
    #[must_use]
    pub fn not_found() -> Self {
        Problem::new(ProblemKind::NotFound, "Not found.").into()
    }

    /// The viewer may see it, but not do this.
    #[must_use]
    pub fn forbidden() -> Self {
        Problem::new(
            ProblemKind::Forbidden,
            "Your role does not allow this. Ask an owner of the tenant.",
        )
        .into()
    }

    /// The input is not valid, for this reason.
    pub fn invalid(message: impl Into<String>) -> Self {
        Problem::new(ProblemKind::Invalid, message).into()
    }

    /// The input conflicts with stored data.
    pub fn conflict(message: impl Into<String>) -> Self {
        Problem::new(ProblemKind::Conflict, message).into()
    }

    /// The problem to show. Internal errors are logged here, once, and not shown.
    #[must_use]
    pub fn into_problem(self) -> Problem {
        match self {
            Self::Problem(problem) => problem,
            Self::Github(error) => error.into_problem(),
            Self::Store(StoreError::Limit { limit, value }) => limit.exceeded(value),
            Self::Store(error) if error.is_unavailable() => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the database is not responding"
                );
                Problem::new(
                    ProblemKind::Unavailable,
                    "The database is not responding. Try again in a moment.",
                )
            }
            Self::Store(error) => internal(&error),
            // A lost secret stays lost, so a retry does not help.
            Self::Secrets(SecretsError::Unreadable) => Problem::new(
                ProblemKind::Conflict,
                "The stored token or key cannot be decrypted with this server’s secret key. \
                 Replace it.",
            ),
            Self::Secrets(error) => internal(&error),
        }
    }
}

fn internal(error: &(dyn std::error::Error + 'static)) -> Problem {
    tracing::error!(error, "a use case failed");
    Problem::new(
        ProblemKind::Internal,
        "Something went wrong. Try again; if it keeps happening, check the server log.",
    )
}

/// Logs an error with its causes, where nothing else reports it.
pub(crate) fn log_error(error: &(dyn std::error::Error + 'static), what: &'static str) {
    tracing::error!(error, "{what}");
}
