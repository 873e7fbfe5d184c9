//! The folder with the demo's data.

use std::fmt;
use std::path::{Path, PathBuf};

use engine::{DatabaseUrl, Settings};
use tempfile::TempDir;
use url::Url;

use crate::cli_error::CliError;
use crate::key_file;

/// A folder. A temporary one is deleted when this value is dropped.
pub(super) enum Place {
    Kept(PathBuf),
    Temporary(TempDir),
}

impl Place {
    pub(super) fn at(folder: Option<PathBuf>) -> Result<Self, CliError> {
        if let Some(folder) = folder {
            return Ok(Self::Kept(folder));
        }
        let folder = tempfile::Builder::new().prefix("tidemark-demo-").tempdir();
        folder.map(Self::Temporary).map_err(|error| {
            CliError::failed(format!(
                "A temporary folder cannot be created ({error}); set one with --data-dir."
            ))
        })
    }

    fn path(&self) -> &Path {
        match self {
            Self::Kept(folder) => folder,
            Self::Temporary(folder) => folder.path(),
        }
    }

    /// The settings of an engine on the database in this folder.
    pub(super) fn settings(&self, worker: String) -> Result<Settings, CliError> {
        let database = self.path().join("tidemark.db");
        let secret_key = key_file::read_or_create(&database).map_err(|error| {
            CliError::failed(format!(
                "The data folder cannot be used \
                                                       ({error})."
            ))
        })?;
        let github_api_url =
            Url::parse("http://127.0.0.1/").map_err(|error| CliError::failed(error.to_string()))?;
        Ok(Settings {
            database: DatabaseUrl::Sqlite(database),
            secret_key,
            github_api_url,
            collect_concurrency: 8,
            collect_max_wait: std::time::Duration::from_hours(3),
            keep_responses_days: 30,
            worker,
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kept(folder) => write!(f, "The data stays in {}.", folder.display()),
            Self::Temporary(_) => f.write_str("The data is deleted when you press Ctrl-C."),
        }
    }
}
