//! The requests of one run over one connection: when each is sent, retried, or given up.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Utc};
use domain::ConnectionId;
use tokio::sync::{SemaphorePermit, watch};

use super::active_run::ActiveRun;
use super::back_off::{MAX_ATTEMPTS, back_off};
use super::error::CollectError;
use super::upstream::Upstream;
use crate::SharedClock;
use crate::github::{Admission, Client, GithubError, Probe, RateLimitPermit};

/// How GitHub treated a connection during a run.
pub(super) enum ConnectionHealth {
    /// It answered a request.
    Accepted,
    /// It refused the connection as a whole, for this reason.
    Refused(String),
    /// No response said either.
    Unknown,
}

/// The requests of one run over one connection.
pub(super) struct Dispatcher<'a> {
    upstream: Arc<Upstream>,
    connection: ConnectionId,
    clock: &'a SharedClock,
    run: &'a ActiveRun,
    /// Why GitHub refused the connection as a whole. No more requests are sent then.
    refusal: OnceLock<GithubError>,
    /// Whether GitHub answered a request, and so accepted the connection.
    accepted: AtomicBool,
    /// Whether the first request is done. Until then the others wait.
    first_done: tokio::sync::Mutex<bool>,
    /// Whether to give up on a server that is down instead of waiting for it.
    last_round: AtomicBool,
}

/// A response, and whether its request was a probe.
struct Attempt<T> {
    answer: Result<T, GithubError>,
    was_probe: bool,
}

/// What is held from sending a request until its response.
struct InFlight<'a> {
    _permit: SemaphorePermit<'a>,
    _rate_permit: RateLimitPermit<'a>,
    probe: Option<Probe<'a>>,
}

impl<'a> Dispatcher<'a> {
    pub(super) fn new(
        upstream: Arc<Upstream>,
        connection: ConnectionId,
        clock: &'a SharedClock,
        run: &'a ActiveRun,
    ) -> Self {
        Self {
            upstream,
            connection,
            clock,
            run,
            refusal: OnceLock::new(),
            accepted: AtomicBool::new(false),
            first_done: tokio::sync::Mutex::new(false),
            last_round: AtomicBool::new(false),
        }
    }

    /// From now on only failed requests are repeated. If all of them fail again, the few
    /// repositories are as likely the cause as the server, so waiting is not worth it.
    pub(super) fn begin_last_round(&self) {
        self.last_round.store(true, Ordering::Relaxed);
    }

    /// Whether the run requests data that is still fresh, too.
    pub(super) const fn forces_refresh(&self) -> bool {
        self.run.force_refresh
    }

    /// The client to make requests with; [`request`](Self::request) sends them.
    pub(super) fn client(&self) -> &Client {
        self.upstream.client()
    }

    /// The encrypted secret of the requests.
    pub(super) fn sealed(&self) -> &[u8] {
        self.upstream.sealed()
    }

    /// How GitHub treated the connection.
    pub(super) fn health(&self) -> ConnectionHealth {
        match self.refusal.get() {
            Some(refusal) => ConnectionHealth::Refused(refusal.to_string()),
            None if self.accepted.load(Ordering::Relaxed) => ConnectionHealth::Accepted,
            None => ConnectionHealth::Unknown,
        }
    }

    /// Sends a request when it may be sent, and counts it. Waits for rate limits, and retries
    /// transient errors a few times; a permanent error is not retried.
    pub(super) async fn request<T, F>(
        &self,
        count: &AtomicU32,
        request: impl Fn() -> F,
    ) -> Result<T, CollectError>
    where
        F: Future<Output = Result<T, GithubError>>,
    {
        let mut attempts = 0;
        loop {
            let Attempt { answer, was_probe } = self.send(count, &request, attempts).await?;
            let error = match answer {
                Ok(answer) => return Ok(answer),
                // The limiter knows the limit now, and admits the request when it is lifted.
                Err(GithubError::RateLimited { .. }) => continue,
                Err(error) => error,
            };
            attempts += 1;
            // A failed probe is not retried; the next request becomes the probe.
            if attempts == MAX_ATTEMPTS || was_probe || !error.is_transient() {
                return Err(error.into());
            }
            self.unless_cancelled(self.clock.sleep(back_off(attempts)))
                .await?;
        }
    }

    /// Sends a request once, when it is admitted.
    ///
    /// The first request of a run goes alone: if the token was revoked, GitHub sees one bad request
    /// and does not lock the user out.
    async fn send<T, F>(
        &self,
        count: &AtomicU32,
        request: impl Fn() -> F,
        attempts: u32,
    ) -> Result<Attempt<T>, CollectError>
    where
        F: Future<Output = Result<T, GithubError>>,
    {
        let mut first = Some(self.first_done.lock().await);
        if first.as_ref().is_some_and(|first_done| **first_done) {
            first = None;
        }
        let in_flight = self.admit().await?;
        count.fetch_add(1, Ordering::Relaxed);
        self.run.count_request();
        let answer = request().await;
        self.run.step();
        let was_probe = in_flight.probe.is_some();
        self.record_outcome(answer.as_ref().err(), attempts == 0 || was_probe);
        drop(in_flight);
        if let Some(mut first_done) = first {
            *first_done = true;
        }
        Ok(Attempt { answer, was_probe })
    }

    /// Waits until a request may be sent: a permit is free, the rate limiter admits it, and the
    /// circuit breaker is closed.
    async fn admit(&self) -> Result<InFlight<'_>, CollectError> {
        loop {
            // The semaphore is never closed; if it were, the process would be ending.
            let permits = &self.upstream.permits;
            let permit = async {
                if self.run.is_manual {
                    permits.manual(self.clock).await
                } else {
                    permits.scheduled().await
                }
            };
            let permit =
                (self.unless_cancelled(permit).await?).map_err(|_| CollectError::Cancelled)?;
            if let Some(reason) = self.refusal.get() {
                return Err(CollectError::not_requested(reason));
            }
            let now = self.clock.now();
            let rate_limiter = self.client().rate_limiter();
            let mut changes = rate_limiter.changes();
            let wait = match rate_limiter.admit(now) {
                Admission::Granted(rate_permit) => {
                    changes = self.upstream.breaker.changes();
                    match self.upstream.breaker.admit(now) {
                        Admission::Granted(probe) => {
                            return Ok(InFlight {
                                _permit: permit,
                                _rate_permit: rate_permit,
                                probe,
                            });
                        }
                        Admission::RetryAt(until, reason) => Some((until, reason)),
                        Admission::ProbeInFlight => None,
                    }
                }
                Admission::RetryAt(until, reason) => Some((until, reason)),
                Admission::ProbeInFlight => None,
            };
            // Release the permit while waiting.
            drop(permit);
            match wait {
                Some((until, reason)) => self.wait(until, &reason, &mut changes).await?,
                None => drop(self.unless_cancelled(changes.changed()).await?),
            }
        }
    }

    /// Waits until a moment, or until the cooldown changes. Fails at once if the run may not wait
    /// that long.
    async fn wait(
        &self,
        until: DateTime<Utc>,
        reason: &GithubError,
        changes: &mut watch::Receiver<()>,
    ) -> Result<(), CollectError> {
        let pointless = reason.is_outage() && self.last_round.load(Ordering::Relaxed);
        if pointless || until > self.run.wait_deadline {
            return Err(CollectError::not_requested(reason));
        }
        let _waiting = self.run.waits(self.connection, until, reason.wait_reason());
        let lifted = async {
            tokio::select! {
                () = self.clock.sleep_until(until) => {}
                _ = changes.changed() => {}
            }
        };
        self.unless_cancelled(lifted).await
    }

    async fn unless_cancelled<T>(&self, work: impl Future<Output = T>) -> Result<T, CollectError> {
        // Check cancellation first: a future that is already ready would win the race.
        if self.run.cancellation.is_cancelled() {
            return Err(CollectError::Cancelled);
        }
        self.run
            .cancellation
            .run_until_cancelled(work)
            .await
            .ok_or(CollectError::Cancelled)
    }

    /// Records what a response means for later requests. The client has already updated the rate
    /// limiter.
    ///
    /// A retry does not count toward the breaker; otherwise one bad repository could open it.
    fn record_outcome(&self, error: Option<&GithubError>, counts_failure: bool) {
        if counts_failure || !error.is_some_and(GithubError::is_outage) {
            self.upstream.breaker.record(error, self.clock.now());
        }
        match error {
            None => self.accepted.store(true, Ordering::Relaxed),
            Some(error) if error.refuses_connection() => {
                // The first reason is kept.
                let _ = self.refusal.set(error.clone());
            }
            Some(_) => {}
        }
    }
}
