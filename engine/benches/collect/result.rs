//! What a measurement yields, and the concurrency that it is taken at.

use std::time::Duration;

/// How many requests may be in flight.
pub const CONCURRENCY: usize = 16;

/// What a collection took.
pub struct Took {
    /// How long, on the clock at the wall.
    pub elapsed: Duration,
    /// How many requests it made.
    pub requests: u32,
    /// How long the process computed meanwhile, on all cores together.
    pub computed: Duration,
    /// The most memory that the process held until then, in kilobytes.
    pub peak_kb: u64,
}

/// The time of two runs of one day.
pub struct Day {
    pub first: Took,
    pub second: Took,
    /// How many requests of the second run were taken from the budget.
    pub charged: u32,
    /// The most requests that GitHub saw in flight.
    pub at_once: usize,
}
