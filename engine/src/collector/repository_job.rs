//! One repository of a run: collects its endpoints, and records the result.

use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, Utc};
use domain::Endpoint;
use tokio::sync::watch;

use super::active_run::ActiveRun;
use super::dispatcher::Dispatcher;
use super::error::CollectError;
use super::outcome::{self, Outcome};
use super::task::{Policy, Round, Task};
use super::{Collector, endpoints, repository};
use crate::error::log_error;
use crate::github::GithubError;
use crate::store::{CollectionOutcome, ItemResult, Target};

/// A repository that is being collected.
pub(super) struct RepositoryJob {
    pub(super) target: Target,
    started_at: DateTime<Utc>,
    requests: AtomicU32,
    /// The outcomes of its endpoints.
    pub(super) outcomes: Vec<Outcome>,
}

impl RepositoryJob {
    pub(super) fn new(target: Target, started_at: DateTime<Utc>) -> Self {
        Self {
            target,
            started_at,
            requests: AtomicU32::new(0),
            outcomes: Vec::new(),
        }
    }
}

impl Collector {
    /// Collects every endpoint that is due, the repository first. Each commits its data on its own.
    pub(super) async fn collect_repository(
        &self,
        run: &ActiveRun,
        dispatcher: &Dispatcher<'_>,
        job: &mut RepositoryJob,
    ) {
        job.outcomes = Box::pin(self.collect_endpoints(run, dispatcher, job, Round::First)).await;
    }

    /// Retries the transient failures of the first round, and merges the outcomes of both.
    pub(super) async fn retry_repository(
        &self,
        run: &ActiveRun,
        dispatcher: &Dispatcher<'_>,
        job: &mut RepositoryJob,
    ) {
        let first = std::mem::take(&mut job.outcomes);
        let failed = outcome::retryable(&first);
        let is_retryable = |(endpoint, outcome): &Outcome| {
            outcome.is_ok() && !endpoints::is_optional(*endpoint) || failed.contains(endpoint)
        };
        let round = Round::Second {
            failed: &failed,
            optional: first.iter().all(is_retryable),
        };
        let second = Box::pin(self.collect_endpoints(run, dispatcher, job, round)).await;
        job.outcomes = outcome::merge_rounds(first, second);
    }

    async fn collect_endpoints(
        &self,
        run: &ActiveRun,
        dispatcher: &Dispatcher<'_>,
        job: &RepositoryJob,
        round: Round<'_>,
    ) -> Vec<Outcome> {
        let known = match self.0.store.fetch_states(run.tenant, job.target.id).await {
            Ok(known) => known,
            Err(error) => return vec![(Endpoint::Repository, Err(error.into()))],
        };
        let task = &Task {
            collector: &self.0,
            tenant: run.tenant,
            target: &job.target,
            dispatcher,
            requests: &job.requests,
            known: &known,
            round,
            finished: watch::Sender::default(),
        };
        let mut repository = None;
        if task.is_due(Endpoint::Repository, Policy::Required) {
            repository = Some(repository::collect(task).await);
        }
        let mut traffic = endpoints::collect(task, Policy::Required).await;
        // Only the repository itself shows whether it is gone or has no traffic.
        let doubtful = |(_, outcome): &Outcome| {
            matches!(
                outcome,
                Err(CollectError::Github(
                    GithubError::NotFound | GithubError::Blocked
                ))
            )
        };
        if repository.is_none() && traffic.iter().any(doubtful) {
            repository = Some(repository::collect(task).await);
        }
        if matches!(repository, Some(Ok(_))) {
            for (_, outcome) in &mut traffic {
                if let Err(CollectError::Github(error)) = outcome {
                    *error = error.clone().for_visible_repository();
                }
            }
        }
        let repository = repository.map(|outcome| (Endpoint::Repository, outcome));
        let mut outcomes: Vec<Outcome> = repository.into_iter().chain(traffic).collect();
        if outcomes.iter().all(|(_, outcome)| outcome.is_ok()) {
            outcomes.extend(endpoints::collect(task, Policy::Optional).await);
        }
        outcomes
    }

    /// Records the result of a repository, unless its collection was cancelled.
    pub(super) async fn complete_job(&self, run: &ActiveRun, job: &RepositoryJob) {
        let (target, outcomes) = (&job.target, &job.outcomes);
        if outcome::was_stopped(outcomes) {
            return;
        }
        let failures = outcome::failures(outcomes);
        let primary = outcome::primary_failure(&failures);
        if let Some(primary) = primary {
            tracing::warn!(
                run.id = run.id.get(),
                repository.name = %target.full_name,
                failures = failures.len(),
                kind = primary.kind.as_str(),
                reason = primary.reason,
                "a repository was not collected completely"
            );
        }
        let unreported_requests = run.take_unreported();
        let result = ItemResult {
            tenant: run.tenant,
            run: run.id,
            worker: run.worker,
            repository: target.id,
            name: &target.full_name.to_string(),
            outcome: outcome::outcome(outcomes),
            failures: &failures,
            answers: &outcome::answers(outcomes),
            collection: CollectionOutcome {
                failure: primary,
                pause_reason: outcome::pause_reason(outcomes),
                reachable: outcome::is_reachable(outcomes),
            },
            started_at: job.started_at,
            now: self.0.clock.now(),
            requests: job.requests.load(Ordering::Relaxed),
            unreported_requests,
        };
        let completed = self.0.store.complete_item(&result).await;
        run.step();
        if !matches!(completed, Ok(true)) {
            run.restore_unreported(unreported_requests);
        }
        match completed {
            Ok(true) => {}
            Ok(false) => tracing::info!(
                run.id = run.id.get(),
                repository.name = %target.full_name,
                "a repository was taken over by another process or deleted before it was finished"
            ),
            // It will be claimed and collected again.
            Err(error) => log_error(&error, "recording the result of a repository failed"),
        }
        self.change();
    }
}
