//! How near repositories are to losing a day, and whether they are collected before.

use chrono::{DateTime, Utc};
use domain::coverage::deadline;
use domain::{Day, RepositoryName};

use crate::store::RepositoryRecord;

/// From how many days before it a deadline is shown as a risk, though a run comes before: it was
/// missed for long, and may be missed again.
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
    /// Whether it is collected before.
    pub(crate) in_time: bool,
}

impl Risk {
    /// `None` for what is not to be collected, and for what nothing is known of yet.
    pub(crate) fn of(
        record: &RepositoryRecord,
        next_run: Option<DateTime<Utc>>,
        today: Day,
    ) -> Option<Self> {
        if !record.repository.status.is_collected() {
            return None;
        }
        let newest = record.newest_whole_day.or(record.repository.last_day)?;
        let deadline = deadline(newest, today);
        Some(Self {
            deadline,
            left: deadline.days_since(today),
            next_run,
            in_time: next_run.is_some_and(|next_run| Day::of(next_run) < deadline),
        })
    }

    /// Whether people are to be told.
    pub(super) const fn is_near(self) -> bool {
        self.left <= RISK_DAYS || !self.in_time
    }
}

/// A sentence on those whose days are lost before they are collected next, or, where there are none
/// of these, on those that were due for long and not collected; `None` where all is well.
pub(super) fn warning<'a>(
    risks: impl Iterator<Item = (&'a RepositoryName, Risk)>,
) -> Option<String> {
    let mut near: Vec<_> = risks.filter(|(_, risk)| risk.is_near()).collect();
    near.sort_by_key(|(_, risk)| (risk.in_time, risk.deadline));
    let late = near.partition_point(|(_, risk)| !risk.in_time);
    let (name, first) = near.first()?;
    if late == 0 {
        return Some(overdue(name, *first, near.len()));
    }
    let late = &near[..late];
    let day = shown(first.deadline);
    let what = match (late.len(), first.next_run) {
        (1, Some(next)) => format!(
            "{name} loses a day on {day}: its schedule collects it only on {}.",
            shown(Day::of(next))
        ),
        (1, None) => format!("{name} loses a day on {day}: no schedule collects it."),
        (many, _) if late.iter().all(|(_, risk)| risk.next_run.is_none()) => {
            format!(
                "No schedule collects {many} repositories; the first, {name}, loses a day on {day}."
            )
        }
        (many, _) => format!(
            "The schedules of {many} repositories collect them too late; the first, {name}, loses a day on {day}."
        ),
    };
    Some(format!(
        "{what} Collect now, or let it be collected more often."
    ))
}

/// A sentence on those that schedules collect in time, only that it brought nothing for long.
fn overdue(name: &RepositoryName, first: Risk, many: usize) -> String {
    let day = shown(first.deadline);
    let what = match many {
        1 => format!("{name} loses a day on {day}, unless a collection succeeds before."),
        many => format!(
            "{many} repositories lose days, the first, {name}, on {day}, unless a collection succeeds before."
        ),
    };
    format!("{what} Look into what keeps it from being collected, and collect now.")
}

/// `27 Nov 2026`
pub(super) fn shown(day: Day) -> String {
    day.date().format("%-d %b %Y").to_string()
}
