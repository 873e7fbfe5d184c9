//! The state that all requests to a simulator share.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clock::Clock;
use crate::github::GitHub;

/// The state that all requests share.
#[derive(Debug)]
pub(crate) struct Shared {
    github: Mutex<GitHub>,
    pub(crate) clock: Clock,
    pub(crate) base_path: String,
    pub(crate) secondary_limits: bool,
    pub(crate) in_flight: AtomicUsize,
    pub(crate) most_in_flight: AtomicUsize,
    requests: AtomicU64,
}

impl Shared {
    pub(crate) fn new(
        github: GitHub,
        clock: Clock,
        base_path: String,
        secondary_limits: bool,
    ) -> Self {
        Self {
            github: Mutex::new(github),
            clock,
            base_path,
            secondary_limits,
            in_flight: AtomicUsize::new(0),
            most_in_flight: AtomicUsize::new(0),
            requests: AtomicU64::new(0),
        }
    }

    pub(crate) fn github(&self) -> MutexGuard<'_, GitHub> {
        self.github.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn next_request_id(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed) + 1
    }
}
