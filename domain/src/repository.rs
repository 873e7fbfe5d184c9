//! The status of a tracked repository, and its events on GitHub.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::run::{UnknownWord, words};

/// The status of a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepositoryStatus {
    /// Collected on its schedule.
    Active,
    /// Not collected for now.
    Paused,
    /// No longer tracked; its history is kept.
    Archived,
    /// No longer visible to the connection's token.
    Unreachable,
}

impl RepositoryStatus {
    /// The name in the API and the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Archived => "archived",
            Self::Unreachable => "unreachable",
        }
    }

    /// Whether runs collect it. An unreachable one may come back.
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
    /// A repository's visibility on GitHub.
    Visibility {
        /// Visible to everyone.
        Public = "public",
        /// Visible to people with access.
        Private = "private",
        /// Visible to members of its enterprise.
        Internal = "internal",
    }
}

words! {
    /// An event of a repository on GitHub, as noticed by a collection.
    EventKind {
        /// Renamed.
        Renamed = "renamed",
        /// Transferred to another owner.
        Transferred = "transferred",
        /// Archived.
        Archived = "archived",
        /// No longer archived.
        Unarchived = "unarchived",
        /// No longer public.
        MadePrivate = "made_private",
        /// Made public.
        MadePublic = "made_public",
        /// No longer visible to the token.
        Gone = "gone",
        /// Visible to the token again.
        BackAgain = "back_again",
    }
}

/// The text is not a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown status")]
pub struct UnknownStatus;
