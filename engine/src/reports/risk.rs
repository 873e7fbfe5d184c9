//! The risk of losing a day: how near the deadline is, and whether a run comes before.

use chrono::{DateTime, Utc};
use domain::coverage::{USUAL_LAG, deadline};
use domain::report::{Repository, RiskCause, RiskWarning};
use domain::{Day, FailureKind, RepositoryId};

use crate::store::{Freshness, RepositoryFacts};

/// From how many days before it a deadline counts as a risk although a run comes before: earlier
/// runs did not succeed, and the next may not.
const RISK_DAYS: i64 = 4;

/// How near a repository is to losing a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Risk {
    /// The day on which a day is lost unless a collection succeeds before.
    pub(crate) deadline: Day,
    /// How many days are left until then.
    pub(crate) left: i64,
    /// When its schedule collects it next, if ever.
    pub(crate) next_run: Option<DateTime<Utc>>,
    /// Whether that is before the deadline.
    pub(crate) in_time: bool,
    /// Whether GitHub responded since yesterday; then missing days are not published yet.
    answered: bool,
}

impl Risk {
    /// `None` for repositories that are not collected, and for those without known days. `allowed`
    /// is the number of days that may lie between two collections, given GitHub's delay.
    pub(crate) fn assess(
        freshness: &Freshness,
        next_run: Option<DateTime<Utc>>,
        longest_gap: i64,
        today: Day,
    ) -> Option<Self> {
        if !freshness.status.is_collected() {
            return None;
        }
        let deadline = deadline(freshness.newest_complete_day()?, today);
        let answered_on = freshness.answered_on.filter(|on| *on >= today.plus(-1));
        // When GitHub is late, a run soon enough after the last response still suffices.
        let late_answer = answered_on.filter(|on| {
            let listed = freshness.listed_until;
            listed.is_some_and(|listed| listed < on.plus(-USUAL_LAG))
        });
        let soon = |run: Day| late_answer.is_some_and(|on| run <= on.plus(longest_gap));
        Some(Self {
            deadline,
            left: deadline.days_since(today),
            next_run,
            in_time: next_run
                .map(Day::of)
                .is_some_and(|run| run < deadline || soon(run)),
            answered: answered_on.is_some(),
        })
    }

    /// Whether to show a warning.
    pub(crate) const fn is_near(self) -> bool {
        (self.left <= RISK_DAYS && !self.answered) || !self.in_time
    }
}

/// Repositories that will lose a day for one cause. [`RiskWarning`] adds what only a record says.
pub(super) struct AtRisk {
    /// The one with the nearest deadline.
    pub(super) first: RepositoryId,
    deadline: Day,
    repositories: usize,
    group: Group,
}

enum Group {
    Late { next_run: Option<DateTime<Utc>> },
    Failing,
    Overdue,
}

/// The repositories that lose a day before their next collection, and those that fail while a loss
/// is near. Without either, those not collected for long because the server was off. At most two
/// groups.
pub(super) fn at_risk<'a>(risks: impl Iterator<Item = (&'a RepositoryFacts, Risk)>) -> Vec<AtRisk> {
    let mut near: Vec<_> = risks.filter(|(_, risk)| risk.is_near()).collect();
    near.sort_by_key(|(_, risk)| risk.deadline);
    let (failing, others): (Vec<_>, Vec<_>) =
        near.into_iter().partition(|(facts, _)| facts.is_failing);
    let (in_time, late): (Vec<_>, Vec<_>) = others.into_iter().partition(|(_, risk)| risk.in_time);
    let next_run = late.iter().find_map(|(_, risk)| risk.next_run);
    let groups: Vec<_> = [
        at_risk_together(&late, Group::Late { next_run }),
        at_risk_together(&failing, Group::Failing),
    ]
    .into_iter()
    .flatten()
    .collect();
    if groups.is_empty() {
        at_risk_together(&in_time, Group::Overdue)
            .into_iter()
            .collect()
    } else {
        groups
    }
}

/// `None` without any repository. They are in the order of their deadlines.
fn at_risk_together(near: &[(&RepositoryFacts, Risk)], group: Group) -> Option<AtRisk> {
    let (first, risk) = near.first()?;
    Some(AtRisk {
        first: first.id,
        deadline: risk.deadline,
        repositories: near.len(),
        group,
    })
}

impl AtRisk {
    /// The warning, given the record of the first repository.
    pub(super) fn warning(&self, first: &Repository) -> RiskWarning {
        RiskWarning {
            cause: match self.group {
                Group::Late { next_run: None } => RiskCause::NoSchedule,
                Group::Late {
                    next_run: Some(next_run),
                } => RiskCause::RunsTooLate {
                    next_run: Day::of(next_run),
                },
                Group::Failing => RiskCause::Failing {
                    kind: first.failure_kind.unwrap_or(FailureKind::Failed),
                },
                Group::Overdue => RiskCause::Overdue,
            },
            repositories: self.repositories,
            first: first.full_name.clone(),
            deadline: self.deadline,
        }
    }
}
