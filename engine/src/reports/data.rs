//! The state of a repository's data.

use domain::coverage::oldest_reachable;
use domain::report::{DataState, Repository, RepositoryFailure};
use domain::{Day, DayRange, RepositoryStatus};

use super::Risk;
use crate::store::RepositoryRecord;

/// The days of a range that GitHub no longer shows: from the repository's first day on.
pub(super) fn forgotten_days(
    record: &RepositoryRecord,
    range: DayRange,
    today: Day,
) -> Option<DayRange> {
    let first = record.repository.first_day?.max(range.from);
    let until = record
        .repository
        .last_day?
        .min(range.to)
        .min(oldest_reachable(today).plus(-1));
    // Days after the last known day of an untracked repository are not lost, because they are not
    // wanted.
    let until = match record.repository.status {
        RepositoryStatus::Archived => until,
        _ => range.to.min(oldest_reachable(today).plus(-1)),
    };
    DayRange::new(first, until)
}

/// The state that a pill shows, from the lost days of the range and the risk of losing the next
/// one.
pub(super) fn data_state(record: &RepositoryRecord, lost: i64, risk: Option<Risk>) -> DataState {
    let repository = &record.repository;
    if repository.status == RepositoryStatus::Archived {
        return DataState::Kept;
    }
    if let Some(failure) = failing(repository, risk) {
        return DataState::Failing(failure);
    }
    match risk.filter(|risk| risk.is_near()) {
        _ if repository.last_day.is_none() => DataState::Empty,
        Some(risk) => DataState::AtRisk(risk.left),
        None if lost > 0 => DataState::Lost(lost),
        None => DataState::Complete,
    }
}

/// Why a repository could not be collected, and the consequence; `None` when it was.
pub(super) fn failing(repository: &Repository, risk: Option<Risk>) -> Option<RepositoryFailure> {
    Some(RepositoryFailure {
        kind: repository.failure_kind?,
        reason: repository.failure.clone()?,
        lost_on: risk.filter(|risk| risk.is_near()).map(|risk| risk.deadline),
    })
}
