//! The database: its address, its pool, its migrations, and what can go wrong with it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("../migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("../migrations/postgres");

/// Where the database is.
#[derive(Clone)]
pub enum DatabaseUrl {
    /// A file on this machine.
    Sqlite(PathBuf),
    /// A PostgreSQL server; the address may hold a password.
    Postgres(SecretString),
}

/// The text is no database address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a database address is sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE")]
pub struct DatabaseUrlError;

impl DatabaseUrl {
    /// The file, for SQLite.
    #[must_use]
    pub fn sqlite_path(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(path) => Some(path),
            Self::Postgres(_) => None,
        }
    }
}

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return if path.is_empty() { Err(DatabaseUrlError) } else { Ok(Self::Sqlite(path.into())) };
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            text.parse::<PgConnectOptions>().map_err(|_| DatabaseUrlError)?;
            return Ok(Self::Postgres(text.into()));
        }
        Err(DatabaseUrlError)
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(_) => f.write_str("postgres://…"),
        }
    }
}

/// The database cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The SQLite file or its folder.
    #[error("the database {path} cannot be opened ({reason}): check that the folder exists and can be written")]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What the operating system or SQLite says.
        reason: String,
    },
    /// The PostgreSQL server.
    #[error("the PostgreSQL server does not let Tidemark in ({0}): check TIDEMARK_DATABASE_URL")]
    Postgres(String),
    /// A newer Tidemark wrote it.
    #[error("the database was written by a newer Tidemark (migration {0}): install that version or a later one")]
    Newer(i64),
    /// A migration failed.
    #[error("the database cannot be migrated ({0}): restore a backup or report this")]
    Migration(#[source] MigrateError),
}

/// A statement failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database says so.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// A stored word is none that this program knows.
    #[error("the database holds an unknown {0}")]
    UnknownWord(&'static str),
}

impl StoreError {
    /// Whether the database does not answer at all, so that trying again may help.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(
            self,
            Self::Database(
                sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_)
            )
        )
    }

    /// Whether this constraint was violated.
    pub(crate) fn violates(&self, constraint: Constraint) -> bool {
        let Self::Database(sqlx::Error::Database(error)) = self else { return false };
        match error.constraint() {
            Some(name) => name == constraint.name,
            // SQLite names the columns of a unique constraint, not the constraint.
            None => error.is_unique_violation() && error.message().ends_with(constraint.columns),
        }
    }
}

/// A unique constraint, as each database names it when it is violated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Constraint {
    /// The name, as PostgreSQL says it.
    pub(crate) name: &'static str,
    /// The columns, as SQLite says them.
    pub(crate) columns: &'static str,
}

/// The pool of either database.
#[derive(Clone, Debug)]
pub(crate) enum Db {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// All that is kept; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    pub(crate) db: Db,
}

impl Store {
    /// Connects, and applies the migrations that the database lacks.
    pub(crate) async fn open(url: &DatabaseUrl) -> Result<Self, OpenError> {
        let db = match url {
            DatabaseUrl::Sqlite(path) => Db::Sqlite(open_sqlite(path).await?),
            DatabaseUrl::Postgres(url) => Db::Postgres(open_postgres(url).await?),
        };
        match &db {
            Db::Sqlite(pool) => SQLITE_MIGRATIONS.run(pool).await,
            Db::Postgres(pool) => POSTGRES_MIGRATIONS.run(pool).await,
        }
        .map_err(|error| match error {
            MigrateError::VersionMissing(version) | MigrateError::VersionTooNew(version, _) => {
                OpenError::Newer(version)
            }
            error => OpenError::Migration(error),
        })?;
        Ok(Self { db })
    }

    /// Whether the database answers.
    pub(crate) async fn answers(&self) -> bool {
        match &self.db {
            Db::Sqlite(pool) => sqlx::query("select 1").execute(pool).await.is_ok(),
            Db::Postgres(pool) => sqlx::query("select 1").execute(pool).await.is_ok(),
        }
    }
}

async fn open_sqlite(path: &Path) -> Result<SqlitePool, OpenError> {
    let fail = |reason: String| OpenError::Sqlite { path: path.to_owned(), reason };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|error| fail(error.to_string()))?;
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // In WAL mode, `normal` survives the death of the process; only a power cut may take the
        // last commits, never the consistency. <https://sqlite.org/pragma.html#pragma_synchronous>
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(Duration::from_secs(30))
        .optimize_on_close(true, None);
    SqlitePoolOptions::new()
        .max_connections(8)
        .acquire_timeout(Duration::from_secs(30))
        .connect_with(options)
        .await
        .map_err(|error| fail(error.to_string()))
}

async fn open_postgres(url: &SecretString) -> Result<PgPool, OpenError> {
    let options: PgConnectOptions = url
        .expose_secret()
        .parse()
        .map_err(|_| OpenError::Postgres("the address is malformed".into()))?;
    PgPoolOptions::new()
        .max_connections(16)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options.application_name("tidemark"))
        .await
        .map_err(|error| OpenError::Postgres(error.to_string()))
}
