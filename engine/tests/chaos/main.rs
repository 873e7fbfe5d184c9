//! Chaos tests: every number of a response is stored in the end, despite faults and killed processes.
//!
//! In each round, a separate process collects from a simulated GitHub with random faults, and may be
//! killed at a random time. At the end, every day is stored once, with at least the highest counts
//! that a completed process received, whatever else was wrong with the response. Nothing is stored
//! that was never returned, or that is outside the calendar of the response. A 304 confirms its
//! whole response: what a killed process stored partly must not count as known.
//!
//! `make test` runs a few dozen rounds with a fixed seed, `make chaos` hundreds with a new seed,
//! which it prints. `make chaos SEED=…` repeats a run.

#[path = "../support/databases.rs"]
#[expect(dead_code, reason = "these tests run on each database separately")]
mod databases;
mod faults;
mod harness;
mod oracle;
mod process;
mod rng;
mod verify;

use harness::Harness;
use rng::Rng;

/// The seed of all random numbers.
const SEED: &str = "TIDEMARK_CHAOS_SEED";
/// The number of rounds.
const ROUNDS: &str = "TIDEMARK_CHAOS_ROUNDS";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_day_in_a_response_is_stored_once_on_sqlite() {
    run(databases::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_day_in_a_response_is_stored_once_on_postgres() {
    if let Some(database) = databases::postgres().await {
        run(database).await;
    }
}

/// The worker process; does nothing unless another test starts it.
#[test]
#[ignore = "the other tests start it"]
fn worker_process() {
    process::main();
}

async fn run(database: databases::TestDatabase) {
    let (seed, rounds) = (number(SEED, 1), number(ROUNDS, 40));
    eprintln!("{rounds} rounds with seed {seed}; {SEED}={seed} repeats them.");
    let mut harness = Harness::new(database, Rng::of(seed)).await;
    for _ in 0..rounds {
        harness.run_round().await;
    }
    harness.run_without_faults().await;
    harness.verify(seed).await;
}

fn number(name: &str, default: u64) -> u64 {
    #[expect(clippy::disallowed_methods, reason = "only this test reads it")]
    let value = std::env::var(name);
    value.map_or(default, |text| {
        text.parse()
            .unwrap_or_else(|_| panic!("{name}={text} is not a number"))
    })
}
