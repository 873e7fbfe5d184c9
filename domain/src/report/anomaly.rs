//! What is in doubt, and the answers of GitHub's that figures came from.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Repository;
use crate::anomaly::Anomaly;
use crate::day::{Day, DayRange};
use crate::id::{AnswerId, RepositoryId};
use crate::repository_name::RepositoryName;
use crate::run::Endpoint;
use crate::traffic::{Counts, DayTraffic, Measure};

/// A doubt that GitHub's answers gave reason for; what stands is the largest figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnomalyRecord {
    /// The repository's id.
    pub repository_id: RepositoryId,
    /// The repository's full name.
    pub full_name: RepositoryName,
    /// Views or clones.
    pub measure: Measure,
    /// What is the matter.
    #[serde(flatten)]
    pub anomaly: Anomaly,
    /// When an answer first gave reason for it.
    pub first_seen_at: DateTime<Utc>,
    /// When one did so last.
    pub last_seen_at: DateTime<Utc>,
    /// How many answers did.
    pub times_seen: u32,
    /// Since when a later answer leaves nothing to doubt; `None` while it is open.
    pub settled_at: Option<DateTime<Utc>>,
}

/// All doubts of a tenant that a viewer sees, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnomaliesReport {
    /// Those that are open.
    pub open: Vec<AnomalyRecord>,
    /// Those that a later answer settled.
    pub settled: Vec<AnomalyRecord>,
    /// Whether there are more than are listed.
    pub has_more: bool,
}

/// An answer of GitHub's that is kept as it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredResponse {
    /// Its id.
    pub id: AnswerId,
    /// What was asked.
    pub endpoint: Endpoint,
    /// When it came.
    pub captured_at: DateTime<Utc>,
}

/// What an answer said of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DaySource {
    /// The answer.
    pub answer: StoredResponse,
    /// Of what it speaks.
    pub measure: Measure,
    /// The days that it shows.
    pub window: DayRange,
    /// What it says of the day; zero, where it leaves the day out between others.
    pub counts: Counts,
    /// Whether it lists the day.
    pub listed: bool,
    /// Whether the stored count is this one.
    pub holds_count: bool,
    /// Whether the stored uniques are these.
    pub holds_uniques: bool,
}

/// Where the figures of a repository's day come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceReport {
    /// The repository.
    pub repository: Repository,
    /// The day.
    pub day: Day,
    /// What is stored of it.
    pub traffic: DayTraffic,
    /// Every kept answer that spoke of it, the newest first.
    pub sources: Vec<DaySource>,
    /// Kept answers from around the day that tell of longer times, the newest first.
    pub others: Vec<StoredResponse>,
    /// What is in doubt of the repository, the newest first.
    pub observations: Vec<AnomalyRecord>,
    /// For how many days answers are kept; none where they are not.
    pub kept_days: u32,
}
