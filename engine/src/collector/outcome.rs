//! The outcomes of a repository's endpoints, and what they mean for the repository.

use domain::{Endpoint, FailureKind, ItemOutcome};

use super::error::CollectError;
use crate::github::GithubError;
use crate::store::{Failed, Fetched};

/// The outcome of one endpoint of a repository.
pub(super) type Outcome = (Endpoint, Result<Fetched, CollectError>);

/// Whether the collection was cancelled before all endpoints were requested.
pub(super) fn was_stopped(outcomes: &[Outcome]) -> bool {
    outcomes
        .iter()
        .any(|(_, outcome)| matches!(outcome, Err(CollectError::Cancelled)))
}

/// Whether anything was collected.
fn any_succeeded(outcomes: &[Outcome]) -> bool {
    outcomes.iter().any(|(_, outcome)| outcome.is_ok())
}

/// The outcome of the repository as a whole.
pub(super) fn outcome(outcomes: &[Outcome]) -> ItemOutcome {
    let whole = |outcome: &Result<Fetched, CollectError>| {
        (outcome.as_ref()).is_ok_and(|answered| answered.left_out().is_none())
    };
    if outcomes.iter().all(|(_, outcome)| whole(outcome)) {
        ItemOutcome::Succeeded
    } else if any_succeeded(outcomes) {
        ItemOutcome::Partial
    } else {
        ItemOutcome::Failed
    }
}

/// Whether a transient error occurred.
pub(super) fn is_retryable(outcomes: &[Outcome]) -> bool {
    !retryable(outcomes).is_empty()
}

/// The endpoints with a transient error; none if the collection was cancelled.
pub(super) fn retryable(outcomes: &[Outcome]) -> Vec<Endpoint> {
    if was_stopped(outcomes) {
        return Vec::new();
    }
    outcomes
        .iter()
        .filter(|(_, outcome)| matches!(outcome, Err(CollectError::Github(error)) if error.is_transient()))
        .map(|(endpoint, _)| *endpoint)
        .collect()
}

/// The outcomes of both rounds: the second one for what was retried. Why an endpoint failed says
/// more than why it was not requested again.
pub(super) fn merge_rounds(first: Vec<Outcome>, mut second: Vec<Outcome>) -> Vec<Outcome> {
    let mut outcomes = first;
    for (endpoint, outcome) in &mut outcomes {
        if let Some(at) = second.iter().position(|(again, _)| again == endpoint) {
            let (_, again) = second.remove(at);
            if !matches!(again, Err(CollectError::NotRequested(..))) {
                *outcome = again;
            }
        }
    }
    outcomes.extend(second);
    outcomes
}

/// What to record of each endpoint: its response, or `None` if it failed. What was not requested
/// keeps its record.
pub(super) fn answers(outcomes: &[Outcome]) -> Vec<(Endpoint, Option<Fetched>)> {
    outcomes
        .iter()
        .filter_map(|(endpoint, outcome)| match outcome {
            Ok(answered) => Some((*endpoint, Some(answered.clone()))),
            Err(CollectError::Github(_) | CollectError::NotStored) => Some((*endpoint, None)),
            Err(CollectError::NotRequested(..) | CollectError::Cancelled) => None,
        })
        .collect()
}

/// Whether GitHub shows the repository to the token; `None` if no response said.
pub(super) fn is_reachable(outcomes: &[Outcome]) -> Option<bool> {
    if any_succeeded(outcomes) {
        return Some(true);
    }
    let gone = outcomes.iter().any(|(endpoint, outcome)| {
        *endpoint == Endpoint::Repository
            && matches!(
                outcome,
                Err(CollectError::Github(
                    GithubError::NotFound | GithubError::AccessLost
                ))
            )
    });
    gone.then_some(false)
}

/// The failure that stands for the repository: the connection's, which all of its repositories
/// share, else the first.
pub(super) fn primary_failure(failures: &[Failed]) -> Option<&Failed> {
    let of_connection = failures
        .iter()
        .find(|failure| failure.kind.is_of_connection());
    of_connection.or(failures.first())
}

/// Why nothing of the repository's traffic can be collected until someone acts; `None` if some was,
/// or may be in the next run.
pub(super) fn pause_reason(outcomes: &[Outcome]) -> Option<FailureKind> {
    let mut kinds = outcomes
        .iter()
        .filter_map(|(_, outcome)| Some(outcome.as_ref().err()?.kind()));
    if let Some(kind) = kinds.clone().find(|kind| kind.is_of_connection()) {
        return Some(kind);
    }
    let of_traffic = |endpoint| matches!(endpoint, Endpoint::Views | Endpoint::Clones);
    let fruitful = outcomes
        .iter()
        .any(|(endpoint, outcome)| of_traffic(*endpoint) && outcome.is_ok());
    let first = kinds.clone().next()?;
    (!fruitful && kinds.all(FailureKind::is_permanent)).then_some(first)
}

/// The failures to record, each with its reason. What all endpoints share is recorded once: the
/// connection's error, and that the whole repository is missing.
pub(super) fn failures(outcomes: &[Outcome]) -> Vec<Failed> {
    let mut errors: Vec<_> = outcomes
        .iter()
        .filter_map(|(endpoint, outcome)| Some((*endpoint, outcome.as_ref().err()?)))
        .collect();
    let of_whole_repository = |error: &CollectError| {
        matches!(
            error,
            CollectError::Github(
                GithubError::NotFound | GithubError::AccessLost | GithubError::Blocked
            )
        )
    };
    if errors.len() == outcomes.len()
        && let Some((_, first)) = errors.first().copied()
        && of_whole_repository(first)
    {
        errors.truncate(1);
    }
    let mut reported = false;
    errors.retain(|(_, error)| {
        !error.concerns_connection() || !std::mem::replace(&mut reported, true)
    });
    let failed = errors.into_iter().map(|(endpoint, error)| Failed {
        endpoint,
        kind: error.kind(),
        reason: error.reason(),
    });
    // Skipped entries come last: the rest of those responses is stored.
    let unread = outcomes.iter().filter_map(|(endpoint, outcome)| {
        let left_out = outcome.as_ref().ok()?.left_out()?;
        Some(Failed {
            endpoint: *endpoint,
            kind: FailureKind::NotUnderstood,
            reason: left_out.to_string(),
        })
    });
    failed.chain(unread).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(error: GithubError) -> Result<Fetched, CollectError> {
        Err(CollectError::Github(error))
    }

    fn endpoints(outcomes: &[Outcome]) -> Vec<Endpoint> {
        failures(outcomes)
            .into_iter()
            .map(|failure| failure.endpoint)
            .collect()
    }

    fn not_requested(reason: &str) -> Result<Fetched, CollectError> {
        Err(CollectError::NotRequested(
            FailureKind::GithubDown,
            reason.into(),
        ))
    }

    #[test]
    fn what_the_connection_suffers_is_said_once_beside_the_repositorys_own_troubles() {
        let outcomes = [
            (Endpoint::Repository, Ok(Fetched::NotModified)),
            (Endpoint::Views, refused(GithubError::ServerError(502))),
            (Endpoint::Clones, refused(GithubError::TokenRefused)),
            (Endpoint::Referrers, not_requested("no")),
            (Endpoint::Paths, refused(GithubError::TokenRefused)),
        ];
        assert_eq!(endpoints(&outcomes), [Endpoint::Views, Endpoint::Clones]);
        assert_eq!(is_reachable(&outcomes), Some(true));
    }

    #[test]
    fn a_second_round_replaces_what_it_asked_and_adds_what_it_found_out() {
        let first = vec![
            (Endpoint::Views, refused(GithubError::TimedOut)),
            (Endpoint::Clones, refused(GithubError::ServerError(502))),
            (Endpoint::Paths, refused(GithubError::NoPushAccess)),
        ];
        assert_eq!(retryable(&first), [Endpoint::Views, Endpoint::Clones]);
        let second = vec![
            (Endpoint::Repository, Ok(Fetched::NotModified)),
            (Endpoint::Clones, not_requested("away")),
            (Endpoint::Views, Ok(Fetched::Complete(None))),
        ];
        let both = merge_rounds(first, second);
        assert_eq!(
            both,
            [
                (Endpoint::Views, Ok(Fetched::Complete(None))),
                (Endpoint::Clones, refused(GithubError::ServerError(502))),
                (Endpoint::Paths, refused(GithubError::NoPushAccess)),
                (Endpoint::Repository, Ok(Fetched::NotModified)),
            ]
        );
        let remembered: Vec<_> = answers(&both).into_iter().map(|(_, kept)| kept).collect();
        let (modified, unmodified) = (Some(Fetched::Complete(None)), Some(Fetched::NotModified));
        assert_eq!(remembered, [modified, None, None, unmodified]);
        let stopped = [
            (Endpoint::Views, refused(GithubError::TimedOut)),
            (Endpoint::Clones, Err(CollectError::Cancelled)),
        ];
        assert!(!is_retryable(&stopped));
    }

    #[test]
    fn a_repository_that_is_gone_is_said_once() {
        let gone = || refused(GithubError::NotFound);
        let outcomes = [(Endpoint::Repository, gone()), (Endpoint::Views, gone())];
        assert_eq!(endpoints(&outcomes), [Endpoint::Repository]);
        assert_eq!(is_reachable(&outcomes), Some(false));
        // If any part of it responds, the repository exists.
        let outcomes = [
            (Endpoint::Repository, gone()),
            (Endpoint::Views, Ok(Fetched::NotModified)),
        ];
        assert_eq!(endpoints(&outcomes), [Endpoint::Repository]);
        assert_eq!(is_reachable(&outcomes), Some(true));
    }

    #[test]
    fn every_endpoint_that_failed_by_itself_is_said() {
        let refusal = || refused(GithubError::NoPushAccess);
        let outcomes = [
            (Endpoint::Repository, Ok(Fetched::NotModified)),
            (Endpoint::Views, refusal()),
            (Endpoint::Clones, refusal()),
        ];
        assert_eq!(endpoints(&outcomes), [Endpoint::Views, Endpoint::Clones]);
        let silent = [(Endpoint::Repository, refused(GithubError::TimedOut))];
        assert_eq!(is_reachable(&silent), None);
    }

    #[test]
    fn a_repository_rests_where_nothing_of_its_traffic_can_come() {
        let kind = |outcomes: &[Outcome]| pause_reason(outcomes);
        let shown = (Endpoint::Repository, Ok(Fetched::NotModified));
        let refusal = |endpoint| (endpoint, refused(GithubError::NoPushAccess));
        let of_all = [
            shown.clone(),
            refusal(Endpoint::Views),
            refusal(Endpoint::Clones),
        ];
        assert_eq!(kind(&of_all), Some(FailureKind::NoPushAccess));
        // Some of it was collected, or may be next time.
        let views = (Endpoint::Views, Ok(Fetched::NotModified));
        assert_eq!(kind(&[views.clone(), refusal(Endpoint::Paths)]), None);
        let down = (Endpoint::Views, refused(GithubError::TimedOut));
        assert_eq!(kind(&[down, refusal(Endpoint::Clones)]), None);
        assert_eq!(kind(&[shown]), None);
        // A refused connection collects nothing, whatever worked before.
        let revoked = (Endpoint::Clones, refused(GithubError::TokenRefused));
        assert_eq!(kind(&[views, revoked]), Some(FailureKind::TokenRefused));
    }

    #[test]
    fn the_connections_trouble_is_what_is_said_of_the_repository() {
        let outcomes = [
            (Endpoint::Views, refused(GithubError::ServerError(502))),
            (Endpoint::Clones, refused(GithubError::TokenRefused)),
        ];
        let failures = failures(&outcomes);
        let primary = primary_failure(&failures).map(|failure| failure.kind);
        assert_eq!(primary, Some(FailureKind::TokenRefused));
        assert_eq!(
            primary_failure(&failures[..1]).map(|failure| failure.kind),
            Some(FailureKind::GithubDown)
        );
    }
}
