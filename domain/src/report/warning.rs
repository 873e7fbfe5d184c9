//! What pages warn of, as facts. The app words them on the server.

use std::fmt;

use crate::clock_difference::ClockDifference;
use crate::day::Day;
use crate::failure::FailureKind;
use crate::repository_name::RepositoryName;

/// What the overview warns of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OverviewWarnings {
    /// The repositories that will lose days, by cause.
    pub at_risk: Vec<RiskWarning>,
    /// The kinds of repositories that GitHub publishes late. It is a state of GitHub and fails no
    /// repository.
    pub publishing: Vec<LatePublishing>,
    /// The schedules that are too slow after GitHub's latest record lag.
    pub unsafe_schedules: Option<UnsafeSchedules>,
    /// That this server's clock differs from GitHub's, if known.
    pub clock: Option<ClockDifference>,
    /// The recent data quality issues.
    pub anomalies: Option<OpenAnomalies>,
}

/// Repositories that will lose a day, all for the same cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RiskWarning {
    /// Why.
    pub cause: RiskCause,
    /// How many repositories; at least one.
    pub repositories: usize,
    /// The one that loses a day first.
    pub first: RepositoryName,
    /// The day on which it does.
    pub deadline: Day,
}

/// Why repositories will lose a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RiskCause {
    /// No schedule collects any of them.
    NoSchedule,
    /// Their next scheduled runs come after their deadlines.
    RunsTooLate {
        /// The day of the next run of the first one that has a run.
        next_run: Day,
    },
    /// Their collection fails.
    Failing {
        /// How it fails for the first one.
        kind: FailureKind,
    },
    /// They were not collected for long, although their schedules run often enough.
    Overdue,
}

/// That GitHub publishes the public or the private repositories later than usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LatePublishing {
    /// Whether the public ones.
    pub is_public: bool,
    /// The newest day that it has published.
    pub newest: Day,
    /// Which days that costs.
    pub loss: PublishingLoss,
}

/// The days that late publishing costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublishingLoss {
    /// The first day would be lost on this day.
    NotBefore(Day),
    /// Days since this one may be lost.
    Since(Day),
}

/// Schedules that lose days only because GitHub publishes later than usual.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsafeSchedules {
    /// Their names; at least one.
    pub names: Vec<String>,
    /// How many days may pass between two runs.
    pub allowed: i64,
}

/// The sentence is worded here and not by the app, because `tidemark check` prints it too.
impl fmt::Display for UnsafeSchedules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.names.iter().map(|name| format!("“{name}”")).collect();
        let (noun, pronoun) = match names.len() {
            1 => ("The schedule", "it"),
            _ => ("The schedules", "each of them"),
        };
        write!(
            f,
            "{noun} {} may lose days because GitHub has published later than usual. Run {pronoun} at least every {} days.",
            names.join(", "),
            self.allowed
        )
    }
}

/// How many recent reports of GitHub have data quality issues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenAnomalies {
    /// How many issues; at least one.
    pub issues: u32,
    /// In how many repositories.
    pub repositories: u32,
}

/// A warning about a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionWarning {
    /// The connection's name.
    pub connection: String,
    /// What is wrong with it.
    pub problem: ConnectionProblem,
}

/// What is wrong with a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectionProblem {
    /// Its token expired on this day.
    TokenExpired(Day),
    /// GitHub refuses it, with a sentence that says why and what to do.
    Refused(String),
    /// Its token expires soon.
    TokenExpires {
        /// On this day.
        on: Day,
        /// In how many whole days.
        days_left: i64,
    },
}

impl ConnectionWarning {
    /// Whether collecting has already stopped.
    #[must_use]
    pub const fn is_urgent(&self) -> bool {
        !matches!(self.problem, ConnectionProblem::TokenExpires { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsafe_schedules_are_named_with_what_to_do() {
        let sentence = |names: &[&str]| {
            let names = names.iter().map(|&name| name.to_owned()).collect();
            UnsafeSchedules { names, allowed: 9 }.to_string()
        };
        assert_eq!(
            sentence(&["Slow"]),
            "The schedule “Slow” may lose days because GitHub has published later than usual. Run it at least every 9 days."
        );
        assert_eq!(
            sentence(&["A", "B"]),
            "The schedules “A”, “B” may lose days because GitHub has published later than usual. Run each of them at least every 9 days."
        );
    }
}
