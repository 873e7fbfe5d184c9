//! New databases for tests: always SQLite, and PostgreSQL if a server is configured.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use tempfile::TempDir;

/// The server on which tests create databases; `make test` always sets it.
const SERVER: &str = "TIDEMARK_TEST_POSTGRES_URL";

/// A separate database for one test.
pub struct TestDatabase {
    /// The value for `TIDEMARK_DATABASE_URL`.
    pub url: String,
    _folder: Option<TempDir>,
}

impl TestDatabase {
    /// Runs SQL for changes that no use case makes.
    #[allow(dead_code, reason = "not every test binary uses it")]
    pub async fn execute(&self, sqlite: &'static str, postgres: &'static str) {
        if let Some(path) = self.url.strip_prefix("sqlite:") {
            let options = SqliteConnectOptions::new().filename(path);
            let mut connection = SqliteConnection::connect_with(&options)
                .await
                .expect("open");
            sqlx::query(sqlite)
                .execute(&mut connection)
                .await
                .expect("done");
        } else {
            let mut connection = PgConnection::connect(&self.url).await.expect("open");
            sqlx::query(postgres)
                .execute(&mut connection)
                .await
                .expect("done");
        }
    }
}

/// One new, empty database of each kind.
pub async fn fresh() -> Vec<TestDatabase> {
    let mut databases = vec![sqlite()];
    databases.extend(postgres().await);
    databases
}

/// A new SQLite file.
pub fn sqlite() -> TestDatabase {
    let folder = tempfile::tempdir().expect("a temporary folder");
    TestDatabase {
        url: format!("sqlite:{}", folder.path().join("tidemark.db").display()),
        _folder: Some(folder),
    }
}

/// A new PostgreSQL database, if a server is configured.
pub async fn postgres() -> Option<TestDatabase> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    #[expect(clippy::disallowed_methods, reason = "only tests use this server")]
    let Ok(server) = std::env::var(SERVER) else {
        eprintln!("NOT RUN ON POSTGRESQL: set {SERVER}, or run the tests with `make test`.");
        return None;
    };
    let name = format!(
        "tidemark_{}_{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    );
    let mut connection = PgConnection::connect(&server)
        .await
        .expect("the test server answers");
    sqlx::query(AssertSqlSafe(format!("create database {name}")))
        .execute(&mut connection)
        .await
        .expect("a new database");
    let (base, _database) = server.rsplit_once('/').expect("an address with a database");
    Some(TestDatabase {
        url: format!("{base}/{name}"),
        _folder: None,
    })
}
