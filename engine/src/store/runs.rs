//! Collection runs and what failed in them.

use chrono::{DateTime, Utc};
use domain::report::{Failure, Run};
use domain::{FailureKind, RepositoryId, RunId, RunStatus, ScheduleId, TenantId, Trigger};
use sqlx::FromRow;

use super::error::Constraint;
use super::repositories::failure_kind;
use super::{Failed, Store, StoreError};

/// A due time of a schedule is claimed once.
const DUE_CLAIMED: Constraint = Constraint {
    name: "runs_due_unique",
    columns: "runs.schedule_id, runs.due_at",
};
/// One run of a schedule goes on at a time.
const SCHEDULE_BUSY: Constraint = Constraint {
    name: "runs_one_of_schedule",
    columns: "runs.schedule_id",
};

/// A run belongs to a tenant; it was deleted just now. (SQLite has one writer, and never says so.)
const TENANT_GONE: Constraint = Constraint {
    name: "runs_tenant_fk",
    columns: "",
};

/// How many failures a run shows; it keeps them all.
const SHOWN_FAILURES: i64 = 100;

/// A run that begins.
pub(crate) struct NewRun<'a> {
    pub(crate) tenant: TenantId,
    pub(crate) schedule: Option<ScheduleId>,
    /// The time for which the schedule was due.
    pub(crate) due_at: Option<DateTime<Utc>>,
    pub(crate) trigger: Trigger,
    /// The process that runs it.
    pub(crate) worker: &'a str,
    pub(crate) started_at: DateTime<Utc>,
    pub(crate) repositories_total: u32,
    /// The repositories, where it is about chosen ones only.
    pub(crate) chosen: Option<&'a [RepositoryId]>,
}

/// How far a run is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RunProgress {
    pub(crate) done: u32,
    pub(crate) failed: u32,
    pub(crate) requests: u32,
    /// Until when it waits, and for what.
    pub(crate) waiting: Option<(DateTime<Utc>, String)>,
}

/// Something that failed.
pub(crate) struct NewFailure<'a> {
    pub(crate) repository: RepositoryId,
    /// Its full name at the time.
    pub(crate) repository_name: &'a str,
    pub(crate) failed: &'a Failed,
}

#[derive(FromRow)]
struct RunRow {
    id: i64,
    trigger: String,
    status: String,
    started_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    repositories_total: i64,
    repositories_done: i64,
    repositories_failed: i64,
    requests: i64,
    waiting_until: Option<DateTime<Utc>>,
    waiting_for: Option<String>,
}

#[derive(FromRow)]
struct FailureRow {
    repository_name: String,
    endpoint: String,
    kind: Option<String>,
    reason: String,
}

impl Store {
    /// Begins a run; `None` where a run of the schedule goes on, its due time is claimed, or the
    /// tenant is suspended or gone.
    pub(crate) async fn insert_run(&self, run: &NewRun<'_>) -> Result<Option<RunId>, StoreError> {
        const INSERT: &str = "
            insert into runs (tenant_id, schedule_id, due_at, trigger, status, worker, started_at,
                heartbeat_at, repositories_total, repositories_done, repositories_failed, requests)
            select t.id, $2, $3, $4, 'running', $5, $6, $6, $7, 0, 0, 0
            from tenants t where t.id = $1 and t.suspended_at is null
            returning id";
        let mut transaction = self.begin().await?;
        let inserted: Result<Option<i64>, StoreError> =
            within!(transaction, |connection| sqlx::query_scalar(INSERT)
                .bind(run.tenant.get())
                .bind(run.schedule.map(ScheduleId::get))
                .bind(run.due_at)
                .bind(run.trigger.as_str())
                .bind(run.worker)
                .bind(run.started_at)
                .bind(i64::from(run.repositories_total))
                .fetch_optional(connection)
                .await
                .map_err(Into::into));
        let not_begun = [DUE_CLAIMED, SCHEDULE_BUSY, TENANT_GONE];
        let id = match inserted {
            Ok(Some(id)) => RunId::new(id),
            Ok(None) => return Ok(None),
            Err(error) if not_begun.into_iter().any(|why| error.violates(why)) => return Ok(None),
            Err(error) => return Err(error),
        };
        if let Some(chosen) = run.chosen {
            transaction.choose(run.tenant, id, chosen).await?;
        }
        transaction.commit().await?;
        Ok(Some(id))
    }

    /// Says how far a run is, and that its process lives.
    pub(crate) async fn record_progress(
        &self,
        tenant: TenantId,
        run: RunId,
        progress: RunProgress,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        const RECORD: &str = "
            update runs set repositories_done = $3, repositories_failed = $4, requests = $5,
                heartbeat_at = $6, waiting_until = $7, waiting_for = $8
            where tenant_id = $1 and id = $2 and status = 'running'";
        on!(&self.db, |pool| sqlx::query(RECORD)
            .bind(tenant.get())
            .bind(run.get())
            .bind(i64::from(progress.done))
            .bind(i64::from(progress.failed))
            .bind(i64::from(progress.requests))
            .bind(now)
            .bind(progress.waiting.as_ref().map(|(until, _)| *until))
            .bind(progress.waiting.as_ref().map(|(_, what)| what.as_str()))
            .execute(pool)
            .await
            .map(drop))?;
        Ok(())
    }

    /// Keeps what failed.
    pub(crate) async fn record_failures(
        &self,
        tenant: TenantId,
        run: RunId,
        failures: &[NewFailure<'_>],
    ) -> Result<(), StoreError> {
        const INSERT: &str = "
            insert into run_failures
                (run_id, repository_id, repository_name, endpoint, kind, reason)
            select u.id, r.id, $4, $5, $6, $7
            from runs u left join repositories r on r.id = $3 and r.tenant_id = u.tenant_id
            where u.tenant_id = $1 and u.id = $2";
        let mut transaction = self.begin().await?;
        for failure in failures {
            within!(transaction, |connection| sqlx::query(INSERT)
                .bind(tenant.get())
                .bind(run.get())
                .bind(failure.repository.get())
                .bind(failure.repository_name)
                .bind(failure.failed.endpoint.as_str())
                .bind(failure.failed.kind.as_str())
                .bind(failure.failed.reason.as_str())
                .execute(connection)
                .await
                .map(drop))?;
        }
        transaction.commit().await
    }

    /// Ends a run, unless it was marked interrupted meanwhile.
    pub(crate) async fn finish_run(
        &self,
        tenant: TenantId,
        run: RunId,
        status: RunStatus,
        progress: RunProgress,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        const FINISH: &str = "
            update runs set status = $3, repositories_done = $4, repositories_failed = $5,
                requests = $6, heartbeat_at = $7, finished_at = $7, waiting_until = null,
                waiting_for = null
            where tenant_id = $1 and id = $2 and status = 'running'";
        on!(&self.db, |pool| sqlx::query(FINISH)
            .bind(tenant.get())
            .bind(run.get())
            .bind(status.as_str())
            .bind(i64::from(progress.done))
            .bind(i64::from(progress.failed))
            .bind(i64::from(progress.requests))
            .bind(now)
            .execute(pool)
            .await
            .map(drop))?;
        Ok(())
    }

    /// Marks the runs that no living process goes on with: those of this worker, which has only
    /// just begun, and those without a sign of life since `stale_before`. How many there were.
    pub(crate) async fn unscoped_interrupt_runs(
        &self,
        worker: Option<&str>,
        stale_before: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        const INTERRUPT: &str = "
            update runs set status = 'interrupted', finished_at = $3, waiting_until = null,
                waiting_for = null
            where status = 'running' and (worker = $1 or heartbeat_at < $2)";
        Ok(on!(&self.db, |pool| sqlx::query(INTERRUPT)
            .bind(worker)
            .bind(stale_before)
            .bind(now)
            .execute(pool)
            .await
            .map(|done| done.rows_affected()))?)
    }

    /// A tenant's newest runs, newest first, each with its first failures.
    pub(crate) async fn runs(&self, tenant: TenantId, limit: u32) -> Result<Vec<Run>, StoreError> {
        const RUNS: &str = "
            select id, trigger, status, started_at, finished_at, repositories_total,
                repositories_done, repositories_failed, requests, waiting_until, waiting_for
            from runs where tenant_id = $1 order by id desc limit $2";
        let rows: Vec<RunRow> = on!(&self.db, |pool| sqlx::query_as(RUNS)
            .bind(tenant.get())
            .bind(i64::from(limit))
            .fetch_all(pool)
            .await)?;
        let mut runs = Vec::with_capacity(rows.len());
        for row in rows {
            runs.push(self.with_failures(row).await?);
        }
        Ok(runs)
    }

    /// One run.
    pub(crate) async fn run(&self, tenant: TenantId, id: RunId) -> Result<Option<Run>, StoreError> {
        const RUN: &str = "
            select id, trigger, status, started_at, finished_at, repositories_total,
                repositories_done, repositories_failed, requests, waiting_until, waiting_for
            from runs where tenant_id = $1 and id = $2";
        let row: Option<RunRow> = on!(&self.db, |pool| sqlx::query_as(RUN)
            .bind(tenant.get())
            .bind(id.get())
            .fetch_optional(pool)
            .await)?;
        match row {
            Some(row) => self.with_failures(row).await.map(Some),
            None => Ok(None),
        }
    }

    async fn with_failures(&self, row: RunRow) -> Result<Run, StoreError> {
        const FAILURES: &str = "
            select repository_name, endpoint, kind, reason from run_failures
            where run_id = $1 order by id limit $2";
        let failures: Vec<FailureRow> = if row.repositories_failed == 0 {
            Vec::new()
        } else {
            on!(&self.db, |pool| sqlx::query_as(FAILURES)
                .bind(row.id)
                .bind(SHOWN_FAILURES)
                .fetch_all(pool)
                .await)?
        };
        let fit = |number| u32::try_from(number).unwrap_or(u32::MAX);
        Ok(Run {
            id: RunId::new(row.id),
            trigger: row
                .trigger
                .parse()
                .map_err(|_| StoreError::UnknownWord("trigger"))?,
            status: row
                .status
                .parse()
                .map_err(|_| StoreError::UnknownWord("run status"))?,
            started_at: row.started_at,
            finished_at: row.finished_at,
            repositories_total: fit(row.repositories_total),
            repositories_done: fit(row.repositories_done),
            repositories_failed: fit(row.repositories_failed),
            requests: fit(row.requests),
            waiting_until: row.waiting_until,
            waiting_for: row.waiting_for,
            failures: failures
                .into_iter()
                .map(|row| {
                    Ok(Failure {
                        repository: row.repository_name,
                        endpoint: row
                            .endpoint
                            .parse()
                            .map_err(|_| StoreError::UnknownWord("endpoint"))?,
                        // What failed before kinds were recorded has none.
                        kind: row
                            .kind
                            .map_or(Ok(FailureKind::Failed), |word| failure_kind(&word))?,
                        reason: row.reason,
                    })
                })
                .collect::<Result<_, StoreError>>()?,
        })
    }
}
