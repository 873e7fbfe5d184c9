//! Concurrent readers of the overview, with and without a collection.

use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::task::JoinSet;

use crate::BenchResult;
use crate::measurement::{Times, Visitors};
use crate::requests;

/// The number of concurrent readers.
pub const READERS: usize = 16;

/// What concurrent readers got.
pub struct Reading {
    pub times: Times,
    pub per_second: f64,
    /// How many requests were refused or failed.
    pub failed: u32,
}

/// A collection while others read.
pub struct Collection {
    /// The id of the run.
    pub run: String,
    pub reading: Reading,
    /// How many repositories were collected meanwhile.
    pub repositories: u64,
}

/// Reads the overview for this long.
pub async fn read(visitors: &Visitors, duration: Duration) -> BenchResult<Reading> {
    let began = Instant::now();
    let mut readers = JoinSet::new();
    for _ in 0..READERS {
        let visitors = visitors.clone();
        readers.spawn(async move {
            let (mut times, mut failed) = (Vec::new(), 0);
            while began.elapsed() < duration {
                match visitors.page(&requests::overview()).await {
                    Ok(time) => times.push(time),
                    Err(_) => failed += 1,
                }
            }
            (times, failed)
        });
    }
    let (mut times, mut failed) = (Vec::new(), 0);
    while let Some(reader) = readers.join_next().await {
        let (more, refused) = reader?;
        times.extend(more);
        failed += refused;
    }
    let requests = f64::from(u32::try_from(times.len())?);
    Ok(Reading {
        times: Times::new(times),
        per_second: requests / began.elapsed().as_secs_f64(),
        failed,
    })
}

/// Collects all repositories, and reads the overview meanwhile for this long. Then cancels the run,
/// if it is still active.
pub async fn read_during_collection(
    visitors: &Visitors,
    duration: Duration,
) -> BenchResult<Collection> {
    let response = visitors.program("POST", "/runs")?.send().await?;
    let started: Value = response.error_for_status()?.json().await?;
    let run = started["id"].to_string();
    let reading = read(visitors, duration).await?;
    let path = format!("/runs/{run}");
    let mut state: Value = visitors.program("GET", &path)?.send().await?.json().await?;
    let repositories = state["repositories_done"].as_u64().unwrap_or_default();
    if state["status"] == "running" {
        let cancel = visitors.program("POST", &format!("{path}/cancel"))?;
        cancel.send().await?.error_for_status()?;
    }
    while state["status"] == "running" {
        tokio::time::sleep(Duration::from_millis(500)).await;
        state = visitors.program("GET", &path)?.send().await?.json().await?;
    }
    Ok(Collection {
        run,
        reading,
        repositories,
    })
}
