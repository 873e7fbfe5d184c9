//! Repository health: what failed, since when, and until when schedules pause a repository.

use chrono::{DateTime, Utc};
use domain::{
    ConnectionId, Endpoint, EventKind, FailureKind, RepositoryId, RepositoryStatus, TenantId,
};

use super::events::NewEvent;
use crate::store::{StoreError, Transaction};

/// A failed request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failed {
    pub(crate) endpoint: Endpoint,
    pub(crate) kind: FailureKind,
    /// What went wrong and what to do, as one sentence.
    pub(crate) reason: String,
}

/// The result of collecting a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CollectionOutcome<'a> {
    /// The failure to show; `None` when everything was collected.
    pub(crate) failure: Option<&'a Failed>,
    /// Why nothing can be collected until someone acts; `None` when the next run may succeed.
    pub(crate) pause_reason: Option<FailureKind>,
    /// Whether GitHub shows the repository, if known.
    pub(crate) reachable: Option<bool>,
}

impl Transaction {
    /// Saves the result of a collection. If tracking stopped or was paused meanwhile, that status
    /// stays.
    pub(crate) async fn save_outcome(
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
        let rest = outcome.pause_reason.zip(since.flatten());
        if let Some(until) = rest.and_then(|(kind, since)| kind.pause_until(since, now)) {
            within!(*self, |connection| sqlx::query(REST)
                .bind(tenant.get())
                .bind(id.get())
                .bind(until)
                .execute(connection)
                .await
                .map(drop))?;
        }
        match outcome.reachable {
            Some(reachable) => self.save_reachability(tenant, id, reachable, now).await,
            None => Ok(()),
        }
    }

    /// Saves whether GitHub shows a repository, and an event when that changed.
    async fn save_reachability(
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
            self.insert_event(id, &NewEvent::new(kind), now).await?;
        }
        Ok(())
    }

    /// Ends the pause of a connection's repositories, because a cause may be fixed.
    pub(crate) async fn resume_paused_repositories(
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
