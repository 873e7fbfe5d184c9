//! The line to a GitHub server: who may send when, for all runs of this process together.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use chrono::{DateTime, Utc};
use domain::{ConnectionId, TenantId};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::trouble::Trouble;
use crate::clients::{Clients, Opened};
use crate::github::{Client, GithubError};
use crate::{Error, SharedClock};

/// After so many requests in a row without any answer, the server is taken to be away: a run
/// over thousands of repositories would otherwise wait out a deadline for each of them.
const SILENCES: u32 = 24;

/// A connection's line, shared by all runs of this process.
pub(super) struct Line {
    opened: Arc<Opened>,
    /// One permit for each request in flight; stays when the token changes.
    permits: Arc<Semaphore>,
    /// Until when GitHub wants to hear nothing, and why.
    rest: Mutex<Option<(DateTime<Utc>, String)>>,
}

/// The lines that were used so far.
pub(super) struct Lines {
    permits: usize,
    lines: Mutex<HashMap<ConnectionId, Arc<Line>>>,
}

impl Lines {
    /// Lines with so many requests in flight at most on each.
    pub(super) fn new(permits: usize) -> Self {
        Self {
            permits: permits.max(1),
            lines: Mutex::default(),
        }
    }

    /// The line of a connection; a new one where its server or its token changed.
    ///
    /// A 304 of one token must never answer another's question, and a new token need not wait for
    /// the old one's limit: so nothing but the permits is kept.
    pub(super) async fn open(
        &self,
        clients: &Clients,
        tenant: TenantId,
        id: ConnectionId,
    ) -> Result<Arc<Line>, Error> {
        let opened = clients.open(tenant, id).await?;
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lines.get(&id);
        if let Some(line) = known.filter(|line| Arc::ptr_eq(&line.opened, &opened)) {
            return Ok(Arc::clone(line));
        }
        let permits = known.map_or_else(
            || Arc::new(Semaphore::new(self.permits)),
            |line| Arc::clone(&line.permits),
        );
        let line = Arc::new(Line {
            opened,
            permits,
            rest: Mutex::default(),
        });
        lines.insert(id, Arc::clone(&line));
        Ok(line)
    }
}

impl Lines {
    /// Lets go of a removed connection's line.
    pub(super) fn forget(&self, id: ConnectionId) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.remove(&id);
    }
}

/// How GitHub took a connection in a run.
pub(super) enum Standing<'a> {
    /// It answered.
    Taken,
    /// It refused the connection as a whole, for this reason.
    Refused(&'a str),
    /// It said nothing that tells.
    Unknown,
}

/// One run's requests on one line.
pub(super) struct Calls<'a> {
    line: Arc<Line>,
    clock: &'a SharedClock,
    requests: &'a AtomicU32,
    stopping: &'a CancellationToken,
    /// Why the rest of the run's requests on this line are not sent.
    ended: OnceLock<String>,
    /// Why GitHub refused the connection as a whole.
    refusal: OnceLock<String>,
    /// Whether GitHub answered a request, and so took the connection.
    taken: AtomicBool,
    silences: AtomicU32,
    /// Whether the first request was answered; until then the others wait.
    tried: tokio::sync::Mutex<bool>,
}

impl<'a> Calls<'a> {
    pub(super) fn new(
        line: Arc<Line>,
        clock: &'a SharedClock,
        requests: &'a AtomicU32,
        stopping: &'a CancellationToken,
    ) -> Self {
        Self {
            line,
            clock,
            requests,
            stopping,
            ended: OnceLock::new(),
            refusal: OnceLock::new(),
            taken: AtomicBool::new(false),
            silences: AtomicU32::new(0),
            tried: tokio::sync::Mutex::new(false),
        }
    }

    /// What to make requests with; [`ask`](Self::ask) sends them.
    pub(super) fn client(&self) -> &Client {
        &self.line.opened.client
    }

    /// The sealed secret that the requests are made with.
    pub(super) fn sealed(&self) -> &[u8] {
        self.line.opened.sealed()
    }

    /// How GitHub took the connection.
    pub(super) fn standing(&self) -> Standing<'_> {
        match self.refusal.get() {
            Some(refusal) => Standing::Refused(refusal),
            None if self.taken.load(Ordering::Relaxed) => Standing::Taken,
            None => Standing::Unknown,
        }
    }

    /// Sends a request when it may be sent, unless there is a reason not to.
    ///
    /// The first request of a run goes alone: where the token was revoked, GitHub is then
    /// bothered once, and not so often that it locks the user out.
    pub(super) async fn ask<T>(
        &self,
        request: impl Future<Output = Result<T, GithubError>>,
    ) -> Result<T, Trouble> {
        let mut tried = self.tried.lock().await;
        if *tried {
            drop(tried);
            return self.send(request).await;
        }
        let answer = self.send(request).await;
        *tried = true;
        answer
    }

    async fn send<T>(
        &self,
        request: impl Future<Output = Result<T, GithubError>>,
    ) -> Result<T, Trouble> {
        // The semaphore is never closed; should it be, the process ends.
        let _permit = self
            .line
            .permits
            .acquire()
            .await
            .map_err(|_| Trouble::Stopping)?;
        if self.stopping.is_cancelled() {
            return Err(Trouble::Stopping);
        }
        if let Some(reason) = self.reason_not_to_ask() {
            return Err(Trouble::NotAsked(reason));
        }
        self.requests.fetch_add(1, Ordering::Relaxed);
        let answer = request.await;
        self.learn(answer.as_ref().err());
        Ok(answer?)
    }

    fn reason_not_to_ask(&self) -> Option<String> {
        if let Some(reason) = self.ended.get() {
            return Some(reason.clone());
        }
        let rest = self
            .line
            .rest
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let (until, reason) = rest.as_ref()?;
        (self.clock.now() < *until).then(|| reason.clone())
    }

    /// Takes from an answer what it means for the requests to come.
    fn learn(&self, error: Option<&GithubError>) {
        match error {
            None => self.taken.store(true, Ordering::Relaxed),
            Some(error) if error.refuses_connection() => {
                let _ = self.refusal.set(error.to_string());
            }
            Some(_) => {}
        }
        let Some(error) =
            error.filter(|error| error.is_silence() || error.is_terminal_for_connection())
        else {
            self.silences.store(0, Ordering::Relaxed);
            return;
        };
        if let GithubError::RateLimited { until, .. } = error {
            // Other runs heed it, too: whoever goes on asking risks being banned.
            *self
                .line
                .rest
                .lock()
                .unwrap_or_else(PoisonError::into_inner) = Some((*until, error.to_string()));
        }
        if error.is_terminal_for_connection()
            || self.silences.fetch_add(1, Ordering::Relaxed) + 1 >= SILENCES
        {
            // The first reason stands.
            let _ = self.ended.set(error.to_string());
        }
    }
}
