//! The table of a repository's endpoints: how each is collected, and what its failure means.

use domain::{Endpoint, Measure};
use futures::FutureExt;
use futures::future::{BoxFuture, join_all};

use super::error::CollectError;
use super::outcome::Outcome;
use super::task::{Policy, Task};
use super::{rankings, releases, stars, tags, traffic};
use crate::github::GithubError;
use crate::store::{Fetched, RankingKind};

struct EndpointCollector {
    endpoint: Endpoint,
    policy: Policy,
    collect: Collect,
}

type Collect = for<'a> fn(&'a Task<'a>) -> BoxFuture<'a, Result<Fetched, CollectError>>;

/// All endpoints but the repository itself, which says what the failures of the others mean.
const COLLECTORS: [EndpointCollector; 9] = {
    use Endpoint as E;
    use Policy::{Optional, Required};

    [
        row(E::Views, Required, |task| {
            traffic::collect_days(task, Measure::Views).boxed()
        }),
        row(E::WeeklyViews, Required, |task| {
            traffic::collect_weeks(task, Measure::Views).boxed()
        }),
        row(E::Clones, Required, |task| {
            traffic::collect_days(task, Measure::Clones).boxed()
        }),
        row(E::WeeklyClones, Required, |task| {
            traffic::collect_weeks(task, Measure::Clones).boxed()
        }),
        row(E::Referrers, Required, |task| {
            rankings::collect(task, RankingKind::Referrers).boxed()
        }),
        row(E::Paths, Required, |task| {
            rankings::collect(task, RankingKind::Paths).boxed()
        }),
        row(E::Releases, Optional, |task| {
            releases::collect(task).boxed()
        }),
        row(E::Tags, Optional, |task| tags::collect(task).boxed()),
        row(E::StarHistory, Optional, |task| {
            stars::collect(task).boxed()
        }),
    ]
};

const fn row(endpoint: Endpoint, policy: Policy, collect: Collect) -> EndpointCollector {
    EndpointCollector {
        endpoint,
        policy,
        collect,
    }
}

/// Whether an endpoint's data can wait.
pub(super) fn is_optional(endpoint: Endpoint) -> bool {
    let mut optional = COLLECTORS
        .iter()
        .filter(|row| row.policy == Policy::Optional);
    optional.any(|row| row.endpoint == endpoint)
}

/// Collects the endpoints of a policy that are due, all at once.
pub(super) async fn collect(task: &Task<'_>, policy: Policy) -> Vec<Outcome> {
    let rows = COLLECTORS.iter().filter(|row| row.policy == policy);
    let outcomes = join_all(rows.map(|row| row.collect(task))).await;
    outcomes.into_iter().flatten().collect()
}

impl EndpointCollector {
    /// `None` if the endpoint is not due, or has to wait.
    async fn collect(&self, task: &Task<'_>) -> Option<Outcome> {
        let outcome = if task.is_due(self.endpoint, self.policy) {
            let collected = (self.collect)(task).await;
            match self.policy {
                Policy::Required => Some(collected),
                Policy::Optional => self.unless_unavailable(task, collected).await,
            }
        } else {
            None
        };
        task.finish(self.endpoint);
        Some((self.endpoint, outcome?))
    }

    async fn unless_unavailable(
        &self,
        task: &Task<'_>,
        collected: Result<Fetched, CollectError>,
    ) -> Option<Result<Fetched, CollectError>> {
        match collected {
            Err(CollectError::NotRequested(..)) => None,
            Err(CollectError::Github(error)) if is_unavailable(&error) => {
                tracing::debug!(
                    repository.name = %task.target.full_name,
                    endpoint = self.endpoint.as_str(),
                    reason = %error,
                    "GitHub does not show this endpoint to the token"
                );
                Some(record_unavailable(task, self.endpoint).await)
            }
            collected => Some(collected),
        }
    }
}

async fn record_unavailable(task: &Task<'_>, endpoint: Endpoint) -> Result<Fetched, CollectError> {
    let _permit = task.write_permit().await?;
    let (id, now) = (task.target.id, task.clock().now());
    task.store()
        .set_available(task.tenant, id, endpoint, false, now)
        .await?;
    Ok(Fetched::Complete(None))
}

/// Whether the token may not see this, or it does not exist: the repository itself was visible a
/// moment ago. What an organization has against the token or this server's address is a failure,
/// since another permission would not help.
fn is_unavailable(error: &GithubError) -> bool {
    matches!(
        error,
        GithubError::NotFound
            | GithubError::NoTraffic
            | GithubError::NoPushAccess
            | GithubError::MissingPermission(_)
            | GithubError::MissingScope(_)
            | GithubError::PaidPlan
            | GithubError::Blocked
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_endpoint_but_the_repository_itself_is_in_the_table_once() {
        let mut listed: Vec<_> = COLLECTORS.iter().map(|row| row.endpoint.as_str()).collect();
        listed.push(Endpoint::Repository.as_str());
        listed.sort_unstable();
        let mut all: Vec<_> = Endpoint::ALL.iter().map(|it| it.as_str()).collect();
        all.sort_unstable();
        assert_eq!(listed, all);
    }
}
