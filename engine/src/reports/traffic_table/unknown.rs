//! Why days of a row are unknown.

use std::collections::BTreeMap;

use domain::coverage::oldest_reachable;
use domain::report::UnknownReason;
use domain::{Day, DayRange, DayTraffic, Measure, RepositoryStatus};

use crate::store::{CoveredDays, TableRepository};

/// The gravest reason of the unknown days of a period; `None` if all are known or still to come.
pub(super) fn unknown_reason(
    repository: &TableRepository,
    period: DayRange,
    days: &BTreeMap<Day, DayTraffic>,
    covered: Option<&CoveredDays>,
    today: Day,
) -> Option<UnknownReason> {
    let unknown = |day: &Day| {
        let traffic = days.get(day).copied().unwrap_or_default();
        traffic.views.is_none() || traffic.clones.is_none()
    };
    let wanted = period.days().filter(|day| *day <= today).filter(unknown);
    wanted
        .filter_map(|day| {
            let is_untracked = repository.status == RepositoryStatus::Archived;
            if day < repository.known.from {
                return Some(UnknownReason::BeforeTracking);
            }
            if is_untracked && day > repository.known.to {
                return None;
            }
            let traffic = days.get(&day).copied().unwrap_or_default();
            let is_covered = |measure| covered.is_some_and(|it| it.contains(measure, day));
            let mut missing = Measure::ALL
                .into_iter()
                .filter(|measure| traffic.of(*measure).is_none());
            Some(if missing.all(is_covered) {
                UnknownReason::NothingListed
            } else {
                reason(day, repository, today)
            })
        })
        .max()
}

fn reason(day: Day, repository: &TableRepository, today: Day) -> UnknownReason {
    if day < oldest_reachable(today) {
        UnknownReason::Lost
    } else if repository.failing_since.is_some() {
        UnknownReason::NotCollected
    } else {
        UnknownReason::NotPublished
    }
}
