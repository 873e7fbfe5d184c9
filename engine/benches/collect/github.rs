//! GitHub: the simulator in a process of its own, which waits before each answer.

use std::time::Duration;

use simulator::{Clock, Endpoint, Fault, Scope, Simulator, Token, User};

use crate::Outcome;
use crate::ipc::{heard, say};

/// Whom the token belongs to, and the owner of all repositories.
pub const TOKEN: &str = "ghp_benchmark";
pub const OWNER: &str = "acme";

/// Of so many series, GitHub counts the newest day to its end only after the first run.
const GROWING: f64 = 0.03;

/// Serves so many repositories. Says its address, and then, whenever it is asked, how many
/// requests came since it was last asked and how many of them cost nothing.
pub async fn serve(repositories: u64, latency_ms: u64) -> Outcome {
    // It is no concern of the benchmark what the day is; only that it does not end meanwhile.
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
        let some = Scope::everywhere()
            .endpoint(endpoint)
            .probability(GROWING, seed);
        control.fault(Fault::GrowingNewest { percent: 60 }, some);
    }
    say(github.url())?;
    while let Some(question) = heard().await? {
        let (requests, free) = (control.requests(), control.answers_with(304));
        let at_once = control.most_at_once();
        control.forget_requests();
        if question == "grow" {
            control.stop_faults();
        }
        say(&format!("{requests} {free} {at_once}"))?;
    }
    Ok(())
}
