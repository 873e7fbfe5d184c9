//! Schedules, runs, and the pages for managing them.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{Repository, RunForecast};
use crate::day::Day;
use crate::failure::FailureKind;
use crate::id::{FollowRuleId, RepositoryId, RunId, ScheduleId};
use crate::repository_name::RepositoryName;
use crate::run::{Endpoint, ItemOutcome, RunStatus, Trigger};
use crate::schedule::{Cron, Safety};

/// A schedule.
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
    /// Whether it is enabled.
    pub enabled: bool,
    /// Its next run; `None` while disabled.
    pub next_run_at: Option<DateTime<Utc>>,
}

/// What a schedule would do, saved or not.
#[derive(Clone, Debug)]
pub struct SchedulePreview {
    /// Its expression.
    pub cron: Cron,
    /// The next five times, in the schedule's zone.
    pub next_runs: Vec<DateTime<Tz>>,
    /// Whether it keeps all days.
    pub safety: Safety,
}

/// The input for creating or changing a schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleInput {
    /// Its name.
    pub name: String,
    /// Five cron fields.
    pub cron: String,
    /// An IANA time zone.
    pub timezone: String,
    /// Whether it is enabled.
    pub enabled: bool,
    /// Whether the person accepts that it loses days.
    pub accept_loss: bool,
}

/// The page of schedules and their repositories.
#[derive(Clone, Debug)]
pub struct SchedulesReport {
    /// The schedules, by name.
    pub schedules: Vec<ScheduleWithRepositories>,
    /// The repositories without any schedule, because none exists.
    pub unscheduled: Vec<AssignedRepository>,
}

/// A schedule with its repositories.
#[derive(Clone, Debug)]
pub struct ScheduleWithRepositories {
    /// The schedule.
    pub schedule: Schedule,
    /// Its preview.
    pub preview: SchedulePreview,
    /// Whether repositories without their own schedule use it.
    pub is_default: bool,
    /// The repositories, by name.
    pub followers: Vec<AssignedRepository>,
}

/// A repository assigned to a schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignedRepository {
    /// Its id.
    pub id: RepositoryId,
    /// Its full name.
    pub full_name: RepositoryName,
    /// The day on which it loses data unless a collection succeeds before.
    pub deadline: Option<Day>,
    /// Whether no run comes before that day.
    pub at_risk: bool,
}

/// One thing that failed in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The repository's full name at the time.
    pub repository: String,
    /// The endpoint.
    pub endpoint: Endpoint,
    /// The kind of failure.
    pub kind: FailureKind,
    /// What went wrong and what to do.
    pub reason: String,
}

/// A collection run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// What started it.
    pub trigger: Trigger,
    /// Its status.
    pub status: RunStatus,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// How many repositories it has.
    pub repositories_total: u32,
    /// How many of them are done, failed ones included.
    pub repositories_done: u32,
    /// How many of them had a failure.
    pub repositories_failed: u32,
    /// How many requests were sent to GitHub.
    pub requests: u32,
    /// Until when it is paused by a GitHub rate limit or outage; it resumes automatically.
    pub waiting_until: Option<DateTime<Utc>>,
    /// Why it is paused, without a full stop.
    pub waiting_for: Option<String>,
    /// Who cancelled it, if anyone.
    pub cancelled_by: Option<String>,
    /// The failures; at most the first hundred in lists of runs.
    pub failures: Vec<Failure>,
}

/// A repository in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunItem {
    /// Its id.
    pub repository: RepositoryId,
    /// Its full name now.
    pub full_name: RepositoryName,
    /// Its result; `None` until it is done.
    pub outcome: Option<ItemOutcome>,
    /// When its collection started; `None` while pending.
    pub started_at: Option<DateTime<Utc>>,
    /// When its collection ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// How many requests were sent to GitHub for it.
    pub requests: u32,
}

/// A page of a tenant's run history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunsReport {
    /// The runs, newest first.
    pub runs: Vec<Run>,
    /// The cursor of the next page, if any.
    pub next: Option<RunId>,
}

/// The page of one run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunReport {
    /// The run.
    pub run: Run,
    /// A page of its repositories: failures first, then in the order of the run. Empty for old
    /// runs, of which only the totals are kept.
    pub items: Vec<RunItem>,
    /// The cursor of the next page of its repositories.
    pub next: Option<u32>,
    /// Whether it is running and the viewer may cancel it.
    pub may_cancel: bool,
    /// How many failed or skipped repositories the viewer may retry.
    pub to_retry: u32,
}

/// The page of schedules and runs.
#[derive(Clone, Debug)]
pub struct CollectionReport {
    /// The tenant's schedules, each with its next times.
    pub schedules: Vec<(Schedule, SchedulePreview)>,
    /// The newest runs, newest first, running ones included.
    pub runs: Vec<Run>,
    /// The forecast for collecting everything now, if the viewer may start it.
    pub forecast: Option<RunForecast>,
    /// Whether the viewer may start a collection.
    pub may_collect: bool,
    /// Whether the viewer may change schedules.
    pub may_manage: bool,
}

/// The Repositories page.
#[expect(
    clippy::struct_excessive_bools,
    reason = "what a viewer may do is granted one by one"
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepositoriesReport {
    /// All repositories, untracked ones included, by name.
    pub repositories: Vec<Repository>,
    /// The patterns of the follow rules, for viewers who may change them.
    #[serde(default)]
    pub follow_rules: Vec<(FollowRuleId, String)>,
    /// Whether the viewer may track repositories and stop it.
    pub may_manage: bool,
    /// Whether the tenant is connected to GitHub at all.
    pub connected: bool,
    /// Whether the viewer may connect it.
    pub may_connect: bool,
    /// Whether the viewer may follow its runs.
    pub may_follow: bool,
}

/// A repository just tracked, and when it is collected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tracked {
    /// The repository.
    pub repository: Repository,
    /// The run collecting it now, if any.
    pub run: Option<RunId>,
    /// Its next scheduled collection, if any.
    pub next_run_at: Option<DateTime<Utc>>,
}

/// What happens to the history when tracking stops.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum History {
    /// Collected days stay; no new ones are added.
    #[default]
    Keep,
    /// All its data is deleted.
    Delete,
}
