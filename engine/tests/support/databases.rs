//! Fresh databases for tests: SQLite always, and PostgreSQL where a server is given.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use tempfile::TempDir;

/// Names the server on which tests make databases; `make test` always gives it.
const SERVER: &str = "TIDEMARK_TEST_POSTGRES_URL";

/// A database of a test's own.
pub struct TestDatabase {
    /// As `TIDEMARK_DATABASE_URL` names it.
    pub url: String,
    _folder: Option<TempDir>,
}

impl TestDatabase {
    /// Changes what no use case changes, as only time or another program could.
    #[allow(dead_code, reason = "not every test binary meddles")]
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

/// One fresh, empty database of each kind.
pub async fn fresh() -> Vec<TestDatabase> {
    let mut databases = vec![sqlite()];
    databases.extend(postgres().await);
    databases
}

/// A fresh SQLite file.
pub fn sqlite() -> TestDatabase {
    let folder = tempfile::tempdir().expect("a temporary folder");
    TestDatabase {
        url: format!("sqlite:{}", folder.path().join("tidemark.db").display()),
        _folder: Some(folder),
    }
}

/// A fresh PostgreSQL database, where a server is given.
pub async fn postgres() -> Option<TestDatabase> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    #[expect(
        clippy::disallowed_methods,
        reason = "only tests are told of this server"
    )]
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
