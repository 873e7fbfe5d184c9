//! Limits per tenant, so that none blocks the collection of the others.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::problem::{Problem, ProblemKind};

/// The maximum number of ids per request.
pub const MOST_IDS: usize = 1_000;

/// A limited resource of a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// How many schedules it has.
    Schedules,
    /// The minimum minutes between two runs of a schedule.
    ScheduleInterval,
    /// How many manual and API runs may be active at once.
    ManualRuns,
    /// How many API tokens it has.
    ApiTokens,
    /// How many invitations are open.
    Invitations,
    /// How many connections it has.
    Connections,
    /// How many repositories it has, untracked ones included, since pages and exports read them
    /// all.
    Repositories,
    /// How many follow rules it has.
    FollowRules,
    /// How many ids a request contains.
    RequestIds,
}

impl Limit {
    /// Those that an administrator may change for a tenant.
    pub const PER_TENANT: [Self; 8] = [
        Self::Repositories,
        Self::FollowRules,
        Self::Connections,
        Self::Schedules,
        Self::ScheduleInterval,
        Self::ManualRuns,
        Self::ApiTokens,
        Self::Invitations,
    ];

    /// The name in the database, in forms and in problems.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Schedules => "schedules",
            Self::ScheduleInterval => "schedule_interval",
            Self::ManualRuns => "manual_runs",
            Self::ApiTokens => "api_tokens",
            Self::Invitations => "invitations",
            Self::Connections => "connections",
            Self::Repositories => "repositories",
            Self::FollowRules => "follow_rules",
            Self::RequestIds => "request_ids",
        }
    }

    /// The limit of this name that an administrator may change.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let mut all = Self::PER_TENANT.into_iter();
        all.find(|limit| limit.as_str() == name)
    }

    /// The display name.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Schedules => "Schedules",
            Self::ScheduleInterval => "Minimum minutes between a schedule’s runs",
            Self::ManualRuns => "Concurrent manual runs",
            Self::ApiTokens => "API tokens",
            Self::Invitations => "Open invitations",
            Self::Connections => "Connections",
            Self::Repositories => "Repositories",
            Self::FollowRules => "Follow rules",
            Self::RequestIds => "IDs per request",
        }
    }

    /// The default unless an administrator changes it.
    #[must_use]
    pub const fn default_value(self) -> u32 {
        match self {
            Self::Schedules | Self::Connections | Self::FollowRules => 20,
            Self::ScheduleInterval => 15,
            Self::ManualRuns => 2,
            Self::ApiTokens => 50,
            Self::Invitations => 200,
            Self::Repositories => 10_000,
            #[expect(clippy::cast_possible_truncation, reason = "it is 1,000")]
            Self::RequestIds => MOST_IDS as u32,
        }
    }

    /// The largest value that an administrator may choose; the smallest is 1.
    #[must_use]
    pub const fn largest_value(self) -> u32 {
        match self {
            // One day; longer gaps are up to the schedule's author.
            Self::ScheduleInterval => 1_440,
            // Each is matched with every repository that GitHub lists.
            Self::ManualRuns | Self::FollowRules => 100,
            Self::Schedules | Self::Connections | Self::ApiTokens => 10_000,
            Self::Invitations | Self::RequestIds => 100_000,
            Self::Repositories => 1_000_000,
        }
    }

    /// The problem for exceeding this limit.
    #[must_use]
    pub fn exceeded(self, value: u32) -> Problem {
        let (kind, count) = (ProblemKind::Limit { limit: self, value }, Grouped(value));
        let raise = "or ask your administrator to raise the limit";
        let one = value == 1;
        let message = match self {
            Self::Schedules => {
                format!(
                    "This tenant can have {count} {}. Delete one, {raise}.",
                    plural(one, "schedule")
                )
            }
            Self::ScheduleInterval => format!(
                "A schedule of this tenant can run at most every {count} {}. Choose times further apart, or ask your administrator to lower the limit.",
                plural(one, "minute")
            ),
            Self::ManualRuns => format!(
                "This tenant can have {count} manual {} at once. Wait for one to finish, or cancel one.",
                plural(one, "run")
            ),
            Self::ApiTokens => {
                format!(
                    "This tenant can have {count} API {}. Revoke one, {raise}.",
                    plural(one, "token")
                )
            }
            Self::Invitations => format!(
                "This tenant can have {count} open {}. Withdraw one, {raise}.",
                plural(one, "invitation")
            ),
            Self::Connections => {
                format!(
                    "This tenant can have {count} {}. Remove one, {raise}.",
                    plural(one, "connection")
                )
            }
            Self::Repositories => format!(
                "This tenant can have {count} {}, including those no longer tracked. Choose fewer, delete some with their history, {raise}.",
                if one { "repository" } else { "repositories" }
            ),
            Self::FollowRules => {
                format!(
                    "This tenant can have {count} follow {}. Delete one, {raise}.",
                    plural(one, "rule")
                )
            }
            Self::RequestIds => {
                format!("One request can contain {count} IDs. Send several requests.")
            }
        };
        Problem::new(kind, message)
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

fn plural(one: bool, noun: &str) -> String {
    format!("{noun}{}", if one { "" } else { "s" })
}

/// A number as people read it, such as “10,000”.
#[must_use]
pub fn grouped(number: u32) -> String {
    Grouped(number).to_string()
}

/// A number with its digits grouped.
struct Grouped(u32);

impl fmt::Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

/// The limits of one tenant: the defaults and an administrator's changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits(BTreeMap<Limit, u32>);

impl Limits {
    /// The effective limit.
    #[must_use]
    pub fn of(&self, limit: Limit) -> u32 {
        self.changed(limit).unwrap_or(limit.default_value())
    }

    /// An administrator's value, if any.
    #[must_use]
    pub fn changed(&self, limit: Limit) -> Option<u32> {
        self.0.get(&limit).copied()
    }

    /// All values set by an administrator.
    pub fn all_changed(&self) -> impl Iterator<Item = (Limit, u32)> {
        self.0.iter().map(|(limit, value)| (*limit, *value))
    }

    /// The same with another value; `None` restores the default.
    ///
    /// # Errors
    /// If the value is not between 1 and the maximum.
    pub fn with(mut self, limit: Limit, value: Option<u32>) -> Result<Self, Problem> {
        let Some(value) = value else {
            self.0.remove(&limit);
            return Ok(self);
        };
        let largest = limit.largest_value();
        if !(1..=largest).contains(&value) {
            return Err(Problem::new(
                ProblemKind::Invalid,
                format!(
                    "{}: enter a number from 1 to {}, or leave empty for the default of {}.",
                    limit.label(),
                    Grouped(largest),
                    Grouped(limit.default_value()),
                ),
            ));
        }
        self.0.insert(limit, value);
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_names_the_limit_and_what_to_do() {
        let problem = Limit::Repositories.exceeded(10_000);
        assert_eq!(
            problem.message,
            "This tenant can have 10,000 repositories, including those no longer tracked. Choose fewer, delete some with their history, or ask your administrator to raise the limit."
        );
        let kind = ProblemKind::Limit {
            limit: Limit::Repositories,
            value: 10_000,
        };
        assert_eq!((problem.kind, problem.kind.status()), (kind, 409));
        let one = Limit::ApiTokens.exceeded(1).message;
        assert!(
            one.starts_with("This tenant can have 1 API token. Revoke one"),
            "{one}"
        );
    }

    #[test]
    fn the_default_holds_until_another_value_within_bounds_is_chosen() {
        for limit in Limit::PER_TENANT {
            assert_eq!(Limit::parse(limit.as_str()), Some(limit));
            let limits = Limits::default();
            assert_eq!(limits.of(limit), limit.default_value());
            let most = limit.largest_value();
            for wrong in [0, most + 1] {
                assert!(limits.clone().with(limit, Some(wrong)).is_err(), "{limit}");
            }
            let limits = limits.with(limit, Some(most)).expect("within bounds");
            assert_eq!(limits.of(limit), most);
            assert_eq!(limits.with(limit, None), Ok(Limits::default()));
        }
        assert_eq!(Limit::parse("request_ids"), None, "it is no tenant's own");
    }
}
