//! One run's requests on one line: when each is sent, how often it is tried, what is waited for.

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

/// How GitHub took a connection in a run.
pub(super) enum ConnectionHealth {
    /// It answered.
    Accepted,
    /// It refused the connection as a whole, for this reason.
    Refused(String),
    /// It said nothing that tells.
    Unknown,
}

/// One run's requests on one line.
pub(super) struct Dispatcher<'a> {
    upstream: Arc<Upstream>,
    connection: ConnectionId,
    clock: &'a SharedClock,
    run: &'a ActiveRun,
    /// Why GitHub refused the connection as a whole; then nothing more is sent.
    refusal: OnceLock<GithubError>,
    /// Whether GitHub answered a request, and so took the connection.
    accepted: AtomicBool,
    /// Whether the first request was answered; until then the others wait.
    first_done: tokio::sync::Mutex<bool>,
    /// Whether a server that is away is given up rather than waited for.
    last_round: AtomicBool,
}

/// An answer, and whether its request was the one that tried after a pause.
struct Attempt<T> {
    answer: Result<T, GithubError>,
    was_probe: bool,
}

/// What is held from the sending of a request until its answer.
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

    /// From now on only what failed is asked again. Should all of that fail, the few repositories
    /// are to blame as likely as the server, and not worth waiting for it.
    pub(super) fn begin_last_round(&self) {
        self.last_round.store(true, Ordering::Relaxed);
    }

    /// Whether the run collects what is still fresh, too.
    pub(super) const fn forces_refresh(&self) -> bool {
        self.run.force_refresh
    }

    /// What to make requests with; [`ask`](Self::ask) sends them.
    pub(super) fn client(&self) -> &Client {
        self.upstream.client()
    }

    /// The sealed secret that the requests are made with.
    pub(super) fn sealed(&self) -> &[u8] {
        self.upstream.sealed()
    }

    /// How GitHub took the connection.
    pub(super) fn health(&self) -> ConnectionHealth {
        match self.refusal.get() {
            Some(refusal) => ConnectionHealth::Refused(refusal.to_string()),
            None if self.accepted.load(Ordering::Relaxed) => ConnectionHealth::Accepted,
            None => ConnectionHealth::Unknown,
        }
    }

    /// Asks when it may be asked, and counts what it sends. A limit is waited for, and what passes by itself is tried again
    /// a few times; what cannot succeed is asked once.
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
                // The limit is known now: the next turn comes when it has lifted.
                Err(GithubError::RateLimited { .. }) => continue,
                Err(error) => error,
            };
            attempts += 1;
            // After a pause that did not help, others may try.
            if attempts == MAX_ATTEMPTS || was_probe || !error.is_transient() {
                return Err(error.into());
            }
            self.unless_cancelled(self.clock.sleep(back_off(attempts)))
                .await?;
        }
    }

    /// Sends a request once, when its turn comes.
    ///
    /// The first request of a run goes alone: where the token was revoked, GitHub is then
    /// bothered once, and not so often that it locks the user out.
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

    /// Waits until a request may be sent: a permit is free, the user may still ask, and the
    /// server is there.
    async fn admit(&self) -> Result<InFlight<'_>, CollectError> {
        loop {
            // The semaphore is never closed; should it be, the process ends.
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
            let awaited = match rate_limiter.admit(now) {
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
            // Who waits stands in nobody's way.
            drop(permit);
            match awaited {
                Some((until, reason)) => self.wait(until, &reason, &mut changes).await?,
                None => drop(self.unless_cancelled(changes.changed()).await?),
            }
        }
    }

    /// Waits until a moment, or until the pause changes; not at all where the run has not so much
    /// time.
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
        // What is ready at once must not outrun the end.
        if self.run.cancellation.is_cancelled() {
            return Err(CollectError::Cancelled);
        }
        self.run
            .cancellation
            .run_until_cancelled(work)
            .await
            .ok_or(CollectError::Cancelled)
    }

    /// Takes from an answer what it means for the requests to come. What it means for the user's
    /// allowance, the client has taken already.
    ///
    /// That a question fails again is no news: one repository must not pass for the server.
    fn record_outcome(&self, error: Option<&GithubError>, news: bool) {
        if news || !error.is_some_and(GithubError::is_outage) {
            self.upstream.breaker.record(error, self.clock.now());
        }
        match error {
            None => self.accepted.store(true, Ordering::Relaxed),
            Some(error) if error.refuses_connection() => {
                // The first reason stands.
                let _ = self.refusal.set(error.clone());
            }
            Some(_) => {}
        }
    }
}
