//! A tenant's limits, and its usage.

use chrono::{DateTime, Utc};
use domain::{Limit, Limits, TenantId, Trigger};

use crate::store::batch::{Batch, batch};
use crate::store::{NewRun, Store, StoreError, Transaction};

impl Store {
    /// What administrators set, for each tenant with changed limits.
    pub(crate) async fn unscoped_limits(&self) -> Result<Vec<(TenantId, Limits)>, StoreError> {
        const LIMITS: &str =
            "select tenant_id, name, value from tenant_limits order by tenant_id, name";
        let rows: Vec<(i64, String, i64)> = on!(&self.db, |pool| sqlx::query_as(LIMITS)
            .fetch_all(pool)
            .await)?;
        let of_one = rows.chunk_by(|one, next| one.0 == next.0);
        Ok(of_one
            .map(|rows| {
                let chosen = rows.iter().map(|(_, name, value)| (name.as_str(), *value));
                (TenantId::new(rows[0].0), read(chosen))
            })
            .collect())
    }
}

impl Transaction {
    /// Locks a tenant's limits, and with them the number of everything limited, until the
    /// transaction ends; `None` when the tenant does not exist.
    ///
    /// On SQLite, the transaction is the only writer.
    pub(crate) async fn hold_limits(
        &mut self,
        tenant: TenantId,
    ) -> Result<Option<Limits>, StoreError> {
        const SQLITE: &str = "select id from tenants where id = $1";
        const POSTGRES: &str = "select id from tenants where id = $1 for no key update";
        const LIMITS: &str = "select name, value from tenant_limits where tenant_id = $1";
        let held: Option<i64> = match self {
            Self::Sqlite(transaction) => {
                sqlx::query_scalar(SQLITE)
                    .bind(tenant.get())
                    .fetch_optional(&mut **transaction)
                    .await?
            }
            Self::Postgres(transaction) => {
                sqlx::query_scalar(POSTGRES)
                    .bind(tenant.get())
                    .fetch_optional(&mut **transaction)
                    .await?
            }
        };
        if held.is_none() {
            return Ok(None);
        }
        let rows: Vec<(String, i64)> = within!(*self, |connection| sqlx::query_as(LIMITS)
            .bind(tenant.get())
            .fetch_all(connection)
            .await)?;
        let chosen = rows.iter().map(|(name, value)| (name.as_str(), *value));
        Ok(Some(read(chosen)))
    }

    /// How much a tenant uses of a limit; 0 for limits that count nothing.
    pub(crate) async fn used(
        &mut self,
        tenant: TenantId,
        limit: Limit,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let text = match limit {
            Limit::Schedules => "select count(*) from schedules where tenant_id = $1",
            Limit::FollowRules => "select count(*) from follow_rules where tenant_id = $1",
            Limit::Notes => "select count(*) from notes where tenant_id = $1",
            Limit::Tags => "select count(*) from repository_tags where tenant_id = $1",
            Limit::ApiTokens => "select count(*) from api_tokens where tenant_id = $1",
            Limit::Invitations => {
                "select count(*) from invitations where tenant_id = $1 and expires_at > $2"
            }
            Limit::Connections => {
                "select count(*) from connections where tenant_id = $1 and removed_at is null"
            }
            Limit::Repositories => "select count(*) from repositories where tenant_id = $1",
            Limit::ManualRuns => {
                "select count(*) from runs
                where tenant_id = $1 and status = 'running' and trigger in ('manual', 'api')"
            }
            Limit::ScheduleInterval | Limit::RequestIds => return Ok(0),
        };
        let count: i64 = if limit == Limit::Invitations {
            within!(*self, |connection| sqlx::query_scalar(text)
                .bind(tenant.get())
                .bind(now)
                .fetch_one(connection)
                .await)?
        } else {
            within!(*self, |connection| sqlx::query_scalar(text)
                .bind(tenant.get())
                .fetch_one(connection)
                .await)?
        };
        Ok(count.unsigned_abs())
    }

    /// Refuses a run that a person or a program requested when it is one too many. The run is
    /// inserted already; the caller must not commit.
    pub(in crate::store) async fn enforce_manual_run_limit(
        &mut self,
        run: &NewRun,
        limits: &Limits,
    ) -> Result<(), StoreError> {
        if !matches!(run.trigger, Trigger::Manual | Trigger::Api) {
            return Ok(());
        }
        let (limit, value) = (Limit::ManualRuns, limits.get(Limit::ManualRuns));
        let used = self.used(run.tenant, limit, run.started_at).await?;
        if used > value.into() {
            return Err(StoreError::Limit { limit, value });
        }
        Ok(())
    }

    /// Replaces the limits that administrators set for a tenant.
    pub(crate) async fn set_limits(
        &mut self,
        tenant: TenantId,
        limits: &Limits,
    ) -> Result<(), StoreError> {
        const CHOSEN: Batch = batch!(
            "insert into tenant_limits (tenant_id, name, value) select $1, ",
            0 "text", 1 "bigint"; ""
        );
        within!(*self, |connection| sqlx::query(
            "delete from tenant_limits where tenant_id = $1"
        )
        .bind(tenant.get())
        .execute(connection)
        .await
        .map(drop))?;
        let chosen = limits.all_changed();
        let chosen: Vec<_> = chosen
            .map(|(limit, value)| (limit.as_str(), value))
            .collect();
        self.write_batch(CHOSEN, tenant.get(), &chosen).await
    }
}

/// The stored limits that this version knows; another version may know others.
fn read<'a>(chosen: impl Iterator<Item = (&'a str, i64)>) -> Limits {
    chosen.fold(Limits::default(), |limits, (name, value)| {
        let limit = Limit::parse(name);
        let value = u32::try_from(value).ok();
        match limit.map(|limit| limits.clone().with(limit, value)) {
            Some(Ok(limits)) => limits,
            Some(Err(_)) | None => limits,
        }
    })
}
