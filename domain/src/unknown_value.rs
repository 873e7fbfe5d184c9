//! The error of parsing a text that names none of an enum's values.

/// The text names none of the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UnknownValue(&'static str);

impl UnknownValue {
    /// An error with this message, which lists the values.
    pub(crate) const fn with_message(message: &'static str) -> Self {
        Self(message)
    }

    /// The error of enums that only programs write.
    pub(crate) const fn new(_text: &str) -> Self {
        Self("unknown value")
    }
}
