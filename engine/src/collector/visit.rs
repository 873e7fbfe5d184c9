//! One repository of a run: every endpoint on its own, and what is recorded of them.

use domain::{Endpoint, Measure};

use super::calls::Calls;
use super::going::Going;
use super::trouble::{self, Outcome, Trouble};
use super::{Collector, Round, Task, extras, rankings, repository, traffic};
use crate::StoreError;
use crate::github::GithubError;
use crate::store::{Answered, CollectionOutcome, NewFailure, RankingKind, Target};

impl Collector {
    /// Asks every endpoint that is due, the repository first; each commits what it learns on its
    /// own. What comes back is of those that were asked.
    pub(super) async fn collect_repository(
        &self,
        run: &Going,
        calls: &Calls<'_>,
        target: &Target,
    ) -> Vec<Outcome> {
        Box::pin(self.collect_endpoints(run, calls, target, Round::First)).await
    }

    /// Asks once more what failed in the first round and may have passed; what comes back is of
    /// both rounds.
    pub(super) async fn collect_again(
        &self,
        run: &Going,
        calls: &Calls<'_>,
        target: &Target,
        first: Vec<Outcome>,
    ) -> Vec<Outcome> {
        let failed = trouble::passing(&first);
        let may_pass = |(endpoint, outcome): &Outcome| {
            outcome.is_ok() && !endpoint.is_extra() || failed.contains(endpoint)
        };
        let round = Round::Second {
            failed: &failed,
            extras: first.iter().all(may_pass),
        };
        let second = self.collect_endpoints(run, calls, target, round);
        trouble::of_both_rounds(first, Box::pin(second).await)
    }

    async fn collect_endpoints(
        &self,
        run: &Going,
        calls: &Calls<'_>,
        target: &Target,
        round: Round<'_>,
    ) -> Vec<Outcome> {
        let known = match self.0.store.last_answers(run.tenant, target.id).await {
            Ok(known) => known,
            Err(error) => return vec![(Endpoint::Repository, Err(error.into()))],
        };
        let task = &Task {
            store: &self.0.store,
            writes: &self.0.writes,
            clock: &self.0.clock,
            calls,
            tenant: run.tenant,
            target,
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

    /// Records what failed, and how the repository stands now.
    pub(super) async fn record(
        &self,
        run: &Going,
        target: &Target,
        outcomes: &[Outcome],
    ) -> Result<(), StoreError> {
        let store = &self.0.store;
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
            let name = target.full_name.to_string();
            let rows: Vec<_> = failures
                .iter()
                .map(|failed| NewFailure {
                    repository: target.id,
                    repository_name: &name,
                    failed,
                })
                .collect();
            store.record_failures(run.tenant, run.id, &rows).await?;
        }
        let answers = trouble::answers(outcomes);
        let now = self.0.clock.now();
        store
            .record_answers(run.tenant, target.id, &answers, now)
            .await?;
        let outcome = CollectionOutcome {
            failure: told,
            resting: trouble::resting(outcomes),
            reachable: trouble::is_reachable(outcomes),
        };
        let mut transaction = store.begin().await?;
        transaction
            .keep_outcome(run.tenant, target.id, &outcome, now)
            .await?;
        transaction.commit().await
    }
}

/// Asks the endpoints of the traffic that are due, all at once.
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
            rankings::collect(task, RankingKind::Referrers)
        ),
        if_due(
            task,
            Endpoint::Paths,
            rankings::collect(task, RankingKind::Paths)
        ),
    );
    let outcomes = [views, weekly_views, clones, weekly_clones, referrers, paths];
    outcomes.into_iter().flatten().collect()
}

async fn if_due(
    task: &Task<'_>,
    endpoint: Endpoint,
    collecting: impl Future<Output = Result<Answered, Trouble>>,
) -> Option<Outcome> {
    if task.is_due(endpoint) {
        Some((endpoint, collecting.await))
    } else {
        None
    }
}
