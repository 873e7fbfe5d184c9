//! What went wrong, as a person or a program outside is told it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::limits::Limit;

/// The kind of a problem; each has one HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// Nobody is signed in (401).
    Unauthenticated,
    /// The person may see it, but not do it (403).
    Forbidden,
    /// It does not exist, or the person may not know that it does (404).
    NotFound,
    /// It contradicts what is already there (409).
    Conflict,
    /// The tenant has as much of something as it may have (409).
    Limit {
        /// Of what.
        limit: Limit,
        /// How much it may have.
        value: u32,
    },
    /// The input is malformed, or GitHub refused it (422).
    Invalid,
    /// Too many attempts (429).
    TooMany,
    /// GitHub or the database does not answer now (503).
    Unavailable,
    /// A fault of Tidemark; the log knows more (500).
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

/// One clear sentence for outside, naming what to do; nothing internal is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What kind it is.
    pub kind: ProblemKind,
    /// What happened and what to do, as one sentence.
    pub message: String,
    /// After how many seconds to try again, where that is known: the header `Retry-After`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u64>,
}

impl Problem {
    /// A problem of this kind, told in one sentence.
    pub fn new(kind: ProblemKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            retry_after_s: None,
        }
    }

    /// The same problem, which may be gone after so many seconds.
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
