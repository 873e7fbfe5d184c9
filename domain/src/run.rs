//! Collection runs: triggers, results and endpoints.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The text is none of the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown value")]
pub struct UnknownWord;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$item:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$item])* #[serde(rename = $word)] $variant),+
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in the API and the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text { $($word => Ok(Self::$variant),)+ _ => Err(UnknownWord) }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

pub(crate) use words;

words! {
    /// What started a run.
    Trigger {
        /// A schedule that was due.
        Schedule = "schedule",
        /// A person.
        Manual = "manual",
        /// A request through the API.
        Api = "api",
        /// The server's startup, for an overdue schedule.
        Startup = "startup",
    }
}

words! {
    /// The status of a run.
    RunStatus {
        /// In progress.
        Running = "running",
        /// Everything was collected.
        Succeeded = "succeeded",
        /// Collected in part.
        Partial = "partial",
        /// Nothing was collected.
        Failed = "failed",
        /// The process ended before the run, or the run was cancelled. Stored data stays.
        Interrupted = "interrupted",
    }
}

words! {
    /// The result of a repository in a run.
    ItemOutcome {
        /// Collected completely.
        Succeeded = "succeeded",
        /// Collected in part.
        Partial = "partial",
        /// Nothing was collected.
        Failed = "failed",
    }
}

words! {
    /// A GitHub endpoint for a repository.
    Endpoint {
        /// The repository itself: name, stars, forks, watchers, open issues.
        Repository = "repository",
        /// Views by day.
        Views = "views",
        /// Views by week.
        WeeklyViews = "views by week",
        /// Clones by day.
        Clones = "clones",
        /// Clones by week.
        WeeklyClones = "clones by week",
        /// The top ten referrers.
        Referrers = "referrers",
        /// The top ten paths.
        Paths = "paths",
        /// The releases, with the downloads of their assets.
        Releases = "releases",
        /// The tags.
        Tags = "tags",
        /// The star history.
        StarHistory = "star history",
    }
}

impl Endpoint {
    /// Whether its data changes at most once a day, so that one request a day is enough. Views and
    /// clones by day grow about hourly: <https://docs.github.com/rest/metrics/traffic>
    #[must_use]
    pub const fn moves_daily(self) -> bool {
        !matches!(self, Self::Views | Self::Clones)
    }

    /// How many UTC days a response stays fresh. The star history covers many weeks at once and
    /// drops none of them.
    #[must_use]
    pub const fn holds_days(self) -> i64 {
        match self {
            Self::StarHistory => 7,
            _ if self.moves_daily() => 1,
            _ => 0,
        }
    }
}
