//! One run's requests on one line: when each is sent, how often it is tried, what is waited for.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Utc};
use domain::ConnectionId;
use tokio::sync::{SemaphorePermit, watch};

use super::back_off::{ATTEMPTS, back_off};
use super::going::Going;
use super::line::Line;
use super::trouble::Trouble;
use crate::SharedClock;
use crate::github::{Client, GithubError, Leave, Trial, Turn};

/// How GitHub took a connection in a run.
pub(super) enum Standing {
    /// It answered.
    Taken,
    /// It refused the connection as a whole, for this reason.
    Refused(String),
    /// It said nothing that tells.
    Unknown,
}

/// One run's requests on one line.
pub(super) struct Calls<'a> {
    line: Arc<Line>,
    connection: ConnectionId,
    clock: &'a SharedClock,
    run: &'a Going,
    /// Why GitHub refused the connection as a whole; then nothing more is sent.
    refusal: OnceLock<GithubError>,
    /// Whether GitHub answered a request, and so took the connection.
    taken: AtomicBool,
    /// Whether the first request was answered; until then the others wait.
    tried: tokio::sync::Mutex<bool>,
    /// Whether a server that is away is given up rather than waited for.
    last_round: AtomicBool,
}

/// An answer, and whether its request was the one that tried after a pause.
struct Tried<T> {
    answer: Result<T, GithubError>,
    alone: bool,
}

/// What is held from the sending of a request until its answer.
struct Sending<'a> {
    _permit: SemaphorePermit<'a>,
    _leave: Leave<'a>,
    trial: Option<Trial<'a>>,
}

impl<'a> Calls<'a> {
    pub(super) fn new(
        line: Arc<Line>,
        connection: ConnectionId,
        clock: &'a SharedClock,
        run: &'a Going,
    ) -> Self {
        Self {
            line,
            connection,
            clock,
            run,
            refusal: OnceLock::new(),
            taken: AtomicBool::new(false),
            tried: tokio::sync::Mutex::new(false),
            last_round: AtomicBool::new(false),
        }
    }

    /// From now on only what failed is asked again. Should all of that fail, the few repositories
    /// are to blame as likely as the server, and not worth waiting for it.
    pub(super) fn begin_last_round(&self) {
        self.last_round.store(true, Ordering::Relaxed);
    }

    /// What to make requests with; [`ask`](Self::ask) sends them.
    pub(super) fn client(&self) -> &Client {
        self.line.client()
    }

    /// The sealed secret that the requests are made with.
    pub(super) fn sealed(&self) -> &[u8] {
        self.line.sealed()
    }

    /// How GitHub took the connection.
    pub(super) fn standing(&self) -> Standing {
        match self.refusal.get() {
            Some(refusal) => Standing::Refused(refusal.to_string()),
            None if self.taken.load(Ordering::Relaxed) => Standing::Taken,
            None => Standing::Unknown,
        }
    }

    /// Asks when it may be asked, and counts what it sends. A limit is waited for, and what passes by itself is tried again
    /// a few times; what cannot succeed is asked once.
    pub(super) async fn ask<T, F>(
        &self,
        count: &AtomicU32,
        request: impl Fn() -> F,
    ) -> Result<T, Trouble>
    where
        F: Future<Output = Result<T, GithubError>>,
    {
        let mut attempts = 0;
        loop {
            let Tried { answer, alone } = self.send(count, &request, attempts).await?;
            let error = match answer {
                Ok(answer) => return Ok(answer),
                // The limit is known now: the next turn comes when it has lifted.
                Err(GithubError::RateLimited { .. }) => continue,
                Err(error) => error,
            };
            attempts += 1;
            // After a pause that did not help, others may try.
            if attempts == ATTEMPTS || alone || !error.passes() {
                return Err(error.into());
            }
            self.unless_stopping(self.clock.sleep(back_off(attempts)))
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
    ) -> Result<Tried<T>, Trouble>
    where
        F: Future<Output = Result<T, GithubError>>,
    {
        let mut first = Some(self.tried.lock().await);
        if first.as_ref().is_some_and(|tried| **tried) {
            first = None;
        }
        let sending = self.turn().await?;
        count.fetch_add(1, Ordering::Relaxed);
        self.run.count_request();
        let answer = request().await;
        self.run.step();
        let alone = sending.trial.is_some();
        self.learn(answer.as_ref().err(), attempts == 0 || alone);
        drop(sending);
        if let Some(mut tried) = first {
            *tried = true;
        }
        Ok(Tried { answer, alone })
    }

    /// Waits until a request may be sent: a permit is free, the user may still ask, and the
    /// server is there.
    async fn turn(&self) -> Result<Sending<'_>, Trouble> {
        loop {
            // The semaphore is never closed; should it be, the process ends.
            let permits = &self.line.permits;
            let permit = async {
                if self.run.is_manual {
                    permits.manual(self.clock).await
                } else {
                    permits.scheduled().await
                }
            };
            let permit = (self.unless_stopping(permit).await?).map_err(|_| Trouble::Stopping)?;
            if let Some(reason) = self.refusal.get() {
                return Err(Trouble::not_asked(reason));
            }
            let now = self.clock.now();
            let allowance = self.client().allowance();
            let mut news = allowance.news();
            let awaited = match allowance.turn(now) {
                Turn::Now(leave) => {
                    news = self.line.breaker.news();
                    match self.line.breaker.turn(now) {
                        Turn::Now(trial) => {
                            return Ok(Sending {
                                _permit: permit,
                                _leave: leave,
                                trial,
                            });
                        }
                        Turn::At(until, reason) => Some((until, reason)),
                        Turn::Behind => None,
                    }
                }
                Turn::At(until, reason) => Some((until, reason)),
                Turn::Behind => None,
            };
            // Who waits stands in nobody's way.
            drop(permit);
            match awaited {
                Some((until, reason)) => self.wait(until, &reason, &mut news).await?,
                None => drop(self.unless_stopping(news.changed()).await?),
            }
        }
    }

    /// Waits until a moment, or until the pause changes; not at all where the run has not so much
    /// time.
    async fn wait(
        &self,
        until: DateTime<Utc>,
        reason: &GithubError,
        news: &mut watch::Receiver<()>,
    ) -> Result<(), Trouble> {
        let hopeless = reason.is_outage() && self.last_round.load(Ordering::Relaxed);
        if hopeless || until > self.run.ends_at {
            return Err(Trouble::not_asked(reason));
        }
        let _waiting = self.run.waits(self.connection, until, reason.awaited());
        let lifted = async {
            tokio::select! {
                () = self.clock.sleep_until(until) => {}
                _ = news.changed() => {}
            }
        };
        self.unless_stopping(lifted).await
    }

    async fn unless_stopping<T>(&self, work: impl Future<Output = T>) -> Result<T, Trouble> {
        // What is ready at once must not outrun the end.
        if self.run.over.is_cancelled() {
            return Err(Trouble::Stopping);
        }
        self.run
            .over
            .run_until_cancelled(work)
            .await
            .ok_or(Trouble::Stopping)
    }

    /// Takes from an answer what it means for the requests to come. What it means for the user's
    /// allowance, the client has taken already.
    ///
    /// That a question fails again is no news: one repository must not pass for the server.
    fn learn(&self, error: Option<&GithubError>, news: bool) {
        if news || !error.is_some_and(GithubError::is_outage) {
            self.line.breaker.note(error, self.clock.now());
        }
        match error {
            None => self.taken.store(true, Ordering::Relaxed),
            Some(error) if error.refuses_connection() => {
                // The first reason stands.
                let _ = self.refusal.set(error.clone());
            }
            Some(_) => {}
        }
    }
}
