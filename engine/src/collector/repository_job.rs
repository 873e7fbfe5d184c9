//! One repository of a run: every endpoint on its own, and what is recorded of them.

use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, Utc};
use domain::{Endpoint, Measure};

use super::active_run::ActiveRun;
use super::dispatcher::Dispatcher;
use super::error::{self, CollectError, Outcome};
use super::{Collector, Round, Task, log, optional, rankings, repository, traffic};
use crate::github::GithubError;
use crate::store::{CollectionOutcome, ItemResult, RankingKind, Target};

/// A repository in the midst of a run.
pub(super) struct RepositoryJob {
    pub(super) target: Target,
    started_at: DateTime<Utc>,
    requests: AtomicU32,
    /// What became of the endpoints that were asked.
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
    /// Asks every endpoint that is due, the repository first; each commits what it learns on its
    /// own.
    pub(super) async fn collect_repository(
        &self,
        run: &ActiveRun,
        dispatcher: &Dispatcher<'_>,
        job: &mut RepositoryJob,
    ) {
        job.outcomes = Box::pin(self.collect_endpoints(run, dispatcher, job, Round::First)).await;
    }

    /// Asks once more what failed in the first round and may have passed; the outcomes are of
    /// both rounds then.
    pub(super) async fn retry_repository(
        &self,
        run: &ActiveRun,
        dispatcher: &Dispatcher<'_>,
        job: &mut RepositoryJob,
    ) {
        let first = std::mem::take(&mut job.outcomes);
        let failed = error::retryable(&first);
        let is_retryable = |(endpoint, outcome): &Outcome| {
            outcome.is_ok() && !endpoint.is_optional() || failed.contains(endpoint)
        };
        let round = Round::Second {
            failed: &failed,
            optional: first.iter().all(is_retryable),
        };
        let second = Box::pin(self.collect_endpoints(run, dispatcher, job, round)).await;
        job.outcomes = error::merge_rounds(first, second);
    }

    async fn collect_endpoints(
        &self,
        run: &ActiveRun,
        dispatcher: &Dispatcher<'_>,
        job: &RepositoryJob,
        round: Round<'_>,
    ) -> Vec<Outcome> {
        let known = match self.0.store.last_answers(run.tenant, job.target.id).await {
            Ok(known) => known,
            Err(error) => return vec![(Endpoint::Repository, Err(error.into()))],
        };
        let task = &Task {
            store: &self.0.store,
            writes: &self.0.writes,
            clock: &self.0.clock,
            dispatcher,
            requests: &job.requests,
            tenant: run.tenant,
            target: &job.target,
            known: &known,
            force_refresh: run.force_refresh,
            keeps_answers: self.0.keep_answers_days > 0,
            round,
        };
        let mut repository = None;
        if task.is_due(Endpoint::Repository) {
            repository = Some(repository::collect(task).await);
        }
        let mut of_traffic = Box::pin(collect_traffic(task)).await;
        // Only the repository itself tells whether it is gone or has no traffic.
        let doubtful = |(_, outcome): &Outcome| {
            matches!(
                outcome,
                Err(CollectError::Github(
                    GithubError::NotFound | GithubError::Blocked
                ))
            )
        };
        if repository.is_none() && of_traffic.iter().any(doubtful) {
            repository = Some(repository::collect(task).await);
        }
        if matches!(repository, Some(Ok(_))) {
            for (_, outcome) in &mut of_traffic {
                if let Err(CollectError::Github(error)) = outcome {
                    *error = error.clone().for_visible_repository();
                }
            }
        }
        let repository = repository.map(|outcome| (Endpoint::Repository, outcome));
        let mut outcomes: Vec<Outcome> = repository.into_iter().chain(of_traffic).collect();
        outcomes.extend(Box::pin(optional::collect(task, &outcomes)).await);
        outcomes
    }

    /// Records what became of a repository, unless it was not asked about to the end.
    pub(super) async fn complete_job(&self, run: &ActiveRun, job: &RepositoryJob) {
        let (target, outcomes) = (&job.target, &job.outcomes);
        if error::was_stopped(outcomes) {
            return;
        }
        let failures = error::failures(outcomes);
        let response = error::response(&failures);
        if let Some(response) = response {
            tracing::warn!(
                run.id = run.id.get(),
                repository.name = %target.full_name,
                failures = failures.len(),
                kind = response.kind.as_str(),
                reason = response.reason,
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
            outcome: error::outcome(outcomes),
            failures: &failures,
            answers: &error::answers(outcomes),
            collection: CollectionOutcome {
                failure: response,
                resting: error::pause_reason(outcomes),
                reachable: error::is_reachable(outcomes),
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
            // It is claimed and collected again.
            Err(error) => log(&error, "recording the result of a repository failed"),
        }
        self.change();
    }
}

/// Asks the endpoints of the traffic that are due, all at once. The lists are stored when the views
/// are, since they sum up the days that the views show.
async fn collect_traffic(task: &Task<'_>) -> Vec<Outcome> {
    let (views, weekly_views, clones, weekly_clones, referrers, paths) = tokio::join!(
        if_due(
            task,
            Endpoint::Views,
            traffic::collect_days(task, Measure::Views)
        ),
        if_due(
            task,
            Endpoint::WeeklyViews,
            traffic::collect_weeks(task, Measure::Views)
        ),
        if_due(
            task,
            Endpoint::Clones,
            traffic::collect_days(task, Measure::Clones)
        ),
        if_due(
            task,
            Endpoint::WeeklyClones,
            traffic::collect_weeks(task, Measure::Clones)
        ),
        if_due(
            task,
            Endpoint::Referrers,
            rankings::fetch(task, RankingKind::Referrers)
        ),
        if_due(
            task,
            Endpoint::Paths,
            rankings::fetch(task, RankingKind::Paths)
        ),
    );
    let keep = async |kind: RankingKind, asked: Option<(Endpoint, Result<_, CollectError>)>| {
        let outcome = match asked?.1 {
            Ok(response) => rankings::store(task, kind, response).await,
            Err(trouble) => Err(trouble),
        };
        Some((kind.endpoint(), outcome))
    };
    let referrers = keep(RankingKind::Referrers, referrers).await;
    let paths = keep(RankingKind::Paths, paths).await;
    let outcomes = [views, weekly_views, clones, weekly_clones, referrers, paths];
    outcomes.into_iter().flatten().collect()
}

async fn if_due<T>(
    task: &Task<'_>,
    endpoint: Endpoint,
    asking: impl Future<Output = Result<T, CollectError>>,
) -> Option<(Endpoint, Result<T, CollectError>)> {
    if task.is_due(endpoint) {
        Some((endpoint, asking.await))
    } else {
        None
    }
}
