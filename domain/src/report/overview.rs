//! All repositories of a tenant, over a period.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use super::{Bucket, DataState, Figure};
use crate::day::{Day, DayRange};
use crate::id::RepositoryId;
use crate::period::Period;
use crate::repository_name::RepositoryName;
use crate::unknown_value::UnknownValue;

/// A sort order of the overview's table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[strum(parse_err_ty = UnknownValue, parse_err_fn = UnknownValue::new)]
pub enum OverviewSort {
    /// The full name.
    Name,
    /// Views in the period.
    #[default]
    Views,
    /// The change of views against the previous period.
    Change,
    /// Clones in the period.
    Clones,
    /// Stars.
    Stars,
    /// How soon data is lost, most urgent first.
    Risk,
}

impl OverviewSort {
    /// All of them, in the order of the table's columns.
    pub const ALL: [Self; 6] = [
        Self::Name,
        Self::Views,
        Self::Change,
        Self::Clones,
        Self::Stars,
        Self::Risk,
    ];

    /// The name in the URL.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The sort named in the URL, or the default.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        text.parse().unwrap_or_default()
    }
}

/// The overview's query, all of it in the URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverviewQuery {
    /// How far back.
    pub period: Period,
    /// The column that sorts.
    pub sort: OverviewSort,
    /// Reverses the natural order (names from A, numbers from the largest).
    pub reversed: bool,
    /// Only repositories whose full name contains this, case-insensitively.
    pub filter: String,
    /// The page of the table, from 1.
    pub page: u32,
}

/// One repository in the overview's table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverviewRow {
    /// Tidemark's id.
    pub id: RepositoryId,
    /// The full name.
    pub full_name: RepositoryName,
    /// Views in the period.
    pub views: Figure,
    /// Clones in the period.
    pub clones: Figure,
    /// Stars, as last seen.
    pub stars: Option<u32>,
    /// Views, for the small trend line: by day, or by week where the period is longer than 90 days.
    pub trend: Vec<Option<u64>>,
    /// The state of the data.
    pub data: DataState,
}

/// All repositories of a tenant, over a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// The query.
    pub query: OverviewQuery,
    /// The days counted in the figures.
    pub range: DayRange,
    /// Today, in UTC: the last day that the chart shows.
    pub today: Day,
    /// Views of all repositories.
    pub views: Figure,
    /// The sum of daily unique visitors of all repositories.
    pub view_uniques_daily_sum: Figure,
    /// Clones of all repositories.
    pub clones: Figure,
    /// Stars of all repositories, as last seen.
    pub stars: Option<u64>,
    /// The traffic of all repositories together, by day, from the range's first day until today.
    pub buckets: Vec<Bucket>,
    /// Which repositories will lose days before their next scheduled run, or soon because their
    /// runs keep failing, as a sentence.
    pub at_risk: Option<String>,
    /// That GitHub is publishing late and what follows, as a sentence. It is a state of GitHub and
    /// fails no repository.
    pub publishing: Option<String>,
    /// Which schedules are too slow after GitHub's latest record lag, as a sentence.
    pub unsafe_schedules: Option<String>,
    /// That this server's clock differs from GitHub's, as a sentence, if known.
    pub clock: Option<String>,
    /// How many days have data quality issues, as a sentence.
    pub anomalies: Option<String>,
    /// Days in the range lost for every repository.
    pub lost: Vec<DayRange>,
    /// How many repositories are tracked.
    pub repositories_total: u32,
    /// How many of them were collected since midnight UTC.
    pub collected_today: u32,
    /// How many of them are failing or will lose a day soon.
    pub need_attention: u32,
    /// How many repositories match the filter.
    pub matching: u32,
    /// How many pages of rows there are.
    pub pages: u32,
    /// This page's rows.
    pub rows: Vec<OverviewRow>,
}
