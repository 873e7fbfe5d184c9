//! The kind of each failure, and the kind of problem for the caller.

use domain::{FailureKind, Problem, ProblemKind};

use super::GithubError;

impl GithubError {
    /// The kind of failure.
    #[must_use]
    pub const fn kind(&self) -> FailureKind {
        match self {
            Self::Address | Self::Insecure(_) | Self::AppKey | Self::NotGithub => {
                FailureKind::ConnectionUnusable
            }
            Self::TokenRefused => FailureKind::TokenRefused,
            Self::AppRefused => FailureKind::AppRefused,
            Self::NoInstallation => FailureKind::InstallationGone,
            Self::InstallationSuspended => FailureKind::InstallationSuspended,
            Self::LockedOut => FailureKind::LockedOut,
            Self::MissingPermission(_) => FailureKind::PermissionMissing,
            Self::NoPushAccess => FailureKind::NoPushAccess,
            Self::PaidPlan => FailureKind::PaidPlan,
            Self::SingleSignOn(_) => FailureKind::SingleSignOn,
            Self::TokenPolicy(..) => FailureKind::TokenPolicy,
            Self::AddressNotAllowed(_) => FailureKind::AddressNotAllowed,
            Self::AppNotApproved(_) => FailureKind::AppNotApproved,
            Self::NoAdminRights => FailureKind::NoAdminRights,
            Self::LockedForMigration => FailureKind::LockedForMigration,
            Self::AccountSuspended => FailureKind::AccountSuspended,
            Self::MissingScope(_) => FailureKind::ScopeMissing,
            Self::Gone | Self::NotFound => FailureKind::Gone,
            Self::AccessLost => FailureKind::AccessLost,
            Self::NoTraffic => FailureKind::NoTraffic,
            Self::Moved => FailureKind::Moved,
            Self::Blocked => FailureKind::Blocked,
            Self::RateLimited { .. } => FailureKind::RateLimited,
            Self::ServerError(_) | Self::TimedOut | Self::Unreachable | Self::Interrupted => {
                FailureKind::GithubDown
            }
            Self::IncompleteJson | Self::Malformed(_) => FailureKind::NotUnderstood,
            Self::ForeignRedirect | Self::Refused { .. } => FailureKind::Refused,
        }
    }

    /// The problem for the caller: what GitHub refused is invalid input; other failures may succeed
    /// later.
    #[must_use]
    pub fn into_problem(self) -> Problem {
        let kind = match self {
            Self::Address
            | Self::Insecure(_)
            | Self::TokenRefused
            | Self::AppKey
            | Self::AppRefused
            | Self::NoInstallation
            | Self::InstallationSuspended
            | Self::NotGithub
            | Self::MissingPermission(_)
            | Self::NoPushAccess
            | Self::PaidPlan
            | Self::SingleSignOn(_)
            | Self::TokenPolicy(..)
            | Self::AddressNotAllowed(_)
            | Self::AppNotApproved(_)
            | Self::NoAdminRights
            | Self::LockedForMigration
            | Self::AccountSuspended
            | Self::MissingScope(_)
            | Self::Gone
            | Self::AccessLost
            | Self::NotFound
            | Self::NoTraffic
            | Self::Moved
            | Self::ForeignRedirect
            | Self::Blocked
            | Self::Refused { .. } => ProblemKind::Invalid,
            Self::LockedOut
            | Self::RateLimited { .. }
            | Self::ServerError(_)
            | Self::TimedOut
            | Self::Unreachable
            | Self::Interrupted
            | Self::IncompleteJson
            | Self::Malformed(_) => ProblemKind::Unavailable,
        };
        Problem::new(kind, self.to_string())
    }
}
