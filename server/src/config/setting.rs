//! Reads the value of one setting.

use secrecy::{ExposeSecret, SecretString};
use url::Url;

/// A wrong setting. The sentence names its variable.
#[derive(Debug, thiserror::Error)]
#[error("{variable} {problem}")]
pub struct ConfigError {
    variable: &'static str,
    problem: String,
}

impl ConfigError {
    pub(super) fn new(variable: &'static str, problem: impl Into<String>) -> Self {
        Self {
            variable,
            problem: problem.into(),
        }
    }
}

/// The value, unless it is missing or blank.
pub(super) fn set(value: Option<&String>) -> Option<&str> {
    value
        .map(|text| text.trim())
        .filter(|text| !text.is_empty())
}

/// The secret, unless it is missing or blank.
pub(super) fn set_secret(value: Option<&SecretString>) -> Option<&str> {
    value
        .map(|text| text.expose_secret().trim())
        .filter(|text| !text.is_empty())
}

/// A URL to which secrets are sent: https, or on this machine.
pub(super) fn encrypted(variable: &'static str, text: &str) -> Result<Url, ConfigError> {
    domain::secure_url(text)
        .map_err(|error| ConfigError::new(variable, format!("is “{text}”; {error}.")))
}

/// A URL without user information.
pub(super) fn http_url(variable: &'static str, text: &str) -> Result<Url, ConfigError> {
    Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .filter(|url| url.username().is_empty() && url.password().is_none())
        .ok_or_else(|| {
            let problem =
                format!("is “{text}” but must be a URL that starts with https:// or http://.");
            ConfigError::new(variable, problem)
        })
}
