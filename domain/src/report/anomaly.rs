//! Data quality, and the responses from GitHub behind the numbers.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Repository;
use crate::anomaly::Anomaly;
use crate::day::{Day, DayRange};
use crate::id::{RepositoryId, ResponseId};
use crate::repository_name::RepositoryName;
use crate::run::Endpoint;
use crate::traffic::{Counts, DayTraffic, Measure};

/// An anomaly in GitHub's responses; the highest value was kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnomalyRecord {
    /// The repository's id.
    pub repository_id: RepositoryId,
    /// The repository's full name.
    pub full_name: RepositoryName,
    /// Views or clones.
    pub measure: Measure,
    /// The kind of anomaly.
    #[serde(flatten)]
    pub anomaly: Anomaly,
    /// When it was first seen.
    pub first_seen_at: DateTime<Utc>,
    /// When it was last seen.
    pub last_seen_at: DateTime<Utc>,
    /// How often it was seen.
    pub times_seen: u32,
    /// When a later response resolved it; `None` while open.
    pub settled_at: Option<DateTime<Utc>>,
}

/// All anomalies of a tenant visible to a viewer, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnomaliesReport {
    /// The open ones.
    pub open: Vec<AnomalyRecord>,
    /// Those resolved by a later response.
    pub settled: Vec<AnomalyRecord>,
    /// Whether the list is truncated.
    pub has_more: bool,
}

/// A stored raw response from GitHub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredResponse {
    /// Its id.
    pub id: ResponseId,
    /// The endpoint.
    pub endpoint: Endpoint,
    /// When it was received.
    pub captured_at: DateTime<Utc>,
}

/// What a response says about a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DaySource {
    /// The response.
    pub answer: StoredResponse,
    /// Its measure.
    pub measure: Measure,
    /// The days it covers.
    pub window: DayRange,
    /// Its value for the day; zero if the day is omitted between others.
    pub counts: Counts,
    /// Whether it lists the day.
    pub listed: bool,
    /// Whether the stored count comes from it.
    pub holds_count: bool,
    /// Whether the stored uniques come from it.
    pub holds_uniques: bool,
}

/// The data sources of a repository's day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceReport {
    /// The repository.
    pub repository: Repository,
    /// The day.
    pub day: Day,
    /// The stored values.
    pub traffic: DayTraffic,
    /// Every stored response that covers it, newest first.
    pub sources: Vec<DaySource>,
    /// Stored responses from around the day that cover longer times, newest first.
    pub others: Vec<StoredResponse>,
    /// The repository's anomalies, newest first.
    pub observations: Vec<AnomalyRecord>,
    /// For how many days responses are kept, if at all.
    pub kept_days: u32,
}
