//! Rules that track new repositories, as pages and the interface show them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::follow_rule::{FollowFilter, LeftOut};
use crate::id::{ConnectionId, FollowRuleId, RunId};
use crate::repository_name::RepositoryName;

/// A rule, and how it went when it was checked last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowRule {
    /// Its id.
    pub id: FollowRuleId,
    /// The connection whose repositories it looks at.
    pub connection_id: ConnectionId,
    /// What that connection is called.
    pub connection: String,
    /// What it tracks.
    #[serde(flatten)]
    pub filter: FollowFilter,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When GitHub was asked for the repositories last; `None` before the first check.
    pub checked_at: Option<DateTime<Utc>>,
    /// How many repositories its patterns matched then.
    pub matching: Option<u32>,
    /// How many repositories are tracked because of it.
    pub tracked: u32,
    /// Why the last check failed or left repositories out, as a sentence.
    pub refusal: Option<String>,
}

/// A tenant's rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowRulesReport {
    /// By the time that they were created.
    pub rules: Vec<FollowRule>,
    /// The connections that a rule can look at, by name.
    pub connections: Vec<(ConnectionId, String)>,
}

/// What became of a rule that was created or changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowOutcome {
    /// The rule as it is now.
    #[serde(flatten)]
    pub rule: FollowRule,
    /// How many repositories are tracked now that were not before.
    pub new: u32,
    /// The run that collects them, where one could begin.
    pub run: Option<RunId>,
}

/// What a rule would track.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowPreview {
    /// How many repositories the connection lists.
    pub listed: u32,
    /// How many of them the patterns match: those that would be tracked, those that are tracked
    /// already, and those that are left out.
    pub matching: u32,
    /// How many of those are tracked already, by hand or by a rule.
    pub already_tracked: u32,
    /// How many would be tracked now.
    pub new: u32,
    /// The first hundred of those that would be tracked now, by name.
    pub names: Vec<RepositoryName>,
    /// How many are left out, for each reason.
    pub left_out: Vec<LeftOutCount>,
}

/// How many repositories a rule leaves out for a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOutCount {
    /// The reason.
    pub why: LeftOut,
    /// How many.
    pub count: u32,
}
