//! Collection runs: how they start, wait and end.

use chrono::{DateTime, Utc};
use domain::{RepositoryId, RepositoryScope, RunId, RunStatus, ScheduleId, TenantId, Trigger};
use sqlx::FromRow;

use super::workers::WorkerId;
use crate::store::error::Constraint;
use crate::store::{Store, StoreError, Transaction};

/// A due time of a schedule is claimed once.
const DUE_CLAIMED: Constraint = Constraint {
    name: "runs_due_unique",
    columns: "runs.schedule_id, runs.due_at",
};
/// A schedule has one active run at a time.
const SCHEDULE_BUSY: Constraint = Constraint {
    name: "runs_one_of_schedule",
    columns: "runs.schedule_id",
};

/// The run's tenant was deleted meanwhile. (SQLite has a single writer and never reports this.)
const TENANT_GONE: Constraint = Constraint {
    name: "runs_tenant_fk",
    columns: "",
};

/// A run to start.
pub(crate) struct NewRun {
    pub(crate) tenant: TenantId,
    pub(crate) schedule: Option<ScheduleId>,
    /// The due time of the schedule.
    pub(crate) due_at: Option<DateTime<Utc>>,
    pub(crate) trigger: Trigger,
    /// The worker that starts it.
    pub(crate) worker: WorkerId,
    pub(crate) started_at: DateTime<Utc>,
    pub(crate) scope: RunScope,
}

/// Which repositories a run collects.
#[derive(Clone, Debug)]
pub(crate) enum RunScope {
    /// Those assigned to its schedule; all, for a run without one.
    All,
    /// Only these of them.
    Only(Vec<RepositoryId>),
    /// What this interrupted run did not reach and no run has collected since.
    ResumeOf(RunId),
}

/// A run that a worker may process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OpenRun {
    pub(crate) tenant: TenantId,
    pub(crate) id: RunId,
    pub(crate) schedule: Option<ScheduleId>,
    pub(crate) trigger: Trigger,
    pub(crate) started_at: DateTime<Utc>,
}

/// The result of requesting a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RequestedRun {
    /// The run that collects the requested repositories, or most of them.
    pub(crate) id: RunId,
    /// Whether it was started for the request; otherwise it was active already.
    pub(crate) is_new: bool,
    /// The other active runs that collect the rest.
    pub(crate) others: Vec<RunId>,
    /// Whether its worker must check follow rules first; the run cannot end before.
    pub(crate) follows: bool,
}

/// An interrupted run that can be resumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InterruptedRun {
    pub(crate) tenant: TenantId,
    pub(crate) id: RunId,
    pub(crate) schedule: Option<ScheduleId>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EndedRun {
    pub(crate) status: RunStatus,
    pub(crate) total: i64,
    pub(crate) failed: i64,
    pub(crate) requests: i64,
}

#[derive(FromRow)]
struct OpenRow {
    id: i64,
    tenant_id: i64,
    schedule_id: Option<i64>,
    trigger: String,
    started_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct InterruptedRow {
    id: i64,
    tenant_id: i64,
    schedule_id: Option<i64>,
}

impl Store {
    /// Starts a run; `None` when the schedule has an active run, its due time is claimed, the
    /// tenant is suspended or deleted, or the run to resume has nothing left. An error when it is
    /// one manual run too many.
    ///
    /// A run without a schedule leaves out what active runs collect. If nothing else was requested,
    /// none starts.
    pub(crate) async fn insert_run(
        &self,
        run: &NewRun,
    ) -> Result<Option<RequestedRun>, StoreError> {
        const INSERT: &str = "
            insert into runs (tenant_id, schedule_id, due_at, trigger, status, worker_id,
                started_at, repositories_total, repositories_done, repositories_failed, requests,
                follow_worker_id)
            select t.id, $2, $3, $4, 'running', $5, $6, 0, 0, 0, 0,
                case when $7 and exists (select 1 from follow_rules f where f.tenant_id = t.id)
                    then $5 end
            from tenants t where t.id = $1 and t.suspended_at is null
            returning id, follow_worker_id is not null";
        const SUM: &str =
            "update runs set repositories_total = $3 where tenant_id = $1 and id = $2";
        let mut transaction = self.begin().await?;
        // Of two concurrent requests, the second sees what the first collects.
        let Some(limits) = transaction.hold_limits(run.tenant).await? else {
            return Ok(None);
        };
        let inserted: Result<Option<(i64, bool)>, StoreError> =
            within!(transaction, |connection| sqlx::query_as(INSERT)
                .bind(run.tenant.get())
                .bind(run.schedule.map(ScheduleId::get))
                .bind(run.due_at)
                .bind(run.trigger.as_str())
                .bind(run.worker.get())
                .bind(run.started_at)
                .bind(matches!(run.scope, RunScope::All))
                .fetch_optional(connection)
                .await
                .map_err(Into::into));
        let not_begun = [DUE_CLAIMED, SCHEDULE_BUSY, TENANT_GONE];
        let (id, follows) = match inserted {
            Ok(Some((id, follows))) => (RunId::new(id), follows),
            Ok(None) => return Ok(None),
            Err(error) if not_begun.into_iter().any(|why| error.violates(why)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut others = Vec::new();
        let total = match &run.scope {
            RunScope::All | RunScope::Only(_) => {
                let only = match &run.scope {
                    RunScope::Only(chosen) => RepositoryScope::Only(chosen.clone()),
                    _ => RepositoryScope::All,
                };
                if run.schedule.is_none() {
                    others = transaction.overlapping_runs(run.tenant, id, &only).await?;
                }
                transaction.insert_items(run, id, &only).await?
            }
            RunScope::ResumeOf(left) => {
                match transaction.move_items(run.tenant, *left, id).await? {
                    0 => return Ok(None),
                    moved => moved,
                }
            }
        };
        if total == 0 && !others.is_empty() {
            // Dropping the transaction discards the new run.
            let id = others.remove(0);
            return Ok(Some(RequestedRun {
                id,
                is_new: false,
                others,
                follows: false,
            }));
        }
        transaction.enforce_manual_run_limit(run, &limits).await?;
        within!(transaction, |connection| sqlx::query(SUM)
            .bind(run.tenant.get())
            .bind(id.get())
            .bind(i64::try_from(total).unwrap_or(i64::MAX))
            .execute(connection)
            .await
            .map(drop))?;
        transaction.commit().await?;
        Ok(Some(RequestedRun {
            id,
            is_new: true,
            others,
            follows,
        }))
    }

    /// Records until when a run waits, and for what.
    pub(crate) async fn record_waiting(
        &self,
        tenant: TenantId,
        run: RunId,
        waiting: Option<(DateTime<Utc>, String)>,
    ) -> Result<(), StoreError> {
        const RECORD: &str = "
            update runs set waiting_until = $3, waiting_for = $4
            where tenant_id = $1 and id = $2 and status = 'running'";
        on!(&self.db, |pool| sqlx::query(RECORD)
            .bind(tenant.get())
            .bind(run.get())
            .bind(waiting.as_ref().map(|(until, _)| *until))
            .bind(waiting.as_ref().map(|(_, what)| what.as_str()))
            .execute(pool)
            .await
            .map(drop))?;
        Ok(())
    }

    /// Whether a run is only left to be ended: nothing is left to collect, and no other worker
    /// checks follow rules.
    pub(crate) async fn is_collected(
        &self,
        tenant: TenantId,
        run: RunId,
        worker: WorkerId,
    ) -> Result<bool, StoreError> {
        const COLLECTED: &str = "
            select id from runs
            where tenant_id = $1 and id = $2 and status = 'running'
                and (follow_worker_id is null or follow_worker_id = $3)
                and not exists (select 1 from run_items i
                    where i.run_id = $2 and i.finished_at is null)";
        let collected: Option<i64> = on!(&self.db, |pool| sqlx::query_scalar(COLLECTED)
            .bind(tenant.get())
            .bind(run.get())
            .bind(worker.get())
            .fetch_optional(pool)
            .await)?;
        Ok(collected.is_some())
    }

    /// Ends a run with nothing left to collect; `None` when something is left, another worker
    /// checks follow rules, or it ended already. Of several workers, one ends it.
    pub(crate) async fn end_run(
        &self,
        tenant: TenantId,
        run: RunId,
        worker: WorkerId,
        now: DateTime<Utc>,
    ) -> Result<Option<EndedRun>, StoreError> {
        const END: &str = "
            update runs set finished_at = $3, waiting_until = null, waiting_for = null,
                worker_id = null, follow_worker_id = null,
                status = case
                    when not exists (select 1 from run_items i
                        where i.run_id = $2 and i.outcome <> 'succeeded') then 'succeeded'
                    when exists (select 1 from run_items i
                        where i.run_id = $2 and i.outcome <> 'failed') then 'partial'
                    else 'failed' end
            where tenant_id = $1 and id = $2 and status = 'running'
                and (follow_worker_id is null or follow_worker_id = $4)
                and not exists (select 1 from run_items i
                    where i.run_id = $2 and i.finished_at is null)
            returning status, repositories_total, repositories_failed, requests";
        let row: Option<(String, i64, i64, i64)> = on!(&self.db, |pool| sqlx::query_as(END)
            .bind(tenant.get())
            .bind(run.get())
            .bind(now)
            .bind(worker.get())
            .fetch_optional(pool)
            .await)?;
        row.map(|(status, total, failed, requests)| {
            Ok(EndedRun {
                status: status
                    .parse()
                    .map_err(|_| StoreError::UnknownWord("run status"))?,
                total,
                failed,
                requests,
            })
        })
        .transpose()
    }

    /// The runs that a worker may process: repositories are unclaimed, or the run is left to be
    /// ended. Includes runs of other workers if it shares.
    pub(crate) async fn unscoped_open_runs(
        &self,
        worker: WorkerId,
        shares: bool,
    ) -> Result<Vec<OpenRun>, StoreError> {
        const OPEN: &str = "
            select u.id, u.tenant_id, u.schedule_id, u.trigger, u.started_at
            from runs u
            where u.status = 'running' and ($1 or u.worker_id = $2)
                and (exists (select 1 from run_items i where i.run_id = u.id
                        and i.worker_id is null and i.finished_at is null)
                    or ((u.follow_worker_id is null or u.follow_worker_id = $2)
                        and not exists (select 1 from run_items i where i.run_id = u.id
                            and i.finished_at is null)))
            order by u.id";
        let rows: Vec<OpenRow> = on!(&self.db, |pool| sqlx::query_as(OPEN)
            .bind(shares)
            .bind(worker.get())
            .fetch_all(pool)
            .await)?;
        rows.into_iter()
            .map(|row| {
                Ok(OpenRun {
                    tenant: TenantId::new(row.tenant_id),
                    id: RunId::new(row.id),
                    schedule: row.schedule_id.map(ScheduleId::new),
                    trigger: row
                        .trigger
                        .parse()
                        .map_err(|_| StoreError::UnknownWord("trigger"))?,
                    started_at: row.started_at,
                })
            })
            .collect()
    }

    /// The active runs of all tenants.
    pub(crate) async fn unscoped_running(&self) -> Result<Vec<RunId>, StoreError> {
        let ids: Vec<i64> = on!(&self.db, |pool| sqlx::query_scalar(
            "select id from runs where status = 'running'"
        )
        .fetch_all(pool)
        .await)?;
        Ok(ids.into_iter().map(RunId::new).collect())
    }

    /// The interrupted runs since then with repositories left, except cancelled ones.
    pub(crate) async fn unscoped_interrupted_runs(
        &self,
        since: DateTime<Utc>,
    ) -> Result<Vec<InterruptedRun>, StoreError> {
        const LEFT: &str = "
            select u.id, u.tenant_id, u.schedule_id from runs u
            where u.status = 'interrupted' and u.cancelled_by is null and u.started_at >= $1
                and exists (select 1 from run_items i
                    where i.run_id = u.id and i.finished_at is null)
            order by u.id";
        let rows: Vec<InterruptedRow> = on!(&self.db, |pool| sqlx::query_as(LEFT)
            .bind(since)
            .fetch_all(pool)
            .await)?;
        Ok(rows
            .into_iter()
            .map(|row| InterruptedRun {
                tenant: TenantId::new(row.tenant_id),
                id: RunId::new(row.id),
                schedule: row.schedule_id.map(ScheduleId::new),
            })
            .collect())
    }
}

impl Transaction {
    /// Cancels a run; false when it is not active.
    pub(crate) async fn cancel_run(
        &mut self,
        tenant: TenantId,
        run: RunId,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        const CANCEL: &str = "
            update runs set status = 'interrupted', cancelled_by = $3, finished_at = $4,
                waiting_until = null, waiting_for = null, worker_id = null,
                follow_worker_id = null
            where tenant_id = $1 and id = $2 and status = 'running'";
        Ok(within!(*self, |connection| sqlx::query(CANCEL)
            .bind(tenant.get())
            .bind(run.get())
            .bind(by)
            .bind(now)
            .execute(connection)
            .await
            .map(|done| done.rows_affected() == 1))?)
    }
}
