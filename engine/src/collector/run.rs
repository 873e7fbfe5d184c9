//! One process's share of a run: claims repositories, collects them, and completes each.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use domain::{ConnectionId, Endpoint, FailureKind, TenantId};
use futures::FutureExt;
use futures::stream::{self, Stream, StreamExt};
use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use super::Collector;
use super::active_run::ActiveRun;
use super::dispatcher::{ConnectionHealth, Dispatcher};
use super::error::CollectError;
use super::outcome;
use super::repository_job::RepositoryJob;
use crate::error::log_error;
use crate::reports::seen_lags;
use crate::store::Target;
use crate::{Error, StoreError};

/// The shortest time between two writes of what a run waits for.
const WRITE_INTERVAL: Duration = Duration::from_millis(200);
/// How often to check whether a run makes progress.
const STALL_POLL_INTERVAL: Duration = Duration::from_secs(5);
/// A run without progress for this many checks has stalled. Nothing takes two minutes: a request
/// ends within 15 seconds, a database statement within 30.
const STALLED_POLLS: u32 = 24;
/// The most repositories kept for the second round. If more fail, the server is the cause, and
/// memory must not grow with the run.
const MAX_POSTPONED: usize = 1_000;

impl Collector {
    /// Collects the run's waiting repositories, and ends the run if none is left.
    pub(super) async fn process_run(&self, run: &ActiveRun) {
        let collected = CancellationToken::new();
        let work = async {
            // Whatever happens, release the claims, so that another attempt can start.
            let whole = AssertUnwindSafe(self.collect_all(run)).catch_unwind();
            let error = tokio::select! {
                whole = whole => whole.err().map(|_| "a collection was interrupted"),
                () = run.stalls(STALLED_POLLS, STALL_POLL_INTERVAL) => Some("a collection made no progress"),
            };
            if let Some(error) = error {
                tracing::error!(run.id = run.id.get(), "{error}; resuming it");
            }
            collected.cancel();
        };
        tokio::join!(work, self.report(run, &collected));
        let store = &self.0.store;
        let unreported_requests = run.take_unreported();
        let released = store
            .release(run.tenant, run.id, run.worker, unreported_requests)
            .await;
        if let Err(error) = released {
            log_error(&error, "releasing the claims of a run failed");
        }
        self.end(run).await;
        self.change();
    }

    /// Ends the run if nothing of it is left.
    async fn end(&self, run: &ActiveRun) {
        let (tenant, id) = (run.tenant, run.id);
        let (store, now) = (&self.0.store, self.0.clock.now());
        let ended = async {
            store.fail_exhausted(tenant, id, now).await?;
            if !store.is_collected(tenant, id, run.worker).await? {
                return Ok(None);
            }
            self.check_after_run(tenant).await;
            let ended = store.end_run(tenant, id, run.worker, now).await?;
            if ended.is_some() {
                store.prune_items(tenant).await?;
                store.prune_runs(tenant).await?;
                store.checkpoint().await;
            }
            Ok::<_, StoreError>(ended)
        };
        match ended.await {
            Ok(Some(ended)) => tracing::info!(
                run.id = id.get(),
                run.status = ended.status.as_str(),
                repositories.total = ended.total,
                repositories.failed = ended.failed,
                requests = ended.requests,
                "a collection finished"
            ),
            Ok(None) => {}
            Err(error) => log_error(&error, "recording the end of a run failed"),
        }
    }

    /// Checks what a tenant's repositories have in common. The figures are stored by now, so an error
    /// is only logged, and the end of the next run makes up for it.
    async fn check_after_run(&self, tenant: TenantId) {
        if let Err(error) = self.record_false_zeros(tenant).await {
            log_error(&error, "recording false zeros failed");
        }
        if let Err(error) = self.record_publication_lags().await {
            log_error(&error, "recording GitHub’s publishing lag failed");
        }
    }

    /// Records each server's longest publishing lag.
    async fn record_publication_lags(&self) -> Result<(), StoreError> {
        let store = &self.0.store;
        let listed = store.unscoped_listed_windows().await?;
        store.unscoped_save_lags(&seen_lags(&listed)).await
    }

    /// Stores what the run waits for whenever that changes, until the work is done.
    async fn report(&self, run: &ActiveRun, collected: &CancellationToken) {
        while collected.run_until_cancelled(run.changed()).await.is_some() {
            let recorded = self
                .0
                .store
                .record_waiting(run.tenant, run.id, run.waiting())
                .await;
            if let Err(error) = recorded {
                log_error(&error, "recording the pause of a run failed");
            }
            self.change();
            let pause = tokio::time::sleep(WRITE_INTERVAL);
            if collected.run_until_cancelled(pause).await.is_none() {
                return;
            }
        }
    }

    async fn collect_all(&self, run: &ActiveRun) {
        match self.0.store.waiting_connections(run.id).await {
            Ok(connections) => {
                let connections = connections
                    .into_iter()
                    .map(|connection| self.collect_connection(run, connection));
                futures::future::join_all(connections).await;
            }
            Err(error) => log_error(&error, "reading the repositories of a run failed"),
        }
    }

    /// The run's waiting repositories of a connection, claimed a few at a time.
    fn claimed<'a>(
        &'a self,
        run: &'a ActiveRun,
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
                        log_error(&error, "claiming repositories failed");
                        return None;
                    }
                }
            }
        })
    }

    async fn collect_connection(&self, run: &ActiveRun, id: ConnectionId) {
        let all = &*self.0;
        let opened = all.upstreams.open(&all.clients, run.tenant, id).await;
        let dispatcher = opened
            .map(|upstream| Dispatcher::new(upstream, id, &all.clock, run))
            .map_err(unopened);
        // As many repositories at once as requests, so the last ones do not wait for each other.
        let postponed = &Mutex::new(Vec::new());
        self.claimed(run, id)
            .take_until(run.cancellation.cancelled())
            .for_each_concurrent(all.concurrency, async |target| {
                let mut job = RepositoryJob::new(target, all.clock.now());
                match &dispatcher {
                    Ok(dispatcher) => self.collect_repository(run, dispatcher, &mut job).await,
                    Err(error) => {
                        job.outcomes = vec![(Endpoint::Repository, Err(error.clone()))];
                    }
                }
                if outcome::is_retryable(&job.outcomes) {
                    let mut postponed = postponed.lock();
                    if postponed.len() < MAX_POSTPONED {
                        postponed.push(job);
                        return;
                    }
                }
                self.complete_job(run, &job).await;
            })
            .await;
        let Ok(dispatcher) = &dispatcher else {
            return;
        };
        // Transient errors get a second round after all first attempts: GitHub may be back by then.
        dispatcher.begin_last_round();
        let postponed = std::mem::take(&mut *postponed.lock());
        stream::iter(postponed)
            .take_until(run.cancellation.cancelled())
            .for_each_concurrent(all.concurrency, async |mut job| {
                self.retry_repository(run, dispatcher, &mut job).await;
                self.complete_job(run, &job).await;
            })
            .await;
        self.record_connection_health(run.tenant, id, dispatcher)
            .await;
    }

    /// Records how GitHub treated the connection, and what is left of its rate limit.
    async fn record_connection_health(
        &self,
        tenant: TenantId,
        id: ConnectionId,
        dispatcher: &Dispatcher<'_>,
    ) {
        let refusal = match dispatcher.health() {
            ConnectionHealth::Accepted => None,
            ConnectionHealth::Refused(reason) => Some(reason),
            ConnectionHealth::Unknown => return,
        };
        let refusal = refusal.as_deref();
        let rate_limit = dispatcher.client().rate_limit();
        let recorded = self
            .0
            .store
            .record_connection_health(tenant, id, dispatcher.sealed(), refusal, rate_limit)
            .await;
        if let Err(error) = recorded {
            log_error(&error, "recording the health of a connection failed");
        }
    }
}

/// Why a connection's server cannot be used.
fn unopened(error: Error) -> CollectError {
    let reason = match error {
        Error::Github(error) => return CollectError::not_requested(&error),
        Error::Secrets(error) => {
            log_error(&error, "a token cannot be decrypted");
            "The connection’s token cannot be decrypted with this server’s key. Check TIDEMARK_SECRET_KEY, or enter a new token.".to_owned()
        }
        error => error.into_problem().message,
    };
    CollectError::NotRequested(FailureKind::ConnectionUnusable, reason)
}
