//! Collection runs: triggers, results and endpoints.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::unknown_value::UnknownValue;

/// What started a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(Display, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[strum(parse_err_ty = UnknownValue, parse_err_fn = UnknownValue::new)]
pub enum Trigger {
    /// A schedule that was due.
    Schedule,
    /// A person.
    Manual,
    /// A request through the API.
    Api,
    /// The server's startup, for an overdue schedule.
    Startup,
}

impl Trigger {
    /// The name in the API and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// The status of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(Display, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[strum(parse_err_ty = UnknownValue, parse_err_fn = UnknownValue::new)]
pub enum RunStatus {
    /// In progress.
    Running,
    /// Everything was collected.
    Succeeded,
    /// Collected in part.
    Partial,
    /// Nothing was collected.
    Failed,
    /// The process ended before the run, or the run was cancelled. Stored data stays.
    Interrupted,
}

impl RunStatus {
    /// The name in the API and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// The result of a repository in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(Display, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[strum(parse_err_ty = UnknownValue, parse_err_fn = UnknownValue::new)]
pub enum ItemOutcome {
    /// Collected completely.
    Succeeded,
    /// Collected in part.
    Partial,
    /// Nothing was collected.
    Failed,
}

impl ItemOutcome {
    /// The name in the API and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// A GitHub endpoint for a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(Display, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
#[strum(parse_err_ty = UnknownValue, parse_err_fn = UnknownValue::new)]
pub enum Endpoint {
    /// The repository itself: name, stars, forks, watchers, open issues.
    Repository,
    /// Views by day.
    Views,
    /// Views by week.
    #[serde(rename = "views by week")]
    #[strum(serialize = "views by week")]
    WeeklyViews,
    /// Clones by day.
    Clones,
    /// Clones by week.
    #[serde(rename = "clones by week")]
    #[strum(serialize = "clones by week")]
    WeeklyClones,
    /// The top ten referrers.
    Referrers,
    /// The top ten paths.
    Paths,
    /// The releases, with the downloads of their assets.
    Releases,
    /// The tags.
    Tags,
    /// The star history.
    #[serde(rename = "star history")]
    #[strum(serialize = "star history")]
    StarHistory,
}

impl Endpoint {
    /// All of them.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The name in the API and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
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
