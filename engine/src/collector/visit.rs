//! One repository of a run: every endpoint on its own, and what is recorded of them.

use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, Utc};
use domain::{Endpoint, Measure};

use super::calls::Calls;
use super::going::Going;
use super::trouble::{self, Outcome, Trouble};
use super::{Collector, Round, Task, extras, log, rankings, repository, traffic};
use crate::github::GithubError;
use crate::store::{CollectionOutcome, RankingKind, Settlement, Target};

/// A repository in the midst of a run.
pub(super) struct Visit {
    pub(super) target: Target,
    started_at: DateTime<Utc>,
    requests: AtomicU32,
    /// What became of the endpoints that were asked.
    pub(super) outcomes: Vec<Outcome>,
}

impl Visit {
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
        run: &Going,
        calls: &Calls<'_>,
        visit: &mut Visit,
    ) {
        visit.outcomes = Box::pin(self.collect_endpoints(run, calls, visit, Round::First)).await;
    }

    /// Asks once more what failed in the first round and may have passed; the outcomes are of
    /// both rounds then.
    pub(super) async fn collect_again(&self, run: &Going, calls: &Calls<'_>, visit: &mut Visit) {
        let first = std::mem::take(&mut visit.outcomes);
        let failed = trouble::passing(&first);
        let may_pass = |(endpoint, outcome): &Outcome| {
            outcome.is_ok() && !endpoint.is_extra() || failed.contains(endpoint)
        };
        let round = Round::Second {
            failed: &failed,
            extras: first.iter().all(may_pass),
        };
        let second = Box::pin(self.collect_endpoints(run, calls, visit, round)).await;
        visit.outcomes = trouble::of_both_rounds(first, second);
    }

    async fn collect_endpoints(
        &self,
        run: &Going,
        calls: &Calls<'_>,
        visit: &Visit,
        round: Round<'_>,
    ) -> Vec<Outcome> {
        let known = match self.0.store.last_answers(run.tenant, visit.target.id).await {
            Ok(known) => known,
            Err(error) => return vec![(Endpoint::Repository, Err(error.into()))],
        };
        let task = &Task {
            store: &self.0.store,
            writes: &self.0.writes,
            clock: &self.0.clock,
            calls,
            requests: &visit.requests,
            tenant: run.tenant,
            target: &visit.target,
            known: &known,
            thorough: run.thorough,
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
                Err(Trouble::Github(
                    GithubError::NotFound | GithubError::Blocked
                ))
            )
        };
        if repository.is_none() && of_traffic.iter().any(doubtful) {
            repository = Some(repository::collect(task).await);
        }
        if matches!(repository, Some(Ok(_))) {
            for (_, outcome) in &mut of_traffic {
                if let Err(Trouble::Github(error)) = outcome {
                    *error = error.clone().of_visible_repository();
                }
            }
        }
        let repository = repository.map(|outcome| (Endpoint::Repository, outcome));
        let mut outcomes: Vec<Outcome> = repository.into_iter().chain(of_traffic).collect();
        outcomes.extend(Box::pin(extras::collect(task, &outcomes)).await);
        outcomes
    }

    /// Records what became of a repository, unless it was not asked about to the end.
    pub(super) async fn settle(&self, run: &Going, visit: &Visit) {
        let (target, outcomes) = (&visit.target, &visit.outcomes);
        if trouble::was_stopped(outcomes) {
            return;
        }
        let failures = trouble::failures(outcomes);
        let told = trouble::told(&failures);
        if let Some(told) = told {
            tracing::warn!(
                run.id = run.id.get(),
                repository.name = %target.full_name,
                failures = failures.len(),
                kind = told.kind.as_str(),
                reason = told.reason,
                "a repository could not be collected completely"
            );
        }
        let uncounted = run.take_uncounted();
        let settlement = Settlement {
            tenant: run.tenant,
            run: run.id,
            worker: run.worker,
            repository: target.id,
            name: &target.full_name.to_string(),
            outcome: trouble::outcome(outcomes),
            failures: &failures,
            answers: &trouble::answers(outcomes),
            collection: CollectionOutcome {
                failure: told,
                resting: trouble::resting(outcomes),
                reachable: trouble::is_reachable(outcomes),
            },
            started_at: visit.started_at,
            now: self.0.clock.now(),
            requests: visit.requests.load(Ordering::Relaxed),
            uncounted,
        };
        let settled = self.0.store.settle(&settlement).await;
        run.step();
        if !matches!(settled, Ok(true)) {
            run.give_back(uncounted);
        }
        match settled {
            Ok(true) => {}
            Ok(false) => tracing::info!(
                run.id = run.id.get(),
                repository.name = %target.full_name,
                "a repository was taken over by another process, or deleted, before it was settled"
            ),
            // It is claimed and collected again.
            Err(error) => log(&error, "what became of a repository could not be stored"),
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
            rankings::ask(task, RankingKind::Referrers)
        ),
        if_due(
            task,
            Endpoint::Paths,
            rankings::ask(task, RankingKind::Paths)
        ),
    );
    let keep = async |kind: RankingKind, asked: Option<(Endpoint, Result<_, Trouble>)>| {
        let outcome = match asked?.1 {
            Ok(told) => rankings::keep(task, kind, told).await,
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
    asking: impl Future<Output = Result<T, Trouble>>,
) -> Option<(Endpoint, Result<T, Trouble>)> {
    if task.is_due(endpoint) {
        Some((endpoint, asking.await))
    } else {
        None
    }
}
