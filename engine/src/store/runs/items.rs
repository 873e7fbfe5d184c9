//! The repositories of a run: claimed by workers and completed one by one.
//!
//! A claim belongs to a worker until the item is completed or released, or the worker expires.
//! Completing requires the claim, so a repository that two workers collect counts once.

use chrono::{DateTime, Utc};
use domain::{ConnectionId, Endpoint, ItemOutcome, RepositoryId, RunId, TenantId};

use super::workers::WorkerId;
use crate::store::numbers::to_i64;
use crate::store::repositories::TargetRow;
use crate::store::scope::{Scoped, id_list, scoped};
use crate::store::{
    CollectionOutcome, Db, Failed, Fetched, Store, StoreError, Target, Transaction,
};

/// How often a repository is claimed per run at most, because its worker might crash each time.
const MAX_CLAIMS: i64 = 5;
/// The reason stored then.
const EXHAUSTED_REASON: &str =
    "Its process crashed five times during collection. Check the server log, then collect again.";

/// The result of collecting a repository.
pub(crate) struct ItemResult<'a> {
    pub(crate) tenant: TenantId,
    pub(crate) run: RunId,
    /// The worker that holds the claim.
    pub(crate) worker: WorkerId,
    pub(crate) repository: RepositoryId,
    /// Its full name at the time.
    pub(crate) name: &'a str,
    pub(crate) outcome: ItemOutcome,
    /// What failed, and why.
    pub(crate) failures: &'a [Failed],
    /// The fetch of each endpoint; `None` is a failed one.
    pub(crate) answers: &'a [(Endpoint, Option<Fetched>)],
    /// The resulting health of the repository.
    pub(crate) collection: CollectionOutcome<'a>,
    /// When its collection began.
    pub(crate) started_at: DateTime<Utc>,
    pub(crate) now: DateTime<Utc>,
    /// How many requests it took.
    pub(crate) requests: u32,
    /// How many requests the run's record does not include yet.
    pub(crate) unreported_requests: u32,
}

impl Store {
    /// The connections with unclaimed repositories in a run.
    pub(crate) async fn waiting_connections(
        &self,
        run: RunId,
    ) -> Result<Vec<ConnectionId>, StoreError> {
        const WAITING: &str = "
            select distinct connection_id from run_items
            where run_id = $1 and worker_id is null and finished_at is null
            order by connection_id";
        let ids: Vec<i64> = on!(&self.db, |pool| sqlx::query_scalar(WAITING)
            .bind(run.get())
            .fetch_all(pool)
            .await)?;
        Ok(ids.into_iter().map(ConnectionId::new).collect())
    }

    /// Claims the next repositories of a run on a connection; none when no more wait or the run has
    /// ended. Concurrent workers get different ones.
    pub(crate) async fn claim(
        &self,
        tenant: TenantId,
        run: RunId,
        connection: ConnectionId,
        worker: WorkerId,
        most: usize,
        now: DateTime<Utc>,
    ) -> Result<Vec<Target>, StoreError> {
        macro_rules! claim {
            ($locking:literal) => {
                concat!(
                    "update run_items set worker_id = $4, started_at = $5, claims = claims + 1
                    where run_id = $2 and repository_id in (
                        select i.repository_id from run_items i
                        join runs u on u.id = i.run_id
                        where u.tenant_id = $1 and i.run_id = $2 and i.connection_id = $3
                            and i.worker_id is null and i.finished_at is null
                            and u.status = 'running' and i.claims < $7
                        order by i.position limit $6 ",
                    $locking,
                    ") returning repository_id"
                )
            };
        }
        const TARGETS: Scoped = scoped!(
            "select r.id, r.github_id, r.owner, r.name, r.failure_kind, r.visibility
            from repositories r where r.tenant_id = $1",
            "order by r.id"
        );
        let claim = match &self.db {
            // With a single writer, row locks are not needed.
            Db::Sqlite(_) => claim!(""),
            Db::Postgres(_) => claim!("for update of i skip locked"),
        };
        let mut transaction = self.begin().await?;
        let claimed: Vec<i64> = within!(transaction, |pool| sqlx::query_scalar(claim)
            .bind(tenant.get())
            .bind(run.get())
            .bind(connection.get())
            .bind(worker.get())
            .bind(now)
            .bind(to_i64(most))
            .bind(MAX_CLAIMS)
            .fetch_all(pool)
            .await)?;
        let ids = claimed.into_iter().map(RepositoryId::new).collect();
        let claimed = domain::RepositoryScope::Only(ids);
        let text = TARGETS.text(&self.db, &claimed);
        let rows: Vec<TargetRow> = within!(transaction, |pool| sqlx::query_as(text)
            .bind(tenant.get())
            .bind(id_list(&claimed))
            .fetch_all(pool)
            .await)?;
        transaction.commit().await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Completes a repository in one transaction; false when the worker lost its claim or the
    /// repository no longer exists. Then nothing is written.
    pub(crate) async fn complete_item(&self, result: &ItemResult<'_>) -> Result<bool, StoreError> {
        const FINISH: &str = "
            update run_items set worker_id = null, started_at = $5, finished_at = $6, outcome = $7,
                requests = $8
            where run_id = $2 and repository_id = $3 and worker_id = $4
                and exists (select 1 from runs u where u.id = $2 and u.tenant_id = $1)";
        const COUNT: &str = "
            update runs set repositories_done = repositories_done + 1,
                repositories_failed = repositories_failed + $3, requests = requests + $4
            where tenant_id = $1 and id = $2";
        let (tenant, run, repository) = (result.tenant, result.run, result.repository);
        let mut transaction = self.begin().await?;
        let finished = within!(transaction, |connection| sqlx::query(FINISH)
            .bind(tenant.get())
            .bind(run.get())
            .bind(repository.get())
            .bind(result.worker.get())
            .bind(result.started_at)
            .bind(result.now)
            .bind(result.outcome.as_str())
            .bind(i64::from(result.requests))
            .execute(connection)
            .await
            .map(|done| done.rows_affected() == 1))?;
        if !finished {
            return Ok(false);
        }
        transaction.insert_failures(result).await?;
        transaction
            .save_fetch_states(repository, result.answers, result.now)
            .await?;
        transaction
            .save_outcome(tenant, repository, &result.collection, result.now)
            .await?;
        let failed = i64::from(result.outcome != ItemOutcome::Succeeded);
        within!(transaction, |connection| sqlx::query(COUNT)
            .bind(tenant.get())
            .bind(run.get())
            .bind(failed)
            .bind(i64::from(result.unreported_requests))
            .execute(connection)
            .await
            .map(drop))?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Releases a worker's claims of a run, and adds the requests already sent to the run.
    pub(crate) async fn release(
        &self,
        tenant: TenantId,
        run: RunId,
        worker: WorkerId,
        unreported_requests: u32,
    ) -> Result<(), StoreError> {
        const RELEASE: &str =
            "update run_items set worker_id = null where run_id = $1 and worker_id = $2";
        const COUNT: &str =
            "update runs set requests = requests + $3 where tenant_id = $1 and id = $2";
        let mut transaction = self.begin().await?;
        within!(transaction, |connection| sqlx::query(RELEASE)
            .bind(run.get())
            .bind(worker.get())
            .execute(connection)
            .await
            .map(drop))?;
        if unreported_requests > 0 {
            within!(transaction, |connection| sqlx::query(COUNT)
                .bind(tenant.get())
                .bind(run.get())
                .bind(i64::from(unreported_requests))
                .execute(connection)
                .await
                .map(drop))?;
        }
        transaction.commit().await
    }

    /// The runs in which a worker holds claims.
    pub(crate) async fn unscoped_held_runs(
        &self,
        worker: WorkerId,
    ) -> Result<Vec<(TenantId, RunId)>, StoreError> {
        const HELD: &str = "
            select distinct u.tenant_id, u.id
            from run_items i join runs u on u.id = i.run_id
            where i.worker_id = $1
            order by u.id";
        let rows: Vec<(i64, i64)> = on!(&self.db, |pool| sqlx::query_as(HELD)
            .bind(worker.get())
            .fetch_all(pool)
            .await)?;
        Ok(rows
            .into_iter()
            .map(|(tenant, run)| (TenantId::new(tenant), RunId::new(run)))
            .collect())
    }

    /// Fails the repositories claimed too often without a result.
    pub(crate) async fn fail_exhausted(
        &self,
        tenant: TenantId,
        run: RunId,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        const FAIL: &str = "
            update run_items set finished_at = $2, outcome = 'failed'
            where run_id = $1 and worker_id is null and finished_at is null and claims >= $3
                and exists (select 1 from runs u where u.id = $1 and u.status = 'running')
            returning repository_id";
        const INSERT_FAILURE: &str = "
            insert into run_failures
                (run_id, repository_id, repository_name, endpoint, kind, reason)
            select $2, r.id, r.owner || '/' || r.name, 'repository', 'stopped', $4
            from repositories r where r.tenant_id = $1 and r.id = $3";
        const COUNT: &str = "
            update runs set repositories_done = repositories_done + 1,
                repositories_failed = repositories_failed + 1
            where tenant_id = $1 and id = $2";
        let mut transaction = self.begin().await?;
        let exhausted: Vec<i64> = within!(transaction, |connection| sqlx::query_scalar(FAIL)
            .bind(run.get())
            .bind(now)
            .bind(MAX_CLAIMS)
            .fetch_all(connection)
            .await)?;
        for repository in exhausted {
            within!(transaction, |connection| sqlx::query(INSERT_FAILURE)
                .bind(tenant.get())
                .bind(run.get())
                .bind(repository)
                .bind(EXHAUSTED_REASON)
                .execute(connection)
                .await
                .map(drop))?;
            within!(transaction, |connection| sqlx::query(COUNT)
                .bind(tenant.get())
                .bind(run.get())
                .execute(connection)
                .await
                .map(drop))?;
        }
        transaction.commit().await
    }
}

impl Transaction {
    async fn insert_failures(&mut self, result: &ItemResult<'_>) -> Result<(), StoreError> {
        const INSERT: &str = "
            insert into run_failures
                (run_id, repository_id, repository_name, endpoint, kind, reason)
            values ($1, $2, $3, $4, $5, $6)";
        for failed in result.failures {
            within!(*self, |connection| sqlx::query(INSERT)
                .bind(result.run.get())
                .bind(result.repository.get())
                .bind(result.name)
                .bind(failed.endpoint.as_str())
                .bind(failed.kind.as_str())
                .bind(failed.reason.as_str())
                .execute(connection)
                .await
                .map(drop))?;
        }
        Ok(())
    }
}
