//! How whole a repository's data is, in one word.

use domain::coverage::{deadline, oldest_reachable};
use domain::report::DataState;
use domain::{Day, DayRange, RepositoryStatus};

use crate::store::RepositoryRecord;

/// From how many days before it a deadline is shown as a risk.
const RISK_DAYS: i64 = 4;

/// The days of a range that should be known by now: from the repository's first day until the
/// last that GitHub no longer shows.
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
    // What lies after the last known day of a kept repository is not lost: it is not wanted.
    let until = match record.repository.status {
        RepositoryStatus::Archived => until,
        _ => range.to.min(oldest_reachable(today).plus(-1)),
    };
    DayRange::new(first, until)
}

/// The state that a pill shows, given how many days of the range are lost.
pub(super) fn data_state(record: &RepositoryRecord, lost: i64, today: Day) -> DataState {
    let repository = &record.repository;
    if repository.status == RepositoryStatus::Archived {
        return DataState::Kept;
    }
    if let Some(reason) = &repository.failure {
        return DataState::Failing(reason.clone());
    }
    let Some(newest) = record.newest_whole_day.or(repository.last_day) else {
        return DataState::Empty;
    };
    let left = deadline(newest, today).days_since(today);
    if left <= RISK_DAYS {
        return DataState::AtRisk(left);
    }
    if lost > 0 {
        DataState::Lost(lost)
    } else {
        DataState::Complete
    }
}
