//! Stored runs, as pages and programs read them.

use chrono::{DateTime, Utc};
use domain::report::{Failure, PastRun, Run, RunItem};
use domain::{FailureKind, RepositoryId, RunId, TenantId};
use sqlx::FromRow;

use crate::store::numbers::to_u32;
use crate::store::repositories::{failure_kind, full_name};
use crate::store::search::Search;
use crate::store::{Store, StoreError};

/// How many failures of a run are shown; all are stored.
const SHOWN_FAILURES: i64 = 100;
/// For how many runs of a tenant the repositories are kept; older runs keep their sums and
/// failures.
const DETAILED_RUNS: i64 = 200;
/// How many of a tenant's newest runs are kept; of older ones only those with failures. About
/// sixteen months at two runs a day.
const KEPT_RUNS: i64 = 1_000;
/// How many runs are deleted after each run: more than one, to catch up after an upgrade, and few
/// enough not to block other writers.
const FORGOTTEN_AT_ONCE: i64 = 500;

/// How many of a tenant's last runs a forecast uses: ten days at two runs a day, so that one of
/// them includes the weekly requests.
const TELLING_RUNS: i64 = 20;

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
    cancelled_by: Option<String>,
}

#[derive(FromRow)]
struct FailureRow {
    repository_name: String,
    endpoint: String,
    kind: Option<String>,
    reason: String,
}

#[derive(FromRow)]
struct ItemRow {
    repository_id: i64,
    owner: String,
    name: String,
    outcome: Option<String>,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    requests: i64,
}

/// One selection with different endings; each text is a constant.
macro_rules! select_runs {
    ($ending:literal) => {
        concat!(
            "select id, trigger, status, started_at, finished_at, repositories_total, ",
            "repositories_done, repositories_failed, requests, waiting_until, waiting_for, ",
            "cancelled_by from runs where tenant_id = $1 ",
            $ending
        )
    };
}

impl Store {
    /// A tenant's newest runs before a run, newest first, each with its first failures.
    pub(crate) async fn runs(
        &self,
        tenant: TenantId,
        before: Option<RunId>,
        limit: u32,
    ) -> Result<Vec<Run>, StoreError> {
        let rows: Vec<RunRow> = on!(&self.db, |pool| sqlx::query_as(select_runs!(
            "and id < $2 order by id desc limit $3"
        ))
        .bind(tenant.get())
        .bind(before.map_or(i64::MAX, RunId::get))
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
        let row: Option<RunRow> =
            on!(&self.db, |pool| sqlx::query_as(select_runs!("and id = $2"))
                .bind(tenant.get())
                .bind(id.get())
                .fetch_optional(pool)
                .await)?;
        match row {
            Some(row) => self.with_failures(row).await.map(Some),
            None => Ok(None),
        }
    }

    /// A page of a run's repositories, or of those whose name contains a text: failed ones first, then active ones, then the others in
    /// their order.
    pub(crate) async fn run_items(
        &self,
        tenant: TenantId,
        run: RunId,
        filter: &str,
        from: u32,
        limit: u32,
    ) -> Result<Vec<RunItem>, StoreError> {
        const ITEMS: &str = "
            select i.repository_id, r.owner, r.name, i.outcome, i.started_at, i.finished_at,
                i.requests
            from run_items i
            join runs u on u.id = i.run_id
            join repositories r on r.id = i.repository_id
            where u.tenant_id = $1 and i.run_id = $2
                and ($5 = '' or lower(r.owner || '/' || r.name) like $5 escape '\\')
            order by case
                    when i.outcome = 'failed' then 0
                    when i.outcome = 'partial' then 1
                    when i.worker_id is not null then 2
                    when i.outcome is not null then 3
                    else 4 end,
                i.position, i.repository_id
            limit $4 offset $3";
        let search = Search::new(filter);
        // A repository's name is ASCII, so that nothing else is found in it.
        if !search.is_exact() {
            return Ok(Vec::new());
        }
        let rows: Vec<ItemRow> = on!(&self.db, |pool| sqlx::query_as(ITEMS)
            .bind(tenant.get())
            .bind(run.get())
            .bind(i64::from(from))
            .bind(i64::from(limit))
            .bind(search.pattern())
            .fetch_all(pool)
            .await)?;
        rows.into_iter().map(item).collect()
    }

    /// The tracked repositories of a run to retry: those that failed at least in part, and those
    /// not reached.
    pub(crate) async fn retryable(
        &self,
        tenant: TenantId,
        run: RunId,
    ) -> Result<Vec<RepositoryId>, StoreError> {
        const RETRYABLE: &str = "
            select i.repository_id
            from run_items i
            join runs u on u.id = i.run_id
            join repositories r on r.id = i.repository_id
            where u.tenant_id = $1 and i.run_id = $2 and u.status <> 'running'
                and (i.outcome is null or i.outcome <> 'succeeded')
                and r.status in ('active', 'unreachable')
            order by i.repository_id";
        let ids: Vec<i64> = on!(&self.db, |pool| sqlx::query_scalar(RETRYABLE)
            .bind(tenant.get())
            .bind(run.get())
            .fetch_all(pool)
            .await)?;
        Ok(ids.into_iter().map(RepositoryId::new).collect())
    }

    /// Deletes the repositories of a tenant's old runs.
    pub(crate) async fn prune_items(&self, tenant: TenantId) -> Result<(), StoreError> {
        const FORGET: &str = "
            delete from run_items where run_id in (
                select id from runs where tenant_id = $1 and status <> 'running'
                    and id < (select min(id) from (
                        select id from runs where tenant_id = $1 order by id desc limit $2)
                        as newest))";
        on!(&self.db, |pool| sqlx::query(FORGET)
            .bind(tenant.get())
            .bind(DETAILED_RUNS)
            .execute(pool)
            .await
            .map(drop))?;
        Ok(())
    }

    /// Deletes some of a tenant's old runs without failures.
    ///
    /// Of each schedule, the run for its newest due time stays, because the scheduler needs it to
    /// know what has started.
    pub(crate) async fn prune_runs(&self, tenant: TenantId) -> Result<(), StoreError> {
        const FORGET: &str = "
            delete from runs where id in (
                select r.id from runs r
                where r.tenant_id = $1 and r.status <> 'running' and r.repositories_failed = 0
                    and r.id < (select min(id) from (
                        select id from runs where tenant_id = $1 order by id desc limit $2)
                        as newest)
                    and not exists (select 1 from run_failures f where f.run_id = r.id)
                    and (r.schedule_id is null or r.due_at is null or exists (
                        select 1 from runs later
                        where later.schedule_id = r.schedule_id and later.due_at > r.due_at))
                order by r.id limit $3)";
        on!(&self.db, |pool| sqlx::query(FORGET)
            .bind(tenant.get())
            .bind(KEPT_RUNS)
            .bind(FORGOTTEN_AT_ONCE)
            .execute(pool)
            .await
            .map(drop))?;
        Ok(())
    }

    /// A tenant's last successful runs, newest first.
    pub(crate) async fn past_runs(&self, tenant: TenantId) -> Result<Vec<PastRun>, StoreError> {
        const RUNS: &str = "
            select requests, repositories_total, started_at, finished_at from runs
            where tenant_id = $1 and status in ('succeeded', 'partial') and requests > 0
                and finished_at is not null
            order by id desc limit $2";
        let rows: Vec<(i64, i64, DateTime<Utc>, DateTime<Utc>)> =
            on!(&self.db, |pool| sqlx::query_as(RUNS)
                .bind(tenant.get())
                .bind(TELLING_RUNS)
                .fetch_all(pool)
                .await)?;
        let past = rows
            .into_iter()
            .map(|(requests, repositories, from, to)| PastRun {
                requests: to_u32(requests),
                repositories: to_u32(repositories),
                millis: u64::try_from((to - from).num_milliseconds()).unwrap_or(0),
            });
        Ok(past.collect())
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
            repositories_total: to_u32(row.repositories_total),
            repositories_done: to_u32(row.repositories_done),
            repositories_failed: to_u32(row.repositories_failed),
            requests: to_u32(row.requests),
            waiting_until: row.waiting_until,
            waiting_for: row.waiting_for,
            cancelled_by: row.cancelled_by,
            failures: failures
                .into_iter()
                .map(|row| {
                    Ok(Failure {
                        repository: row.repository_name,
                        endpoint: row
                            .endpoint
                            .parse()
                            .map_err(|_| StoreError::UnknownWord("endpoint"))?,
                        // Failures from before kinds were recorded have none.
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

fn item(row: ItemRow) -> Result<RunItem, StoreError> {
    Ok(RunItem {
        repository: RepositoryId::new(row.repository_id),
        full_name: full_name(&row.owner, &row.name)?,
        outcome: row
            .outcome
            .map(|word| word.parse())
            .transpose()
            .map_err(|_| StoreError::UnknownWord("outcome"))?,
        started_at: row.started_at,
        finished_at: row.finished_at,
        requests: to_u32(row.requests),
    })
}
