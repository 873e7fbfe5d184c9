//! The system log: what happened, and the runs of all tenants.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::audit::{AuditAction, AuditTopic};
use crate::day::Day;
use crate::id::{LogEntryId, RunId, TenantId};
use crate::run::{RunStatus, Trigger};

/// One line of the system log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its id; later ones are larger.
    pub id: LogEntryId,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What happened.
    pub action: AuditAction,
    /// Who did it, by the name at the time.
    pub actor: String,
    /// The tenant that it concerns, by the name at the time.
    pub tenant: Option<String>,
    /// To what it was done, in words.
    pub subject: String,
    /// The network address that it came from.
    pub address: Option<String>,
}

/// What of the log is asked for; all of it stands in the address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditQuery {
    /// Only this topic.
    pub topic: Option<AuditTopic>,
    /// Only lines whose actor, tenant or subject contains this, without case.
    pub search: String,
    /// Only from this day on (UTC).
    pub from: Option<Day>,
    /// Only until this day, itself included (UTC).
    pub to: Option<Day>,
    /// Only lines older than this one: the next page.
    pub before: Option<LogEntryId>,
}

/// A page of the system log, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditReport {
    /// The lines.
    pub entries: Vec<AuditEntry>,
    /// Where the next page begins, if there is one.
    pub next: Option<LogEntryId>,
}

/// A run of any tenant, without the names of its repositories.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemRun {
    /// Its id.
    pub id: RunId,
    /// The tenant's name.
    pub tenant: String,
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
    /// At how many of them something failed.
    pub repositories_failed: u32,
    /// How many requests went to GitHub.
    pub requests: u32,
}

/// The runs of all tenants, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemRunsReport {
    /// The runs of this page.
    pub runs: Vec<SystemRun>,
    /// Where the next page begins, if there is one.
    pub next: Option<RunId>,
    /// The tenants that can be collected, by name, where the viewer may start that.
    pub collectable: Vec<(TenantId, String)>,
}
