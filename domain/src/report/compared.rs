//! The traffic that a chart shows for comparison.

use serde::{Deserialize, Serialize};

use super::Bucket;
use crate::day::DayRange;
use crate::repository_name::RepositoryName;

/// Whose traffic is shown for comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComparedWith {
    /// The previous days.
    Previous,
    /// The same days a year earlier, aligned by weekday.
    Year,
    /// The same days of another repository.
    Repository(RepositoryName),
    /// The same days of the repositories with a tag.
    Tag(String),
}

/// The traffic that a chart shows for comparison, bucket by bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedReport {
    /// Whose it is.
    pub with: ComparedWith,
    /// The days that correspond to those counted.
    pub range: DayRange,
    /// As many buckets as the report has, in the same order, with their own days. One whose days
    /// are not all known has no values, so that no comparison covers unknown days.
    #[serde(with = "super::columns::buckets")]
    pub buckets: Vec<Bucket>,
}

impl ComparedReport {
    /// Without the values of buckets whose days are not all known.
    #[must_use]
    pub fn new(with: ComparedWith, range: DayRange, mut buckets: Vec<Bucket>) -> Self {
        for bucket in &mut buckets {
            if !bucket.is_complete() {
                *bucket = bucket.without_values();
            }
        }
        Self {
            with,
            range,
            buckets,
        }
    }
}
