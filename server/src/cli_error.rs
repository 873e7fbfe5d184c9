//! The error of a command: a sentence for people, and an exit status for scripts.

use std::fmt;
use std::process::ExitCode;

use crate::config::ConfigError;

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct CliError {
    status: u8,
    sentence: String,
}

impl CliError {
    /// The command was valid, but failed.
    pub(crate) fn failed(sentence: impl Into<String>) -> Self {
        Self {
            status: 1,
            sentence: sentence.into(),
        }
    }

    /// The command or the configuration was wrong.
    pub(crate) fn usage(sentence: impl Into<String>) -> Self {
        Self {
            status: 2,
            sentence: sentence.into(),
        }
    }

    pub(crate) fn status(&self) -> ExitCode {
        self.status.into()
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl From<ConfigError> for CliError {
    fn from(error: ConfigError) -> Self {
        Self::usage(error.to_string())
    }
}

impl From<engine::OpenError> for CliError {
    fn from(error: engine::OpenError) -> Self {
        Self::failed(format!("{error}."))
    }
}

impl From<engine::Error> for CliError {
    fn from(error: engine::Error) -> Self {
        Self::failed(error.into_problem().message)
    }
}
