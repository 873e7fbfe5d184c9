//! Errors of the database.

use std::path::PathBuf;

use domain::Limit;
use sqlx::migrate::MigrateError;

/// The database cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The SQLite file or its folder.
    #[error(
        "the database {path} cannot be opened ({reason}); check that its folder exists and is writable"
    )]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// The reason from the operating system or SQLite.
        reason: String,
    },
    /// There is no SQLite file.
    #[error("there is no database {path}; check TIDEMARK_DATABASE_URL")]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The SQLite file is damaged.
    #[error(
        "the database {path} is damaged ({reason}); stop every Tidemark that uses it and restore a backup"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// SQLite's reason.
        reason: String,
    },
    /// The SQLite file and its write-ahead log are damaged, or do not belong together.
    #[error(
        "the database {path} and {path}-wal do not match ({reason}); if you restored {path}, move {path}-wal and {path}-shm away and start again, otherwise restore a backup"
    )]
    DamagedWithWal {
        /// The file.
        path: PathBuf,
        /// SQLite's reason.
        reason: String,
    },
    /// The write-ahead log exists without its SQLite file.
    #[error(
        "the database {path} is missing or empty, but {path}-wal is not; put {path} back, or move {path}-wal away and restore a backup"
    )]
    WithoutDatabase {
        /// The file.
        path: PathBuf,
    },
    /// A copy could not be written.
    #[error("the database cannot be copied ({0}); check that the disk has space")]
    Copy(String),
    /// The state of a database cannot be read.
    #[error(
        "the database cannot be read ({0}); check that it is a Tidemark database and that this user may read it"
    )]
    Look(String),
    /// The PostgreSQL server refuses the connection.
    #[error("the PostgreSQL server refused the connection ({0}); check TIDEMARK_DATABASE_URL")]
    Postgres(String),
    /// The connection to the PostgreSQL server cannot be encrypted.
    #[error(
        "the connection to the PostgreSQL server cannot be encrypted ({0}); give the server a certificate for its host name, set your own certificate authority with sslrootcert=FILE in TIDEMARK_DATABASE_URL, or add sslmode=disable, which sends everything unencrypted"
    )]
    PostgresTls(String),
    /// A newer Tidemark wrote the database.
    #[error(
        "the database was written by a newer Tidemark (migration {0}); install that version or a later one"
    )]
    Newer(i64),
    /// Another key encrypts the secrets in the database.
    #[error(
        "the secret key does not match the one that encrypts this database; set TIDEMARK_SECRET_KEY or TIDEMARK_SECRET_KEY_FILE to that key, or restore its key file; if it is lost, “tidemark rotate-key --discard-secrets” switches to this key, and the GitHub tokens must be entered again"
    )]
    WrongKey,
    /// The key could not be checked.
    #[error("the secret key cannot be checked ({0}); try again")]
    KeyCheck(String),
    /// A migration failed.
    #[error("the database cannot be migrated ({0}); restore a backup or report this")]
    Migration(#[source] MigrateError),
    /// The sums of traffic could not be built.
    #[error(
        "the traffic cannot be summed ({0}); start Tidemark again to continue, and report this if it fails again"
    )]
    Summing(#[from] StoreError),
}

/// A statement failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database reported an error.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// A stored value that this program does not know.
    #[error("the database contains an unknown {0}")]
    UnknownWord(&'static str),
    /// The tenant is at its limit.
    #[error("the tenant has reached its limit of {value} {limit}")]
    Limit {
        /// The limit.
        limit: Limit,
        /// Its value.
        value: u32,
    },
}

impl StoreError {
    /// Whether the database does not respond at all, so that a retry may help.
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
        let Self::Database(sqlx::Error::Database(error)) = self else {
            return false;
        };
        match error.constraint() {
            Some(name) => name == constraint.name,
            // SQLite names the columns of a unique constraint, not the constraint.
            None => error.is_unique_violation() && error.message().ends_with(constraint.columns),
        }
    }
}

/// A unique constraint, as each database names it in errors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Constraint {
    /// The name, as PostgreSQL reports it.
    pub(crate) name: &'static str,
    /// The columns, as SQLite reports them.
    pub(crate) columns: &'static str,
}
