//! How a repository stands on GitHub, in words: what is wrong with it, and what happened to it.

use chrono::{DateTime, Utc};
use domain::report::{Repository, RepositoryEvent, RepositoryEventSummary, RepositoryProblem};
use domain::{EventKind, FixTarget, RepositoryStatus, Visibility};

use super::Risk;
use super::data::failing;

/// How many events a repository's page tells of.
pub(super) const SHOWN_EVENTS: u32 = 5;

/// What is wrong with a repository that is collected; `None` where nothing is. A place where the
/// viewer may not go is not named.
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
        rest_until: repository.rest_until.filter(|until| *until > now),
    })
}

/// What GitHub says of a repository, as far as it is not as usual.
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

/// What happened to a repository, in a few words.
pub(super) fn event_summary(event: &RepositoryEvent) -> RepositoryEventSummary {
    let from = event.former_name.as_deref().unwrap_or("another name");
    RepositoryEventSummary {
        at: event.at,
        words: match event.kind {
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
