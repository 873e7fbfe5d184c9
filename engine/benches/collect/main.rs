//! The duration of a collection compared with the ideal: `make bench-collect`.
//!
//! GitHub, the collector and the benchmark are separate processes, so that their time and memory
//! are measured separately. GitHub is the simulator, which waits before each response.

mod baseline;
#[path = "../../tests/support/databases.rs"]
#[expect(dead_code, reason = "each database is measured separately")]
mod databases;
mod github;
mod ipc;
mod measurement;
mod scenarios;
mod table;
mod worker;

use std::io;

type BenchResult = Result<(), Box<dyn std::error::Error>>;

fn main() -> BenchResult {
    // `cargo bench` passes `--bench` to the program.
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| arg != "--bench")
        .collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["github", repositories, latency] => {
            block_on(github::serve(repositories.parse()?, latency.parse()?))
        }
        ["collect", database, url] => block_on(worker::collect(database, url)),
        ["sequential", database, url, repositories] => {
            block_on(baseline::collect(database, url, repositories.parse()?))
        }
        [] => scenarios::run(scenarios::REPOSITORIES, scenarios::MANY_REPOSITORIES),
        [repositories] => scenarios::run(repositories.parse()?, 0),
        _ => Err(io::Error::other("give no argument, or the number of repositories").into()),
    }
}

fn block_on(work: impl Future<Output = BenchResult>) -> BenchResult {
    tokio::runtime::Runtime::new()?.block_on(work)
}
