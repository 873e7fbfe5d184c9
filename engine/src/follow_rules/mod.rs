//! Rules that track new repositories: creating, changing and previewing them.

mod check;
mod selection;

use domain::report::{Connection, FollowOutcome, FollowPreview, FollowRule, FollowRulesReport};
use domain::{
    AuditAction, ConnectionId, FollowFilter, FollowRuleId, Limit, Permission, RepositoryId, RunId,
    TenantId, Trigger, Viewer,
};

pub(crate) use check::track_matching;
pub(crate) use selection::matched;

use crate::collector::RunRequest;
use crate::github::{ListedRepository, RepositoryList};
use crate::store::RunScope;
use crate::store::{FollowRuleRecord, Transaction};
use crate::{Engine, Error, Result, authorize, count};

/// How many characters of a rule's patterns a line of the system log holds.
const LOGGED: usize = 500;

impl Engine {
    /// A tenant's rules that track new repositories, and the connections that they can look at.
    ///
    /// # Errors
    /// Where the viewer may not manage repositories.
    pub async fn follow_rules(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
    ) -> Result<FollowRulesReport> {
        authorize(viewer, tenant, Permission::ManageRepositories)?;
        let connections = self.0.store.connections(tenant).await?;
        Ok(FollowRulesReport {
            rules: self.0.store.follow_rules(tenant).await?,
            connections: connections
                .into_iter()
                .map(|connection| (connection.id, connection.name))
                .collect(),
        })
    }

    /// One rule.
    ///
    /// # Errors
    /// Where the viewer may not manage repositories, or there is no such rule.
    pub async fn follow_rule(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: FollowRuleId,
    ) -> Result<FollowRule> {
        authorize(viewer, tenant, Permission::ManageRepositories)?;
        self.one_follow_rule(tenant, id).await
    }

    /// What a rule would track of what GitHub lists now. Nothing is stored.
    ///
    /// # Errors
    /// Where the viewer may not, there is no such connection (or several, and none is named), or
    /// GitHub does not answer.
    pub async fn preview_follow_rule(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        connection: Option<ConnectionId>,
        filter: &FollowFilter,
    ) -> Result<FollowPreview> {
        authorize(viewer, tenant, Permission::ManageRepositories)?;
        let connection = self.connection_to_follow(tenant, connection).await?;
        let list = self.repository_list(tenant, connection.id).await?;
        let listed = &list.repositories;
        let matched = matched(listed, filter);
        let now = self.0.clock.now();
        let mut transaction = self.0.store.begin().await?;
        let limits = self.hold_limits(&mut transaction, tenant).await?;
        let holdings = check::holdings(&mut transaction, tenant, &limits, now).await?;
        drop(transaction);
        let selection = selection::Selection::of(&connection, &matched, filter, &holdings);
        Ok(selection.preview(listed.len()))
    }

    /// Adds a rule, tracks what it matches now, and with a trigger begins to collect that.
    ///
    /// # Errors
    /// Where the viewer may not, there is no such connection (or several, and none is named),
    /// GitHub does not answer, or the tenant has as many rules as it may have.
    pub async fn create_follow_rule(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        connection: Option<ConnectionId>,
        filter: FollowFilter,
        collect: Option<Trigger>,
    ) -> Result<FollowOutcome> {
        authorize(viewer, tenant, Permission::ManageRepositories)?;
        let connection = self.connection_to_follow(tenant, connection).await?;
        let list = self.repository_list(tenant, connection.id).await?;
        let matched = matched(&list.repositories, &filter);
        let mut transaction = self.0.store.begin().await?;
        let rule = self
            .add_follow_rule(&mut transaction, viewer, tenant, connection.id, filter)
            .await?;
        let listed = (&*list, matched);
        self.track_now_by(transaction, tenant, &connection, rule, listed, collect)
            .await
    }

    /// Adds a rule that tracks only what appears from now on: what it matches now is left out, of
    /// all rules, until somebody tracks it by name. Where the connection has the same rule already,
    /// nothing is done.
    ///
    /// # Errors
    /// Where the viewer may not, there is no such connection, GitHub does not answer, or the tenant
    /// has as many rules as it may have.
    pub async fn follow_only_new(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        connection: ConnectionId,
        filter: FollowFilter,
    ) -> Result<()> {
        authorize(viewer, tenant, Permission::ManageRepositories)?;
        let connection = self.one_connection(tenant, connection).await?;
        let rules = self.0.store.follow_rules(tenant).await?;
        let is_same =
            |rule: &FollowRule| rule.connection_id == connection.id && rule.filter == filter;
        if rules.iter().any(is_same) {
            return Ok(());
        }
        let list = self.repository_list(tenant, connection.id).await?;
        let matched = matched(&list.repositories, &filter);
        let now = self.0.clock.now();
        let mut transaction = self.0.store.begin().await?;
        let rule = self
            .add_follow_rule(&mut transaction, viewer, tenant, connection.id, filter)
            .await?;
        check::leave_out_matching(&mut transaction, tenant, &connection, &matched, &rule, now)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Changes a rule, tracks what it matches now, and with a trigger begins to collect that. What
    /// it tracked before stays tracked.
    ///
    /// # Errors
    /// Where the viewer may not, there is no such rule, or GitHub does not answer.
    pub async fn change_follow_rule(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: FollowRuleId,
        filter: FollowFilter,
        collect: Option<Trigger>,
    ) -> Result<FollowOutcome> {
        authorize(viewer, tenant, Permission::ManageRepositories)?;
        let before = self.one_follow_rule(tenant, id).await?;
        let connection = self.one_connection(tenant, before.connection_id).await?;
        let list = self.repository_list(tenant, connection.id).await?;
        let matched = matched(&list.repositories, &filter);
        let mut transaction = self.0.store.begin().await?;
        // The tenant first, as everywhere, so that nobody waits for another in a circle.
        self.hold_limits(&mut transaction, tenant).await?;
        transaction
            .lock_connection(tenant, connection.id)
            .await?
            .ok_or_else(Error::not_found)?;
        if !transaction.update_follow_rule(tenant, id, &filter).await? {
            return Err(Error::not_found());
        }
        if before.filter != filter {
            let action = AuditAction::FollowRuleChanged;
            self.log(
                &mut transaction,
                viewer,
                action,
                Some(tenant),
                &described(&filter),
            )
            .await?;
        }
        let rule = FollowRuleRecord {
            id,
            connection: connection.id,
            filter,
        };
        let listed = (&*list, matched);
        self.track_now_by(transaction, tenant, &connection, rule, listed, collect)
            .await
    }

    /// Deletes a rule. What it tracked stays tracked.
    ///
    /// # Errors
    /// Where the viewer may not, or there is no such rule.
    pub async fn delete_follow_rule(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: FollowRuleId,
    ) -> Result<()> {
        authorize(viewer, tenant, Permission::ManageRepositories)?;
        let mut transaction = self.0.store.begin().await?;
        let patterns = transaction
            .delete_follow_rule(tenant, id)
            .await?
            .ok_or_else(Error::not_found)?;
        let action = AuditAction::FollowRuleDeleted;
        self.log(
            &mut transaction,
            viewer,
            action,
            Some(tenant),
            &shortened(patterns, LOGGED),
        )
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Adds a rule, as far as the tenant's limit allows.
    async fn add_follow_rule(
        &self,
        transaction: &mut Transaction,
        viewer: &Viewer,
        tenant: TenantId,
        connection: ConnectionId,
        filter: FollowFilter,
    ) -> Result<FollowRuleRecord> {
        let limits = self.hold_limits(transaction, tenant).await?;
        transaction
            .lock_connection(tenant, connection)
            .await?
            .ok_or_else(Error::not_found)?;
        let now = self.0.clock.now();
        let id = transaction
            .insert_follow_rule(tenant, connection, &filter, now)
            .await?;
        self.keep_within(transaction, tenant, &limits, Limit::FollowRules)
            .await?;
        let (action, subject) = (AuditAction::FollowRuleCreated, described(&filter));
        self.log(transaction, viewer, action, Some(tenant), &subject)
            .await?;
        Ok(FollowRuleRecord {
            id,
            connection,
            filter,
        })
    }

    async fn one_follow_rule(&self, tenant: TenantId, id: FollowRuleId) -> Result<FollowRule> {
        let rules = self.0.store.follow_rules(tenant).await?;
        let rule = rules.into_iter().find(|rule| rule.id == id);
        rule.ok_or_else(Error::not_found)
    }

    /// The named connection, or the only one.
    async fn connection_to_follow(
        &self,
        tenant: TenantId,
        id: Option<ConnectionId>,
    ) -> Result<Connection> {
        if let Some(id) = id {
            return self.one_connection(tenant, id).await;
        }
        let mut connections = self.0.store.connections(tenant).await?;
        match connections.len() {
            0 => Err(Error::invalid("Connect the tenant to GitHub first.")),
            1 => Ok(connections.swap_remove(0)),
            _ => Err(Error::invalid(
                "This tenant has several connections. Choose the one whose repositories to track.",
            )),
        }
    }

    /// Tracks what a rule matches of its connection's list, ends the transaction that stored the
    /// rule, and with a trigger begins to collect what is new.
    async fn track_now_by(
        &self,
        mut transaction: Transaction,
        tenant: TenantId,
        connection: &Connection,
        rule: FollowRuleRecord,
        (list, matched): (&RepositoryList, Vec<&ListedRepository>),
        collect: Option<Trigger>,
    ) -> Result<FollowOutcome> {
        let (id, now) = (rule.id, self.0.clock.now());
        let rules = [(&rule, matched)];
        let new = track_matching(&mut transaction, tenant, connection, list, &rules, now);
        let new = new.await?;
        transaction.commit().await?;
        let new_count = count(new.len());
        let run = match collect {
            Some(trigger) if !new.is_empty() => self.collect_new(tenant, trigger, new).await,
            _ => None,
        };
        Ok(FollowOutcome {
            rule: self.one_follow_rule(tenant, id).await?,
            new: new_count,
            run,
        })
    }

    /// Begins to collect repositories that were just tracked. Where that fails, the next run does.
    async fn collect_new(
        &self,
        tenant: TenantId,
        trigger: Trigger,
        new: Vec<RepositoryId>,
    ) -> Option<RunId> {
        let request = RunRequest {
            tenant,
            trigger,
            schedule: None,
            due_at: None,
            scope: RunScope::Only(new),
        };
        match self.0.collector.start(request).await {
            Ok(run) => run.map(|run| run.id),
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "collecting new repositories could not start; the next run includes them"
                );
                None
            }
        }
    }
}

/// A rule as the system log tells of it.
fn described(filter: &FollowFilter) -> String {
    let kinds = [
        (filter.forks, "forks"),
        (filter.archived, "archived"),
        (filter.private, "private"),
    ];
    let kinds: Vec<_> = (kinds.into_iter())
        .filter_map(|(included, kind)| included.then_some(kind))
        .collect();
    let patterns = shortened(filter.patterns.to_string(), LOGGED);
    if kinds.is_empty() {
        patterns
    } else {
        format!("{patterns}, with {} repositories", kinds.join(", "))
    }
}

/// As much of the patterns, with a sign that there are more.
pub(crate) fn shortened(patterns: String, longest: usize) -> String {
    match patterns.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &patterns[..end]),
        None => patterns,
    }
}
