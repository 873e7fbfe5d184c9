//! The file that holds the key: made once, beside the database, for its owner's eyes only.

mod file;
mod rotation;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use engine::SecretKey;

pub(crate) use file::{KeyFileError, read};
use file::{beside_file, folder, unwritable, written};
pub(crate) use rotation::Rotation;

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

/// Makes the file whole and with its mode before it gets its name; an older one stays.
pub(crate) fn make(path: &Path) -> Result<(), KeyFileError> {
    let file = written(path, &SecretKey::generate()?)?;
    match file.persist_noclobber(path) {
        Ok(_) => {
            tracing::info!(path = %path.display(), "created the key file; keep it together with the database");
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

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

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
