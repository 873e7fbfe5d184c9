//! Roles of people and scopes of API tokens in a tenant.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use crate::unknown_value::UnknownValue;

/// A person's role in a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[strum(parse_err_ty = UnknownValue, parse_err_fn = unknown_role)]
pub enum Role {
    /// Everything in the tenant.
    Owner,
    /// All statistics of the tenant, and their export.
    Viewer,
    /// The statistics of granted repositories, and their export.
    RepositoryViewer,
}

impl Role {
    /// All roles, the most powerful first.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Viewer, Self::RepositoryViewer];

    /// The name in the database, in forms and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The display name.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Viewer => "Viewer",
            Self::RepositoryViewer => "Repository viewer",
        }
    }

    /// What it means, in a sentence.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::Owner => {
                "Full access to the tenant, including its repositories, connections, schedules, members and tokens."
            }
            Self::Viewer => "Can view and export all statistics of the tenant.",
            Self::RepositoryViewer => {
                "Can view and export the statistics of selected repositories."
            }
        }
    }
}

fn unknown_role(_text: &str) -> UnknownValue {
    UnknownValue::with_message("the role must be owner, viewer or repository_viewer")
}

/// What an API token may do in its tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[strum(parse_err_ty = UnknownValue, parse_err_fn = unknown_scope)]
pub enum TokenScope {
    /// Read statistics.
    Read,
    /// Also track repositories and collect.
    Write,
}

impl TokenScope {
    /// The name in the database and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

fn unknown_scope(_text: &str) -> UnknownValue {
    UnknownValue::with_message("the scope must be read or write")
}
