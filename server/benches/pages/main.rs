//! How long each page and REST list takes: `make bench-pages`.
//!
//! A generated database of the given size is migrated and served by the real program, in a process
//! of its own. The benchmark signs in, requests each page and list over each period, and compares
//! the times with a plain scan of all days. `cargo test` runs it with a dozen repositories, so that
//! it keeps working.

mod cache;
mod database;
mod details;
mod generator;
mod measurement;
mod options;
mod readers;
mod requests;
mod run;
mod server;
mod set_up;
mod table;
mod traffic;

use crate::options::Options;

type Failure = Box<dyn std::error::Error + Send + Sync>;
type BenchResult<T = ()> = Result<T, Failure>;

fn main() -> BenchResult {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(options) = Options::parse(&arguments)? else {
        return Ok(());
    };
    tokio::runtime::Runtime::new()?.block_on(async {
        for kind in &options.databases {
            for size in &options.sizes {
                let results = run::run(*kind, *size, &options).await?;
                if options.prints {
                    table::print(&results)?;
                }
            }
        }
        Ok(())
    })
}
