//! The circuit breaker of a connection: stops requests to a server that is down, and probes it.

use chrono::{DateTime, TimeDelta, Utc};
use parking_lot::Mutex;
use tokio::sync::watch;

use crate::github::{Admission, Cooldown, GithubError, Probe};

/// After this many timeouts or server errors in a row the server counts as down. That is more than
/// the requests for three repositories, so a few that GitHub cannot serve do not stop the others.
const FAILURES: u32 = 24;
/// The first cooldown; it doubles each time.
const FIRST_COOLDOWN: TimeDelta = TimeDelta::minutes(1);
/// The longest cooldown.
const MAX_COOLDOWN: TimeDelta = TimeDelta::minutes(16);

/// Closed while the server answers, open during a cooldown, half-open during a probe.
#[derive(Default)]
pub(super) struct Breaker {
    streak: Mutex<Streak>,
    cooldown: Cooldown,
}

#[derive(Default)]
struct Streak {
    failures_in_a_row: u32,
    cooldowns_in_a_row: u32,
}

impl Breaker {
    /// Whether a request may be sent.
    pub(super) fn admit(&self, now: DateTime<Utc>) -> Admission<Option<Probe<'_>>> {
        self.cooldown.admit(now)
    }

    /// Notifies of cooldowns that start or end.
    pub(super) fn changes(&self) -> watch::Receiver<()> {
        self.cooldown.changes()
    }

    /// Records from a response, or its error, whether the server is up. A response to an earlier
    /// request does not count during a cooldown.
    pub(super) fn record(&self, error: Option<&GithubError>, now: DateTime<Utc>) {
        if self.cooldown.is_active(now) {
            return;
        }
        let Some(error) = error.filter(|error| error.is_outage()) else {
            *self.streak.lock() = Streak::default();
            self.cooldown.finish();
            return;
        };
        let length = {
            let mut streak = self.streak.lock();
            streak.failures_in_a_row = streak.failures_in_a_row.saturating_add(1);
            if streak.failures_in_a_row < FAILURES {
                return;
            }
            let doublings = streak.cooldowns_in_a_row.min(4);
            streak.cooldowns_in_a_row = streak.cooldowns_in_a_row.saturating_add(1);
            (FIRST_COOLDOWN * (1 << doublings)).min(MAX_COOLDOWN)
        };
        self.cooldown.start(now + length, error.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    fn opens_at(breaker: &Breaker, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match breaker.admit(now) {
            Admission::RetryAt(until, _) => Some(until),
            Admission::Granted(_) | Admission::ProbeInFlight => None,
        }
    }

    fn fail(breaker: &Breaker, times: u32, now: DateTime<Utc>) {
        for number in 0..times {
            let error = match number % 2 {
                0 => GithubError::TimedOut,
                _ => GithubError::ServerError(502),
            };
            breaker.record(Some(&error), now);
        }
    }

    #[test]
    fn it_opens_after_failures_in_a_row_only() {
        let breaker = Breaker::default();
        for answer in [None, Some(GithubError::NotFound)] {
            fail(&breaker, FAILURES - 1, at(0));
            breaker.record(answer.as_ref(), at(0));
        }
        fail(&breaker, FAILURES - 1, at(0));
        assert_eq!(opens_at(&breaker, at(0)), None);
        fail(&breaker, 1, at(0));
        assert_eq!(opens_at(&breaker, at(0)), Some(at(1)));
        // Requests sent at the same time neither lengthen the cooldown nor end it.
        fail(&breaker, 8, at(0));
        breaker.record(None, at(0));
        assert_eq!(opens_at(&breaker, at(0)), Some(at(1)));
    }

    #[test]
    fn one_request_tries_and_each_failure_doubles_the_pause() {
        let breaker = Breaker::default();
        fail(&breaker, FAILURES, at(0));
        let mut now = 0;
        for pause in [1, 2, 4, 8, 16, 16] {
            now += pause;
            let probe = breaker.admit(at(now));
            assert!(
                matches!(probe, Admission::Granted(Some(_))),
                "after {pause} minutes"
            );
            assert!(matches!(breaker.admit(at(now)), Admission::ProbeInFlight));
            fail(&breaker, 1, at(now));
        }
        assert_eq!(opens_at(&breaker, at(now)), Some(at(now + 16)));
    }

    #[test]
    fn it_closes_when_the_server_answers() {
        let breaker = Breaker::default();
        fail(&breaker, FAILURES, at(0));
        let probe = breaker.admit(at(1));
        breaker.record(Some(&GithubError::NoPushAccess), at(1));
        drop(probe);
        assert!(matches!(breaker.admit(at(1)), Admission::Granted(None)));
        fail(&breaker, FAILURES - 1, at(1));
        assert_eq!(opens_at(&breaker, at(1)), None);
    }
}
