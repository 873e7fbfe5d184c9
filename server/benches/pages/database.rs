//! A database of either kind, as the benchmark fills and reads it.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, SqliteConnection};

use crate::BenchResult;

/// The rows of one insert into SQLite.
const ROWS: usize = 400;

/// The yardstick: what adding up all days costs without any preparation.
const SCAN: &str = "
    select repository_id, cast(sum(views) as bigint), cast(sum(view_uniques) as bigint),
        cast(sum(clones) as bigint), cast(sum(clone_uniques) as bigint)
    from traffic_days group by repository_id";

type ScanRow = (i64, Option<i64>, Option<i64>, Option<i64>, Option<i64>);

/// A value to insert.
#[derive(Clone, Debug)]
pub enum Value {
    Number(i64),
    /// Of any type.
    Null,
    Text(String),
    Day(NaiveDate),
    Time(DateTime<Utc>),
    Flag(bool),
    Bytes(Vec<u8>),
}

/// A connection to the measured database.
pub enum Database {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Database {
    /// Connects, and creates a SQLite file that is missing.
    pub async fn open(url: &str) -> BenchResult<Self> {
        Ok(match url.strip_prefix("sqlite:") {
            Some(path) => {
                let options = SqliteConnectOptions::new()
                    .filename(path)
                    .create_if_missing(true);
                Self::Sqlite(options.connect().await?)
            }
            None => Self::Postgres(PgConnection::connect(url).await?),
        })
    }

    pub async fn close(self) -> BenchResult {
        match self {
            Self::Sqlite(connection) => connection.close().await?,
            Self::Postgres(connection) => connection.close().await?,
        }
        Ok(())
    }

    /// Applies the migrations until this version.
    pub async fn migrate_to(&mut self, version: i64) -> BenchResult {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
        match self {
            Self::Sqlite(connection) => {
                let migrations = Migrator::new(folder.join("sqlite")).await?;
                migrations.run_to(version, connection).await?;
            }
            Self::Postgres(connection) => {
                let migrations = Migrator::new(folder.join("postgres")).await?;
                migrations.run_to(version, connection).await?;
            }
        }
        Ok(())
    }

    /// Runs one statement on either database.
    pub async fn execute(&mut self, sql: &'static str) -> BenchResult {
        match self {
            Self::Sqlite(connection) => connection.execute(sql).await.map(drop)?,
            Self::Postgres(connection) => connection.execute(sql).await.map(drop)?,
        }
        Ok(())
    }

    /// Runs one statement on SQLite only.
    pub async fn execute_on_sqlite(&mut self, sql: &'static str) -> BenchResult {
        match self {
            Self::Sqlite(_) => self.execute(sql).await,
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Inserts rows of these columns.
    pub async fn insert<const N: usize>(
        &mut self,
        table: &str,
        columns: [&str; N],
        rows: Vec<[Value; N]>,
    ) -> BenchResult {
        match self {
            Self::Sqlite(connection) => insert(connection, table, columns, rows).await,
            Self::Postgres(connection) => {
                let statement = format!("copy {table} ({}) from stdin", columns.join(", "));
                let mut text = String::new();
                for row in rows {
                    for (index, value) in row.iter().enumerate() {
                        text.push_str(if index == 0 { "" } else { "\t" });
                        write_copied(&mut text, value)?;
                    }
                    text.push('\n');
                }
                let mut copy = connection.copy_in_raw(&statement).await?;
                copy.send(text.into_bytes()).await?;
                copy.finish().await?;
                Ok(())
            }
        }
    }

    /// Adds up all days of each repository, and returns how long that took.
    pub async fn scan(&mut self) -> BenchResult<Duration> {
        let began = Instant::now();
        let rows: Vec<ScanRow> = match self {
            Self::Sqlite(connection) => sqlx::query_as(SCAN).fetch_all(connection).await?,
            Self::Postgres(connection) => sqlx::query_as(SCAN).fetch_all(connection).await?,
        };
        let elapsed = began.elapsed();
        if rows.is_empty() {
            return Err("the database holds no days".into());
        }
        Ok(elapsed)
    }

    /// One number.
    pub async fn number(&mut self, sql: &'static str) -> BenchResult<i64> {
        Ok(match self {
            Self::Sqlite(connection) => sqlx::query_scalar(sql).fetch_one(connection).await?,
            Self::Postgres(connection) => sqlx::query_scalar(sql).fetch_one(connection).await?,
        })
    }

    /// Whether a table exists.
    pub async fn has_table(&mut self, name: &str) -> BenchResult<bool> {
        const SQLITE: &str = "
            select exists (select 1 from sqlite_schema where type = 'table' and name = ?)";
        const POSTGRES: &str = "select to_regclass($1) is not null";
        Ok(match self {
            Self::Sqlite(connection) => {
                let query = sqlx::query_scalar(SQLITE).bind(name);
                query.fetch_one(connection).await?
            }
            Self::Postgres(connection) => {
                let query = sqlx::query_scalar(POSTGRES).bind(name);
                query.fetch_one(connection).await?
            }
        })
    }

    /// The bytes of the whole database.
    pub async fn bytes(&mut self) -> BenchResult<i64> {
        self.number(match self {
            Self::Sqlite(_) => {
                "select page_count * page_size from pragma_page_count(), pragma_page_size()"
            }
            Self::Postgres(_) => "select pg_database_size(current_database())",
        })
        .await
    }

    /// The bytes of each table with its indexes, the largest first.
    pub async fn table_bytes(&mut self) -> BenchResult<Vec<(String, i64)>> {
        const SQLITE: &str = "
            select s.tbl_name, sum(d.pgsize)
            from dbstat d join sqlite_schema s on s.name = d.name
            where d.aggregate = true
            group by s.tbl_name order by 2 desc";
        const POSTGRES: &str = "
            select relname::text, pg_total_relation_size(oid)
            from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
            order by 2 desc";
        Ok(match self {
            Self::Sqlite(connection) => sqlx::query_as(SQLITE).fetch_all(connection).await?,
            Self::Postgres(connection) => sqlx::query_as(POSTGRES).fetch_all(connection).await?,
        })
    }
}

async fn insert<const N: usize>(
    connection: &mut SqliteConnection,
    table: &str,
    columns: [&str; N],
    rows: Vec<[Value; N]>,
) -> BenchResult {
    let numbered = days_as_numbers(connection, table, columns).await?;
    let row = format!("({})", vec!["?"; N].join(", "));
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let part: Vec<[Value; N]> = rows.by_ref().take(ROWS).collect();
        let places = vec![row.as_str(); part.len()].join(", ");
        let columns = columns.join(", ");
        let statement = format!("insert into {table} ({columns}) values {places}");
        let mut query = sqlx::query(AssertSqlSafe(statement));
        for row in part {
            for (value, numbered) in row.into_iter().zip(numbered) {
                query = match value {
                    Value::Number(number) => query.bind(number),
                    Value::Null => query.bind(None::<i64>),
                    Value::Text(text) => query.bind(text),
                    Value::Day(day) if numbered => query.bind(days_since_epoch(day)),
                    Value::Day(day) => query.bind(day),
                    Value::Time(time) => query.bind(time),
                    Value::Flag(flag) => query.bind(flag),
                    Value::Bytes(bytes) => query.bind(bytes),
                };
            }
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Which columns of a SQLite table hold numbers: a day is then the days since 1970-01-01.
async fn days_as_numbers<const N: usize>(
    connection: &mut SqliteConnection,
    table: &str,
    columns: [&str; N],
) -> BenchResult<[bool; N]> {
    let types: Vec<(String, String)> =
        sqlx::query_as("select name, type from pragma_table_info(?)")
            .bind(table)
            .fetch_all(connection)
            .await?;
    Ok(columns.map(|column| {
        types
            .iter()
            .any(|(name, of)| name == column && of.eq_ignore_ascii_case("integer"))
    }))
}

fn days_since_epoch(day: NaiveDate) -> i64 {
    (day - DateTime::UNIX_EPOCH.date_naive()).num_days()
}

/// A value in PostgreSQL's text format for `copy`. The generated texts need no escapes.
fn write_copied(text: &mut String, value: &Value) -> std::fmt::Result {
    match value {
        Value::Number(number) => write!(text, "{number}"),
        Value::Null => write!(text, "\\N"),
        Value::Text(value) => write!(text, "{value}"),
        Value::Day(day) => write!(text, "{day}"),
        Value::Time(time) => write!(text, "{}", time.to_rfc3339()),
        Value::Flag(flag) => write!(text, "{flag}"),
        Value::Bytes(bytes) => {
            write!(text, "\\\\x")?;
            bytes.iter().try_for_each(|byte| write!(text, "{byte:02x}"))
        }
    }
}
