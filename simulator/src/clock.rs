//! The clock of the simulator, injected and set by tests.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// The clock of a simulator.
///
/// Clones share the time: [`Control::set_clock`](crate::Control::set_clock) and
/// [`Control::advance`](crate::Control::advance) change all of them.
#[derive(Clone)]
pub struct Clock {
    source: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    offset_us: Arc<AtomicI64>,
}

impl Clock {
    /// A clock that follows `source`.
    pub fn new(source: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self {
            source: Arc::new(source),
            offset_us: Arc::new(AtomicI64::new(0)),
        }
    }

    /// A clock that stops at this time until it is moved.
    #[must_use]
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self::new(move || at)
    }

    /// The current time, in microseconds.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        (self.source)() + TimeDelta::microseconds(self.offset_us.load(Ordering::Relaxed))
    }

    /// The current UTC day; GitHub counts traffic in UTC days.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.now().date_naive()
    }

    pub(crate) fn advance(&self, by: TimeDelta) {
        let step = by.num_microseconds().unwrap_or(i64::MAX);
        self.offset_us.fetch_add(step, Ordering::Relaxed);
    }

    pub(crate) fn set(&self, at: DateTime<Utc>) {
        self.advance(at - self.now());
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_show_the_same_time_when_one_is_moved() {
        let start: DateTime<Utc> = "2026-03-01T12:00:00Z".parse().unwrap();
        let clock = Clock::fixed(start);
        let other = clock.clone();
        clock.advance(TimeDelta::hours(13));
        assert_eq!(other.now(), start + TimeDelta::hours(13));
        assert_eq!(other.today().to_string(), "2026-03-02");
        other.set(start);
        assert_eq!(clock.now(), start);
    }
}
