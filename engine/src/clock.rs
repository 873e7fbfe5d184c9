//! The clock: the only source of time and of waiting.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, SubsecRound, Utc};
use domain::Day;
use futures::FutureExt;
use futures::future::BoxFuture;

/// The longest sleep while waiting for a time, because the machine may sleep meanwhile or its clock
/// may be set.
const MAX_SLEEP: Duration = Duration::from_secs(30);

/// Returns the time and waits for it; tests use a fixed one.
pub trait Clock: Send + Sync {
    /// The current time in whole microseconds, which both databases store.
    fn now(&self) -> DateTime<Utc>;

    /// The current UTC day.
    fn today(&self) -> Day {
        Day::of(self.now())
    }

    /// Waits until this clock shows a time; not at all if it is past.
    fn sleep_until(&self, moment: DateTime<Utc>) -> BoxFuture<'_, ()> {
        async move {
            // A past time has no duration.
            while let Ok(left) = (moment - self.now()).to_std()
                && !left.is_zero()
            {
                tokio::time::sleep(left.min(MAX_SLEEP)).await;
            }
        }
        .boxed()
    }

    /// Waits for a short while, independent of the time of day.
    fn sleep(&self, short_while: Duration) -> BoxFuture<'_, ()> {
        tokio::time::sleep(short_while).boxed()
    }
}

/// A shared clock.
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

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use chrono::TimeDelta;

    use super::*;

    /// Shows each of these times once, then the last one.
    struct Moments(Mutex<Vec<DateTime<Utc>>>);

    impl Clock for Moments {
        fn now(&self) -> DateTime<Utc> {
            let mut moments = self.0.lock().expect("no test panicked");
            match moments.len() {
                1 => moments[0],
                _ => moments.remove(0),
            }
        }
    }

    #[tokio::test]
    async fn a_clock_that_is_set_while_one_waits_is_looked_at_again() {
        let after = |millis| DateTime::UNIX_EPOCH + TimeDelta::milliseconds(millis);
        // The clock is set back after the first sleep, and continues from there.
        let moments = vec![after(0), after(-20), after(15), after(20)];
        let clock = Moments(Mutex::new(moments));
        let began = std::time::Instant::now();
        clock.sleep_until(after(20)).await;
        assert!(began.elapsed() >= Duration::from_millis(20 + 40 + 5));
        assert_eq!(clock.now(), after(20));
    }
}
