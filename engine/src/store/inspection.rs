//! Checks a SQLite file before anything uses it. A damaged one is refused and left untouched.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::migrate::MigrateError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use super::database::Db;
use super::error::OpenError;
use super::numbers::to_u64;
use super::{DatabaseUrl, Store, StoreError};

/// `SQLITE_CORRUPT` and `SQLITE_NOTADB`, the low bytes of <https://sqlite.org/rescode.html>.
const DAMAGED: [u32; 2] = [11, 26];

/// Whether a SQLite database is missing or has no tables; always false for PostgreSQL. Changes
/// nothing.
///
/// # Errors
/// When the file cannot be read, or is damaged.
pub async fn has_no_tables(database: &DatabaseUrl) -> Result<bool, OpenError> {
    let Some(path) = database.sqlite_path() else {
        return Ok(false);
    };
    let wal = has_bytes(&wal_of(path));
    if !has_bytes(path) {
        return if wal {
            Err(OpenError::WithoutDatabase {
                path: path.to_owned(),
            })
        } else {
            Ok(true)
        };
    }
    let mut connection = connect(path, wal).await?;
    let tables: Result<i64, _> =
        sqlx::query_scalar("select count(*) from sqlite_master where type = 'table'")
            .fetch_one(&mut connection)
            .await;
    close(connection).await;
    tables
        .map(|tables| tables == 0)
        .map_err(|error| refused(path, wal, &error))
}

/// The state of a database before any change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DatabaseState {
    /// Its size in bytes.
    pub bytes: u64,
    /// How many migrations are applied.
    pub applied: usize,
    /// How many migrations are pending; the next start applies them.
    pub missing: usize,
}

/// Checks a database in full, without changing it.
///
/// # Errors
/// When it is missing, damaged, newer than this program, or does not respond.
pub async fn inspect_database(database: &DatabaseUrl) -> Result<DatabaseState, OpenError> {
    if let Some(path) = database.sqlite_path() {
        if !has_bytes(path) && !has_bytes(&wal_of(path)) {
            return Err(OpenError::Missing {
                path: path.to_owned(),
            });
        }
        check(path, "pragma integrity_check(1)").await?;
    }
    let store = Store::open_unchanged(database).await?;
    let state = state_of(&store).await;
    store.close().await;
    state
}

async fn state_of(store: &Store) -> Result<DatabaseState, OpenError> {
    const APPLIED: &str = "select version, checksum from _sqlx_migrations where success";
    let (size, has_table) = match &store.db {
        Db::Sqlite(_) => (
            "select page_count * page_size from pragma_page_count(), pragma_page_size()",
            "select count(*) from sqlite_master where name = '_sqlx_migrations'",
        ),
        Db::Postgres(_) => (
            "select pg_database_size(current_database())",
            "select count(*) from pg_tables where tablename = '_sqlx_migrations'",
        ),
    };
    let failed = |error: sqlx::Error| OpenError::Look(error.to_string());
    let (bytes, applied): (i64, Vec<(i64, Vec<u8>)>) = on!(&store.db, |pool| {
        let bytes = sqlx::query_scalar(size).fetch_one(pool).await;
        let tables: i64 = sqlx::query_scalar(has_table)
            .fetch_one(pool)
            .await
            .map_err(failed)?;
        let applied = if tables == 0 {
            Vec::new()
        } else {
            let rows = sqlx::query_as(APPLIED).fetch_all(pool).await;
            rows.map_err(failed)?
        };
        (bytes.map_err(failed)?, applied)
    });
    let known: BTreeMap<i64, &[u8]> = store
        .migrator()
        .iter()
        .map(|migration| (migration.version, &*migration.checksum))
        .collect();
    for (version, checksum) in &applied {
        match known.get(version) {
            None => return Err(OpenError::Newer(*version)),
            Some(known) if known != checksum => {
                return Err(OpenError::Migration(MigrateError::VersionMismatch(
                    *version,
                )));
            }
            Some(_) => {}
        }
    }
    Ok(DatabaseState {
        bytes: to_u64(bytes),
        applied: applied.len(),
        missing: known.len() - applied.len(),
    })
}

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

async fn check(path: &Path, pragma: &'static str) -> Result<(), OpenError> {
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
async fn connect(path: &Path, wal: bool) -> Result<SqliteConnection, OpenError> {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .read_only(wal)
        .busy_timeout(Duration::from_secs(30))
        .connect()
        .await
        .map_err(|error| refused(path, wal, &error))
}

async fn close(connection: SqliteConnection) {
    if let Err(error) = connection.close().await {
        let error = StoreError::from(error);
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "closing a database connection failed"
        );
    }
}

fn refused(path: &Path, wal: bool, error: &sqlx::Error) -> OpenError {
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

fn has_bytes(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|file| file.len() > 0)
}

fn wal_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}
