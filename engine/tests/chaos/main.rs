//! Chaos: whatever befalls GitHub and the process, what any answer showed is stored in the end.
//!
//! In each round a process of its own collects from a simulated GitHub over which faults come as
//! the dice say, and is killed in the midst of it, as the dice say. At the end every day is stored
//! once, with at least the greatest figures that were shown to a process that was left to end by
//! itself, whatever else was wrong with the answer; and nothing is stored that was never shown, or
//! that lies outside the answer's calendar. An answer "not modified" shows what it stands
//! for: what a killed process learned by halves must not pass for known.
//!
//! `make test` plays a few dozen rounds, always of the same seed; `make chaos` hundreds of a new
//! one, which it prints. `make chaos SEED=…` plays it again.

#[path = "../support/databases.rs"]
#[expect(dead_code, reason = "these tests run on each kind apart")]
mod databases;
mod faults;
mod harness;
mod judge;
mod oracle;
mod process;
mod rng;

use harness::Harness;
use rng::Rng;

/// Says from which number all chance is made.
const SEED: &str = "TIDEMARK_CHAOS_SEED";
/// Says how many rounds are played.
const ROUNDS: &str = "TIDEMARK_CHAOS_ROUNDS";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_day_that_was_shown_is_stored_once_on_sqlite() {
    play(databases::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_day_that_was_shown_is_stored_once_on_postgres() {
    if let Some(database) = databases::postgres().await {
        play(database).await;
    }
}

/// The process that collects and is killed; nothing, where nobody asks for it.
#[test]
#[ignore = "the other tests start it"]
fn a_process_that_collects() {
    process::main();
}

async fn play(database: databases::TestDatabase) {
    let (seed, rounds) = (number(SEED, 1), number(ROUNDS, 40));
    eprintln!("{rounds} rounds of seed {seed}: {SEED}={seed} plays them again.");
    let mut harness = Harness::new(database, Rng::of(seed)).await;
    for _ in 0..rounds {
        harness.play_round().await;
    }
    harness.clear_up().await;
    harness.judge(seed).await;
}

fn number(name: &str, default: u64) -> u64 {
    #[expect(clippy::disallowed_methods, reason = "only this test is told of it")]
    let told = std::env::var(name);
    told.map_or(default, |text| {
        text.parse()
            .unwrap_or_else(|_| panic!("{name}={text} is no number"))
    })
}
