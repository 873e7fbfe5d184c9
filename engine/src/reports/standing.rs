//! How a repository stands on GitHub: what is wrong with it, and what happened to it.

use chrono::{DateTime, Utc};
use domain::report::{Repository, RepositoryEvent, RepositoryFact, RepositoryTrouble};
use domain::{EventKind, RepositoryStatus, Visibility};

use super::Risk;
use super::data::failing;

/// How many events a repository's page tells of.
pub(super) const SHOWN_EVENTS: u32 = 10;

/// What is wrong with a repository that is collected; `None` where nothing is.
pub(super) fn trouble(
    repository: &Repository,
    risk: Option<Risk>,
    now: DateTime<Utc>,
) -> Option<RepositoryTrouble> {
    if repository.status == RepositoryStatus::Archived {
        return None;
    }
    let kind = repository.failure_kind?;
    let remedy = kind.remedy();
    Some(RepositoryTrouble {
        name: kind.name().to_owned(),
        since: repository.failing_since,
        reason: failing(repository, risk)?,
        remedy: remedy.sentence.to_owned(),
        place: remedy.place,
        rest_until: repository.rest_until.filter(|until| *until > now),
    })
}

/// What holds of a repository now, and what happened to it.
pub(super) fn facts(repository: &Repository, events: Vec<RepositoryEvent>) -> Vec<RepositoryFact> {
    let now = |words: &str| RepositoryFact {
        words: words.to_owned(),
        at: None,
    };
    let archived = repository.archived_on_github == Some(true);
    let seen_by = match repository.visibility {
        Some(Visibility::Private) => Some("Private"),
        Some(Visibility::Internal) => Some("Internal to its enterprise"),
        Some(Visibility::Public) | None => None,
    };
    let present = archived
        .then_some("Archived on GitHub: read-only, but still visited")
        .into_iter()
        .chain(seen_by)
        .map(now);
    let past = events.into_iter().map(|event| RepositoryFact {
        words: happened(&event),
        at: Some(event.at),
    });
    present.chain(past).collect()
}

fn happened(event: &RepositoryEvent) -> String {
    let from = event.former_name.as_deref().unwrap_or("another name");
    match event.kind {
        EventKind::Renamed => format!("Renamed from {from}"),
        EventKind::Transferred => format!("Transferred from {from}"),
        EventKind::Archived => "Archived on GitHub".to_owned(),
        EventKind::Unarchived => "Taken out of GitHub’s archive".to_owned(),
        EventKind::MadePrivate => "Made private".to_owned(),
        EventKind::MadePublic => "Made public".to_owned(),
        EventKind::Gone => "No longer shown by GitHub".to_owned(),
        EventKind::BackAgain => "Shown by GitHub again".to_owned(),
    }
}
