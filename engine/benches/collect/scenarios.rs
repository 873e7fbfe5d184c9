//! Runs the measurements on each database.

use std::io;
use std::time::Duration;

use tokio::runtime::Runtime;

use crate::databases::{self, TestDatabase};
use crate::ipc::Process;
use crate::measurement::{DATABASE_KINDS, DatabaseResults, Day, Measurement, Memory};
use crate::table;
use crate::{BenchResult, worker};

/// The number of repositories that time is measured with.
pub const REPOSITORIES: u32 = 1_000;
/// How long GitHub takes for a response.
const LATENCY: Duration = Duration::from_millis(50);
/// The shortest latency, for measuring memory instead of time.
const MIN_LATENCY: Duration = Duration::from_millis(1);
/// The numbers of repositories that memory is measured with.
const FEW_REPOSITORIES: u32 = 100;
pub const MANY_REPOSITORIES: u32 = 10_000;
/// The number of repositories that the sequential loop is measured with. Its time is proportional
/// to their number.
const BASELINE_REPOSITORIES: u32 = 100;

/// Measures the time with `repositories`, and memory with few and with `many` unless it is 0, on
/// SQLite and on PostgreSQL. Prints one table.
pub fn run(repositories: u32, many: u32) -> BenchResult {
    let runtime = Runtime::new()?;
    let mut rows = Vec::new();
    for database_kind in DATABASE_KINDS {
        let row = DatabaseResults {
            database_kind,
            day: measure_day(&runtime, database_kind, repositories)?,
            baseline: measure_baseline(
                &runtime,
                database_kind,
                repositories.min(BASELINE_REPOSITORIES),
            )?,
            memory: if many == 0 {
                None
            } else {
                Some(Memory {
                    few: (
                        FEW_REPOSITORIES,
                        memory(&runtime, database_kind, FEW_REPOSITORIES)?,
                    ),
                    many: (many, memory(&runtime, database_kind, many)?),
                })
            },
        };
        rows.push(row);
    }
    table::print(repositories, LATENCY, &rows)?;
    Ok(())
}

fn measure_day(runtime: &Runtime, database_kind: &str, repositories: u32) -> Measured<Day> {
    let database = fresh(runtime, database_kind)?;
    let mut github = Github::start(repositories, LATENCY)?;
    runtime.block_on(worker::prepare(&database.url, &github.url))?;
    github.request_counts("forget")?;
    let mut process = Process::start(&["collect", &database.url, &github.url])?;
    process.read_line()?;
    let first = parse_measurement(&process.request("manual")?)?;
    let (received, _, max_concurrent) = github.request_counts("grow")?;
    compare_requests(first.requests, received)?;
    let second = parse_measurement(&process.request("api")?)?;
    let (received, free, _) = github.request_counts("forget")?;
    compare_requests(second.requests, received)?;
    Ok(Day {
        first,
        second,
        charged: received - free,
        max_concurrent,
    })
}

fn measure_baseline(
    runtime: &Runtime,
    database_kind: &str,
    repositories: u32,
) -> Measured<(u32, Measurement)> {
    let database = fresh(runtime, database_kind)?;
    let github = Github::start(repositories, LATENCY)?;
    let number = repositories.to_string();
    let mut process = Process::start(&["sequential", &database.url, &github.url, &number])?;
    Ok((repositories, parse_measurement(&process.read_line()?)?))
}

fn memory(runtime: &Runtime, database_kind: &str, repositories: u32) -> Measured<Measurement> {
    let database = fresh(runtime, database_kind)?;
    let github = Github::start(repositories, MIN_LATENCY)?;
    runtime.block_on(worker::prepare(&database.url, &github.url))?;
    let mut process = Process::start(&["collect", &database.url, &github.url])?;
    process.read_line()?;
    parse_measurement(&process.request("manual")?)
}

type Measured<T> = Result<T, Box<dyn std::error::Error>>;

/// The process of the simulated GitHub.
struct Github {
    process: Process,
    url: String,
}

impl Github {
    fn start(repositories: u32, latency: Duration) -> io::Result<Self> {
        let (number, latency) = (repositories.to_string(), latency.as_millis().to_string());
        let mut process = Process::start(&["github", &number, &latency])?;
        let url = process.read_line()?;
        Ok(Self { process, url })
    }

    /// The requests since the last call, how many of them were free, and the most in flight.
    fn request_counts(&mut self, command: &str) -> Measured<(u32, u32, usize)> {
        let text = self.process.request(command)?;
        let mut numbers = text.split(' ');
        let mut next = || {
            numbers
                .next()
                .ok_or("the simulated GitHub printed too few numbers")
        };
        Ok((next()?.parse()?, next()?.parse()?, next()?.parse()?))
    }
}

fn fresh(runtime: &Runtime, database_kind: &str) -> Measured<TestDatabase> {
    if database_kind == DATABASE_KINDS[0] {
        return Ok(databases::sqlite());
    }
    let database = runtime.block_on(databases::postgres());
    database.ok_or_else(|| "there is no PostgreSQL; run `make bench-collect`".into())
}

fn parse_measurement(text: &str) -> Measured<Measurement> {
    let numbers = text.split(' ').map(str::parse);
    let numbers = numbers.collect::<Result<Vec<u64>, _>>()?;
    let at = |index: usize| numbers.get(index).copied().unwrap_or_default();
    Ok(Measurement {
        elapsed: Duration::from_micros(at(0)),
        requests: u32::try_from(at(1))?,
        cpu_time: Duration::from_millis(at(2)),
        peak_kb: at(3),
    })
}

/// Fails unless the run and GitHub counted the same requests.
fn compare_requests(reported: u32, received: u32) -> BenchResult {
    if reported == received {
        return Ok(());
    }
    Err(format!("the run reports {reported} requests, but GitHub received {received}").into())
}
