//! One measurement: a database of one kind and size, from its generation to its last reader.

use std::fmt;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use engine::{Clock as _, SystemClock};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;

use crate::BenchResult;
use crate::cache;
use crate::database::Database;
use crate::generator::{self, PREVIOUS_SCHEMA, SUMMARIES};
use crate::measurement::{Row, Times, Visitors};
use crate::options::{Kind, Options, Schema, Size};
use crate::readers::{self, Collection, Reading};
use crate::requests;
use crate::server::{self, Memory, Server};
use crate::set_up::{self, KEY};
use crate::traffic::Portfolio;

/// The address of the PostgreSQL server, which `setup/with-postgres.sh` starts.
const POSTGRES: &str = "TIDEMARK_TEST_POSTGRES_URL";
/// How often all days are added up.
const SCANS: usize = 5;
/// How long concurrent readers read.
const READING: Duration = Duration::from_secs(15);
/// Fewer repositories are collected before the readers have started.
const MIN_COLLECTED: i64 = 500;

/// Everything that was measured on one database.
pub struct Results {
    pub kind: Kind,
    pub size: Size,
    /// How many days the database holds.
    pub days: i64,
    /// How long the generator took, or the copy of an earlier database.
    pub generation: Duration,
    /// The bytes of all tables as generated.
    pub generated_bytes: i64,
    /// The first start, which migrates, and the next one.
    pub first_start: Duration,
    pub next_start: Duration,
    /// The bytes of the whole database when served, with free pages.
    pub database_bytes: i64,
    /// The bytes of each table when served, the largest first.
    pub tables: Vec<(String, i64)>,
    /// The plain scan of all days.
    pub scan: Times,
    pub rows: Vec<Row>,
    pub memory: Memory,
    pub reading: Option<Reading>,
    pub collection: Option<Collection>,
}

/// A database for one run; its folder and its PostgreSQL database are deleted in the end.
struct Place {
    folder: TempDir,
    url: String,
}

/// Measures one size on one kind of database.
pub async fn run(kind: Kind, size: Size, options: &Options) -> BenchResult<Results> {
    let place = Place::new(kind).await?;
    let results = measure(&place, kind, size, options).await;
    if options.keep && kind == Kind::Sqlite {
        let kept = cache::folder()?.join(format!("measured-{size}.db"));
        fs::rename(place.file(), kept)?;
    }
    place.delete().await?;
    results
}

async fn measure(place: &Place, kind: Kind, size: Size, options: &Options) -> BenchResult<Results> {
    // Says on standard error what is measured now.
    let progress = |text: fmt::Arguments| -> BenchResult {
        if options.prints {
            writeln!(io::stderr(), "{size} on {kind}: {text}")?;
        }
        Ok(())
    };
    let now = SystemClock.now();
    let portfolio = Portfolio::new(size, generator::last_day(now));
    let github = set_up::github(size).await?;

    progress(format_args!("generating"))?;
    let began = Instant::now();
    if options.schema == Schema::Current {
        place.start(github.url())?.stop()?;
    }
    if kind == Kind::Sqlite && options.schema == Schema::Previous {
        fs::copy(cache::generated(size, now).await?, place.file())?;
    } else {
        let mut database = Database::open(&place.url).await?;
        if options.schema == Schema::Previous {
            database.migrate_to(PREVIOUS_SCHEMA).await?;
        }
        generator::fill(&mut database, size, now).await?;
        let summed = database.has_table(SUMMARIES).await?;
        database.close().await?;
        if summed {
            server::run(
                place.folder(),
                &place.variables(github.url()),
                &["rebuild-totals"],
            )?;
        }
    }
    let generation = began.elapsed();
    let mut database = Database::open(&place.url).await?;
    let days = database.number("select count(*) from traffic_days").await?;
    let generated_bytes = total(&database.table_bytes().await?);
    database.close().await?;

    progress(format_args!("first start"))?;
    let server = place.start(github.url())?;
    let first_start = server.start;
    server.stop()?;
    let tokens = set_up::prepare(&place.url, github.url(), requests::tokens(&portfolio)).await?;
    let mut database = Database::open(&place.url).await?;
    if kind == Kind::Postgres {
        // PostgreSQL does so itself within minutes of so many changes.
        database.execute("vacuum analyze").await?;
    }
    let tables = database.table_bytes().await?;
    let database_bytes = database.bytes().await?;
    let mut scans = Vec::new();
    for _ in 0..SCANS {
        scans.push(database.scan().await?);
    }
    database.close().await?;

    let server = place.start(github.url())?;
    let visitors = Visitors::new(&server.url, tokens).await?;
    let mut rows = Vec::new();
    for request in requests::all(&portfolio) {
        progress(format_args!("{} {}", request.name, request.variant))?;
        rows.push(visitors.measure(&request, options.repetitions).await?);
    }
    let (mut reading, mut collection) = (None, None);
    if size.repositories >= MIN_COLLECTED {
        progress(format_args!("concurrent readers"))?;
        reading = Some(readers::read(&visitors, READING).await?);
        progress(format_args!("readers during a collection"))?;
        let collected = readers::read_during_collection(&visitors, READING).await?;
        let page = requests::run(&collected.run);
        rows.push(visitors.measure(&page, options.repetitions).await?);
        collection = Some(collected);
    }
    let (memory, next_start) = (server.memory()?, server.start);
    server.stop()?;
    progress(format_args!("done"))?;
    Ok(Results {
        kind,
        size,
        days,
        generation,
        generated_bytes,
        first_start,
        next_start,
        database_bytes,
        tables,
        scan: Times::new(scans),
        rows,
        memory,
        reading,
        collection,
    })
}

/// The bytes of all tables.
pub fn total(tables: &[(String, i64)]) -> i64 {
    tables.iter().map(|(_, bytes)| bytes).sum()
}

impl Place {
    async fn new(kind: Kind) -> BenchResult<Self> {
        let folder = TempDir::new_in(cache::folder()?)?;
        let url = match kind {
            Kind::Sqlite => format!("sqlite:{}", folder.path().join("tidemark.db").display()),
            Kind::Postgres => {
                let (base, _) = server_url()?
                    .rsplit_once('/')
                    .map(|(base, database)| (base.to_owned(), database.to_owned()))
                    .ok_or("an address without a database")?;
                let name = database_name();
                administer(format!("drop database if exists {name}")).await?;
                administer(format!("create database {name}")).await?;
                format!("{base}/{name}")
            }
        };
        Ok(Self { folder, url })
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("tidemark.db")
    }

    fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn start(&self, github: &str) -> BenchResult<Server> {
        Server::start(self.folder(), &self.variables(github))
    }

    /// The configuration of the program.
    fn variables<'a>(&'a self, github: &'a str) -> [(&'static str, &'a str); 5] {
        [
            ("TIDEMARK_DATABASE_URL", self.url.as_str()),
            ("TIDEMARK_SECRET_KEY", KEY),
            ("TIDEMARK_GITHUB_API_URL", github),
            ("TIDEMARK_COLLECT_CONCURRENCY", "16"),
            ("TIDEMARK_LOG", "warn"),
        ]
    }

    async fn delete(self) -> BenchResult {
        if !self.url.starts_with("sqlite:") {
            administer(format!("drop database {}", database_name())).await?;
        }
        Ok(self.folder.close()?)
    }
}

fn database_name() -> String {
    format!("tidemark_pages_{}", std::process::id())
}

/// Runs a statement on the PostgreSQL server.
async fn administer(sql: String) -> BenchResult {
    let mut connection = PgConnection::connect(&server_url()?).await?;
    sqlx::query(AssertSqlSafe(sql))
        .execute(&mut connection)
        .await?;
    Ok(connection.close().await?)
}

#[expect(
    clippy::disallowed_methods,
    reason = "only benchmarks and tests use this server"
)]
fn server_url() -> BenchResult<String> {
    std::env::var(POSTGRES)
        .map_err(|_| format!("{POSTGRES} is not set; use `make bench-pages`").into())
}
