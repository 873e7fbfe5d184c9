//! The runs of all tenants, as maintainers see them.

use chrono::{DateTime, Utc};
use domain::report::SystemRun;
use domain::{RunId, TenantId};
use sqlx::FromRow;

use crate::store::numbers::{to_i64, to_u32};
use crate::store::{Store, StoreError};

#[derive(FromRow)]
struct SystemRunRow {
    id: i64,
    tenant: String,
    trigger: String,
    status: String,
    started_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    repositories_total: i64,
    repositories_failed: i64,
    requests: i64,
}

impl Store {
    /// The newest runs of all tenants before a run, newest first.
    pub(crate) async fn unscoped_runs(
        &self,
        before: Option<RunId>,
        limit: usize,
    ) -> Result<Vec<SystemRun>, StoreError> {
        const SELECT: &str = "
            select r.id, t.name as tenant, r.trigger, r.status, r.started_at, r.finished_at,
                r.repositories_total, r.repositories_failed, r.requests
            from runs r join tenants t on t.id = r.tenant_id
            where r.id < $1
            order by r.id desc limit $2";
        let rows: Vec<SystemRunRow> = on!(&self.db, |pool| sqlx::query_as(SELECT)
            .bind(before.map_or(i64::MAX, RunId::get))
            .bind(to_i64(limit))
            .fetch_all(pool)
            .await)?;
        rows.into_iter().map(run).collect()
    }

    /// The tenants that can be collected, by name.
    pub(crate) async fn unscoped_collectable_tenants(
        &self,
    ) -> Result<Vec<(TenantId, String)>, StoreError> {
        let rows: Vec<(i64, String)> = on!(&self.db, |pool| sqlx::query_as(
            "select id, name from tenants where suspended_at is null order by name, id"
        )
        .fetch_all(pool)
        .await)?;
        Ok(rows
            .into_iter()
            .map(|(id, name)| (TenantId::new(id), name))
            .collect())
    }

    /// Whether the tenant exists.
    pub(crate) async fn unscoped_tenant_exists(
        &self,
        tenant: TenantId,
    ) -> Result<bool, StoreError> {
        Ok(on!(&self.db, |pool| sqlx::query_scalar::<_, i64>(
            "select id from tenants where id = $1"
        )
        .bind(tenant.get())
        .fetch_optional(pool)
        .await
        .map(|row| row.is_some()))?)
    }
}

fn run(row: SystemRunRow) -> Result<SystemRun, StoreError> {
    Ok(SystemRun {
        id: RunId::new(row.id),
        tenant: row.tenant,
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
        repositories_failed: to_u32(row.repositories_failed),
        requests: to_u32(row.requests),
    })
}
