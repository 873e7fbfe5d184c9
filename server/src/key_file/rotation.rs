//! Replaces the key in its file, one process at a time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use engine::SecretKey;

use super::file::{
    KeyFileError, beside_file, folder, holds, sync_folder, unwritable, with_ending, write_temporary,
};

/// The lock that allows a process to replace the key file, until it is dropped.
pub(crate) struct Rotation {
    path: PathBuf,
    _lock: File,
}

impl Rotation {
    /// Takes the lock, unless another process has it.
    ///
    /// The lock is a separate file, which stays: a replacement makes the key file a different file,
    /// so a lock on it would exclude nothing.
    pub(crate) fn begin(path: &Path) -> Result<Self, KeyFileError> {
        let name = with_ending(path, ".lock");
        let lock = fs::create_dir_all(folder(path))
            .and_then(|()| OpenOptions::new().create(true).append(true).open(&name))
            .map_err(|error| unwritable(&name, &error))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                path: path.to_owned(),
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => Err(KeyFileError::Busy {
                path: path.to_owned(),
            }),
            Err(TryLockError::Error(error)) => Err(unwritable(&name, &error)),
        }
    }

    /// The key file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the next key beside the file, before the database is encrypted with it.
    ///
    /// To be called once the file's key has opened the database: a key beside it is then left over
    /// from a failed rotation.
    pub(crate) fn prepare(&self, key: &SecretKey) -> Result<(), KeyFileError> {
        let next = beside_file(&self.path);
        match fs::remove_file(&next) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(unwritable(&next, &error));
            }
            _ => {}
        }
        let file = write_temporary(&next, key)?;
        file.persist_noclobber(&next)
            .map_err(|error| unwritable(&next, &error.error))?;
        sync_folder(&next)
    }

    /// Replaces the file with the prepared key. Does nothing if another process did so already, and
    /// leaves any other key beside the file alone.
    pub(crate) fn finish(&self, key: &SecretKey) -> Result<(), KeyFileError> {
        let next = beside_file(&self.path);
        if holds(&next, key) {
            fs::rename(&next, &self.path).map_err(|error| unwritable(&self.path, &error))?;
            sync_folder(&self.path)
        } else if holds(&self.path, key) {
            Ok(())
        } else {
            Err(KeyFileError::Gone {
                path: self.path.clone(),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::super::{create, next, read};
    use super::*;

    fn text(key: &SecretKey) -> String {
        key.to_base64().expose_secret().to_owned()
    }

    #[test]
    fn a_key_is_replaced_by_the_one_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tidemark.key");
        create(&path).unwrap();
        let (old, new) = (read(&path).unwrap(), SecretKey::generate().unwrap());
        assert!(next(&path).is_none());
        let rotation = Rotation::begin(&path).unwrap();
        rotation.prepare(&SecretKey::generate().unwrap()).unwrap();
        rotation.prepare(&new).unwrap();
        assert_eq!(
            text(&read(&path).unwrap()),
            text(&old),
            "nothing is lost yet"
        );
        assert_eq!(text(&next(&path).unwrap()), text(&new));

        rotation.finish(&new).unwrap();
        assert_eq!(text(&read(&path).unwrap()), text(&new));
        assert!(next(&path).is_none());
        rotation.finish(&new).unwrap();
        assert!(
            rotation.finish(&old).is_err(),
            "it was never laid beside it"
        );
    }

    #[test]
    fn of_two_rotations_at_once_one_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/tidemark.key");
        let first = Rotation::begin(&path).unwrap();
        assert!(matches!(
            Rotation::begin(&path),
            Err(KeyFileError::Busy { .. })
        ));
        drop(first);
        Rotation::begin(&path).unwrap();
    }

    #[test]
    fn a_key_that_another_laid_there_takes_no_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tidemark.key");
        create(&path).unwrap();
        let old = text(&read(&path).unwrap());
        let (mine, others) = (
            SecretKey::generate().unwrap(),
            SecretKey::generate().unwrap(),
        );
        let rotation = Rotation::begin(&path).unwrap();
        rotation.prepare(&mine).unwrap();
        fs::write(beside_file(&path), text(&others)).unwrap();
        assert!(matches!(
            rotation.finish(&mine),
            Err(KeyFileError::Gone { .. })
        ));
        assert_eq!(text(&read(&path).unwrap()), old);
        assert_eq!(text(&next(&path).unwrap()), text(&others));
    }
}
