//! The state of a database before any change: whether it is empty, and its migrations.

use std::collections::BTreeMap;

use sqlx::migrate::MigrateError;

use super::database::{DatabaseUrl, Db, Store};
use super::error::OpenError;
use super::inspection::{check, close, connect, has_bytes, refused, wal_of};
use super::numbers::to_u64;

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
