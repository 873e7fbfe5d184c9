//! What becomes of the rest of an interrupted run: one start of the server takes it up.

use chrono::{DateTime, Utc};
use domain::{RepositoryId, RunId, ScheduleId, TenantId};
use sqlx::FromRow;

use super::reach::{Reaching, listed, reaching};
use super::{Store, StoreError, Transaction};

/// A run that its process left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LeftRun {
    pub(crate) tenant: TenantId,
    pub(crate) id: RunId,
    pub(crate) schedule: Option<ScheduleId>,
}

#[derive(FromRow)]
struct LeftRow {
    id: i64,
    tenant_id: i64,
    schedule_id: Option<i64>,
}

impl Store {
    /// Takes the interrupted runs that began since then and that nobody took up yet; of several
    /// processes that ask at once each run is given to one.
    pub(crate) async fn unscoped_take_up(
        &self,
        since: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<LeftRun>, StoreError> {
        const TAKE: &str = "
            update runs set taken_up_at = $2
            where status = 'interrupted' and taken_up_at is null and started_at >= $1
            returning id, tenant_id, schedule_id";
        let rows: Vec<LeftRow> = on!(&self.db, |pool| sqlx::query_as(TAKE)
            .bind(since)
            .bind(now)
            .fetch_all(pool)
            .await)?;
        let mut runs: Vec<_> = rows
            .into_iter()
            .map(|row| LeftRun {
                tenant: TenantId::new(row.tenant_id),
                id: RunId::new(row.id),
                schedule: row.schedule_id.map(ScheduleId::new),
            })
            .collect();
        runs.sort_by_key(|run| run.id);
        Ok(runs)
    }

    /// The repositories that a run was to collect and did not come to: nothing of them failed in
    /// it, and neither it nor a later one collected them.
    pub(crate) async fn left_of_run(
        &self,
        tenant: TenantId,
        run: RunId,
    ) -> Result<Vec<RepositoryId>, StoreError> {
        const LEFT: &str = "
            select r.id
            from runs u join repositories r on r.tenant_id = u.tenant_id
            where u.tenant_id = $1 and u.id = $2 and r.status in ('active', 'unreachable')
                and r.added_at <= u.started_at
                and (r.last_collected_at is null or r.last_collected_at < u.started_at)
                and not exists (select 1 from run_failures f
                    where f.run_id = u.id and f.repository_id = r.id)
                and (not exists (select 1 from run_choices c where c.run_id = u.id)
                    or exists (select 1 from run_choices c
                        where c.run_id = u.id and c.repository_id = r.id))
            order by r.id";
        let ids: Vec<i64> = on!(&self.db, |pool| sqlx::query_scalar(LEFT)
            .bind(tenant.get())
            .bind(run.get())
            .fetch_all(pool)
            .await)?;
        Ok(ids.into_iter().map(RepositoryId::new).collect())
    }
}

impl Transaction {
    /// Keeps that a run is about these repositories only.
    pub(super) async fn choose(
        &mut self,
        tenant: TenantId,
        run: RunId,
        chosen: &[RepositoryId],
    ) -> Result<(), StoreError> {
        const CHOOSE: Reaching = reaching!(
            "insert into run_choices (run_id, repository_id)
            select $3, r.id from repositories r where r.tenant_id = $1",
            ""
        );
        let list = listed(&domain::Reach::Only(chosen.to_vec()));
        match self {
            Self::Sqlite(transaction) => sqlx::query(CHOOSE.sqlite)
                .bind(tenant.get())
                .bind(list)
                .bind(run.get())
                .execute(&mut **transaction)
                .await
                .map(drop)?,
            Self::Postgres(transaction) => sqlx::query(CHOOSE.postgres)
                .bind(tenant.get())
                .bind(list)
                .bind(run.get())
                .execute(&mut **transaction)
                .await
                .map(drop)?,
        }
        Ok(())
    }
}
