//! All repositories of a tenant, over a period.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use super::{
    Bucket, ComparedReport, DataState, DatedEvent, Figure, OverviewWarnings, ReportQuery, Run,
    SinceYesterday, UsualBands,
};
use crate::day::{Day, DayRange};
use crate::id::{RepositoryId, RunId};
use crate::interval::Interval;
use crate::repository_filter::{RepositoryFilter, RepositoryState};
use crate::repository_name::RepositoryName;
use crate::repository_tag::TagName;
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
    /// The days, the buckets and what they are compared with.
    pub report: ReportQuery,
    /// The column that sorts.
    pub sort: OverviewSort,
    /// Reverses the natural order (names from A, numbers from the largest).
    pub reversed: bool,
    /// Which repositories everything on the page is about.
    pub filter: RepositoryFilter,
    /// The page of the table, from 1.
    pub page: u32,
}

/// By what repositories can be filtered, each with the number of repositories that it leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepositoryFacets {
    /// All repositories in scope.
    pub total: u32,
    /// The owners with most of them.
    pub owners: Vec<(String, u32)>,
    /// The tags that most of them have.
    pub tags: Vec<(TagName, u32)>,
    /// How many match the filter but for its state.
    pub of_any_state: u32,
    /// How many of these are in each state of [`RepositoryState::EXCEPTIONS`], without those that
    /// none is in.
    pub states: Vec<(RepositoryState, u32)>,
}

/// One repository in the overview's table.
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// The overview page: what it shows, and what the viewer may do there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverviewPage {
    /// What it shows.
    pub overview: Overview,
    /// Whether the viewer may track repositories.
    pub may_track: bool,
    /// Whether GitHub is not connected yet and the viewer may connect it.
    pub to_connect: bool,
    /// Whether the first numbers are being collected and the viewer may see runs.
    pub follows: bool,
    /// The run collecting them, once it has started.
    pub run: Option<Run>,
    /// The newest run with a failure, if repositories need attention and the viewer may see runs.
    pub ended: Option<RunId>,
}

/// All repositories of a tenant, over a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// The numbers.
    pub report: OverviewReport,
    /// This page's rows.
    pub rows: Vec<OverviewRow>,
    /// What to warn of.
    pub warnings: OverviewWarnings,
    /// What changed since yesterday.
    pub since_yesterday: SinceYesterday,
}

/// The numbers of all repositories of a tenant, over a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverviewReport {
    /// The query.
    pub query: OverviewQuery,
    /// The width of the buckets.
    pub interval: Interval,
    /// The days counted in the figures.
    pub range: DayRange,
    /// The first known day if the query asks for earlier ones: the range starts there instead.
    pub history_begins: Option<Day>,
    /// The days of the chart: those counted, and the unpublished ones until today.
    pub shown: DayRange,
    /// Today, in UTC.
    pub today: Day,
    /// Views of all repositories.
    pub views: Figure,
    /// The sum of daily unique visitors of all repositories.
    pub view_uniques_daily_sum: Figure,
    /// Clones of all repositories.
    pub clones: Figure,
    /// Stars of all repositories, as last seen.
    pub stars: Option<u64>,
    /// The traffic of all repositories together, with the unpublished days of the range until today.
    #[serde(with = "super::columns::buckets")]
    pub buckets: Vec<Bucket>,
    /// The traffic to compare it with.
    pub compared: Option<ComparedReport>,
    /// The usual range of each bucket.
    #[serde(default)]
    pub usual: UsualBands,
    /// The events of these days, in their order: releases, days lost for all, notes.
    pub events: Vec<DatedEvent>,
    /// Whether unpublished days are missing because GitHub is late.
    pub github_is_late: bool,
    /// Days in the range lost for every repository.
    pub lost: Vec<DayRange>,
    /// How many repositories are tracked.
    pub repositories_total: u32,
    /// How many of them were collected since midnight UTC.
    pub collected_today: u32,
    /// How many of them are failing or will lose a day soon.
    pub need_attention: u32,
    /// By what the repositories can be filtered.
    pub facets: RepositoryFacets,
    /// How many repositories match the filter.
    pub matching: u32,
    /// How many pages of rows there are.
    pub pages: u32,
}
