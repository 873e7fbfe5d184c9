//! Tracking the repositories of a connection's list that rules match.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use domain::report::Connection;
use domain::{AuditAction, Limit, RepositoryId, TenantId};

use super::selection::{Holdings, Selection};
use crate::Result;
use crate::github::{ListedRepository, RepositoryList};
use crate::limits::room;
use crate::repositories::name_list;
use crate::store::{FollowCheck, FollowRuleRecord, NewLogLine, TrackingState, Transaction};

/// The actor in the system log.
const ACTOR: &str = "follow rule";

/// Tracks what each rule of a connection matches in its list, within the tenant's limit, and
/// records the results and what GitHub no longer lists. Returns the newly tracked repositories;
/// none when the tenant or the connection no longer exists.
pub(crate) async fn track_matching(
    transaction: &mut Transaction,
    tenant: TenantId,
    connection: &Connection,
    listing: &RepositoryList,
    rules: &[(&FollowRuleRecord, Vec<&ListedRepository>)],
    now: DateTime<Utc>,
) -> Result<Vec<RepositoryId>> {
    let Some(limits) = transaction.hold_limits(tenant).await? else {
        return Ok(Vec::new());
    };
    let id = connection.id;
    if transaction.lock_connection(tenant, id).await?.is_none() {
        return Ok(Vec::new());
    }
    let most = limits.get(Limit::Repositories);
    let mut holdings = holdings(transaction, tenant, &limits, now).await?;
    let mut tracked = Vec::new();
    let mut checks = Vec::new();
    for (rule, matched) in rules {
        let selection = Selection::new(connection, matched, &rule.filter, &holdings);
        let new: Vec<_> = selection
            .new
            .iter()
            .map(|listed| (listed.github_id, &listed.full_name))
            .collect();
        let inserted = transaction
            .follow_repositories(tenant, id, rule.id, &new, now)
            .await?;
        if !inserted.is_empty() {
            let names: Vec<_> = selection.new.iter().map(|it| &it.full_name).collect();
            let subject = format!("{}, by rule {}", name_list(&names), rule.filter.patterns);
            let action = AuditAction::RepositoryTracked;
            log(transaction, tenant, action, &subject, now).await?;
        }
        holdings.room = holdings.room.saturating_sub(inserted.len());
        for (id, github_id) in inserted {
            holdings.known.insert(github_id, TrackingState::Tracked);
            tracked.push(id);
        }
        checks.push(FollowCheck {
            rule: rule.id,
            matching: Some(selection.matching()),
            refusal: selection.refusal(connection, most, listing.notice.as_deref()),
        });
    }
    transaction
        .record_follow_checks(tenant, &checks, now)
        .await?;
    // An incomplete list does not show what is missing.
    if listing.notice.is_none() {
        let listed: Vec<i64> = listing.repositories.iter().map(|it| it.github_id).collect();
        let missing = transaction.note_unlisted(tenant, id, &listed, now).await?;
        if !missing.is_empty() {
            let names: Vec<_> = missing.iter().collect();
            let action = AuditAction::RepositoryUnlisted;
            log(transaction, tenant, action, &name_list(&names), now).await?;
        }
    }
    Ok(tracked)
}

/// Makes all rules leave out what a new rule matches in its connection's list.
pub(super) async fn leave_out_matching(
    transaction: &mut Transaction,
    tenant: TenantId,
    connection: &Connection,
    matched: &[&ListedRepository],
    rule: &FollowRuleRecord,
    now: DateTime<Utc>,
) -> Result<()> {
    let holdings = Holdings {
        known: transaction.known_repositories(tenant).await?,
        unfollowed: HashSet::new(),
        room: usize::MAX,
    };
    let selection = Selection::new(connection, matched, &rule.filter, &holdings);
    let existing: Vec<_> = selection.new.iter().map(|it| it.github_id).collect();
    transaction.unfollow(tenant, &existing).await?;
    let check = FollowCheck {
        rule: rule.id,
        matching: Some(selection.matching()),
        refusal: None,
    };
    Ok(transaction
        .record_follow_checks(tenant, &[check], now)
        .await?)
}

/// A tenant's repositories, and how many it may still add.
pub(super) async fn holdings(
    transaction: &mut Transaction,
    tenant: TenantId,
    limits: &domain::Limits,
    now: DateTime<Utc>,
) -> Result<Holdings> {
    let unfollowed = transaction.unfollowed_repositories(tenant).await?;
    Ok(Holdings {
        known: transaction.known_repositories(tenant).await?,
        unfollowed: unfollowed.into_iter().collect(),
        room: room(transaction, tenant, limits, Limit::Repositories, now).await?,
    })
}

async fn log(
    transaction: &mut Transaction,
    tenant: TenantId,
    action: AuditAction,
    subject: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let line = NewLogLine {
        at: now,
        action,
        actor_id: None,
        actor: ACTOR,
        tenant: Some(tenant),
        subject,
        address: None,
    };
    Ok(transaction.unscoped_insert_log_line(&line).await?)
}
