//! A repository's status on GitHub: its problem, its labels and its events.

use chrono::{DateTime, Utc};
use domain::report::{Repository, RepositoryEvent, RepositoryEventSummary, RepositoryProblem};
use domain::{EventKind, FixTarget, RepositoryStatus, Visibility};

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
    let (kind, reason) = failing(repository, risk)?;
    let remedy = kind.remedy();
    Some(RepositoryProblem {
        name: kind.heading(),
        since: repository.failing_since,
        reason,
        remedy: remedy.sentence.to_owned(),
        place: remedy.place.filter(|place| may_go(*place)),
        paused_until: repository.paused_until.filter(|until| *until > now),
    })
}

/// What is unusual about a repository on GitHub.
pub(super) fn labels(repository: &Repository) -> Vec<String> {
    let archived = repository.archived_on_github == Some(true);
    let seen_by = repository
        .visibility
        .filter(|visibility| *visibility != Visibility::Public)
        .map(Visibility::as_str);
    archived
        .then_some("archived on GitHub")
        .into_iter()
        .chain(seen_by)
        .map(str::to_owned)
        .collect()
}

/// An event of a repository, in a few words.
pub(super) fn event_summary(event: &RepositoryEvent) -> RepositoryEventSummary {
    let from = event.former_name.as_deref().unwrap_or("another name");
    RepositoryEventSummary {
        at: event.at,
        text: match event.kind {
            EventKind::Renamed => format!("Renamed from {from}"),
            EventKind::Transferred => format!("Transferred from {from}"),
            EventKind::Archived => "Archived on GitHub".to_owned(),
            EventKind::Unarchived => "Unarchived on GitHub".to_owned(),
            EventKind::MadePrivate => "Made private".to_owned(),
            EventKind::MadePublic => "Made public".to_owned(),
            EventKind::Gone => "No longer visible on GitHub".to_owned(),
            EventKind::BackAgain => "Visible on GitHub again".to_owned(),
        },
    }
}
