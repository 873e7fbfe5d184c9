//! Reads and writes a file with a key.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use engine::{SecretKey, SecretKeyError, SecretsError};
use secrecy::ExposeSecret;
use tempfile::NamedTempFile;

/// The key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyFileError {
    /// The file cannot be read.
    #[error("the key file {} cannot be read ({reason})", path.display())]
    Unreadable { path: PathBuf, reason: ErrorKind },
    /// The file cannot be written.
    #[error("the key file {} cannot be created ({reason}); check that its folder is writable", path.display())]
    Unwritable { path: PathBuf, reason: ErrorKind },
    /// The file of an existing database is missing.
    #[error(
        "the key file {} is missing beside its database; put it back, or if it is lost, create a new one with “tidemark rotate-key --discard-secrets” and enter the GitHub tokens again",
        path.display()
    )]
    Lost { path: PathBuf },
    /// The database of the key is gone.
    #[error(
        "the key file {} exists, but its database {} is missing or has no tables; restore the database from a backup, or move the key file away to start over",
        path.display(),
        database.display()
    )]
    WithoutDatabase { path: PathBuf, database: PathBuf },
    /// The file holds no key.
    #[error("the key file {} contains no valid key; {error}", path.display())]
    Malformed {
        path: PathBuf,
        error: SecretKeyError,
    },
    /// Another process is replacing the file.
    #[error("another process is replacing the key file {}; wait for it to finish", path.display())]
    Busy { path: PathBuf },
    /// The next key is in neither file.
    #[error("neither the key file {} nor its “.new” file contains the new key; put it there", path.display())]
    Gone { path: PathBuf },
    /// No key can be generated.
    #[error(transparent)]
    NoRandomness(#[from] SecretsError),
}

/// The key in this file.
pub(crate) fn read(path: &Path) -> Result<SecretKey, KeyFileError> {
    let text = fs::read_to_string(path).map_err(|error| KeyFileError::Unreadable {
        path: path.to_owned(),
        reason: error.kind(),
    })?;
    warn_if_others_may_read(path);
    SecretKey::from_base64(&text.into()).map_err(|error| KeyFileError::Malformed {
        path: path.to_owned(),
        error,
    })
}

/// Whether the file holds this key.
pub(super) fn holds(path: &Path, key: &SecretKey) -> bool {
    let held = read(path).map(|held| held.to_base64());
    held.is_ok_and(|held| held.expose_secret() == key.to_base64().expose_secret())
}

/// `tidemark.key.new` for `tidemark.key`.
pub(super) fn beside_file(path: &Path) -> PathBuf {
    with_ending(path, ".new")
}

pub(super) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Writes the key to a temporary file.
pub(super) fn write_temporary(path: &Path, key: &SecretKey) -> Result<NamedTempFile, KeyFileError> {
    let fail = |error: io::Error| unwritable(path, &error);
    fs::create_dir_all(folder(path)).map_err(fail)?;
    // A temporary file has mode 0600.
    let mut file = NamedTempFile::new_in(folder(path)).map_err(fail)?;
    writeln!(file, "{}", key.to_base64().expose_secret()).map_err(fail)?;
    file.as_file().sync_all().map_err(fail)?;
    Ok(file)
}

/// Flushes the folder, so that the file's name is on the disk and not only its content.
pub(super) fn sync_folder(path: &Path) -> Result<(), KeyFileError> {
    fs::File::open(folder(path))
        .and_then(|folder| folder.sync_all())
        .map_err(|error| unwritable(path, &error))
}

pub(super) fn folder(path: &Path) -> &Path {
    let folder = path.parent();
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

pub(super) fn unwritable(path: &Path, error: &io::Error) -> KeyFileError {
    KeyFileError::Unwritable {
        path: path.to_owned(),
        reason: error.kind(),
    }
}

#[cfg(unix)]
fn warn_if_others_may_read(path: &Path) {
    use std::os::unix::fs::PermissionsExt;

    if fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0) {
        tracing::warn!(path = %path.display(), "other users can read the key file; restrict it with chmod 600");
    }
}

#[cfg(not(unix))]
const fn warn_if_others_may_read(_path: &Path) {}
