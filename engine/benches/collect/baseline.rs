//! The baseline: how IBM's application collected, with the same libraries. It collects the
//! repositories one after the other, with four sequential requests each, and writes each day
//! separately.

use std::time::Instant;

use octocrab::Octocrab;
use octocrab::params::repos::TrafficInterval;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Executor};

use crate::BenchResult;
use crate::github::{OWNER, TOKEN};
use crate::ipc::write_line;

const TABLES: [&str; 2] = [
    "create table sequential_days (repository text not null, measure text not null,
        day text not null, count bigint not null, uniques bigint not null,
        primary key (repository, measure, day))",
    "create table sequential_lists (repository text not null, kind text not null,
        day text not null, rows text not null, primary key (repository, kind, day))",
];
const DAY: &str = "
    insert into sequential_days (repository, measure, day, count, uniques)
    values ($1, $2, $3, $4, $5)
    on conflict (repository, measure, day) do update set
        count = excluded.count, uniques = excluded.uniques";
const LIST: &str = "
    insert into sequential_lists (repository, kind, day, rows) values ($1, $2, $3, $4)
    on conflict (repository, kind, day) do update set rows = excluded.rows";

/// One connection, with the settings of Tidemark.
enum Database {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Collects this many repositories once, and prints the microseconds and the requests.
pub async fn collect(database: &str, github: &str, repositories: u32) -> BenchResult {
    let mut database = Database::open(database).await?;
    let github = Octocrab::builder()
        .base_uri(github)?
        .personal_token(TOKEN)
        .build()?;
    let began = Instant::now();
    for number in 1..=repositories {
        collect_one(&mut database, &github, &format!("repository-{number:04}")).await?;
    }
    write_line(&format!(
        "{} {}",
        began.elapsed().as_micros(),
        repositories * 4
    ))?;
    Ok(())
}

async fn collect_one(database: &mut Database, github: &Octocrab, name: &str) -> BenchResult {
    let repository = github.repos(OWNER, name);
    let traffic = repository.traffic();
    let views = traffic.views().per(TrafficInterval::Day).send().await?;
    for day in views.views {
        let at = day.timestamp.to_string();
        database
            .write_day(name, "views", &at, day.count, day.uniques)
            .await?;
    }
    let clones = traffic.clones().per(TrafficInterval::Day).send().await?;
    for day in clones.clones {
        let at = day.timestamp.to_string();
        database
            .write_day(name, "clones", &at, day.count, day.uniques)
            .await?;
    }
    let referrers = serde_json::to_string(&traffic.popular_referrers().await?)?;
    database.write_list(name, "referrers", &referrers).await?;
    let paths = serde_json::to_string(&traffic.popular_paths().await?)?;
    database.write_list(name, "paths", &paths).await?;
    Ok(())
}

impl Database {
    async fn open(url: &str) -> Result<Self, sqlx::Error> {
        let mut database = match url.strip_prefix("sqlite:") {
            Some(path) => {
                let options = SqliteConnectOptions::new()
                    .filename(path)
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Normal);
                Self::Sqlite(options.connect().await?)
            }
            None => Self::Postgres(PgConnection::connect(url).await?),
        };
        for table in TABLES {
            match &mut database {
                Self::Sqlite(connection) => connection.execute(table).await.map(|_| ())?,
                Self::Postgres(connection) => connection.execute(table).await.map(|_| ())?,
            }
        }
        Ok(database)
    }

    async fn write_day(
        &mut self,
        name: &str,
        measure: &str,
        day: &str,
        count: u64,
        uniques: u64,
    ) -> Result<(), sqlx::Error> {
        macro_rules! write {
            ($connection:expr) => {
                sqlx::query(DAY)
                    .bind(name)
                    .bind(measure)
                    .bind(day)
                    .bind(i64::try_from(count).unwrap_or(i64::MAX))
                    .bind(i64::try_from(uniques).unwrap_or(i64::MAX))
                    .execute($connection)
                    .await
                    .map(drop)
            };
        }
        match self {
            Self::Sqlite(connection) => write!(connection),
            Self::Postgres(connection) => write!(connection),
        }
    }

    async fn write_list(&mut self, name: &str, kind: &str, rows: &str) -> Result<(), sqlx::Error> {
        macro_rules! write {
            ($connection:expr) => {
                sqlx::query(LIST)
                    .bind(name)
                    .bind(kind)
                    .bind("2026-11-20")
                    .bind(rows)
                    .execute($connection)
                    .await
                    .map(drop)
            };
        }
        match self {
            Self::Sqlite(connection) => write!(connection),
            Self::Postgres(connection) => write!(connection),
        }
    }
}
