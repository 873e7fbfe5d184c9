//! The measurements of the benchmark.

use std::time::Duration;

/// How many requests Tidemark has in flight.
pub const CONCURRENCY: usize = 16;
/// The databases, in the order of measurement.
pub const DATABASE_KINDS: [&str; 2] = ["SQLite", "PostgreSQL"];

/// The measurement of one collection.
pub struct Measurement {
    /// The wall-clock time.
    pub elapsed: Duration,
    /// The number of requests.
    pub requests: u32,
    /// The CPU time of the process on all cores.
    pub cpu_time: Duration,
    /// The peak memory of the process so far, in kilobytes.
    pub peak_kb: u64,
}

/// Two runs of one day.
pub struct Day {
    pub first: Measurement,
    pub second: Measurement,
    /// How many requests of the second run counted against the rate limit.
    pub charged: u32,
    /// The most requests in flight at GitHub.
    pub max_concurrent: usize,
}

/// All measurements on one database.
pub struct DatabaseResults {
    pub database_kind: &'static str,
    pub day: Day,
    /// The number of repositories of the sequential loop, and its measurement.
    pub baseline: (u32, Measurement),
    pub memory: Option<Memory>,
}

/// The measurements of memory, with few and with many repositories.
pub struct Memory {
    pub few: (u32, Measurement),
    pub many: (u32, Measurement),
}
