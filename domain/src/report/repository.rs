//! One repository: what it is, its traffic, its page.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Figure, Marker};
use crate::coverage::Coverage;
use crate::day::{Day, DayRange};
use crate::failure::{FailureKind, FixTarget};
use crate::id::{FollowRuleId, RepositoryId, ScheduleId};
use crate::period::{Interval, Period};
use crate::repository::{EventKind, RepositoryStatus, Visibility};
use crate::repository_name::RepositoryName;
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
    /// The same by name.
    pub failure_kind: Option<FailureKind>,
    /// Since when it has not been collected completely.
    pub failing_since: Option<DateTime<Utc>>,
    /// Until when schedules leave it alone, because it cannot succeed until somebody does something.
    pub rest_until: Option<DateTime<Utc>>,
    /// Who sees it on GitHub, as GitHub last said.
    pub visibility: Option<Visibility>,
    /// Whether it is archived on GitHub, as GitHub last said.
    pub archived_on_github: Option<bool>,
    /// The rule that tracks it; `None` where somebody chose it.
    #[serde(default)]
    pub followed_by: Option<FollowRuleId>,
    /// Since when it is missing from its connection's list; only what a rule tracks is looked for.
    #[serde(default)]
    pub unlisted_since: Option<DateTime<Utc>>,
}

/// Something that happened to a repository on GitHub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepositoryEvent {
    /// When a collection noticed it.
    pub at: DateTime<Utc>,
    /// What it was.
    pub kind: EventKind,
    /// Its full name before, where it has another one since.
    pub former_name: Option<String>,
    /// Its full name since then.
    pub new_name: Option<String>,
}

/// What is wrong with a repository, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepositoryProblem {
    /// Its name, in a few words that begin a line.
    pub name: String,
    /// Since when the repository has not been collected completely.
    pub since: Option<DateTime<Utc>>,
    /// What went wrong, as one sentence; and by when a day is lost over it.
    pub reason: String,
    /// What to do, as one sentence.
    pub remedy: String,
    /// Where; `None` where there is nothing to do but wait, or the viewer may not.
    pub place: Option<FixTarget>,
    /// When schedules try again, where they leave it alone until then.
    pub rest_until: Option<DateTime<Utc>>,
}

/// Something that happened to a repository on GitHub, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepositoryEventSummary {
    /// When a collection noticed it.
    pub at: DateTime<Utc>,
    /// A few words: `Renamed from acme/anvil`.
    pub words: String,
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
    /// The last collection failed.
    Failing {
        /// What went wrong, in a few words.
        name: String,
        /// The same as a sentence.
        reason: String,
    },
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

/// A repository's stars and the like at the end of a day; `None` is one that GitHub did not tell.
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
    /// Its figures, in one order.
    #[must_use]
    pub const fn figures(self) -> [Option<u32>; 4] {
        [self.stars, self.forks, self.watchers, self.open_issues]
    }
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
    /// How many of GitHub's reports of late are in doubt.
    pub anomalies: u32,
    /// Stars, forks, watchers and open issues, as last seen.
    pub popularity: Option<Popularity>,
    /// The traffic from the range's first day until today.
    pub buckets: Vec<Bucket>,
    /// The releases and tags of these days, oldest first.
    pub markers: Vec<Marker>,
    /// How the days from the range's first (or the first known) until today stand.
    pub coverage: Coverage,
    /// Whether the days that are not published yet are missing because GitHub is late.
    pub github_is_late: bool,
    /// On how many of these days views are known.
    pub views_known: u32,
    /// On how many of these days clones are known.
    pub clones_known: u32,
    /// How whole the data is.
    pub data: DataState,
    /// What is wrong with it, where something is.
    pub trouble: Option<RepositoryProblem>,
    /// What GitHub says of it, as far as it is not as usual: each in a word or two.
    pub labels: Vec<String>,
    /// What happened to it on GitHub, the newest first.
    pub happened: Vec<RepositoryEventSummary>,
    /// The newest list of referrers.
    pub referrers: Option<Ranking>,
    /// The newest list of paths.
    pub paths: Option<Ranking>,
    /// Another repository that has, or had, the same name.
    pub namesake: Option<Namesake>,
}

/// Another repository of the tenant with the same name: GitHub gives a name that is free again to
/// whoever asks for it, and what tells repositories apart is their id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Namesake {
    /// Its id.
    pub id: RepositoryId,
    /// The day since which the newer of both is tracked under the name.
    pub since: Day,
    /// Whether it is the newer one, which has the name now.
    pub has_name_now: bool,
}
