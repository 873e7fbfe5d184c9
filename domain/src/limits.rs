//! Limits per tenant, so that none blocks the collection of the others.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::limit::Limit;
use crate::problem::{Problem, ProblemKind};

impl Limit {
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
            Self::Tags => format!(
                "This tenant can have {count} {}. Delete one, {raise}.",
                plural(one, "tag")
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
            Self::Notes => {
                format!(
                    "This tenant can have {count} {}. Delete one, {raise}.",
                    plural(one, "note")
                )
            }
            Self::RequestIds => {
                format!("One request can contain {count} IDs. Send several requests.")
            }
        };
        Problem::new(kind, message)
    }
}

/// A number with its digits grouped, such as “10,000”.
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
    pub fn get(&self, limit: Limit) -> u32 {
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

fn plural(one: bool, noun: &str) -> String {
    format!("{noun}{}", if one { "" } else { "s" })
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
            assert_eq!(limits.get(limit), limit.default_value());
            let most = limit.largest_value();
            for wrong in [0, most + 1] {
                assert!(limits.clone().with(limit, Some(wrong)).is_err(), "{limit}");
            }
            let limits = limits.with(limit, Some(most)).expect("within bounds");
            assert_eq!(limits.get(limit), most);
            assert_eq!(limits.with(limit, None), Ok(Limits::default()));
        }
        assert_eq!(Limit::parse("request_ids"), None, "it is no tenant's own");
    }
}
