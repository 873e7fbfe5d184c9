//! What is asked beside the traffic: releases, tags and the history of stars.
//!
//! Traffic is what GitHub forgets, so it comes first: the rest is asked only of repositories whose
//! traffic was collected, and only while there is plenty left of the user's hourly requests. What
//! is not asked is still due, and no failure. Neither is it one that GitHub does not show a token
//! these things: that is kept as a fact.

use domain::{Endpoint, FailureKind};

use super::error::{CollectError, Outcome};
use super::{Task, releases, stars, tags};
use crate::github::GithubError;
use crate::store::Answered;

/// Asks what is due beside the traffic, of which these are the outcomes.
pub(super) async fn collect(task: &Task<'_>, of_traffic: &[Outcome]) -> Vec<Outcome> {
    if of_traffic.iter().any(|(_, outcome)| outcome.is_err()) {
        return Vec::new();
    }
    let of_releases = async {
        let releases = if_due(task, Endpoint::Releases, releases::collect(task)).await;
        // A tag of a release has its day, and need not be asked for it.
        (
            releases,
            if_due(task, Endpoint::Tags, tags::collect(task)).await,
        )
    };
    let of_stars = if_due(task, Endpoint::StarHistory, stars::collect(task));
    let ((releases, tags), stars) = tokio::join!(of_releases, of_stars);
    [releases, tags, stars].into_iter().flatten().collect()
}

impl Task<'_> {
    /// Whether there is plenty left to ask of what can wait.
    pub(super) fn has_headroom(&self) -> bool {
        self.dispatcher
            .client()
            .rate_limiter()
            .has_headroom(self.clock.now())
    }

    /// Asks for what can wait, where it need not.
    ///
    /// # Errors
    /// As for every request; [`CollectError::NotRequested`] where it has to wait.
    pub(super) async fn request_low_priority<T, F>(
        &self,
        request: impl Fn() -> F,
    ) -> Result<T, CollectError>
    where
        F: Future<Output = Result<T, GithubError>>,
    {
        if self.has_headroom() {
            self.request(request).await
        } else {
            Err(CollectError::NotRequested(
                FailureKind::RateLimited,
                "The remaining requests of this hour are reserved for traffic.".to_owned(),
            ))
        }
    }
}

/// `None` where it is not due, or has to wait.
async fn if_due(
    task: &Task<'_>,
    endpoint: Endpoint,
    collecting: impl Future<Output = Result<Answered, CollectError>>,
) -> Option<Outcome> {
    if !task.is_due(endpoint) {
        return None;
    }
    let outcome = match collecting.await {
        Err(CollectError::NotRequested(..)) => return None,
        Err(CollectError::Github(error)) if is_not_offered(&error) => {
            tracing::debug!(
                repository.name = %task.target.full_name,
                endpoint = endpoint.as_str(),
                reason = %error,
                "GitHub does not show this endpoint to the token"
            );
            keep_refusal(task, endpoint).await
        }
        outcome => outcome,
    };
    Some((endpoint, outcome))
}

async fn keep_refusal(task: &Task<'_>, endpoint: Endpoint) -> Result<Answered, CollectError> {
    let _writing = task.writing().await?;
    task.store
        .save_offer(
            task.tenant,
            task.target.id,
            endpoint,
            false,
            task.clock.now(),
        )
        .await?;
    Ok(Answered::News(None))
}

/// Whether this says that the token may not see it, or that there is no such thing: the repository
/// itself was there a moment ago. What an organisation has against the token or this server's
/// address is a failure, since another permission would not mend it.
fn is_not_offered(error: &GithubError) -> bool {
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
