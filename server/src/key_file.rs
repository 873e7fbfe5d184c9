//! The file that holds the key: made once, beside the database, for its owner's eyes only.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use engine::{SecretKey, SecretKeyError, SecretsError};
use secrecy::ExposeSecret;
use tempfile::NamedTempFile;

pub(crate) use rotation::Rotation;

mod rotation;

/// The key cannot be had from its file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyFileError {
    /// It cannot be read.
    #[error("the key file {} cannot be read ({reason})", path.display())]
    Unreadable { path: PathBuf, reason: ErrorKind },
    /// It cannot be written.
    #[error("the key file {} cannot be made ({reason}): check that its folder can be written", path.display())]
    Unwritable { path: PathBuf, reason: ErrorKind },
    /// There is a database whose tokens another key encrypted.
    #[error(
        "the key file {} is missing beside its database: put it back; where it is lost, make a new one with “tidemark rotate-key --discard-secrets”, and enter the GitHub tokens again",
        path.display()
    )]
    Lost { path: PathBuf },
    /// The database that it belongs to is gone.
    #[error(
        "the key file {} is there, but its database {} is missing or has no tables: restore the database from a backup, or move the key file away to begin anew",
        path.display(),
        database.display()
    )]
    WithoutDatabase { path: PathBuf, database: PathBuf },
    /// It holds something else.
    #[error("the key file {} holds no key: {error}", path.display())]
    Malformed {
        path: PathBuf,
        error: SecretKeyError,
    },
    /// Another process is about to replace it.
    #[error("another process is replacing the key file {}: wait until it has ended", path.display())]
    Busy { path: PathBuf },
    /// The next key lies nowhere.
    #[error("neither the key file {} nor the file beside it that ends with “.new” holds the new key: put it there", path.display())]
    Gone { path: PathBuf },
    /// No key can be made.
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

/// Where the key of a SQLite database lies, unless the configuration says otherwise.
pub(crate) fn path_beside(database: &Path) -> PathBuf {
    database.with_extension("key")
}

/// The key beside a SQLite database: `data/tidemark.key` for `data/tidemark.db`. A database that
/// does not exist yet gets a new one; for one that does, a new key would be a wrong one.
pub(crate) fn beside(database: &Path) -> Result<SecretKey, KeyFileError> {
    let path = path_beside(database);
    if path.exists() {
        return read(&path);
    }
    if fs::metadata(database).is_ok_and(|file| file.len() > 0) {
        return Err(KeyFileError::Lost { path });
    }
    begin_first_start(database)?;
    make(&path)?;
    read(&path)
}

/// Whether a first start made the key and has not made the tables yet: it is under way, or was cut
/// off. Without this mark, a key beside a database without tables says that the database was lost.
pub(crate) fn is_first_start(database: &Path) -> bool {
    first_start_file(database).exists()
}

/// To be called once the database has its tables.
pub(crate) fn end_first_start(database: &Path) {
    let path = first_start_file(database);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            tracing::warn!(path = %path.display(), %error, "the mark of a first start cannot be deleted");
        }
        _ => {}
    }
}

fn begin_first_start(database: &Path) -> Result<(), KeyFileError> {
    let path = first_start_file(database);
    fs::create_dir_all(folder(&path))
        .and_then(|()| fs::write(&path, ""))
        .map_err(|error| unwritable(&path, &error))
}

/// `tidemark.first-start` for `tidemark.db`.
fn first_start_file(database: &Path) -> PathBuf {
    database.with_extension("first-start")
}

/// Makes the file whole and with its mode before it gets its name; an older one stays.
pub(crate) fn make(path: &Path) -> Result<(), KeyFileError> {
    let file = written(path, &SecretKey::generate()?)?;
    match file.persist_noclobber(path) {
        Ok(_) => {
            tracing::info!(path = %path.display(), "made the key file: keep it together with the database");
            Ok(())
        }
        // Another process that starts at the same time was quicker: its key is the one.
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(unwritable(path, &error.error)),
    }
}

/// The key that was laid beside the file, if there is one.
pub(crate) fn next(path: &Path) -> Option<SecretKey> {
    read(&beside_file(path)).ok()
}

fn holds(path: &Path, key: &SecretKey) -> bool {
    let held = read(path).map(|held| held.to_base64());
    held.is_ok_and(|held| held.expose_secret() == key.to_base64().expose_secret())
}

/// `tidemark.key.new` for `tidemark.key`.
fn beside_file(path: &Path) -> PathBuf {
    with_ending(path, ".new")
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// A file that holds the key and has no name yet.
fn written(path: &Path, key: &SecretKey) -> Result<NamedTempFile, KeyFileError> {
    let fail = |error: io::Error| unwritable(path, &error);
    fs::create_dir_all(folder(path)).map_err(fail)?;
    // A temporary file is made with mode 0600.
    let mut file = NamedTempFile::new_in(folder(path)).map_err(fail)?;
    writeln!(file, "{}", key.to_base64().expose_secret()).map_err(fail)?;
    file.as_file().sync_all().map_err(fail)?;
    Ok(file)
}

/// Waits until the file's name is on the disk, not only what is in it.
fn settle(path: &Path) -> Result<(), KeyFileError> {
    fs::File::open(folder(path))
        .and_then(|folder| folder.sync_all())
        .map_err(|error| unwritable(path, &error))
}

fn folder(path: &Path) -> &Path {
    let folder = path.parent();
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

fn unwritable(path: &Path, error: &io::Error) -> KeyFileError {
    KeyFileError::Unwritable {
        path: path.to_owned(),
        reason: error.kind(),
    }
}

#[cfg(unix)]
fn warn_if_others_may_read(path: &Path) {
    use std::os::unix::fs::PermissionsExt;

    if fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0) {
        tracing::warn!(path = %path.display(), "others may read the key file: take the permission away with chmod 600");
    }
}

#[cfg(not(unix))]
const fn warn_if_others_may_read(_path: &Path) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_never_anew_for_a_database_that_exists() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("deep/tidemark.db");
        let first = beside(&database).unwrap().to_base64();
        let again = beside(&database).unwrap().to_base64();
        assert_eq!(first.expose_secret(), again.expose_secret());

        fs::write(&database, "data").unwrap();
        fs::remove_file(database.with_extension("key")).unwrap();
        assert!(matches!(beside(&database), Err(KeyFileError::Lost { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("tidemark.db");
        beside(&database).unwrap();
        let mode = fs::metadata(database.with_extension("key"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_file_that_holds_no_key_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "not a key").unwrap();
        assert!(matches!(
            read(file.path()),
            Err(KeyFileError::Malformed { .. })
        ));
        assert!(matches!(
            read(Path::new("/nowhere/key")),
            Err(KeyFileError::Unreadable { .. })
        ));
    }
}
