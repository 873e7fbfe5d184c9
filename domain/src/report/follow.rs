//! Follow rules for pages and the API.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::follow_rule::{FollowFilter, LeftOut};
use crate::id::{ConnectionId, FollowRuleId, RunId};
use crate::repository_name::RepositoryName;

/// A rule and its last check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowRule {
    /// Its id.
    pub id: FollowRuleId,
    /// The connection whose repositories it checks.
    pub connection_id: ConnectionId,
    /// The connection's name.
    pub connection: String,
    /// What it tracks.
    #[serde(flatten)]
    pub filter: FollowFilter,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last checked; `None` before the first check.
    pub checked_at: Option<DateTime<Utc>>,
    /// How many repositories matched then.
    pub matching: Option<u32>,
    /// How many repositories it tracks.
    pub tracked: u32,
    /// Why the last check failed or skipped repositories.
    pub refusal: Option<String>,
}

/// A tenant's rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowRulesReport {
    /// Ordered by creation time.
    pub rules: Vec<FollowRule>,
    /// The connections available to rules, by name.
    pub connections: Vec<(ConnectionId, String)>,
}

/// The result of creating or changing a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowOutcome {
    /// The rule.
    #[serde(flatten)]
    pub rule: FollowRule,
    /// How many repositories are tracked now that were not before.
    pub new: u32,
    /// The run that collects them, if one could start.
    pub run: Option<RunId>,
}

/// A preview of what a rule would track.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowPreview {
    /// How many repositories the connection lists.
    pub listed: u32,
    /// How many of them match: those to be tracked, those already tracked, and those skipped.
    pub matching: u32,
    /// How many of those are already tracked, manually or by a rule.
    pub already_tracked: u32,
    /// How many would be tracked now.
    pub new: u32,
    /// The first hundred of those, by name.
    pub names: Vec<RepositoryName>,
    /// How many are skipped, by reason.
    pub left_out: Vec<LeftOutCount>,
}

/// How many repositories a rule skips for a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOutCount {
    /// The reason.
    pub why: LeftOut,
    /// How many.
    pub count: u32,
}
