//! The simulated GitHub, in a separate process, which waits before each response.

use std::time::Duration;

use simulator::{Clock, Endpoint, Fault, Scope, Simulator, Token, User};

use crate::BenchResult;
use crate::ipc::{next_line, write_line};

pub const TOKEN: &str = "ghp_benchmark";
/// The owner of all repositories.
pub const OWNER: &str = "acme";

/// The share of series with a newest day that still grows after the first run.
const GROWING_SHARE: f64 = 0.03;

/// Serves this many repositories. Prints its URL and then, for each line of input, the requests
/// since the last line, how many of them were free, and the most in flight.
pub async fn serve(repositories: u64, latency_ms: u64) -> BenchResult {
    // Any time is fine, as long as the day does not end during the benchmark.
    let clock = Clock::fixed("2026-11-20T06:00:00Z".parse()?);
    let github = Simulator::builder(clock)
        .user(User::new(1, "octocat").hourly_limit(100_000_000))
        .token(Token::classic(TOKEN, "octocat", ["repo"]))
        .synthetic_repositories(repositories, OWNER, 1, "octocat")
        .latency(Duration::from_millis(latency_ms))
        .build()
        .serve("127.0.0.1:0")
        .await?;
    let control = github.control();
    for (endpoint, seed) in [(Endpoint::Views, 1), (Endpoint::Clones, 2)] {
        let scope = Scope::everywhere()
            .endpoint(endpoint)
            .probability(GROWING_SHARE, seed);
        control.fault(Fault::GrowingNewest { percent: 60 }, scope);
    }
    write_line(github.url())?;
    while let Some(command) = next_line().await? {
        let (requests, free) = (control.requests(), control.answers_with(304));
        let max_concurrent = control.most_at_once();
        control.forget_requests();
        if command == "grow" {
            control.stop_faults();
        }
        write_line(&format!("{requests} {free} {max_concurrent}"))?;
    }
    Ok(())
}
