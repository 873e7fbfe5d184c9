//! The time, as the one thing that tells it.

use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};
use domain::Day;

/// Tells the time; tests hold it still.
pub trait Clock: Send + Sync {
    /// The present moment, in whole microseconds: what both databases keep.
    fn now(&self) -> DateTime<Utc>;

    /// The present UTC day.
    fn today(&self) -> Day {
        Day::of(self.now())
    }
}

/// A clock that everything shares.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that everything else uses"
    )]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }
}
