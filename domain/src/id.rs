//! Typed ids: a repository's id can never be taken for a tenant's.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(i64);

        impl $name {
            /// The id that the database gave.
            #[must_use]
            pub const fn new(id: i64) -> Self {
                Self(id)
            }

            /// The number stored in the database.
            #[must_use]
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl From<i64> for $name {
            fn from(id: i64) -> Self {
                Self(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// A tenant of this installation.
    TenantId,
    /// A person's account.
    UserId,
    /// A tenant's connection to a GitHub server.
    ConnectionId,
    /// A tracked repository: Tidemark's own id, not GitHub's.
    RepositoryId,
    /// A tag of repositories.
    RepositoryTagId,
    /// A collection schedule.
    ScheduleId,
    /// One collection run.
    RunId,
    /// An API token.
    TokenId,
    /// A person's session in one browser.
    SessionId,
    /// A linked external identity.
    IdentityId,
    /// An open invitation.
    InvitationId,
    /// An allowed GitHub server.
    ServerId,
    /// An entry of the system log.
    LogEntryId,
    /// A rule that tracks new repositories.
    FollowRuleId,
    /// A GitHub App being created or waiting for its installation.
    PendingAppId,
    /// A stored raw response from GitHub.
    ResponseId,
    /// A note on the charts.
    NoteId,
}
