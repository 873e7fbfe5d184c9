//! Collection runs: what started them, how they ended, and which endpoints they ask.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The text names none of the values.
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

            /// As the interface and the database write it.
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
        /// An outside event, through the interface.
        Api = "api",
        /// The start of the server, which found a schedule overdue.
        Startup = "startup",
    }
}

words! {
    /// How a run stands.
    RunStatus {
        /// It is going on.
        Running = "running",
        /// Everything was collected.
        Succeeded = "succeeded",
        /// Some of it was collected.
        Partial = "partial",
        /// Nothing was collected.
        Failed = "failed",
        /// The process ended before the run did, or somebody called the run off; what it had
        /// stored stays.
        Interrupted = "interrupted",
    }
}

words! {
    /// What became of a repository in a run.
    ItemOutcome {
        /// Everything of it was collected.
        Succeeded = "succeeded",
        /// Some of it was collected.
        Partial = "partial",
        /// Nothing of it was collected.
        Failed = "failed",
    }
}

words! {
    /// What Tidemark asks GitHub about a repository.
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
        /// The ten referrers that sent the most.
        Referrers = "referrers",
        /// The ten paths that were seen the most.
        Paths = "paths",
        /// The releases, with the downloads of their assets.
        Releases = "releases",
        /// The tags.
        Tags = "tags",
        /// On which days the stars were given.
        StarHistory = "star history",
    }
}

impl Endpoint {
    /// Whether there is something new once a day at most, so that asking once a day is enough.
    /// Views and clones by day grow about hourly: <https://docs.github.com/rest/metrics/traffic>
    #[must_use]
    pub const fn moves_daily(self) -> bool {
        !matches!(self, Self::Views | Self::Clones)
    }

    /// How many UTC days an answer holds before the question is worth asking again: the history of
    /// stars tells of many weeks at once, and forgets none of them.
    #[must_use]
    pub const fn holds_days(self) -> i64 {
        match self {
            Self::StarHistory => 7,
            _ if self.moves_daily() => 1,
            _ => 0,
        }
    }

    /// Whether it is asked beside the traffic: later, and only while there is plenty left to ask.
    #[must_use]
    pub const fn is_extra(self) -> bool {
        matches!(self, Self::Releases | Self::Tags | Self::StarHistory)
    }
}
