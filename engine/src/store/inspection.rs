//! Checks a SQLite file before anything uses it. A damaged one is refused and left untouched.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use super::error::{OpenError, StoreError};

/// `SQLITE_CORRUPT` and `SQLITE_NOTADB`, the low bytes of <https://sqlite.org/rescode.html>.
const DAMAGED: [u32; 2] = [11, 26];

/// Checks that a SQLite file is intact, if it exists.
///
/// A `-wal` left by a killed process belongs to the file beside it. If another file was restored
/// there, SQLite applies it anyway, and tables and indexes no longer agree. Only the full check
/// finds that, so it replaces the quick one then. While a live process collects, the log is its
/// own.
pub(super) async fn inspect(path: &Path) -> Result<(), OpenError> {
    let wal = has_bytes(&wal_of(path));
    if !has_bytes(path) {
        // SQLite would delete it: <https://sqlite.org/tempfiles.html#write_ahead_log_wal_files>.
        return if wal {
            Err(OpenError::WithoutDatabase {
                path: path.to_owned(),
            })
        } else {
            Ok(())
        };
    }
    let pragma = if wal && !is_served(path).await? {
        "pragma integrity_check(1)"
    } else {
        "pragma quick_check(1)"
    };
    check(path, pragma).await
}

/// Whether a collecting process sent a heartbeat within half a minute, so that the log is its own.
async fn is_served(path: &Path) -> Result<bool, OpenError> {
    const LIVING: &str = "
        select exists (select 1 from workers
            where heartbeat_at >= datetime('now', 'subsec', '-30 seconds'))";
    let mut connection = connect(path, true).await?;
    let living: Result<bool, _> = sqlx::query_scalar(LIVING).fetch_one(&mut connection).await;
    close(connection).await;
    // The check finds what cannot be read.
    Ok(living.unwrap_or(false))
}

pub(super) async fn check(path: &Path, pragma: &'static str) -> Result<(), OpenError> {
    let wal = has_bytes(&wal_of(path));
    if wal && !has_bytes(path) {
        return Err(OpenError::WithoutDatabase {
            path: path.to_owned(),
        });
    }
    let mut connection = connect(path, wal).await?;
    let found: Result<String, _> = sqlx::query_scalar(pragma).fetch_one(&mut connection).await;
    close(connection).await;
    match found {
        Ok(found) if found == "ok" => Ok(()),
        Ok(found) => Err(damaged(path, wal, &found)),
        Err(error) => Err(refused(path, wal, &error)),
    }
}

/// Writes a copy of a database to an empty file, as of one moment. Others can read and write
/// meanwhile.
///
/// # Errors
/// When the database is missing or damaged, or the copy cannot be written or is not intact.
pub async fn copy_into(database: &Path, empty_file: &Path) -> Result<(), OpenError> {
    let wal = has_bytes(&wal_of(database));
    if !has_bytes(database) {
        return Err(OpenError::Missing {
            path: database.to_owned(),
        });
    }
    let mut connection = connect(database, wal).await?;
    let name = empty_file.to_string_lossy().into_owned();
    let copied = sqlx::query("vacuum into $1")
        .bind(name)
        .execute(&mut connection)
        .await;
    close(connection).await;
    copied.map_err(|error| {
        if is_damaged(&error) {
            refused(database, wal, &error)
        } else {
            OpenError::Copy(error.to_string())
        }
    })?;
    inspect(empty_file).await
}

/// Opens the file without creating anything.
///
/// SQLite moves the content of `-wal` into the file when its last connection closes, which would
/// make a mistaken restore final. A read-only connection does not. Without a `-wal`, a writable one
/// leaves no `-wal` and `-shm` behind.
pub(super) async fn connect(path: &Path, wal: bool) -> Result<SqliteConnection, OpenError> {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .read_only(wal)
        .busy_timeout(Duration::from_secs(30))
        .connect()
        .await
        .map_err(|error| refused(path, wal, &error))
}

pub(super) async fn close(connection: SqliteConnection) {
    if let Err(error) = connection.close().await {
        let error = StoreError::from(error);
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "closing a database connection failed"
        );
    }
}

pub(super) fn refused(path: &Path, wal: bool, error: &sqlx::Error) -> OpenError {
    if is_damaged(error) {
        return damaged(path, wal, &error.to_string());
    }
    OpenError::Sqlite {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}

fn damaged(path: &Path, wal: bool, reason: &str) -> OpenError {
    // SQLite reports some damage over several lines.
    let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    let path = path.to_owned();
    if wal {
        OpenError::DamagedWithWal { path, reason }
    } else {
        OpenError::Damaged { path, reason }
    }
}

fn is_damaged(error: &sqlx::Error) -> bool {
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    let code = code.and_then(|code| code.parse::<u32>().ok());
    code.is_some_and(|code| DAMAGED.contains(&(code & 0xff)))
}

pub(super) fn has_bytes(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|file| file.len() > 0)
}

pub(super) fn wal_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}
