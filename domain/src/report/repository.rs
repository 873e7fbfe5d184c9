//! A repository, its traffic, and its page.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{ComparedReport, DatedEvent, Figure, Marker, RepositoryQuery, UsualBands};
use crate::coverage::Coverage;
use crate::day::{Day, DayRange};
use crate::failure::{FailureKind, FixTarget};
use crate::id::{FollowRuleId, RepositoryId, ScheduleId};
use crate::interval::Interval;
use crate::repository::{EventKind, RepositoryStatus, Visibility};
use crate::repository_name::RepositoryName;
use crate::repository_tag::TagName;
use crate::traffic::{Counts, DailySum, Uniques};

/// A tracked repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repository {
    /// Tidemark's id.
    pub id: RepositoryId,
    /// GitHub's id, stable over renames and transfers.
    pub github_id: i64,
    /// The full name.
    pub full_name: RepositoryName,
    /// The user or organization.
    pub owner: String,
    /// The name within the owner.
    pub name: String,
    /// Its status.
    pub status: RepositoryStatus,
    /// When it was tracked.
    pub added_at: DateTime<Utc>,
    /// The oldest known day.
    pub first_day: Option<Day>,
    /// The newest known day.
    pub last_day: Option<Day>,
    /// When all of its endpoints last responded.
    pub last_collected_at: Option<DateTime<Utc>>,
    /// Its own schedule; `None` follows all schedules of the tenant.
    pub schedule_id: Option<ScheduleId>,
    /// Why its last collection failed.
    pub failure: Option<String>,
    /// The kind of that failure.
    pub failure_kind: Option<FailureKind>,
    /// Since when it has not been collected completely.
    pub failing_since: Option<DateTime<Utc>>,
    /// Until when schedules pause it, because it would fail until someone fixes the cause.
    #[serde(rename = "rest_until")]
    pub paused_until: Option<DateTime<Utc>>,
    /// Its visibility, as last reported by GitHub.
    pub visibility: Option<Visibility>,
    /// Whether it is archived on GitHub, as last reported.
    pub archived_on_github: Option<bool>,
    /// The rule that tracks it; `None` if chosen manually.
    #[serde(default)]
    pub followed_by: Option<FollowRuleId>,
    /// Since when it is missing from its connection's list; only checked for repositories tracked
    /// by a rule.
    #[serde(default)]
    pub unlisted_since: Option<DateTime<Utc>>,
    /// Its tags, by name.
    #[serde(default)]
    pub tags: Vec<TagName>,
}

/// An event of a repository on GitHub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryEvent {
    /// When a collection noticed it.
    pub at: DateTime<Utc>,
    /// Its kind.
    pub kind: EventKind,
    /// Its former full name, if it changed.
    pub former_name: Option<String>,
    /// Its new full name.
    pub new_name: Option<String>,
}

/// Why a repository's last collection failed, and the consequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryFailure {
    /// The kind of failure.
    pub kind: FailureKind,
    /// What went wrong, as a sentence.
    pub reason: String,
    /// The day on which data will be lost, if that is near.
    pub lost_on: Option<Day>,
}

/// A repository's problem and its remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryProblem {
    /// What went wrong.
    pub failure: RepositoryFailure,
    /// Since when the repository has not been collected completely.
    pub since: Option<DateTime<Utc>>,
    /// Where to fix it; `None` if waiting is all there is or the viewer may not.
    pub place: Option<FixTarget>,
    /// When schedules try again, if paused.
    pub paused_until: Option<DateTime<Utc>>,
}

/// How complete a repository's data is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataState {
    /// No data yet.
    Empty,
    /// No day of the period since the first known one is lost.
    Complete,
    /// This many days of the period are lost.
    Lost(i64),
    /// The next day is lost in this many days unless a collection succeeds.
    AtRisk(i64),
    /// The last collection failed.
    Failing(RepositoryFailure),
    /// History only, no longer collected.
    Kept,
}

/// One bucket of a repository's or a tenant's traffic. Unknown values are `None`, never 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// Its first day.
    pub start: Day,
    /// Its last day.
    pub end: Day,
    /// Views on its known days.
    pub views: Option<u64>,
    /// GitHub's own count of unique visitors for this bucket.
    pub view_uniques: Option<Uniques>,
    /// The sum of the daily unique visitors; an upper bound.
    pub view_uniques_daily_sum: Option<DailySum>,
    /// Clones on its known days.
    pub clones: Option<u64>,
    /// GitHub's own count of unique cloners for this bucket.
    pub clone_uniques: Option<Uniques>,
    /// The sum of the daily unique cloners; an upper bound.
    pub clone_uniques_daily_sum: Option<DailySum>,
    /// How many of its days are known.
    pub days_known: u32,
    /// How many days it has.
    pub days_total: u32,
}

impl Bucket {
    /// Whether all its days are known.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.days_known == self.days_total
    }

    /// The same bucket with nothing known of it.
    #[must_use]
    pub const fn without_values(self) -> Self {
        Self {
            views: None,
            view_uniques: None,
            view_uniques_daily_sum: None,
            clones: None,
            clone_uniques: None,
            clone_uniques_daily_sum: None,
            ..self
        }
    }
}

/// A repository's traffic over a range, in buckets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrafficReport {
    /// The repository.
    pub repository: Repository,
    /// The width of the buckets.
    pub interval: Interval,
    /// The buckets, oldest first, without gaps.
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

/// GitHub's ten referrers or paths of one window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ranking {
    /// The days it covers.
    pub window: DayRange,
    /// When it was captured.
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

/// A repository's counts at the end of a day; `None` if GitHub did not report one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Popularity {
    /// Stars.
    pub stars: Option<u32>,
    /// Forks.
    pub forks: Option<u32>,
    /// Watchers (GitHub's `subscribers_count`).
    pub watchers: Option<u32>,
    /// Open issues and pull requests.
    pub open_issues: Option<u32>,
}

impl Popularity {
    /// The counts in a fixed order.
    #[must_use]
    pub const fn figures(self) -> [Option<u32>; 4] {
        [self.stars, self.forks, self.watchers, self.open_issues]
    }
}

/// The page of one repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryPage {
    /// Its numbers.
    pub report: RepositoryReport,
    /// The state of the data.
    pub data: DataState,
    /// Its problem, if any.
    pub problem: Option<RepositoryProblem>,
    /// Its events on GitHub, newest first.
    pub events: Vec<RepositoryEvent>,
    /// Whether the viewer may write notes and tags.
    pub may_manage: bool,
}

/// The numbers of one repository, over a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepositoryReport {
    /// The repository.
    pub repository: Repository,
    /// The query.
    pub query: RepositoryQuery,
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
    /// How many recent reports have data quality issues.
    pub anomalies: u32,
    /// Stars, forks, watchers and open issues, as last seen.
    pub popularity: Option<Popularity>,
    /// The traffic of the range, with its unpublished days until today.
    #[serde(with = "super::columns::buckets")]
    pub buckets: Vec<Bucket>,
    /// The traffic to compare it with.
    pub compared: Option<ComparedReport>,
    /// The usual range of each bucket.
    #[serde(default)]
    pub usual: UsualBands,
    /// The events of these days, in their order: releases, tags, changes on GitHub, notes.
    pub events: Vec<DatedEvent>,
    /// The coverage from the range's first (or the first known) day until today.
    pub coverage: Coverage,
    /// Whether unpublished days are missing because GitHub is late.
    pub github_is_late: bool,
    /// On how many of these days views are known.
    pub views_known: u32,
    /// On how many of these days clones are known.
    pub clones_known: u32,
    /// The newest list of referrers.
    pub referrers: Option<Ranking>,
    /// The newest list of paths.
    pub paths: Option<Ranking>,
    /// Another repository that has, or had, the same name.
    pub namesake: Option<Namesake>,
}

impl RepositoryReport {
    /// The releases and tags, oldest first.
    #[must_use]
    pub fn markers(&self) -> Vec<Marker> {
        self.events.iter().filter_map(DatedEvent::marker).collect()
    }
}

/// Another repository of the tenant with the same name. GitHub lets anyone reuse a free name;
/// repositories are identified by their ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Namesake {
    /// Its id.
    pub id: RepositoryId,
    /// The day since which the newer one is tracked under the name.
    pub since: Day,
    /// Whether it is the newer one, which owns the name now.
    pub has_name_now: bool,
}
