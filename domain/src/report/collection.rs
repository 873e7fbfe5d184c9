//! Schedules, runs and connections; and the pages on which people manage them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Repository, Warning};
use crate::day::Day;
use crate::failure::FailureKind;
use crate::id::{FollowRuleId, RepositoryId, RunId, ScheduleId};
use crate::repository_name::RepositoryName;
use crate::run::{Endpoint, ItemOutcome, RunStatus, Trigger};

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
    /// What is to be known before it is chosen; urgent where days are lost on it.
    pub warning: Option<Warning>,
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
    /// Whether the person knows, and accepts, that days are lost on it.
    pub accept_loss: bool,
}

/// The page on which schedules are managed, and which repositories follow them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchedulesReport {
    /// The schedules, by name.
    pub schedules: Vec<ScheduleWithRepositories>,
    /// What no schedule collects, because there is none.
    pub unscheduled: Vec<AssignedRepository>,
}

/// A schedule with the repositories that it collects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleWithRepositories {
    /// The schedule.
    pub schedule: Schedule,
    /// What it means.
    pub preview: SchedulePreview,
    /// Whether repositories follow it that nobody gave a schedule.
    pub is_default: bool,
    /// The repositories, by name.
    pub followers: Vec<AssignedRepository>,
}

/// A repository that follows a schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignedRepository {
    /// Its id.
    pub id: RepositoryId,
    /// Its full name.
    pub full_name: RepositoryName,
    /// The day on which its next day is lost unless a collection succeeds before.
    pub deadline: Option<Day>,
    /// Whether no run comes before that day.
    pub at_risk: bool,
}

/// One thing that failed in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The repository's full name at the time.
    pub repository: String,
    /// What was asked.
    pub endpoint: Endpoint,
    /// What went wrong, by name.
    pub kind: FailureKind,
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
    /// Until when it waits, where it waits for a limit of GitHub's to pass, or for GitHub itself;
    /// then it goes on by itself.
    pub waiting_until: Option<DateTime<Utc>>,
    /// For what it waits, without a full stop.
    pub waiting_for: Option<String>,
    /// Who called it off, where somebody did.
    pub cancelled_by: Option<String>,
    /// What failed; the newest runs carry at most the first hundred.
    pub failures: Vec<Failure>,
}

/// A repository in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunItem {
    /// Its id.
    pub repository: RepositoryId,
    /// Its full name now.
    pub full_name: RepositoryName,
    /// What became of it; `None` until it is settled.
    pub outcome: Option<ItemOutcome>,
    /// When its collection began; `None` while it waits.
    pub started_at: Option<DateTime<Utc>>,
    /// When its collection ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// How many requests went to GitHub for it.
    pub requests: u32,
}

/// The history of a tenant's runs, a page of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunsReport {
    /// The runs, newest first.
    pub runs: Vec<Run>,
    /// The run before which the next page begins, where there is one.
    pub next: Option<RunId>,
}

/// The page of one run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunReport {
    /// The run.
    pub run: Run,
    /// Its repositories, or a page of them: what failed first, then in the order of the run.
    /// None, where the run is so old that only its sums are kept.
    pub items: Vec<RunItem>,
    /// Where the next page of its repositories begins.
    pub next: Option<u32>,
    /// Whether the viewer may call it off: it goes on, and they may collect.
    pub may_cancel: bool,
    /// How many repositories the viewer may have collected again: what failed, or was left out.
    pub to_retry: u32,
}

/// The page of schedules and runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectionReport {
    /// The tenant's schedules, each with its words and next times.
    pub schedules: Vec<(Schedule, SchedulePreview)>,
    /// The newest runs, newest first; a running one among them.
    pub runs: Vec<Run>,
    /// What collecting everything now would take, where the viewer may start it.
    pub forecast: Option<String>,
    /// Whether the viewer may start a collection.
    pub may_collect: bool,
    /// Whether the viewer may change schedules.
    pub may_manage: bool,
}

/// The page on which repositories are tracked.
#[expect(
    clippy::struct_excessive_bools,
    reason = "what a viewer may do is granted one by one"
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepositoriesReport {
    /// All repositories, kept ones included, by name.
    pub repositories: Vec<Repository>,
    /// The patterns of the rules that track new repositories, for who may change them.
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

/// A repository that has just been tracked, and when it is collected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tracked {
    /// The repository.
    pub repository: Repository,
    /// The run that collects it now; `None` where nothing can run now.
    pub run: Option<RunId>,
    /// When its schedule collects it next; `None` where none does.
    pub next_run_at: Option<DateTime<Utc>>,
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
