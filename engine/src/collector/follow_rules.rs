//! Applies the tenant's follow rules: at the start of each run of all repositories, and at least
//! daily.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::report::Connection;
use domain::{ConnectionId, RepositoryId, TenantId, Trigger};
use futures::FutureExt;
use futures::future::BoxFuture;
use futures::stream::{self, StreamExt};

use super::active_run::ActiveRun;
use super::{Collector, RunRequest};
use crate::error::log_error;
use crate::follow_rules::{matched, track_matching};
use crate::github::{Admission, GithubError, RepositoryList};
use crate::store::{FollowCheck, FollowRuleRecord, NewRun, OpenRun, RunScope};
use crate::{Error, Result};

/// How long listing a connection's repositories may take.
const TIMEOUT: Duration = Duration::from_mins(1);
/// A rule is checked after this time even if no run started.
const CHECK_INTERVAL: TimeDelta = TimeDelta::days(1);
/// How many tenants are checked at once.
const MAX_CONCURRENT_TENANTS: usize = 4;

impl Collector {
    /// Applies the follow rules, and adds new repositories of the run's schedule to the run. The
    /// others get a run of their own. An error of a rule never fails the run.
    pub(super) async fn apply_follow_rules(&self, run: &ActiveRun, open: &OpenRun) {
        let sends = || run.count_request();
        let checked = self.check_rules(run.tenant, self.0.clock.now(), &sends);
        let checked = run.cancellation.run_until_cancelled(checked);
        let new = match AssertUnwindSafe(checked).catch_unwind().await {
            Ok(Some(Ok(new))) => new,
            Ok(Some(Err(error))) => {
                log_error(&error, "checking follow rules failed");
                Vec::new()
            }
            Ok(None) => Vec::new(),
            Err(_) => {
                tracing::error!(
                    run.id = run.id.get(),
                    "the follow rule check was interrupted"
                );
                Vec::new()
            }
        };
        let started = NewRun {
            tenant: open.tenant,
            schedule: open.schedule,
            due_at: None,
            trigger: open.trigger,
            worker: run.worker,
            started_at: open.started_at,
            scope: RunScope::All,
        };
        let added = self
            .0
            .store
            .finish_follow_check(run.tenant, &started, run.id, &new)
            .await;
        let added = added.unwrap_or_else(|error| {
            log_error(&error, "adding new repositories to a run failed");
            0
        });
        self.change();
        // Those of another schedule, or all of them if the run ended meanwhile.
        if usize::try_from(added).is_ok_and(|added| added < new.len()) {
            self.collect_new(run.tenant, new).await;
        }
    }

    /// Checks the rules that were not checked for a day, in the background, and collects new
    /// repositories.
    pub(crate) async fn check_follow_rules_daily(&self) -> Result<()> {
        let all = &*self.0;
        let since = all.clock.now() - CHECK_INTERVAL;
        let tenants = all.store.unscoped_tenants_to_follow(since).await?;
        if tenants.is_empty() || all.stopping.is_cancelled() {
            return Ok(());
        }
        let collector = self.clone();
        all.tasks.spawn(async move {
            let stopping = collector.0.stopping.clone();
            let checks = stream::iter(tenants)
                .map(|tenant| collector.apply_rules_unchecked_since(tenant, since))
                .buffer_unordered(MAX_CONCURRENT_TENANTS)
                .collect::<()>();
            stopping.run_until_cancelled(checks).await;
        });
        Ok(())
    }

    /// Checks a tenant's rules that were not checked since then, and collects new repositories.
    fn apply_rules_unchecked_since(
        &self,
        tenant: TenantId,
        since: DateTime<Utc>,
    ) -> BoxFuture<'_, ()> {
        async move {
            match self.check_rules(tenant, since, &|| ()).await {
                Ok(new) if new.is_empty() => {}
                Ok(new) => self.collect_new(tenant, new).await,
                Err(error) => log_error(&error, "checking follow rules failed"),
            }
        }
        .boxed()
    }

    /// Checks a tenant's rules that were not checked since then. Returns the repositories that are
    /// newly tracked.
    async fn check_rules(
        &self,
        tenant: TenantId,
        since: DateTime<Utc>,
        sends: &(dyn Fn() + Sync),
    ) -> Result<Vec<RepositoryId>> {
        let all = &*self.0;
        let now = all.clock.now();
        let mut rules = all.store.claim_follow_rules(tenant, since, now).await?;
        if rules.is_empty() {
            return Ok(Vec::new());
        }
        let connections = all.store.connections(tenant).await?;
        rules.sort_by_key(|rule| (rule.connection, rule.id));
        let of_connections = rules
            .chunk_by(|one, next| one.connection == next.connection)
            .filter_map(|rules| {
                let mut found = connections.iter();
                let connection = found.find(|found| found.id == rules[0].connection)?;
                Some(self.check_connection(tenant, connection, rules, sends))
            });
        let new = futures::future::join_all(of_connections).await;
        Ok(new.into_iter().flatten().collect())
    }

    /// Checks the rules of one connection, listing its repositories once.
    async fn check_connection(
        &self,
        tenant: TenantId,
        connection: &Connection,
        rules: &[FollowRuleRecord],
        sends: &(dyn Fn() + Sync),
    ) -> Vec<RepositoryId> {
        let tracked = async {
            let list = self.list(tenant, connection.id, sends).await?;
            let rules: Vec<(&FollowRuleRecord, _)> = rules
                .iter()
                .map(|rule| (rule, matched(&list.repositories, &rule.filter)))
                .collect();
            let mut transaction = self.0.store.begin().await?;
            let now = self.0.clock.now();
            let new =
                track_matching(&mut transaction, tenant, connection, &list, &rules, now).await?;
            transaction.commit().await?;
            Ok(new)
        };
        let error: Error = match tracked.await {
            Ok(new) => return new,
            Err(error) => error,
        };
        let reason = error.into_problem().message;
        if let Err(error) = self.record_refusal(tenant, rules, reason).await {
            log_error(&error, "checking follow rules failed");
        }
        Vec::new()
    }

    /// Lists a connection's repositories, unless the rate limiter denies it.
    async fn list(
        &self,
        tenant: TenantId,
        id: ConnectionId,
        sends: &(dyn Fn() + Sync),
    ) -> Result<RepositoryList> {
        let opened = self.0.clients.open(tenant, id).await?;
        let client = &opened.client;
        let _rate_permit = match client.rate_limiter().admit(self.0.clock.now()) {
            Admission::Granted(rate_permit) => rate_permit,
            Admission::RetryAt(_, reason) => return Err(reason.into()),
            Admission::ProbeInFlight => return Err(GithubError::TimedOut.into()),
        };
        let listed = tokio::time::timeout(TIMEOUT, client.repository_list_counted(sends));
        Ok(listed.await.unwrap_or(Err(GithubError::TimedOut))?)
    }

    async fn record_refusal(
        &self,
        tenant: TenantId,
        rules: &[FollowRuleRecord],
        reason: String,
    ) -> Result<()> {
        let checks: Vec<_> = rules
            .iter()
            .map(|rule| FollowCheck {
                rule: rule.id,
                matching: None,
                refusal: Some(reason.clone()),
            })
            .collect();
        let mut transaction = self.0.store.begin().await?;
        transaction
            .record_follow_checks(tenant, &checks, self.0.clock.now())
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Starts collecting repositories that were just tracked.
    ///
    /// Boxed, because a run that starts may itself apply the follow rules.
    fn collect_new(&self, tenant: TenantId, new: Vec<RepositoryId>) -> BoxFuture<'_, ()> {
        let request = RunRequest {
            tenant,
            trigger: Trigger::Schedule,
            schedule: None,
            due_at: None,
            scope: RunScope::Only(new),
        };
        async {
            match self.start(request).await {
                Ok(Some(run)) => {
                    tracing::info!(run.id = run.id.get(), "collecting new repositories started");
                }
                Ok(None) => {}
                Err(error) => log_error(&error, "checking follow rules failed"),
            }
        }
        .boxed()
    }
}
