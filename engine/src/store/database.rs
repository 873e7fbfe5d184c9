//! The database: its address, its pool, its migrations and transactions.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool};
use url::{Host, Url};

use super::error::{OpenError, StoreError};
use super::inspection::inspect;

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("../migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("../migrations/postgres");

/// How long active statements may take to finish when the database closes.
const CLOSING: Duration = Duration::from_secs(10);
/// How often a checkpoint is tried while others read, and how long each try waits.
const CHECKPOINTS: u32 = 10;
const BETWEEN_CHECKPOINTS: Duration = Duration::from_millis(100);

/// The address of the database.
#[derive(Clone)]
pub enum DatabaseUrl {
    /// A file on this machine.
    Sqlite(PathBuf),
    /// A PostgreSQL server; the address may hold a password.
    Postgres(SecretString),
}

/// The text is not a database address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a database URL is sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE")]
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
            return if path.is_empty() {
                Err(DatabaseUrlError)
            } else {
                Ok(Self::Sqlite(path.into()))
            };
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            text.parse::<PgConnectOptions>()
                .map_err(|_| DatabaseUrlError)?;
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

/// The pool of either database.
#[derive(Clone, Debug)]
pub(crate) enum Db {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// A transaction on either database.
pub(crate) enum Transaction {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Transaction {
    /// Commits everything in it.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await?,
            Self::Postgres(transaction) => transaction.commit().await?,
        }
        Ok(())
    }
}

/// The store; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    pub(crate) db: Db,
}

impl Store {
    /// Connects, and applies pending migrations. A damaged SQLite file is refused before anything
    /// is changed.
    ///
    /// A database from before traffic was summed is upgraded. That takes a while if it is large,
    /// so `progress` is called with the repositories done and their number.
    pub(crate) async fn open(
        url: &DatabaseUrl,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Self, OpenError> {
        let store = Self::connect(url).await?;
        let opened = match store.migrate().await {
            Ok(()) => store.sum_traffic(progress).await.map_err(OpenError::from),
            Err(error) => Err(error),
        };
        if let Err(error) = opened {
            store.close().await;
            return Err(error);
        }
        store.checkpoint().await;
        Ok(store)
    }

    /// Connects to an intact or new database.
    pub(super) async fn connect(url: &DatabaseUrl) -> Result<Self, OpenError> {
        let db = match url {
            DatabaseUrl::Sqlite(path) => {
                inspect(path).await?;
                Db::Sqlite(open_sqlite(path, true).await?)
            }
            DatabaseUrl::Postgres(url) => Db::Postgres(open_postgres(url).await?),
        };
        Ok(Self { db })
    }

    /// Connects to an existing database, and changes nothing in it.
    pub(super) async fn open_unchanged(url: &DatabaseUrl) -> Result<Self, OpenError> {
        let db = match url {
            DatabaseUrl::Sqlite(path) => Db::Sqlite(open_sqlite(path, false).await?),
            DatabaseUrl::Postgres(url) => Db::Postgres(open_postgres(url).await?),
        };
        Ok(Self { db })
    }

    /// The migrations that this program has for the database.
    pub(super) fn migrator(&self) -> &'static Migrator {
        match &self.db {
            Db::Sqlite(_) => &SQLITE_MIGRATIONS,
            Db::Postgres(_) => &POSTGRES_MIGRATIONS,
        }
    }

    async fn migrate(&self) -> Result<(), OpenError> {
        match &self.db {
            Db::Sqlite(pool) => SQLITE_MIGRATIONS.run(pool).await,
            Db::Postgres(pool) => POSTGRES_MIGRATIONS.run(pool).await,
        }
        .map_err(|error| match error {
            MigrateError::VersionMissing(version) | MigrateError::VersionTooNew(version, _) => {
                OpenError::Newer(version)
            }
            error => OpenError::Migration(error),
        })
    }

    /// Sums the traffic of repositories from before it was summed, one in a transaction, so that an
    /// interrupted upgrade continues where it stopped.
    async fn sum_traffic(
        &self,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<(), StoreError> {
        let has_old_days = self.has_old_days().await?;
        let unsummed = self.unscoped_unsummed_repositories().await?;
        for (done, (tenant, repository)) in unsummed.iter().enumerate() {
            progress(done, unsummed.len());
            self.sum_repository(*tenant, *repository).await?;
        }
        if !unsummed.is_empty() {
            progress(unsummed.len(), unsummed.len());
        }
        if has_old_days {
            self.drop_old_days().await?;
        }
        Ok(())
    }

    /// Closes every connection. On SQLite, the last one to close moves the write-ahead log into the
    /// file and deletes `-wal` and `-shm`.
    pub(crate) async fn close(&self) {
        let closed = on!(&self.db, |pool| tokio::time::timeout(CLOSING, pool.close())
            .await
            .is_ok());
        if !closed {
            tracing::warn!("the database was still in use when the process ended");
        }
    }

    /// Moves SQLite's write-ahead log into the file, so that the file holds everything committed.
    /// The checkpoint is passive and blocks nothing, so part of the log stays while others read an
    /// older state. A few more tries move it.
    /// <https://sqlite.org/pragma.html#pragma_wal_checkpoint>
    pub(crate) async fn checkpoint(&self) {
        let Db::Sqlite(pool) = &self.db else {
            return;
        };
        for _ in 0..CHECKPOINTS {
            let done: Result<(i64, i64, i64), _> = sqlx::query_as("pragma wal_checkpoint(passive)")
                .fetch_one(pool)
                .await;
            match done {
                Ok((0, in_log, moved)) if in_log == moved => return,
                Ok(_) => tokio::time::sleep(BETWEEN_CHECKPOINTS).await,
                Err(error) => {
                    let error = StoreError::from(error);
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "checkpointing the write-ahead log failed"
                    );
                    return;
                }
            }
        }
    }

    /// Whether the database answers.
    pub(crate) async fn is_reachable(&self) -> bool {
        on!(&self.db, |pool| sqlx::query("select 1")
            .execute(pool)
            .await
            .is_ok())
    }

    /// Begins a transaction that will write.
    pub(crate) async fn begin(&self) -> Result<Transaction, StoreError> {
        Ok(match &self.db {
            // SQLite fails a transaction that reads first and writes while another wrote. Taking
            // the write lock at the start waits instead.
            Db::Sqlite(pool) => Transaction::Sqlite(pool.begin_with("begin immediate").await?),
            Db::Postgres(pool) => Transaction::Postgres(pool.begin().await?),
        })
    }
}

async fn open_sqlite(path: &Path, create: bool) -> Result<SqlitePool, OpenError> {
    let fail = |reason: String| OpenError::Sqlite {
        path: path.to_owned(),
        reason,
    };
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder).map_err(|error| fail(error.to_string()))?;
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(create)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // In WAL mode, `normal` survives a crash of the process. A power cut may lose the last
        // commits, but never consistency. <https://sqlite.org/pragma.html#pragma_synchronous>
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(Duration::from_secs(30))
        // Half of SQLite's default. More cached pages make no page of the app faster, because the
        // operating system caches the file too, and each connection has a cache of its own.
        .pragma("cache_size", "-1000")
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
    let options = encrypted_unless_local(options, url.expose_secret());
    PgPoolOptions::new()
        .max_connections(16)
        .acquire_timeout(Duration::from_secs(10))
        // Compiling a statement takes longer than running it, several tenths of a second.
        .after_connect(|connection, _| {
            Box::pin(async move {
                if let Err(error) = sqlx::query("set jit = off").execute(connection).await {
                    tracing::debug!(error = &error as &dyn std::error::Error, "jit stays on");
                }
                Ok(())
            })
        })
        .connect_with(options.application_name("tidemark"))
        .await
        .map_err(|error| match error {
            sqlx::Error::Tls(error) => OpenError::PostgresTls(error.to_string()),
            error => OpenError::Postgres(error.to_string()),
        })
}

/// The encryption that an address asks for. Without one, the certificate must be valid for the
/// host, unless the host is this machine. An unencrypted connection could be read and its server
/// impersonated. (The library's own default continues unencrypted when the server says that it
/// cannot encrypt.)
fn encrypted_unless_local(options: PgConnectOptions, url: &str) -> PgConnectOptions {
    let asks = Url::parse(url).is_ok_and(|url| {
        let mut named = url.query_pairs();
        named.any(|(name, _)| matches!(&*name, "sslmode" | "ssl-mode"))
    });
    let local = options.get_socket().is_some() || is_local(options.get_host());
    if asks || local {
        options
    } else {
        options.ssl_mode(PgSslMode::VerifyFull)
    }
}

/// Whether a PostgreSQL host is this machine.
fn is_local(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse::<IpAddr>();
    let host = address.map_or(Host::Domain(host), |address| match address {
        IpAddr::V4(address) => Host::Ipv4(address),
        IpAddr::V6(address) => Host::Ipv6(address),
    });
    host == Host::Domain("") || domain::secure_url::is_loopback(&host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(url: &str) -> PgSslMode {
        let options: PgConnectOptions = url.parse().expect("an address");
        encrypted_unless_local(options, url).get_ssl_mode()
    }

    #[test]
    fn what_leaves_this_machine_is_encrypted_unless_the_address_says_otherwise() {
        for url in [
            "postgres://tide@db.example.org/tide",
            "postgres://tide@10.0.0.5/tide",
            "postgres://tide@[2001:db8::5]/tide",
            "postgres://tide@localhost.example.org/tide",
            "postgres://tide@localhost/tide?host=db.example.org",
            "postgres://tide@localhost/tide?hostaddr=10.0.0.5",
            "postgres://db.example.org/tide?sslrootcert=/etc/ca.pem",
        ] {
            assert!(matches!(mode(url), PgSslMode::VerifyFull), "{url}");
        }
        for url in [
            "postgres://tide@localhost/tide",
            "postgres://tide@127.0.0.1:5433/tide",
            "postgres://tide@[::1]/tide",
            "postgres:///tide?host=/run/postgresql",
            "postgres://%2Frun%2Fpostgresql/tide",
        ] {
            assert!(matches!(mode(url), PgSslMode::Prefer), "{url}");
        }
        let chosen = mode("postgres://tide@db.example.org/tide?sslmode=disable");
        assert!(matches!(chosen, PgSslMode::Disable));
        let chosen = mode("postgres://tide@db.example.org/tide?sslmode=require");
        assert!(matches!(chosen, PgSslMode::Require));
    }

    #[tokio::test]
    async fn a_server_that_cannot_encrypt_is_told_with_what_to_do() {
        let Some(database) = crate::databases::postgres().await else {
            return;
        };
        let verified_url = format!("{}?sslmode=verify-full", database.url);
        let error = Store::open(&verified_url.parse().expect("an address"), &|_, _| {}).await;
        let error = error.expect_err("it has no certificate").to_string();
        assert!(
            error.contains("sslrootcert=FILE") && error.contains("sslmode=disable"),
            "{error}"
        );
    }
}
