//! The circuit breaker of a connection: a server that is away is left alone, and tried now and
//! again.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;

use crate::github::{GithubError, Pause, Trial, Turn};

/// After so many questions in a row that met silence or an error of the server's own, the server is
/// taken to be away. It is more than the questions about three repositories, so that a few that
/// GitHub cannot serve do not stop the others.
const FAILURES: u32 = 24;
/// The first pause; each further one is twice as long.
const FIRST_PAUSE: TimeDelta = TimeDelta::minutes(1);
/// The longest pause.
const MAX_GAP: TimeDelta = TimeDelta::minutes(16);

/// Closed while the server answers, open during a pause, half open while one request tries.
#[derive(Default)]
pub(super) struct Breaker {
    seen: Mutex<Seen>,
    pause: Pause,
}

#[derive(Default)]
struct Seen {
    failures_in_a_row: u32,
    pauses_in_a_row: u32,
}

impl Breaker {
    /// Whether a request may be sent.
    pub(super) fn turn(&self, now: DateTime<Utc>) -> Turn<Option<Trial<'_>>> {
        self.pause.turn(now)
    }

    /// Tells of pauses that begin and end.
    pub(super) fn news(&self) -> watch::Receiver<()> {
        self.pause.news()
    }

    /// Takes from an answer, or its failure, whether the server is there. What was sent before a
    /// pause says nothing during it.
    pub(super) fn note(&self, error: Option<&GithubError>, now: DateTime<Utc>) {
        if self.pause.lasts(now) {
            return;
        }
        let Some(error) = error.filter(|error| error.is_outage()) else {
            *self.seen() = Seen::default();
            self.pause.end();
            return;
        };
        let length = {
            let mut seen = self.seen();
            seen.failures_in_a_row = seen.failures_in_a_row.saturating_add(1);
            if seen.failures_in_a_row < FAILURES {
                return;
            }
            let doublings = seen.pauses_in_a_row.min(4);
            seen.pauses_in_a_row = seen.pauses_in_a_row.saturating_add(1);
            (FIRST_PAUSE * (1 << doublings)).min(MAX_GAP)
        };
        self.pause.begin(now + length, error.clone());
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    fn opens_at(breaker: &Breaker, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match breaker.turn(now) {
            Turn::At(until, _) => Some(until),
            Turn::Now(_) | Turn::Behind => None,
        }
    }

    fn fail(breaker: &Breaker, times: u32, now: DateTime<Utc>) {
        for number in 0..times {
            let error = match number % 2 {
                0 => GithubError::NoAnswer,
                _ => GithubError::ServerTrouble(502),
            };
            breaker.note(Some(&error), now);
        }
    }

    #[test]
    fn it_opens_after_failures_in_a_row_only() {
        let breaker = Breaker::default();
        for answer in [None, Some(GithubError::NotFound)] {
            fail(&breaker, FAILURES - 1, at(0));
            breaker.note(answer.as_ref(), at(0));
        }
        fail(&breaker, FAILURES - 1, at(0));
        assert_eq!(opens_at(&breaker, at(0)), None);
        fail(&breaker, 1, at(0));
        assert_eq!(opens_at(&breaker, at(0)), Some(at(1)));
        // Those that were sent at the same time neither lengthen the pause nor end it.
        fail(&breaker, 8, at(0));
        breaker.note(None, at(0));
        assert_eq!(opens_at(&breaker, at(0)), Some(at(1)));
    }

    #[test]
    fn one_request_tries_and_each_failure_doubles_the_pause() {
        let breaker = Breaker::default();
        fail(&breaker, FAILURES, at(0));
        let mut now = 0;
        for pause in [1, 2, 4, 8, 16, 16] {
            now += pause;
            let trial = breaker.turn(at(now));
            assert!(matches!(trial, Turn::Now(Some(_))), "after {pause} minutes");
            assert!(matches!(breaker.turn(at(now)), Turn::Behind));
            fail(&breaker, 1, at(now));
        }
        assert_eq!(opens_at(&breaker, at(now)), Some(at(now + 16)));
    }

    #[test]
    fn it_closes_when_the_server_answers() {
        let breaker = Breaker::default();
        fail(&breaker, FAILURES, at(0));
        let trial = breaker.turn(at(1));
        breaker.note(Some(&GithubError::NoPushAccess), at(1));
        drop(trial);
        assert!(matches!(breaker.turn(at(1)), Turn::Now(None)));
        fail(&breaker, FAILURES - 1, at(1));
        assert_eq!(opens_at(&breaker, at(1)), None);
    }
}
