//! Answers in the shape of the pages and of the interface that show them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::coverage::Coverage;
use crate::day::{Day, DayRange};
use crate::id::{ConnectionId, RepositoryId, RunId, ScheduleId};
use crate::period::{Interval, Period};
use crate::repository::{RepositoryName, RepositoryStatus};
use crate::run::{Endpoint, RunStatus, Trigger};
use crate::traffic::{Counts, DailySum, Uniques};

/// A sum over a period beside the same sum over the period before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// The sum over the known days; `None` where no day is known.
    pub total: Option<u64>,
    /// The part of the total that can be compared: of the repositories whose days are all known,
    /// in this period and in the one before.
    pub compared: Option<u64>,
    /// The sum of the same repositories over the period before.
    pub previous: Option<u64>,
}

impl Figure {
    /// The change against the period before, in percent; `None` where it cannot be said.
    #[must_use]
    pub fn change(self) -> Option<i64> {
        let previous = i128::from(self.previous.filter(|previous| *previous > 0)?);
        let total = i128::from(self.compared?);
        // Rounded half away from zero, as people expect of a percentage.
        let per_mille = (total - previous) * 1_000 / previous;
        let half = 5 * per_mille.signum();
        i64::try_from((per_mille + half) / 10).ok()
    }
}

/// A tracked repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repository {
    /// Tidemark's id.
    pub id: RepositoryId,
    /// GitHub's id, stable over renames and transfers.
    pub github_id: i64,
    /// The full name.
    pub full_name: RepositoryName,
    /// The user or organisation.
    pub owner: String,
    /// The name within the owner.
    pub name: String,
    /// How it stands.
    pub status: RepositoryStatus,
    /// Since when it is tracked.
    pub added_at: DateTime<Utc>,
    /// The oldest known day.
    pub first_day: Option<Day>,
    /// The newest known day.
    pub last_day: Option<Day>,
    /// When all of its endpoints last answered.
    pub last_collected_at: Option<DateTime<Utc>>,
    /// The schedule that it follows; `None`: all schedules of the tenant.
    pub schedule_id: Option<ScheduleId>,
    /// What failed when it was last collected, as one sentence.
    pub failure: Option<String>,
}

/// How whole a repository's data is; the state that a pill shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataState {
    /// Nothing was collected yet.
    Empty,
    /// Every day of the period since the first known one is known or still to come.
    Complete,
    /// This many days of the period are lost.
    Lost(i64),
    /// The next day is lost in this many days unless a collection succeeds.
    AtRisk(i64),
    /// The last collection failed, for this reason.
    Failing(String),
    /// Kept, and no longer collected.
    Kept,
}

/// One bucket of a repository's or a tenant's traffic. What nobody knows is `None`, never 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// Its first day.
    pub start: Day,
    /// Its last day.
    pub end: Day,
    /// Views on its known days.
    pub views: Option<u64>,
    /// Unique visitors as GitHub counted them for just this bucket.
    pub view_uniques: Option<Uniques>,
    /// The sum of the daily unique visitors; an upper bound.
    pub view_uniques_daily_sum: Option<DailySum>,
    /// Clones on its known days.
    pub clones: Option<u64>,
    /// Unique cloners as GitHub counted them for just this bucket.
    pub clone_uniques: Option<Uniques>,
    /// The sum of the daily unique cloners; an upper bound.
    pub clone_uniques_daily_sum: Option<DailySum>,
    /// How many of its days are known.
    pub days_known: u32,
    /// How many days it has.
    pub days_total: u32,
}

/// A repository's traffic over a range, in buckets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrafficReport {
    /// The repository.
    pub repository: Repository,
    /// The width of the buckets.
    pub interval: Interval,
    /// The buckets, oldest first, without holes.
    pub periods: Vec<Bucket>,
}

/// One row of the list of referrers or of paths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RankingRow {
    /// The referrer's site, or the path.
    pub label: String,
    /// The page's title, for paths.
    pub title: Option<String>,
    /// Views and unique visitors within the window.
    pub counts: Counts,
}

/// The ten referrers or paths of one window, as GitHub gave them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ranking {
    /// The days that it sums up.
    pub window: DayRange,
    /// When it was asked for.
    pub captured_at: DateTime<Utc>,
    /// The rows, most views first.
    pub rows: Vec<RankingRow>,
}

/// The uniques of a whole window, which only GitHub can count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowCounts {
    /// The days of the window.
    pub window: DayRange,
    /// Its total and its true uniques.
    pub counts: Counts,
}

/// A repository's stars and the like at the end of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Popularity {
    /// Stars.
    pub stars: u32,
    /// Forks.
    pub forks: u32,
    /// Watchers (GitHub's `subscribers_count`).
    pub watchers: u32,
    /// Open issues and pull requests.
    pub open_issues: u32,
}

/// The page of one repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepositoryReport {
    /// The repository.
    pub repository: Repository,
    /// The period that was asked for.
    pub period: Period,
    /// The width of the buckets.
    pub interval: Interval,
    /// The days that the figures count.
    pub range: DayRange,
    /// Today, in UTC: the last day that the chart shows.
    pub today: Day,
    /// Views.
    pub views: Figure,
    /// The sum of daily unique visitors.
    pub view_uniques_daily_sum: Figure,
    /// Clones.
    pub clones: Figure,
    /// The sum of daily unique cloners.
    pub clone_uniques_daily_sum: Figure,
    /// Views of the newest window, with their true uniques.
    pub window_views: Option<WindowCounts>,
    /// Clones of the newest window, with their true uniques.
    pub window_clones: Option<WindowCounts>,
    /// Stars, forks, watchers and open issues, as last seen.
    pub popularity: Option<Popularity>,
    /// The traffic from the range's first day until today.
    pub buckets: Vec<Bucket>,
    /// How the days from the range's first (or the first known) until today stand.
    pub coverage: Coverage,
    /// How whole the data is.
    pub data: DataState,
    /// The newest list of referrers.
    pub referrers: Option<Ranking>,
    /// The newest list of paths.
    pub paths: Option<Ranking>,
}

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
}

impl OverviewSort {
    /// All of them, in the order of the table's columns.
    pub const ALL: [Self; 5] = [
        Self::Name,
        Self::Views,
        Self::Change,
        Self::Clones,
        Self::Stars,
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
    /// Days in the range that no repository knows any more.
    pub lost: Vec<DayRange>,
    /// How many repositories are tracked.
    pub repositories_total: u32,
    /// How many of them were collected since midnight UTC.
    pub collected_today: u32,
    /// How many repositories the filter leaves.
    pub matching: u32,
    /// How many pages of rows there are.
    pub pages: u32,
    /// This page's rows.
    pub rows: Vec<OverviewRow>,
}

/// A schedule, as people read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// Its id.
    pub id: ScheduleId,
    /// Its name.
    pub name: String,
    /// Five cron fields.
    pub cron: String,
    /// The IANA time zone in which the fields are read.
    pub timezone: String,
    /// Whether it runs.
    pub enabled: bool,
    /// When it runs next; `None` while it is off.
    pub next_run_at: Option<DateTime<Utc>>,
}

/// A schedule in words, before or after it is saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchedulePreview {
    /// The expression in English.
    pub words: String,
    /// The next five times in the schedule's zone, as people write them.
    pub next_runs: Vec<String>,
}

/// What a person enters to make or change a schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleInput {
    /// Its name.
    pub name: String,
    /// Five cron fields.
    pub cron: String,
    /// An IANA time zone.
    pub timezone: String,
    /// Whether it runs.
    pub enabled: bool,
}

/// One thing that failed in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The repository's full name at the time.
    pub repository: String,
    /// What was asked.
    pub endpoint: Endpoint,
    /// What went wrong and what to do, as one sentence.
    pub reason: String,
}

/// A collection run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// What started it.
    pub trigger: Trigger,
    /// How it stands.
    pub status: RunStatus,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// How many repositories it has.
    pub repositories_total: u32,
    /// How many of them were asked about, failed ones included.
    pub repositories_done: u32,
    /// At how many of them something failed.
    pub repositories_failed: u32,
    /// How many requests went to GitHub.
    pub requests: u32,
    /// What failed; the newest runs carry at most the first hundred.
    pub failures: Vec<Failure>,
}

/// A tenant's connection to a GitHub server; never its token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Its id.
    pub id: ConnectionId,
    /// Its name.
    pub name: String,
    /// The base address of the server's interface.
    pub api_url: String,
    /// The GitHub user that the token belongs to.
    pub login: String,
    /// When the token expires, where GitHub says so.
    pub token_expires_at: Option<DateTime<Utc>>,
}

/// The page of schedules and runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectionReport {
    /// The tenant's schedules, each with its words and next times.
    pub schedules: Vec<(Schedule, SchedulePreview)>,
    /// The newest runs, newest first; a running one among them.
    pub runs: Vec<Run>,
    /// Whether the viewer may start a collection.
    pub may_collect: bool,
    /// Whether the viewer may change schedules.
    pub may_manage: bool,
    /// The tenant's connections to GitHub, where the viewer may know of them.
    pub connections: Vec<Connection>,
}

/// The page on which repositories are tracked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepositoriesReport {
    /// All repositories, kept ones included, by name.
    pub repositories: Vec<Repository>,
    /// Whether the viewer may track repositories and stop it.
    pub may_manage: bool,
    /// The tenant's connections to GitHub, where the viewer may know of them.
    pub connections: Vec<Connection>,
    /// Whether the tenant is connected to GitHub at all.
    pub connected: bool,
}

/// Whether a repository's history outlives its tracking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum History {
    /// The days that were collected stay, and no new ones come.
    #[default]
    Keep,
    /// Everything of it is deleted.
    Delete,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_said_only_against_a_known_period() {
        let figure = |compared, previous| Figure {
            total: compared,
            compared,
            previous,
        };
        assert_eq!(figure(Some(111), Some(100)).change(), Some(11));
        assert_eq!(figure(Some(1), Some(3)).change(), Some(-67));
        assert_eq!(figure(Some(2), Some(3)).change(), Some(-33));
        assert_eq!(figure(Some(0), Some(4)).change(), Some(-100));
        assert_eq!(figure(Some(5), Some(0)).change(), None);
        assert_eq!(figure(None, Some(5)).change(), None);
        assert_eq!(figure(Some(5), None).change(), None);
    }
}
