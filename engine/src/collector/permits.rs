//! Permits for concurrent requests of a connection: scheduled runs go before manual ones.

use std::time::Duration;

use tokio::sync::{AcquireError, Semaphore, SemaphorePermit, watch};

use crate::SharedClock;

/// How long a request of a manual run yields to scheduled ones. It is shorter than the time after
/// which a run counts as stalled.
const MAX_YIELD: Duration = Duration::from_secs(20);

/// One permit for each concurrent request.
pub(super) struct Permits {
    free: Semaphore,
    /// How many requests of scheduled runs wait for a permit.
    scheduled: watch::Sender<usize>,
}

/// A waiting request of a scheduled run.
struct Waiting<'a>(&'a watch::Sender<usize>);

impl<'a> Waiting<'a> {
    fn new(scheduled: &'a watch::Sender<usize>) -> Self {
        scheduled.send_modify(|waiting| *waiting += 1);
        Self(scheduled)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|waiting| *waiting -= 1);
    }
}

impl Permits {
    pub(super) fn new(permits: usize) -> Self {
        Self {
            free: Semaphore::new(permits),
            scheduled: watch::Sender::new(0),
        }
    }

    /// A permit for a request of a scheduled run, first come, first served.
    pub(super) async fn scheduled(&self) -> Result<SemaphorePermit<'_>, AcquireError> {
        let waiting = Waiting::new(&self.scheduled);
        let permit = self.free.acquire().await;
        drop(waiting);
        permit
    }

    /// A permit for a request of a manual run: when no scheduled one waits, or after 20 seconds in
    /// the same queue. What people start can wait; what GitHub forgets cannot.
    pub(super) async fn manual(
        &self,
        clock: &SharedClock,
    ) -> Result<SemaphorePermit<'_>, AcquireError> {
        let mut scheduled = self.scheduled.subscribe();
        let first = async {
            loop {
                // The sender lives as long as the permits.
                if scheduled.wait_for(|waiting| *waiting == 0).await.is_err() {
                    return self.free.acquire().await;
                }
                let permit = self.free.acquire().await?;
                if *scheduled.borrow() == 0 {
                    return Ok(permit);
                }
            }
        };
        tokio::select! {
            // If a permit is free, do not wait.
            biased;
            permit = first => permit,
            () = clock.sleep(MAX_YIELD) => self.free.acquire().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chrono::{DateTime, Utc};
    use futures::future::BoxFuture;
    use futures::{FutureExt, poll};
    use tokio::sync::Notify;

    use super::*;
    use crate::{Clock, SystemClock};

    /// A clock whose sleeps end when the test says so.
    struct Held(Notify);

    impl Clock for Held {
        fn now(&self) -> DateTime<Utc> {
            SystemClock.now()
        }

        fn sleep(&self, _: Duration) -> BoxFuture<'_, ()> {
            self.0.notified().boxed()
        }
    }

    #[tokio::test]
    async fn a_scheduled_request_that_asks_later_goes_before_manual_ones() {
        let held = Arc::new(Held(Notify::new()));
        let clock: SharedClock = held.clone();
        let permits = Permits::new(1);
        let first = permits.manual(&clock).await.expect("free");
        let mut manual = Box::pin(permits.manual(&clock));
        assert!(poll!(&mut manual).is_pending());
        let mut scheduled = Box::pin(permits.scheduled());
        assert!(poll!(&mut scheduled).is_pending());

        drop(first);
        assert!(
            poll!(&mut manual).is_pending(),
            "it lets the scheduled one go first"
        );
        let first = scheduled.await.expect("its turn");
        assert!(poll!(&mut manual).is_pending());
        drop(first);
        let second = manual.await.expect("nobody else waits");

        // After yielding long enough, it waits in the same queue.
        let mut manual = Box::pin(permits.manual(&clock));
        let mut scheduled = Box::pin(permits.scheduled());
        assert!(poll!(&mut scheduled).is_pending() && poll!(&mut manual).is_pending());
        held.0.notify_waiters();
        assert!(poll!(&mut manual).is_pending());
        let mut later = Box::pin(permits.scheduled());
        assert!(poll!(&mut later).is_pending());
        drop(second);
        drop(scheduled.await.expect("it asked first"));
        drop(manual.await.expect("although a scheduled one waits"));
        drop(later.await.expect("its turn"));
    }
}
