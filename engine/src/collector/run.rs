//! One run: every repository of it, each endpoint on its own, with the progress on record.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::{ConnectionId, Endpoint, FailureKind, RunStatus, TenantId};
use futures::stream::{self, StreamExt};
use tokio_util::sync::CancellationToken;

use super::Collector;
use super::calls::{Calls, Standing};
use super::going::Going;
use super::trouble::{self, Outcome, Trouble};
use crate::store::Target;
use crate::{Error, StoreError};

/// How often a run says that it lives. Thirty seconds without are taken for its death.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// The shortest time between two writes of the progress.
const BETWEEN_WRITES: Duration = Duration::from_millis(200);

impl Collector {
    /// Collects the targets, and ends the run.
    pub(super) async fn run(&self, run: Arc<Going>, targets: Vec<Target>) {
        let started = Instant::now();
        let total = u32::try_from(targets.len()).unwrap_or(u32::MAX);
        let over = CancellationToken::new();
        let work = async {
            self.collect_all(&run, targets).await;
            over.cancel();
        };
        tokio::join!(work, self.report(&run, &over));
        let progress = run.progress();
        // Only the process's end leaves repositories out.
        let status = if progress.done < total {
            RunStatus::Interrupted
        } else if progress.failed == 0 {
            RunStatus::Succeeded
        } else if run.is_fruitful() {
            RunStatus::Partial
        } else {
            RunStatus::Failed
        };
        if status != RunStatus::Interrupted {
            self.look_back(run.tenant).await;
        }
        self.finish(&run, status).await;
        tracing::info!(
            run.id = run.id.get(),
            run.status = status.as_str(),
            repositories.total = total,
            repositories.done = progress.done,
            repositories.failed = progress.failed,
            requests = progress.requests,
            elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            "a collection ended"
        );
    }

    /// Ends the run's record.
    pub(super) async fn finish(&self, run: &Going, status: RunStatus) {
        let now = self.0.clock.now();
        let finished = self
            .0
            .store
            .finish_run(run.tenant, run.id, status, run.progress(), now)
            .await;
        if let Err(error) = finished {
            // Without a sign of life it will be marked interrupted.
            log(&error, "the end of a run could not be stored");
        }
        self.change();
    }

    /// Stores the progress whenever it changes, and a sign of life at least every few seconds,
    /// until the work is over.
    async fn report(&self, run: &Going, over: &CancellationToken) {
        let done = |wait| over.run_until_cancelled(tokio::time::sleep(wait));
        loop {
            let changed = tokio::time::timeout(HEARTBEAT, run.changed());
            if over.run_until_cancelled(changed).await.is_none() {
                return;
            }
            self.beat(run).await;
            if done(BETWEEN_WRITES).await.is_none() {
                return;
            }
        }
    }

    /// Stores the progress and the sign of life.
    pub(super) async fn beat(&self, run: &Going) {
        let now = self.0.clock.now();
        let recorded = self
            .0
            .store
            .record_progress(run.tenant, run.id, run.progress(), now)
            .await;
        if let Err(error) = recorded {
            log(&error, "the progress of a run could not be stored");
        }
        self.change();
    }

    async fn collect_all(&self, run: &Going, targets: Vec<Target>) {
        let mut groups: BTreeMap<ConnectionId, Vec<Target>> = BTreeMap::new();
        for target in targets {
            groups.entry(target.connection).or_default().push(target);
        }
        let connections = groups
            .into_iter()
            .map(|(connection, targets)| self.collect_connection(run, connection, targets));
        futures::future::join_all(connections).await;
    }

    async fn collect_connection(&self, run: &Going, id: ConnectionId, targets: Vec<Target>) {
        let all = &*self.0;
        let opened = all.lines.open(&all.clients, run.tenant, id).await;
        let calls = opened
            .map(|line| Calls::new(line, id, &all.clock, run, &all.stopping))
            .map_err(unopened);
        // As many repositories at once as requests: the last ones of a run are not waited for.
        let postponed = &Mutex::new(Vec::new());
        stream::iter(&targets)
            .take_until(all.stopping.cancelled())
            .for_each_concurrent(all.concurrency, async |target| {
                let outcomes = match &calls {
                    Ok(calls) => self.collect_repository(run, calls, target).await,
                    Err(trouble) => vec![(Endpoint::Repository, Err(trouble.clone()))],
                };
                if trouble::may_pass(&outcomes) {
                    let mut postponed = postponed.lock().unwrap_or_else(PoisonError::into_inner);
                    postponed.push((target, outcomes));
                } else {
                    self.settle(run, target, &outcomes).await;
                }
            })
            .await;
        if let Ok(calls) = &calls {
            // What failed over something that passes gets a second round, once all others had
            // their first: GitHub may be back by then.
            calls.begin_last_round();
            let postponed =
                std::mem::take(&mut *postponed.lock().unwrap_or_else(PoisonError::into_inner));
            stream::iter(postponed)
                .take_until(all.stopping.cancelled())
                .for_each_concurrent(all.concurrency, async |(target, outcomes)| {
                    let outcomes = self.collect_again(run, calls, target, outcomes).await;
                    self.settle(run, target, &outcomes).await;
                })
                .await;
        }
        if let Ok(calls) = &calls {
            self.record_standing(run.tenant, id, calls).await;
        }
    }

    /// Records what became of a repository, unless the process ends.
    async fn settle(&self, run: &Going, target: &Target, outcomes: &[Outcome]) {
        if trouble::was_stopped(outcomes) {
            return;
        }
        if let Err(error) = self.record(run, target, outcomes).await {
            log(&error, "what became of a repository could not be stored");
        }
        run.count(outcomes);
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

fn log(error: &StoreError, what: &'static str) {
    tracing::error!(error = error as &dyn std::error::Error, "{what}");
}
