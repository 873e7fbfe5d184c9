//! `tidemark backup`: a consistent copy of a SQLite database while servers use it.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use clap::Args;
use tempfile::NamedTempFile;

use super::print;
use crate::cli_error::CliError;
use crate::config::EngineArgs;

/// Where to write the backup.
#[derive(Args)]
pub(super) struct BackupArgs {
    /// The file to write; it must not exist yet
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    engine: EngineArgs,
}

impl BackupArgs {
    pub(super) async fn run(self) -> Result<(), CliError> {
        let database = self.engine.database()?;
        let Some(database) = database.sqlite_path() else {
            return Err(CliError::usage(
                "The database is PostgreSQL; back it up with pg_dump and keep the secret key with the backup.",
            ));
        };
        if self.file.exists() {
            return Err(exists(&self.file));
        }
        // The copy gets its name when it is complete. A temporary file has mode 0600.
        let copy =
            NamedTempFile::new_in(folder(&self.file)).map_err(|error| self.failed(&error))?;
        engine::copy_into(database, copy.path()).await?;
        // SQLite wrote through its own handle; this one is for the same file.
        copy.as_file()
            .sync_all()
            .map_err(|error| self.failed(&error))?;
        copy.persist_noclobber(&self.file)
            .map_err(|error| match error.error.kind() {
                ErrorKind::AlreadyExists => exists(&self.file),
                _ => self.failed(&error.error),
            })?;
        File::open(folder(&self.file))
            .and_then(|folder| folder.sync_all())
            .map_err(|error| self.failed(&error))?;
        print(format_args!("Wrote {}.", self.file.display()))?;
        print(match self.engine.key_file()? {
            Some(key) => format!(
                "Keep a copy of the key file {} too. Without it, the GitHub tokens in the backup cannot be decrypted.",
                key.display()
            ),
            None => "Keep TIDEMARK_SECRET_KEY too. Without it, the GitHub tokens in the backup cannot be decrypted.".to_owned(),
        })
    }

    fn failed(&self, error: &io::Error) -> CliError {
        CliError::failed(format!(
            "The backup {} cannot be written ({error}); check that its folder exists, is writable and has space.",
            self.file.display()
        ))
    }
}

fn exists(file: &Path) -> CliError {
    CliError::failed(format!(
        "The file {} already exists; choose another name.",
        file.display()
    ))
}

fn folder(file: &Path) -> &Path {
    let folder = file.parent();
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}
