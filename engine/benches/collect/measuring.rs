//! What is measured, and on which database.

use std::io;
use std::time::Duration;

use tokio::runtime::Runtime;

use crate::databases::{self, TestDatabase};
use crate::ipc::Part;
use crate::result::{Day, Took};
use crate::table::{self, Memory, Row};
use crate::{Outcome, collecting};

/// How many repositories the time is measured with.
pub const REPOSITORIES: u32 = 1_000;
/// How long GitHub takes for an answer.
const LATENCY: Duration = Duration::from_millis(50);
/// As short as the clock can be set, where memory is measured and not time.
const HARDLY_ANY: Duration = Duration::from_millis(1);
/// With how many repositories the memory is measured.
const FEW: u32 = 100;
pub const MANY: u32 = 10_000;
/// With how many repositories the sequential loop is measured: its time grows with their number
/// and nothing else.
const SEQUENTIAL: u32 = 100;

/// Measures the time with so many repositories, and the memory with few and with `many` (none
/// where it is 0), on SQLite and on PostgreSQL; prints one table.
pub fn everything(repositories: u32, many: u32) -> Outcome {
    let runtime = Runtime::new()?;
    let mut rows = Vec::new();
    for kind in table::KINDS {
        let row = Row {
            kind,
            day: a_day(&runtime, kind, repositories)?,
            baseline: sequentially(&runtime, kind, repositories.min(SEQUENTIAL))?,
            memory: if many == 0 {
                None
            } else {
                Some(Memory {
                    few: (FEW, memory(&runtime, kind, FEW)?),
                    many: (many, memory(&runtime, kind, many)?),
                })
            },
        };
        rows.push(row);
    }
    table::print(repositories, LATENCY, &rows)?;
    Ok(())
}

fn a_day(runtime: &Runtime, kind: &str, repositories: u32) -> Measured<Day> {
    let database = fresh(runtime, kind)?;
    let mut github = Github::start(repositories, LATENCY)?;
    runtime.block_on(collecting::prepare(&database.url, &github.url))?;
    github.seen("forget")?;
    let mut process = Part::start(&["collect", &database.url, &github.url])?;
    process.hear()?;
    let first = took(&process.ask("manual")?)?;
    let (seen, _, at_once) = github.seen("grow")?;
    agree(first.requests, seen)?;
    let second = took(&process.ask("api")?)?;
    let (seen, free, _) = github.seen("forget")?;
    agree(second.requests, seen)?;
    Ok(Day {
        first,
        second,
        charged: seen - free,
        at_once,
    })
}

fn sequentially(runtime: &Runtime, kind: &str, repositories: u32) -> Measured<(u32, Took)> {
    let database = fresh(runtime, kind)?;
    let github = Github::start(repositories, LATENCY)?;
    let number = repositories.to_string();
    let mut process = Part::start(&["sequential", &database.url, &github.url, &number])?;
    Ok((repositories, took(&process.hear()?)?))
}

fn memory(runtime: &Runtime, kind: &str, repositories: u32) -> Measured<Took> {
    let database = fresh(runtime, kind)?;
    let github = Github::start(repositories, HARDLY_ANY)?;
    runtime.block_on(collecting::prepare(&database.url, &github.url))?;
    let mut process = Part::start(&["collect", &database.url, &github.url])?;
    process.hear()?;
    took(&process.ask("manual")?)
}

type Measured<T> = Result<T, Box<dyn std::error::Error>>;

/// GitHub's process.
struct Github {
    process: Part,
    url: String,
}

impl Github {
    fn start(repositories: u32, latency: Duration) -> io::Result<Self> {
        let (number, latency) = (repositories.to_string(), latency.as_millis().to_string());
        let mut process = Part::start(&["github", &number, &latency])?;
        let url = process.hear()?;
        Ok(Self { process, url })
    }

    /// Requests since it was last asked, how many of them cost nothing, and the most in flight.
    fn seen(&mut self, word: &str) -> Measured<(u32, u32, usize)> {
        let said = self.process.ask(word)?;
        let mut numbers = said.split(' ');
        let mut next = || numbers.next().ok_or("GitHub says too little");
        Ok((next()?.parse()?, next()?.parse()?, next()?.parse()?))
    }
}

fn fresh(runtime: &Runtime, kind: &str) -> Measured<TestDatabase> {
    if kind == table::KINDS[0] {
        return Ok(databases::sqlite());
    }
    let database = runtime.block_on(databases::postgres());
    database.ok_or_else(|| "there is no PostgreSQL: run `make bench-collect`".into())
}

fn took(said: &str) -> Measured<Took> {
    let numbers = said.split(' ').map(str::parse);
    let numbers = numbers.collect::<Result<Vec<u64>, _>>()?;
    let at = |index: usize| numbers.get(index).copied().unwrap_or_default();
    Ok(Took {
        elapsed: Duration::from_micros(at(0)),
        requests: u32::try_from(at(1))?,
        computed: Duration::from_millis(at(2)),
        peak_kb: at(3),
    })
}

/// What a run says that it asked is what GitHub was asked, or nothing here can be believed.
fn agree(said: u32, seen: u32) -> Outcome {
    if said == seen {
        return Ok(());
    }
    Err(format!("the run says {said} requests, and GitHub saw {seen}").into())
}
