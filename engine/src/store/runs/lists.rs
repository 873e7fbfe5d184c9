//! Which repositories a run collects, and which running ones collect the same.

use domain::{
    RepositoryId, RepositoryScope, RepositoryStatus, RunId, ScheduleId, TenantId, Trigger,
};

use super::lifecycle::NewRun;
use crate::store::scope::{Scoped, listed, scoped};
use crate::store::{Store, StoreError, Transaction};

impl Store {
    /// Says that a run's beginner has looked for new repositories, and adds to it those that follow
    /// its schedule. Returns how many; 0 where the run goes on no longer, or the beginner was taken
    /// for dead.
    pub(crate) async fn end_following(
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
            transaction.list_items(run, id, &only).await?
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
    /// The other running runs that collect repositories that a run is about, those with the most
    /// of them first. One that has failed at a repository does not collect it any more.
    pub(super) async fn running_for(
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
        let text = RUNNING.within(self);
        let ids: Vec<i64> = within!(*self, |connection| sqlx::query_scalar(text)
            .bind(tenant.get())
            .bind(listed(only))
            .bind(id.get())
            .fetch_all(connection)
            .await)?;
        Ok(ids.into_iter().map(RunId::new).collect())
    }

    /// Lists the repositories of a run: those that follow its schedule. Those that nobody gave a
    /// schedule follow the tenant's first that is on, as in `schedules::Assignments`. Those that
    /// wait the longest come first, so that a limit in the middle of each run leaves nobody out
    /// for good. What schedules leave alone for longer is collected by hand or by name only. A run
    /// without a schedule leaves out what another running one collects.
    pub(super) async fn list_items(
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
        let text = LIST.within(self);
        Ok(within!(*self, |connection| sqlx::query(text)
            .bind(run.tenant.get())
            .bind(listed(only))
            .bind(id.get())
            .bind(run.schedule.map(ScheduleId::get))
            .bind(RepositoryStatus::Active.as_str())
            .bind(RepositoryStatus::Unreachable.as_str())
            .bind(unasked.then_some(run.started_at))
            .execute(connection)
            .await
            .map(|done| done.rows_affected()))?)
    }

    /// Hands what an interrupted run did not come to over to another. What somebody collected
    /// since, or nobody wants to be collected any more, is let go.
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
