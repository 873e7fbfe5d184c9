//! How repositories came out of a collection: what failed, since when, and until when schedules
//! leave them alone.

use chrono::{DateTime, Utc};
use domain::{
    ConnectionId, Endpoint, EventKind, FailureKind, RepositoryId, RepositoryStatus, TenantId,
};

use super::events::NewEvent;
use crate::store::{StoreError, Transaction};

/// One thing that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failed {
    pub(crate) endpoint: Endpoint,
    pub(crate) kind: FailureKind,
    /// What went wrong and what to do, as one sentence.
    pub(crate) reason: String,
}

/// How a repository came out of a collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CollectionOutcome<'a> {
    /// What is said of it; `None` where everything was collected.
    pub(crate) failure: Option<&'a Failed>,
    /// Why nothing of it can be collected until somebody does something; `None` where the next run
    /// may bring something.
    pub(crate) resting: Option<FailureKind>,
    /// Whether GitHub shows it, where GitHub said.
    pub(crate) reachable: Option<bool>,
}

impl Transaction {
    /// Keeps how a repository came out of a collection, unless people stopped or paused its
    /// tracking meanwhile: then only that it was.
    pub(crate) async fn keep_outcome(
        &mut self,
        tenant: TenantId,
        id: RepositoryId,
        outcome: &CollectionOutcome<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        const KEEP: &str = "
            update repositories
            set failure = $4, failure_kind = $5, rest_until = null,
                failing_since = case when $6 then null else coalesce(failing_since, $3) end,
                last_collected_at = case when $6 then $3 else last_collected_at end
            where tenant_id = $1 and id = $2
            returning failing_since";
        const REST: &str =
            "update repositories set rest_until = $3 where tenant_id = $1 and id = $2";
        let failure = outcome.failure;
        let since: Option<Option<DateTime<Utc>>> =
            within!(*self, |connection| sqlx::query_scalar(KEEP)
                .bind(tenant.get())
                .bind(id.get())
                .bind(now)
                .bind(failure.map(|failure| failure.reason.as_str()))
                .bind(failure.map(|failure| failure.kind.as_str()))
                .bind(failure.is_none())
                .fetch_optional(connection)
                .await)?;
        let rest = outcome.resting.zip(since.flatten());
        if let Some(until) = rest.and_then(|(kind, since)| kind.rest(since, now)) {
            within!(*self, |connection| sqlx::query(REST)
                .bind(tenant.get())
                .bind(id.get())
                .bind(until)
                .execute(connection)
                .await
                .map(drop))?;
        }
        match outcome.reachable {
            Some(reachable) => self.keep_reachability(tenant, id, reachable, now).await,
            None => Ok(()),
        }
    }

    /// Keeps whether GitHub shows a repository, and the day on which that changed.
    async fn keep_reachability(
        &mut self,
        tenant: TenantId,
        id: RepositoryId,
        reachable: bool,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        const SET: &str = "
            update repositories set status = $3 where tenant_id = $1 and id = $2 and status = $4";
        let (active, gone) = (RepositoryStatus::Active, RepositoryStatus::Unreachable);
        let (to, from, kind) = if reachable {
            (active, gone, EventKind::BackAgain)
        } else {
            (gone, active, EventKind::Gone)
        };
        let changed = within!(*self, |connection| sqlx::query(SET)
            .bind(tenant.get())
            .bind(id.get())
            .bind(to.as_str())
            .bind(from.as_str())
            .execute(connection)
            .await
            .map(|done| done.rows_affected() == 1))?;
        if changed {
            self.insert_event(id, &NewEvent::of(kind), now).await?;
        }
        Ok(())
    }

    /// Lets schedules try the repositories of a connection again that they left alone: something
    /// was done about it.
    pub(crate) async fn end_rest(
        &mut self,
        tenant: TenantId,
        connection: ConnectionId,
    ) -> Result<(), StoreError> {
        const END: &str = "
            update repositories set rest_until = null
            where tenant_id = $1 and connection_id = $2 and rest_until is not null";
        within!(*self, |executor| sqlx::query(END)
            .bind(tenant.get())
            .bind(connection.get())
            .execute(executor)
            .await
            .map(drop))?;
        Ok(())
    }
}
