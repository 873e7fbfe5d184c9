//! All repositories of a tenant, over a period.

use serde::{Deserialize, Serialize};

use super::{Bucket, DataState, Figure};
use crate::day::{Day, DayRange};
use crate::id::RepositoryId;
use crate::period::Period;
use crate::repository_name::RepositoryName;

/// What the overview's table can be sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverviewSort {
    /// The full name.
    Name,
    /// Views in the period.
    #[default]
    Views,
    /// The change of views against the period before.
    Change,
    /// Clones in the period.
    Clones,
    /// Stars.
    Stars,
    /// How soon a day is lost, the most urgent first.
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

    /// As it stands in the address.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Views => "views",
            Self::Change => "change",
            Self::Clones => "clones",
            Self::Stars => "stars",
            Self::Risk => "risk",
        }
    }

    /// The sort that the address names; the usual one where it names none.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|sort| sort.as_str() == text)
            .unwrap_or_default()
    }
}

/// What the overview is asked for; all of it stands in the address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverviewQuery {
    /// How far back.
    pub period: Period,
    /// The column that sorts.
    pub sort: OverviewSort,
    /// The other way round than usual (names from A, numbers from the largest).
    pub reversed: bool,
    /// Only repositories whose full name contains this, without case.
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
    /// How whole the data is.
    pub data: DataState,
}

/// All repositories of a tenant, over a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// What was asked for.
    pub query: OverviewQuery,
    /// The days that the figures count.
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
    /// Whose days are lost before their next scheduled run, or soon, because their runs have failed
    /// for long; as a sentence, and `None` where nobody's.
    pub at_risk: Option<String>,
    /// That GitHub publishes later than usual, and what follows, as a sentence; `None` where it
    /// does not. It is a state of GitHub's, and no repository fails for it.
    pub publishing: Option<String>,
    /// Which schedules have become too slow since GitHub was later than ever before, as a sentence;
    /// `None` where none.
    pub unsafe_schedules: Option<String>,
    /// That this server's clock differs from GitHub's, as a sentence; `None` where it does not, as
    /// far as is known.
    pub clock: Option<String>,
    /// How many figures are in doubt, as a sentence; `None` where none is.
    pub anomalies: Option<String>,
    /// Days in the range that no repository knows any more.
    pub lost: Vec<DayRange>,
    /// How many repositories are tracked.
    pub repositories_total: u32,
    /// How many of them were collected since midnight UTC.
    pub collected_today: u32,
    /// How many of them fail now, or lose a day soon.
    pub need_attention: u32,
    /// How many repositories the filter leaves.
    pub matching: u32,
    /// How many pages of rows there are.
    pub pages: u32,
    /// This page's rows.
    pub rows: Vec<OverviewRow>,
}
