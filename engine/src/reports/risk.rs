//! The risk of losing a day: how near the deadline is, and whether a run comes before.

use chrono::{DateTime, Utc};
use domain::coverage::{USUAL_LAG, deadline};
use domain::report::{Repository, RiskCause, RiskWarning};
use domain::{Day, FailureKind};

use crate::store::Freshness;

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

/// The repositories that lose a day before their next collection, and those that fail while a loss
/// is near. Without either, those not collected for long because the server was off.
pub(super) fn warnings<'a>(
    risks: impl Iterator<Item = (&'a Repository, Risk)>,
) -> Vec<RiskWarning> {
    let mut near: Vec<_> = risks.filter(|(_, risk)| risk.is_near()).collect();
    near.sort_by_key(|(_, risk)| risk.deadline);
    let (failing, others): (Vec<_>, Vec<_>) = near
        .into_iter()
        .partition(|(repository, _)| repository.failure.is_some());
    let (in_time, late): (Vec<_>, Vec<_>) = others.into_iter().partition(|(_, risk)| risk.in_time);
    let warnings: Vec<_> = [
        warning(&late, late_cause(&late)),
        warning(&failing, failing_cause(&failing)),
    ]
    .into_iter()
    .flatten()
    .collect();
    if warnings.is_empty() {
        warning(&in_time, RiskCause::Overdue).into_iter().collect()
    } else {
        warnings
    }
}

/// A warning about repositories, the one with the nearest deadline first; `None` without any.
fn warning(of: &[(&Repository, Risk)], cause: RiskCause) -> Option<RiskWarning> {
    let (first, risk) = of.first()?;
    Some(RiskWarning {
        cause,
        repositories: of.len(),
        first: first.full_name.clone(),
        deadline: risk.deadline,
    })
}

fn late_cause(late: &[(&Repository, Risk)]) -> RiskCause {
    let next_run = late.iter().find_map(|(_, risk)| risk.next_run);
    next_run.map_or(RiskCause::NoSchedule, |next_run| RiskCause::RunsTooLate {
        next_run: Day::of(next_run),
    })
}

fn failing_cause(failing: &[(&Repository, Risk)]) -> RiskCause {
    let kind = failing
        .first()
        .and_then(|(repository, _)| repository.failure_kind);
    RiskCause::Failing {
        kind: kind.unwrap_or(FailureKind::Failed),
    }
}
