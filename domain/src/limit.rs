//! What is limited, with default and largest values.

use std::fmt;

use serde::{Deserialize, Serialize};

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
    /// How many notes it has.
    Notes,
    /// How many tags its repositories have together.
    Tags,
    /// How many ids a request contains.
    RequestIds,
}

impl Limit {
    /// Those that an administrator may change for a tenant.
    pub const PER_TENANT: [Self; 10] = [
        Self::Repositories,
        Self::Tags,
        Self::FollowRules,
        Self::Notes,
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
            Self::Notes => "notes",
            Self::Tags => "tags",
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
            Self::Notes => "Notes",
            Self::Tags => "Tags",
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
            Self::Invitations | Self::Tags => 200,
            Self::Notes => 1_000,
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
            // All are counted for the overview.
            Self::Tags => 1_000,
            Self::Schedules | Self::Connections | Self::ApiTokens => 10_000,
            Self::Invitations | Self::Notes | Self::RequestIds => 100_000,
            Self::Repositories => 1_000_000,
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
