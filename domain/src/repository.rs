//! The status of a tracked repository, and its events on GitHub.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr};

use crate::unknown_value::UnknownValue;

/// The status of a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[strum(parse_err_ty = UnknownValue, parse_err_fn = UnknownValue::new)]
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
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Whether runs collect it. An unreachable one may come back.
    #[must_use]
    pub const fn is_collected(self) -> bool {
        matches!(self, Self::Active | Self::Unreachable)
    }
}

/// A repository's visibility on GitHub.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(Display, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[strum(parse_err_ty = UnknownValue, parse_err_fn = UnknownValue::new)]
pub enum Visibility {
    /// Visible to everyone.
    Public,
    /// Visible to people with access.
    Private,
    /// Visible to members of its enterprise.
    Internal,
}

impl Visibility {
    /// The name in the API and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// An event of a repository on GitHub, as noticed by a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(Display, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[strum(parse_err_ty = UnknownValue, parse_err_fn = UnknownValue::new)]
pub enum EventKind {
    /// Renamed.
    Renamed,
    /// Transferred to another owner.
    Transferred,
    /// Archived.
    Archived,
    /// No longer archived.
    Unarchived,
    /// No longer public.
    MadePrivate,
    /// Made public.
    MadePublic,
    /// No longer visible to the token.
    Gone,
    /// Visible to the token again.
    BackAgain,
}

impl EventKind {
    /// The name in the API and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}
