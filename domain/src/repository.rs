//! How a tracked repository stands, and what happens to it on GitHub.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::run::{UnknownWord, words};

/// How a tracked repository stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepositoryStatus {
    /// Collected on its schedule.
    Active,
    /// Kept, and not collected for now.
    Paused,
    /// No longer tracked; its history is kept.
    Archived,
    /// GitHub no longer shows it to the connection's token.
    Unreachable,
}

impl RepositoryStatus {
    /// As the interface and the database write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Archived => "archived",
            Self::Unreachable => "unreachable",
        }
    }

    /// Whether a run asks GitHub for it: an unreachable one may come back.
    #[must_use]
    pub const fn is_collected(self) -> bool {
        matches!(self, Self::Active | Self::Unreachable)
    }
}

impl FromStr for RepositoryStatus {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [
            Self::Active,
            Self::Paused,
            Self::Archived,
            Self::Unreachable,
        ]
        .into_iter()
        .find(|status| status.as_str() == text)
        .ok_or(UnknownStatus)
    }
}

words! {
    /// Who sees a repository on GitHub.
    Visibility {
        /// Everybody.
        Public = "public",
        /// Whoever was given access.
        Private = "private",
        /// The members of the enterprise that it belongs to.
        Internal = "internal",
    }
}

words! {
    /// What happened to a repository on GitHub, as a collection noticed it.
    EventKind {
        /// It has another name.
        Renamed = "renamed",
        /// It has another owner.
        Transferred = "transferred",
        /// It became read-only.
        Archived = "archived",
        /// It is no longer read-only.
        Unarchived = "unarchived",
        /// No longer everybody sees it.
        MadePrivate = "made_private",
        /// Everybody sees it.
        MadePublic = "made_public",
        /// GitHub stopped showing it to the token.
        Gone = "gone",
        /// GitHub shows it to the token again.
        BackAgain = "back_again",
    }
}

/// The text is no status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown status")]
pub struct UnknownStatus;
