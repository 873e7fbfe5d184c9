//! One repository of a run: every endpoint on its own, and what is recorded of them.

use domain::{Endpoint, Measure, RepositoryStatus};

use super::line::Calls;
use super::run::Going;
use super::trouble::{self, Outcome, Trouble};
use super::{Collector, Task, rankings, repository, traffic};
use crate::StoreError;
use crate::store::{NewFailure, RankingKind, Target};

impl Collector {
    /// Asks every endpoint, the repository first; each commits what it learns on its own.
    pub(super) async fn collect_repository(
        &self,
        run: &Going,
        calls: &Calls<'_>,
        target: &Target,
    ) -> Vec<Outcome> {
        let task = &Task {
            store: &self.0.store,
            writes: &self.0.writes,
            clock: &self.0.clock,
            calls,
            tenant: run.tenant,
            target,
        };
        let repository = repository::collect(task).await;
        let visible = repository.is_ok();
        let (views, weekly_views, clones, weekly_clones, referrers, paths) = tokio::join!(
            traffic::collect_days(task, Measure::Views),
            traffic::collect_weeks(task, Measure::Views),
            traffic::collect_days(task, Measure::Clones),
            traffic::collect_weeks(task, Measure::Clones),
            rankings::collect(task, RankingKind::Referrers),
            rankings::collect(task, RankingKind::Paths),
        );
        let of_traffic = [
            (Endpoint::Views, views),
            (Endpoint::WeeklyViews, weekly_views),
            (Endpoint::Clones, clones),
            (Endpoint::WeeklyClones, weekly_clones),
            (Endpoint::Referrers, referrers),
            (Endpoint::Paths, paths),
        ];
        let of_traffic = of_traffic.map(|(endpoint, outcome)| match outcome {
            Err(Trouble::Github(error)) if visible => {
                (endpoint, Err(error.of_visible_repository().into()))
            }
            outcome => (endpoint, outcome),
        });
        std::iter::once((Endpoint::Repository, repository))
            .chain(of_traffic)
            .collect()
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
        let first = failures.first().map(|(_, reason)| reason.as_str());
        if let Some(reason) = first {
            tracing::warn!(
                run.id = run.id.get(),
                repository.name = %target.full_name,
                failures = failures.len(),
                reason,
                "a repository could not be collected completely"
            );
            let name = target.full_name.to_string();
            let rows: Vec<_> = failures
                .iter()
                .map(|(endpoint, reason)| NewFailure {
                    repository: target.id,
                    repository_name: &name,
                    endpoint: *endpoint,
                    reason,
                })
                .collect();
            store.record_failures(run.tenant, run.id, &rows).await?;
        }
        let was_reachable = target.status != RepositoryStatus::Unreachable;
        if let Some(reachable) = trouble::is_reachable(outcomes)
            && reachable != was_reachable
        {
            store
                .set_reachability(run.tenant, target.id, reachable)
                .await?;
        }
        store
            .record_collection(run.tenant, target.id, self.0.clock.now(), first)
            .await
    }
}
