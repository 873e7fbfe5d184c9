//! Follow rules: creating, changing, previewing and deleting them.

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
use crate::page::{ListPage, PageSize};
use crate::repositories::shorten;
use crate::store::RunScope;
use crate::store::{FollowRuleRecord, Transaction};
use crate::{Engine, Error, Result, authorize, count};

/// How many characters of a rule's patterns a line of the system log holds.
const LOGGED: usize = 500;

impl Engine {
    /// A tenant's follow rules, and the connections that they can use.
    ///
    /// # Errors
    /// When the viewer may not manage repositories.
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

    /// A page of a tenant's follow rules, oldest first: those after a rule, or the first ones.
    ///
    /// # Errors
    /// When the viewer may not manage repositories.
    pub async fn list_follow_rules(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        size: PageSize,
        after: Option<FollowRuleId>,
    ) -> Result<ListPage<FollowRule, FollowRuleId>> {
        authorize(viewer, tenant, Permission::ManageRepositories)?;
        let rules = (self.0.store)
            .follow_rules_after(tenant, after, size.with_one_more())
            .await?;
        Ok(size.cut(rules).into_list(|rule| rule.id))
    }

    /// One rule.
    ///
    /// # Errors
    /// When the viewer may not manage repositories, or the rule does not exist.
    pub async fn follow_rule(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: FollowRuleId,
    ) -> Result<FollowRule> {
        authorize(viewer, tenant, Permission::ManageRepositories)?;
        self.one_follow_rule(tenant, id).await
    }

    /// What a rule would track in GitHub's current list. Nothing is stored.
    ///
    /// # Errors
    /// When the viewer may not, there is no such connection (or several and none is named), or
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
        let selection = selection::Selection::new(&connection, &matched, filter, &holdings);
        Ok(selection.preview(listed.len()))
    }

    /// Creates a rule, tracks what it matches now and, given a trigger, starts to collect it.
    ///
    /// # Errors
    /// When the viewer may not, there is no such connection (or several and none is named), GitHub
    /// does not answer, or the tenant is at its limit.
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

    /// Creates a rule for new repositories only: all rules leave out what it matches now, until it
    /// is tracked by name. Does nothing when the connection has the same rule already.
    ///
    /// # Errors
    /// When the viewer may not, there is no such connection, GitHub does not answer, or the tenant
    /// is at its limit.
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

    /// Changes a rule, tracks what it matches now and, given a trigger, starts to collect it. What
    /// it tracked before stays tracked.
    ///
    /// # Errors
    /// When the viewer may not, the rule does not exist, or GitHub does not answer.
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
        // Locks the tenant first, as everywhere, to avoid deadlocks.
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
    /// When the viewer may not, or the rule does not exist.
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
            &shorten(patterns, LOGGED),
        )
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Inserts a rule, within the tenant's limit.
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

    /// Tracks what a rule matches in its connection's list, commits the transaction that stored the
    /// rule and, given a trigger, starts to collect the new repositories.
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

    /// Starts to collect repositories that were just tracked. If that fails, the next run collects
    /// them.
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

/// A rule, as the system log names it.
fn described(filter: &FollowFilter) -> String {
    let kinds = [
        (filter.forks, "forks"),
        (filter.archived, "archived"),
        (filter.private, "private"),
    ];
    let kinds: Vec<_> = (kinds.into_iter())
        .filter_map(|(included, kind)| included.then_some(kind))
        .collect();
    let patterns = shorten(filter.patterns.to_string(), LOGGED);
    if kinds.is_empty() {
        patterns
    } else {
        format!("{patterns}, with {} repositories", kinds.join(", "))
    }
}
