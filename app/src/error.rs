//! Errors of server functions on their way to the browser.

use domain::{Problem, ProblemKind};
use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use leptos::server_fn::codec::JsonEncoding;
use serde::{Deserialize, Serialize};

/// A [`Problem`] on its way from a use case to a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(transparent)]
#[error("{0}")]
pub struct AppError(pub Problem);

impl AppError {
    /// What kind of problem it is.
    pub const fn kind(&self) -> ProblemKind {
        self.0.kind
    }

    /// The server could not be reached.
    pub fn no_answer() -> Self {
        Self(Problem::new(
            ProblemKind::Unavailable,
            "Can’t reach the server. Nothing was changed. Check your connection and try again.",
        ))
    }

    /// Whether the server could not be reached.
    pub fn is_no_answer(&self) -> bool {
        *self == Self::no_answer()
    }

    /// The response was not as expected; the server was probably updated while the page was open.
    pub fn not_understood() -> Self {
        Self(Problem::new(
            ProblemKind::Internal,
            "The server sent an unexpected response. Reload the page and try again.",
        ))
    }

    /// The address or the form asks for something that does not exist; the error says what.
    pub fn invalid(error: &impl std::fmt::Display) -> Self {
        Self(Problem::new(ProblemKind::Invalid, error.to_string()))
    }

    /// The sentence for people.
    pub fn message(&self) -> String {
        self.0.message.clone()
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    /// A transport error, not one of the use case.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self(match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => Problem::new(
                ProblemKind::Invalid,
                "A field is missing. Fill in every field and try again.",
            ),
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => {
                return Self::no_answer();
            }
            _ => return Self::not_understood(),
        })
    }
}
