//! How fast a collection is, beside the fastest that it could be: `make bench-collect`.
//!
//! GitHub, the collecting process and this one are processes of their own, so that none of them
//! takes another's time or memory for its own. GitHub is the simulator, which waits before each
//! answer as a real one does.

mod baseline;
mod collecting;
#[path = "../../tests/support/databases.rs"]
#[expect(dead_code, reason = "each kind is measured apart")]
mod databases;
mod github;
mod ipc;
mod measuring;
mod result;
mod table;

use std::io;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> Outcome {
    // `cargo bench` says `--bench` to whatever it runs.
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["github", repositories, latency] => {
            block_on(github::serve(repositories.parse()?, latency.parse()?))
        }
        ["collect", database, url] => block_on(collecting::collect(database, url)),
        ["sequential", database, url, repositories] => {
            block_on(baseline::collect(database, url, repositories.parse()?))
        }
        [] => measuring::everything(measuring::REPOSITORIES, measuring::MANY),
        [repositories] => measuring::everything(repositories.parse()?, 0),
        _ => Err(io::Error::other("say nothing, or how many repositories").into()),
    }
}

fn block_on(work: impl Future<Output = Outcome>) -> Outcome {
    tokio::runtime::Runtime::new()?.block_on(work)
}
