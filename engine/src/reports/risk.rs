//! The risk of losing a day: how near the deadline is, and whether a run comes before.

use chrono::{DateTime, Utc};
use domain::coverage::{USUAL_LAG, deadline};
use domain::report::Repository;
use domain::{Day, FailureKind};

use crate::store::RepositoryRecord;

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
        record: &RepositoryRecord,
        next_run: Option<DateTime<Utc>>,
        longest_gap: i64,
        today: Day,
    ) -> Option<Self> {
        if !record.repository.status.is_collected() {
            return None;
        }
        let deadline = deadline(record.newest_complete_day()?, today);
        let answered_on = record.answered_on.filter(|on| *on >= today.plus(-1));
        // When GitHub is late, a run soon enough after the last response still suffices.
        let late_answer = answered_on.filter(|on| {
            let listed = record.listed_until;
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
    pub(super) const fn is_near(self) -> bool {
        (self.left <= RISK_DAYS && !self.answered) || !self.in_time
    }
}

/// One sentence on repositories that lose a day before their next collection, and one on those that
/// fail while a loss is near. Without either, one on those not collected for long. `None` without a
/// risk.
pub(super) fn warning<'a>(risks: impl Iterator<Item = (&'a Repository, Risk)>) -> Option<String> {
    let mut near: Vec<_> = risks.filter(|(_, risk)| risk.is_near()).collect();
    near.sort_by_key(|(_, risk)| risk.deadline);
    let (failing, others): (Vec<_>, Vec<_>) = near
        .into_iter()
        .partition(|(repository, _)| repository.failure.is_some());
    let (in_time, late): (Vec<_>, Vec<_>) = others.into_iter().partition(|(_, risk)| risk.in_time);
    let sentences: Vec<_> = [of_late(&late), of_failing(&failing)]
        .into_iter()
        .flatten()
        .collect();
    if sentences.is_empty() {
        of_overdue(&in_time)
    } else {
        Some(sentences.join(" "))
    }
}

fn of_late(late: &[(&Repository, Risk)]) -> Option<String> {
    let (repository, first) = late.first()?;
    let name = &repository.full_name;
    let day = format_day(first.deadline);
    let what = match (late.len(), first.next_run) {
        (1, Some(next)) => format!(
            "{name} will lose data on {day}; its next collection is not until {}.",
            format_day(Day::of(next))
        ),
        (1, None) => format!("{name} will lose data on {day} because no schedule collects it."),
        (many, _) if late.iter().all(|(_, risk)| risk.next_run.is_none()) => {
            format!(
                "No schedule collects {many} repositories. The first, {name}, will lose data on \
                 {day}."
            )
        }
        (many, _) => format!(
            "The next collections of {many} repositories are too late. The first, {name}, will lose data on {day}."
        ),
    };
    Some(format!(
        "{what} Collect now, or schedule more frequent collections."
    ))
}

/// Failures have names, and the repository's page says what to do.
fn of_failing(failing: &[(&Repository, Risk)]) -> Option<String> {
    let (repository, first) = failing.first()?;
    let name = &repository.full_name;
    let day = format_day(first.deadline);
    let kind = repository
        .failure_kind
        .unwrap_or(FailureKind::Failed)
        .name();
    Some(match failing.len() {
        1 => format!(
            "{name} will lose data on {day} because its collection is failing ({kind}). See its page for what to do."
        ),
        many => format!(
            "{many} repositories will lose data because their collection is failing, the first, {name} ({kind}), on {day}. See their pages for what to do."
        ),
    })
}

/// Of repositories collected in time, only that they were not collected for long, because the
/// server was off.
fn of_overdue(overdue: &[(&Repository, Risk)]) -> Option<String> {
    let (repository, first) = overdue.first()?;
    let name = &repository.full_name;
    let day = format_day(first.deadline);
    let what = match overdue.len() {
        1 => format!("{name} will lose data on {day} unless a collection succeeds first."),
        many => format!(
            "{many} repositories will lose data unless a collection succeeds first, starting with {name} on {day}."
        ),
    };
    Some(format!(
        "{what} Check why it isn’t being collected, then collect now."
    ))
}

/// `27 Nov 2026`
pub(super) fn format_day(day: Day) -> String {
    day.date().format("%-d %b %Y").to_string()
}
