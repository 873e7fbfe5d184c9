//! Collection schedules.

use chrono::{DateTime, Utc};
use domain::{Cron, RepositoryScope, ScheduleId, TenantId, TimeZone};
use sqlx::FromRow;

use crate::store::error::Constraint;
use crate::store::scope::{Scoped, listed, scoped};
use crate::store::{Store, StoreError, Transaction};

/// One schedule of a name in a tenant.
pub(crate) const SCHEDULE_NAME_TAKEN: Constraint = Constraint {
    name: "schedules_name_unique",
    columns: "schedules.tenant_id, schedules.name",
};

/// A stored schedule.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub(crate) struct ScheduleRecord {
    #[sqlx(try_from = "i64")]
    pub(crate) id: ScheduleId,
    #[sqlx(try_from = "i64")]
    pub(crate) tenant_id: TenantId,
    pub(crate) name: String,
    pub(crate) cron: String,
    pub(crate) timezone: String,
    pub(crate) enabled: bool,
    /// When it was made or last changed; it is not overdue for anything before.
    pub(crate) changed_at: DateTime<Utc>,
    /// The newest due time that a run was started for.
    pub(crate) last_due_at: Option<DateTime<Utc>>,
    /// Whether a run of it goes on. Until it ends, no other one begins.
    pub(crate) is_running: bool,
}

/// One selection with different endings; each text is a constant.
macro_rules! select {
    ($ending:literal) => {
        concat!(
            "select s.id, s.tenant_id, s.name, s.cron, s.timezone, s.enabled, s.changed_at, ",
            "(select max(r.due_at) from runs r where r.schedule_id = s.id) as last_due_at, ",
            "exists (select 1 from runs r where r.schedule_id = s.id and r.status = 'running') ",
            "as is_running ",
            "from schedules s ",
            $ending
        )
    };
}

/// What a person chose, parsed.
pub(crate) struct ScheduleFields<'a> {
    pub(crate) name: &'a str,
    pub(crate) cron: &'a Cron,
    pub(crate) timezone: TimeZone,
    pub(crate) enabled: bool,
}

impl Store {
    /// Every schedule that runs, of all tenants that are not suspended.
    pub(crate) async fn unscoped_enabled_schedules(
        &self,
    ) -> Result<Vec<ScheduleRecord>, StoreError> {
        Ok(on!(&self.db, |pool| sqlx::query_as(select!(
            "join tenants t on t.id = s.tenant_id
             where s.enabled and t.suspended_at is null order by s.id"
        ))
        .fetch_all(pool)
        .await)?)
    }

    /// A tenant's schedules, by name.
    pub(crate) async fn schedules(
        &self,
        tenant: TenantId,
    ) -> Result<Vec<ScheduleRecord>, StoreError> {
        Ok(on!(&self.db, |pool| sqlx::query_as(select!(
            "where s.tenant_id = $1 order by lower(s.name), s.id"
        ))
        .bind(tenant.get())
        .fetch_all(pool)
        .await)?)
    }

    /// One schedule.
    pub(crate) async fn schedule(
        &self,
        tenant: TenantId,
        id: ScheduleId,
    ) -> Result<Option<ScheduleRecord>, StoreError> {
        Ok(on!(&self.db, |pool| sqlx::query_as(select!(
            "where s.tenant_id = $1 and s.id = $2"
        ))
        .bind(tenant.get())
        .bind(id.get())
        .fetch_optional(pool)
        .await)?)
    }
}

impl Transaction {
    /// Makes a schedule.
    pub(crate) async fn insert_schedule(
        &mut self,
        tenant: TenantId,
        fields: &ScheduleFields<'_>,
        now: DateTime<Utc>,
    ) -> Result<ScheduleId, StoreError> {
        const INSERT: &str = "
            insert into schedules (tenant_id, name, cron, timezone, enabled, changed_at)
            values ($1, $2, $3, $4, $5, $6)
            returning id";
        let id: i64 = within!(*self, |connection| sqlx::query_scalar(INSERT)
            .bind(tenant.get())
            .bind(fields.name)
            .bind(fields.cron.as_str())
            .bind(fields.timezone.as_str())
            .bind(fields.enabled)
            .bind(now)
            .fetch_one(connection)
            .await)?;
        Ok(ScheduleId::new(id))
    }

    /// Changes a schedule; false where there is none.
    pub(crate) async fn update_schedule(
        &mut self,
        tenant: TenantId,
        id: ScheduleId,
        fields: &ScheduleFields<'_>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        const UPDATE: &str = "
            update schedules
            set name = $3, cron = $4, timezone = $5, enabled = $6, changed_at = $7
            where tenant_id = $1 and id = $2";
        Ok(within!(*self, |connection| sqlx::query(UPDATE)
            .bind(tenant.get())
            .bind(id.get())
            .bind(fields.name)
            .bind(fields.cron.as_str())
            .bind(fields.timezone.as_str())
            .bind(fields.enabled)
            .bind(now)
            .execute(connection)
            .await
            .map(|done| done.rows_affected() == 1))?)
    }

    /// Lets repositories follow a schedule of the same tenant. How many there were; none where
    /// there is no such schedule.
    pub(crate) async fn follow_schedule(
        &mut self,
        tenant: TenantId,
        repositories: &RepositoryScope,
        schedule: ScheduleId,
    ) -> Result<u64, StoreError> {
        const FOLLOW: Scoped = scoped!(
            "update repositories as r set schedule_id = $3 where r.tenant_id = $1",
            "and exists (select 1 from schedules s where s.tenant_id = $1 and s.id = $3)"
        );
        let text = match self {
            Self::Sqlite(_) => FOLLOW.sqlite,
            Self::Postgres(_) => FOLLOW.postgres,
        };
        Ok(within!(*self, |connection| sqlx::query(text)
            .bind(tenant.get())
            .bind(listed(repositories))
            .bind(schedule.get())
            .execute(connection)
            .await
            .map(|done| done.rows_affected()))?)
    }

    /// Deletes a schedule; its runs stay, and its repositories follow the tenant's default. Its name, or `None` where there is none.
    pub(crate) async fn delete_schedule(
        &mut self,
        tenant: TenantId,
        id: ScheduleId,
    ) -> Result<Option<String>, StoreError> {
        Ok(within!(*self, |connection| sqlx::query_scalar(
            "delete from schedules where tenant_id = $1 and id = $2 returning name"
        )
        .bind(tenant.get())
        .bind(id.get())
        .fetch_optional(connection)
        .await)?)
    }
}
