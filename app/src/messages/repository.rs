//! The state of a repository's data, its problem, its labels and its events.

use domain::report::{
    DataState, Repository, RepositoryEvent, RepositoryFailure, RepositoryProblem,
};
use domain::{EventKind, Visibility};

use crate::api::{EventText, ProblemText};
use crate::chart::format;
use crate::components::Pill;
use crate::text;

/// How complete the data is, with the reason for a failure.
pub fn pill(state: &DataState) -> Pill {
    let (class, text) = match state {
        DataState::Empty => ("pill", "no data yet".to_owned()),
        DataState::Complete => ("pill ok", "complete".to_owned()),
        DataState::Lost(days) => ("pill warn", format!("{} lost", text::day_count(*days))),
        DataState::AtRisk(0) => ("pill bad", "loses data today".to_owned()),
        DataState::AtRisk(1) => ("pill warn", "loses data tomorrow".to_owned()),
        DataState::AtRisk(days) => (
            "pill warn",
            format!("loses data in {}", text::day_count(*days)),
        ),
        DataState::Failing(failure) => ("pill bad", failure.kind.name().to_owned()),
        DataState::Kept => ("pill", "not tracked".to_owned()),
    };
    let title = match state {
        DataState::Failing(failure) => Some(reason(failure)),
        DataState::Kept => Some("History only; no longer collected.".to_owned()),
        _ => None,
    };
    Pill {
        class: class.to_owned(),
        text,
        title,
    }
}

/// The problem, its consequence and what to do.
pub fn problem(problem: &RepositoryProblem) -> ProblemText {
    ProblemText {
        name: problem.failure.kind.heading(),
        since: problem.since,
        reason: reason(&problem.failure),
        remedy: problem.failure.kind.remedy().sentence.to_owned(),
        place: problem.place,
        paused_until: problem.paused_until,
    }
}

/// What went wrong, and when it will lose data.
fn reason(failure: &RepositoryFailure) -> String {
    let lost_on = failure
        .lost_on
        .map(|day| format!(" Data will be lost on {}.", format::day(day)));
    format!("{}{}", failure.reason, lost_on.unwrap_or_default())
}

/// What is unusual about a repository on GitHub.
pub fn labels(repository: &Repository) -> Vec<String> {
    let archived = repository.archived_on_github == Some(true);
    let visibility = repository
        .visibility
        .filter(|visibility| *visibility != Visibility::Public)
        .map(Visibility::as_str);
    archived
        .then_some("archived on GitHub")
        .into_iter()
        .chain(visibility)
        .map(str::to_owned)
        .collect()
}

/// An event in a few words.
pub fn event(event: &RepositoryEvent) -> EventText {
    let from = event.former_name.as_deref().unwrap_or("another name");
    EventText {
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

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use domain::{FailureKind, FixTarget};

    use super::*;

    fn failure(lost_on: Option<&str>) -> RepositoryFailure {
        RepositoryFailure {
            kind: FailureKind::TokenRefused,
            reason: "GitHub refused the token.".to_owned(),
            lost_on: lost_on.map(|day| day.parse().expect("a valid day")),
        }
    }

    #[test]
    fn every_state_is_a_word_and_a_colour() {
        for (state, class, text) in [
            (DataState::Empty, "pill", "no data yet"),
            (DataState::Complete, "pill ok", "complete"),
            (DataState::Lost(1), "pill warn", "1 day lost"),
            (DataState::AtRisk(3), "pill warn", "loses data in 3 days"),
            (DataState::AtRisk(1), "pill warn", "loses data tomorrow"),
            (DataState::AtRisk(0), "pill bad", "loses data today"),
        ] {
            let expected = Pill {
                class: class.to_owned(),
                text: text.to_owned(),
                title: None,
            };
            assert_eq!(pill(&state), expected);
        }
        let kept = pill(&DataState::Kept);
        assert_eq!(
            (kept.text.as_str(), kept.title.as_deref()),
            ("not tracked", Some("History only; no longer collected."))
        );
    }

    #[test]
    fn a_failure_has_a_name_a_reason_and_the_day_of_the_loss() {
        let failing = pill(&DataState::Failing(failure(Some("2026-12-07"))));
        assert_eq!(
            failing,
            Pill {
                class: "pill bad".to_owned(),
                text: "token refused".to_owned(),
                title: Some(
                    "GitHub refused the token. Data will be lost on 7 Dec 2026.".to_owned()
                ),
            }
        );
        let since = Some(DateTime::default());
        let text = problem(&RepositoryProblem {
            failure: failure(None),
            since,
            place: Some(FixTarget::Connections),
            paused_until: None,
        });
        assert_eq!(
            text,
            ProblemText {
                name: "Token refused".to_owned(),
                since,
                reason: "GitHub refused the token.".to_owned(),
                remedy:
                    "Enter a new token in the connection. The next run collects its repositories."
                        .to_owned(),
                place: Some(FixTarget::Connections),
                paused_until: None,
            }
        );
    }

    #[test]
    fn each_event_is_a_few_words() {
        let words = |kind, former_name: Option<&str>| {
            let event = super::event(&RepositoryEvent {
                at: DateTime::default(),
                kind,
                former_name: former_name.map(str::to_owned),
                new_name: None,
            });
            event.text
        };
        let former = Some("acme/anvil");
        for (kind, former_name, expected) in [
            (EventKind::Renamed, former, "Renamed from acme/anvil"),
            (EventKind::Renamed, None, "Renamed from another name"),
            (
                EventKind::Transferred,
                former,
                "Transferred from acme/anvil",
            ),
            (EventKind::Archived, None, "Archived on GitHub"),
            (EventKind::Unarchived, None, "Unarchived on GitHub"),
            (EventKind::MadePrivate, None, "Made private"),
            (EventKind::MadePublic, None, "Made public"),
            (EventKind::Gone, None, "No longer visible on GitHub"),
            (EventKind::BackAgain, None, "Visible on GitHub again"),
        ] {
            assert_eq!(words(kind, former_name), expected);
        }
    }
}
