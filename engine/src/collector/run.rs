//! A process's part in a run: it claims repositories, collects them, and settles each.

use std::panic::AssertUnwindSafe;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::{ConnectionId, Endpoint, FailureKind, TenantId};
use futures::FutureExt;
use futures::stream::{self, Stream, StreamExt};
use tokio_util::sync::CancellationToken;

use super::calls::{Calls, Standing};
use super::going::Going;
use super::trouble::{self, Trouble};
use super::visit::Visit;
use super::{Collector, log};
use crate::Error;
use crate::store::Target;

/// The shortest time between two writes of what a run waits for.
const BETWEEN_WRITES: Duration = Duration::from_millis(200);
/// How often it is looked whether a run goes on.
const BETWEEN_LOOKS: Duration = Duration::from_secs(5);
/// After so many looks in vain it has come to a standstill. Nothing lasts two minutes by itself: a
/// request has an answer or is given up within fifteen seconds, the database within thirty.
const STALLED_LOOKS: u32 = 24;
/// How many repositories are kept for a second round at most: where so many fail, the server is
/// the trouble, and memory must not grow with the run.
const MOST_POSTPONED: usize = 1_000;

impl Collector {
    /// Collects what of the run waits, and ends the run where nothing of it is left.
    pub(super) async fn take_part(&self, run: &Going) {
        let collected = CancellationToken::new();
        let work = async {
            // Whatever happens, the claims are released, and what it had begun is begun again.
            let whole = AssertUnwindSafe(self.collect_all(run)).catch_unwind();
            let trouble = tokio::select! {
                whole = whole => whole.err().map(|_| "a collection broke off"),
                () = run.stalls(STALLED_LOOKS, BETWEEN_LOOKS) => Some("a collection neither asked nor stored nor waited"),
            };
            if let Some(trouble) = trouble {
                tracing::error!(run.id = run.id.get(), "{trouble}; it is taken up again");
            }
            collected.cancel();
        };
        tokio::join!(work, self.report(run, &collected));
        let store = &self.0.store;
        let uncounted = run.take_uncounted();
        let released = store
            .release(run.tenant, run.id, run.worker, uncounted)
            .await;
        if let Err(error) = released {
            log(&error, "what a run had claimed could not be released");
        }
        self.end(run).await;
        self.change();
    }

    /// Ends the run, where nothing of it is left.
    async fn end(&self, run: &Going) {
        let (tenant, id) = (run.tenant, run.id);
        let (store, now) = (&self.0.store, self.0.clock.now());
        let ended = async {
            store.give_up(tenant, id, now).await?;
            if !store.is_collected(tenant, id, run.worker).await? {
                return Ok(None);
            }
            self.look_back(tenant).await;
            let ended = store.end_run(tenant, id, run.worker, now).await?;
            if ended.is_some() {
                store.forget_old_items(tenant).await?;
                store.forget_old_runs(tenant).await?;
                store.checkpoint().await;
            }
            Ok(ended)
        };
        match ended.await {
            Ok(Some(ended)) => tracing::info!(
                run.id = id.get(),
                run.status = ended.status.as_str(),
                repositories.total = ended.total,
                repositories.failed = ended.failed,
                requests = ended.requests,
                "a collection ended"
            ),
            Ok(None) => {}
            Err(error) => log(&error, "the end of a run could not be stored"),
        }
    }

    /// Stores what the run waits for whenever that changes, until the work is over.
    async fn report(&self, run: &Going, collected: &CancellationToken) {
        while collected.run_until_cancelled(run.changed()).await.is_some() {
            let recorded = self
                .0
                .store
                .record_waiting(run.tenant, run.id, run.waiting())
                .await;
            if let Err(error) = recorded {
                log(&error, "what a run waits for could not be stored");
            }
            self.change();
            let pause = tokio::time::sleep(BETWEEN_WRITES);
            if collected.run_until_cancelled(pause).await.is_none() {
                return;
            }
        }
    }

    async fn collect_all(&self, run: &Going) {
        match self.0.store.waiting_connections(run.id).await {
            Ok(connections) => {
                let connections = connections
                    .into_iter()
                    .map(|connection| self.collect_connection(run, connection));
                futures::future::join_all(connections).await;
            }
            Err(error) => log(&error, "the repositories of a run could not be read"),
        }
    }

    /// The repositories that wait over a connection, claimed a few at a time.
    fn claimed<'a>(
        &'a self,
        run: &'a Going,
        connection: ConnectionId,
    ) -> impl Stream<Item = Target> + 'a {
        stream::unfold(Vec::new().into_iter(), move |mut claimed| async move {
            loop {
                if let Some(target) = claimed.next() {
                    return Some((target, claimed));
                }
                let all = &*self.0;
                let (most, now) = (all.concurrency, all.clock.now());
                let more = all
                    .store
                    .claim(run.tenant, run.id, connection, run.worker, most, now);
                match more.await {
                    Ok(more) if more.is_empty() => return None,
                    Ok(more) => claimed = more.into_iter(),
                    Err(error) => {
                        log(&error, "repositories to collect could not be claimed");
                        return None;
                    }
                }
            }
        })
    }

    async fn collect_connection(&self, run: &Going, id: ConnectionId) {
        let all = &*self.0;
        let opened = all.lines.open(&all.clients, run.tenant, id).await;
        let calls = opened
            .map(|line| Calls::new(line, id, &all.clock, run))
            .map_err(unopened);
        // As many repositories at once as requests: the last ones of a run are not waited for.
        let postponed = &Mutex::new(Vec::new());
        self.claimed(run, id)
            .take_until(run.over.cancelled())
            .for_each_concurrent(all.concurrency, async |target| {
                let mut visit = Visit::new(target, all.clock.now());
                match &calls {
                    Ok(calls) => self.collect_repository(run, calls, &mut visit).await,
                    Err(trouble) => {
                        visit.outcomes = vec![(Endpoint::Repository, Err(trouble.clone()))];
                    }
                }
                if trouble::may_pass(&visit.outcomes) {
                    let mut postponed = postponed.lock().unwrap_or_else(PoisonError::into_inner);
                    if postponed.len() < MOST_POSTPONED {
                        postponed.push(visit);
                        return;
                    }
                }
                self.settle(run, &visit).await;
            })
            .await;
        let Ok(calls) = &calls else {
            return;
        };
        // What failed over something that passes gets a second round, once all others had their
        // first: GitHub may be back by then.
        calls.begin_last_round();
        let postponed =
            std::mem::take(&mut *postponed.lock().unwrap_or_else(PoisonError::into_inner));
        stream::iter(postponed)
            .take_until(run.over.cancelled())
            .for_each_concurrent(all.concurrency, async |mut visit| {
                self.collect_again(run, calls, &mut visit).await;
                self.settle(run, &visit).await;
            })
            .await;
        self.record_standing(run.tenant, id, calls).await;
    }

    /// Records how GitHub took the connection, and what is left of its budget.
    async fn record_standing(&self, tenant: TenantId, id: ConnectionId, calls: &Calls<'_>) {
        let refusal = match calls.standing() {
            Standing::Taken => None,
            Standing::Refused(reason) => Some(reason),
            Standing::Unknown => return,
        };
        let refusal = refusal.as_deref();
        let budget = calls.client().budget();
        let recorded = self
            .0
            .store
            .record_standing(tenant, id, calls.sealed(), refusal, budget)
            .await;
        if let Err(error) = recorded {
            log(&error, "how a connection stands could not be stored");
        }
    }
}

/// Why there is no line to a connection's server.
fn unopened(error: Error) -> Trouble {
    let reason = match error {
        Error::Github(error) => return Trouble::not_asked(&error),
        Error::Secrets(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "a token cannot be read"
            );
            "The token of the connection cannot be read with this server's key: check TIDEMARK_SECRET_KEY, or connect again.".to_owned()
        }
        error => error.into_problem().message,
    };
    Trouble::NotAsked(FailureKind::ConnectionUnusable, reason)
}
