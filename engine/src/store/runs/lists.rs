//! Which repositories a run collects, and which active runs overlap with it.

use domain::{
    RepositoryId, RepositoryScope, RepositoryStatus, RunId, ScheduleId, TenantId, Trigger,
};

use super::lifecycle::NewRun;
use crate::store::scope::{Scoped, id_list, scoped};
use crate::store::{Store, StoreError, Transaction};

impl Store {
    /// Records that a run's follow rules are checked, and adds the new repositories that follow its
    /// schedule. Returns how many; 0 when the run is no longer active, or its worker expired.
    pub(crate) async fn finish_follow_check(
        &self,
        tenant: TenantId,
        run: &NewRun,
        id: RunId,
        new: &[RepositoryId],
    ) -> Result<u64, StoreError> {
        const END: &str = "
            update runs set follow_worker_id = null,
                repositories_total = repositories_total + $4
            where tenant_id = $1 and id = $2 and status = 'running' and follow_worker_id = $3";
        let mut transaction = self.begin().await?;
        let added = if new.is_empty() {
            0
        } else {
            let only = RepositoryScope::Only(new.to_vec());
            transaction.insert_items(run, id, &only).await?
        };
        let counted = within!(transaction, |connection| sqlx::query(END)
            .bind(tenant.get())
            .bind(id.get())
            .bind(run.worker.get())
            .bind(i64::try_from(added).unwrap_or(i64::MAX))
            .execute(connection)
            .await
            .map(|done| done.rows_affected() == 1))?;
        if !counted {
            return Ok(0);
        }
        transaction.commit().await?;
        Ok(added)
    }
}

impl Transaction {
    /// The other active runs that collect repositories of a run, those with the most first. A
    /// repository that failed in a run is no longer collected by it.
    pub(super) async fn overlapping_runs(
        &mut self,
        tenant: TenantId,
        id: RunId,
        only: &RepositoryScope,
    ) -> Result<Vec<RunId>, StoreError> {
        const RUNNING: Scoped = scoped!(
            "select i.run_id
            from runs u join run_items i on i.run_id = u.id
                join repositories r on r.id = i.repository_id
            where r.tenant_id = $1 and u.tenant_id = $1 and u.status = 'running' and u.id <> $3
                and coalesce(i.outcome, 'succeeded') = 'succeeded'",
            "group by i.run_id order by count(*) desc, i.run_id"
        );
        let text = RUNNING.within(self, only);
        let ids: Vec<i64> = within!(*self, |connection| sqlx::query_scalar(text)
            .bind(tenant.get())
            .bind(id_list(only))
            .bind(id.get())
            .fetch_all(connection)
            .await)?;
        Ok(ids.into_iter().map(RunId::new).collect())
    }

    /// Inserts the repositories of a run: those that follow its schedule. Repositories without a
    /// schedule follow the tenant's first enabled one, as in `schedules::Assignments`. Those
    /// collected least recently come first, so that a rate limit in the middle of each run skips
    /// none for good. Paused ones are collected only by hand or by name. A run without a schedule
    /// leaves out what another active run collects.
    pub(super) async fn insert_items(
        &mut self,
        run: &NewRun,
        id: RunId,
        only: &RepositoryScope,
    ) -> Result<u64, StoreError> {
        const LIST: Scoped = scoped!(
            "insert into run_items (run_id, repository_id, connection_id, position)
            select $3, r.id, r.connection_id,
                row_number() over (order by r.last_collected_at nulls first, r.id)
            from repositories r
            where r.tenant_id = $1 and r.status in ($5, $6)
                and ($4 is null or $4 = coalesce(r.schedule_id, (
                    select s.id from schedules s where s.tenant_id = $1
                    order by s.enabled desc, s.id limit 1)))
                and ($7 is null or r.rest_until is null or r.rest_until <= $7)
                and ($4 is not null or not exists (
                    select 1 from run_items i join runs u on u.id = i.run_id
                    where i.repository_id = r.id and u.status = 'running' and u.id <> $3
                        and coalesce(i.outcome, 'succeeded') = 'succeeded'))",
            ""
        );
        let unasked = run.trigger != Trigger::Manual && *only == RepositoryScope::All;
        let text = LIST.within(self, only);
        Ok(within!(*self, |connection| sqlx::query(text)
            .bind(run.tenant.get())
            .bind(id_list(only))
            .bind(id.get())
            .bind(run.schedule.map(ScheduleId::get))
            .bind(RepositoryStatus::Active.as_str())
            .bind(RepositoryStatus::Unreachable.as_str())
            .bind(unasked.then_some(run.started_at))
            .execute(connection)
            .await
            .map(|done| done.rows_affected()))?)
    }

    /// Moves the unfinished repositories of an interrupted run to another. Those collected since,
    /// or no longer tracked, are dropped.
    pub(super) async fn move_items(
        &mut self,
        tenant: TenantId,
        from: RunId,
        to: RunId,
    ) -> Result<u64, StoreError> {
        const LET_GO: &str = "
            delete from run_items
            where run_id = $2 and finished_at is null and not exists (
                select 1 from repositories r join runs u on u.id = $2
                where r.id = run_items.repository_id and r.tenant_id = $1
                    and r.status in ('active', 'unreachable')
                    and (r.last_collected_at is null or r.last_collected_at < u.started_at))";
        const MOVE: &str = "
            update run_items set run_id = $2, worker_id = null, claims = 0, started_at = null
            where run_id = $1 and finished_at is null";
        within!(*self, |connection| sqlx::query(LET_GO)
            .bind(tenant.get())
            .bind(from.get())
            .execute(connection)
            .await
            .map(drop))?;
        Ok(within!(*self, |connection| sqlx::query(MOVE)
            .bind(from.get())
            .bind(to.get())
            .execute(connection)
            .await
            .map(|done| done.rows_affected()))?)
    }
}
