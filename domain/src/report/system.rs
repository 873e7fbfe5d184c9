//! The system log, and the runs of all tenants.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::audit::{AuditAction, AuditTopic};
use crate::day::Day;
use crate::id::{LogEntryId, RunId, TenantId};
use crate::run::{RunStatus, Trigger};

/// An entry of the system log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its id; later ones are larger.
    pub id: LogEntryId,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What happened.
    pub action: AuditAction,
    /// The actor's name at the time.
    pub actor: String,
    /// The tenant's name at the time.
    pub tenant: Option<String>,
    /// The subject in words.
    pub subject: String,
    /// The network address of the request.
    pub address: Option<String>,
}

/// A query of the log, all of it in the URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditQuery {
    /// Only this topic.
    pub topic: Option<AuditTopic>,
    /// Only entries whose actor, tenant or subject contains this, case-insensitively.
    pub search: String,
    /// Only from this day on (UTC).
    pub from: Option<Day>,
    /// Only until this day, itself included (UTC).
    pub to: Option<Day>,
    /// Only entries older than this one, for the next page.
    pub before: Option<LogEntryId>,
}

/// A page of the system log, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditReport {
    /// The entries.
    pub entries: Vec<AuditEntry>,
    /// The cursor of the next page, if any.
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
    /// Its status.
    pub status: RunStatus,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// How many repositories it has.
    pub repositories_total: u32,
    /// How many of them had a failure.
    pub repositories_failed: u32,
    /// How many requests were sent to GitHub.
    pub requests: u32,
}

/// The runs of all tenants, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemRunsReport {
    /// The runs of this page.
    pub runs: Vec<SystemRun>,
    /// The cursor of the next page, if any.
    pub next: Option<RunId>,
    /// The tenants that the viewer may collect, by name.
    pub collectable: Vec<(TenantId, String)>,
}
