//! A repository's status on GitHub: its problem.

use chrono::{DateTime, Utc};
use domain::report::{Repository, RepositoryProblem};
use domain::{FixTarget, RepositoryStatus};

use super::Risk;
use super::data::failing;

/// How many events a repository's page lists.
pub(super) const SHOWN_EVENTS: u32 = 5;

/// The problem of a collected repository, if any. The fix target is left out if the viewer may not
/// open it.
pub(super) fn problem(
    repository: &Repository,
    risk: Option<Risk>,
    now: DateTime<Utc>,
    may_go: impl FnOnce(FixTarget) -> bool,
) -> Option<RepositoryProblem> {
    if repository.status == RepositoryStatus::Archived {
        return None;
    }
    let failure = failing(repository, risk)?;
    let place = failure.kind.remedy().place;
    Some(RepositoryProblem {
        since: repository.failing_since,
        place: place.filter(|place| may_go(*place)),
        paused_until: repository.paused_until.filter(|until| *until > now),
        failure,
    })
}
