//! Errors as shown to people and API clients.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::limit::Limit;

/// The kind of a problem; each has one HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// Not signed in (401).
    Unauthenticated,
    /// Visible, but not allowed (403).
    Forbidden,
    /// It does not exist or is hidden (404).
    NotFound,
    /// It conflicts with existing data (409).
    Conflict,
    /// A limit of the tenant is reached (409).
    Limit {
        /// Which limit.
        limit: Limit,
        /// Its value.
        value: u32,
    },
    /// The input is malformed or was refused by GitHub (422).
    Invalid,
    /// Too many attempts (429).
    TooMany,
    /// GitHub or the database is not responding (503).
    Unavailable,
    /// A fault of Tidemark; see the log (500).
    Internal,
}

impl ProblemKind {
    /// The HTTP status that says this kind (RFC 9110).
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Conflict | Self::Limit { .. } => 409,
            Self::Invalid => 422,
            Self::TooMany => 429,
            Self::Unavailable => 503,
            Self::Internal => 500,
        }
    }
}

/// An error for people and API clients: what happened and what to do, without internals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Its kind.
    pub kind: ProblemKind,
    /// What happened and what to do.
    pub message: String,
    /// Seconds until a retry makes sense, if known: the header `Retry-After`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u64>,
}

impl Problem {
    /// A problem of this kind with this message.
    pub fn new(kind: ProblemKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            retry_after_s: None,
        }
    }

    /// The same problem with a retry delay in seconds.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        Self {
            retry_after_s: Some(seconds),
            ..self
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}
