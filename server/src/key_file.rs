//! The key file: created once, beside the database, and readable only by its owner.

mod file;
mod rotation;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use engine::SecretKey;

pub(crate) use file::{KeyFileError, read};
use file::{beside_file, folder, unwritable, write_temporary};
pub(crate) use rotation::Rotation;

/// The default path of the key of a SQLite database.
pub(crate) fn path_beside(database: &Path) -> PathBuf {
    database.with_extension("key")
}

/// Reads the key beside a SQLite database: `data/tidemark.key` for `data/tidemark.db`. Creates one
/// for a new database; for an existing one, a new key would be wrong.
pub(crate) fn read_or_create(database: &Path) -> Result<SecretKey, KeyFileError> {
    let path = path_beside(database);
    if path.exists() {
        return read(&path);
    }
    if fs::metadata(database).is_ok_and(|file| file.len() > 0) {
        return Err(KeyFileError::Lost { path });
    }
    begin_first_start(database)?;
    create(&path)?;
    read(&path)
}

/// Whether a first start has created the key but not the tables: it is in progress, or was
/// interrupted. Without this mark, a key beside a database without tables means a lost database.
pub(crate) fn is_first_start(database: &Path) -> bool {
    first_start_file(database).exists()
}

/// Ends the first start, once the database has its tables.
pub(crate) fn end_first_start(database: &Path) {
    let path = first_start_file(database);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            tracing::warn!(path = %path.display(), %error, "deleting the first-start marker failed");
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

/// Creates the file, complete and with its mode before it gets its name. An existing one stays.
pub(crate) fn create(path: &Path) -> Result<(), KeyFileError> {
    let file = write_temporary(path, &SecretKey::generate()?)?;
    match file.persist_noclobber(path) {
        Ok(_) => {
            tracing::info!(path = %path.display(), "created the key file; keep it together with the database");
            Ok(())
        }
        // Another process started at the same time and was faster. Its key counts.
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(unwritable(path, &error.error)),
    }
}

/// The next key of a rotation beside the file, if any.
pub(crate) fn next(path: &Path) -> Option<SecretKey> {
    read(&beside_file(path)).ok()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_key_is_made_once_and_never_anew_for_a_database_that_exists() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("deep/tidemark.db");
        let first = read_or_create(&database).unwrap().to_base64();
        let again = read_or_create(&database).unwrap().to_base64();
        assert_eq!(first.expose_secret(), again.expose_secret());

        fs::write(&database, "data").unwrap();
        fs::remove_file(database.with_extension("key")).unwrap();
        assert!(matches!(
            read_or_create(&database),
            Err(KeyFileError::Lost { .. })
        ));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("tidemark.db");
        read_or_create(&database).unwrap();
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
