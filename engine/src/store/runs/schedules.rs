//! Collection schedules.

use chrono::{DateTime, Utc};
use domain::{Cron, RepositoryScope, ScheduleId, TenantId, TimeZone};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use crate::store::error::Constraint;
use crate::store::scope::{Scoped, id_list, scoped};
use crate::store::{Store, StoreError, Transaction};

/// A name belongs to one schedule of a tenant.
pub(crate) const SCHEDULE_NAME_TAKEN: Constraint = Constraint {
    name: "schedules_name_unique",
    columns: "schedules.tenant_id, schedules.name",
};

/// A stored schedule.
#[derive(Clone, Debug)]
pub(crate) struct ScheduleRecord {
    pub(crate) id: ScheduleId,
    pub(crate) tenant: TenantId,
    pub(crate) name: String,
    pub(crate) cron: Cron,
    pub(crate) zone: TimeZone,
    pub(crate) enabled: bool,
    /// When it was created or last changed; it is not overdue for any time before.
    pub(crate) changed_at: DateTime<Utc>,
    /// The newest due time that a run was started for.
    pub(crate) last_due_at: Option<DateTime<Utc>>,
    /// Whether a run of it is active. Until that run ends, no other one starts.
    pub(crate) is_running: bool,
}

/// Where a schedule is in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleKey {
    name: String,
    id: ScheduleId,
}

impl ScheduleRecord {
    /// Where it is in the list.
    pub(crate) fn key(&self) -> ScheduleKey {
        ScheduleKey {
            name: self.name.clone(),
            id: self.id,
        }
    }
}

#[derive(FromRow)]
struct ScheduleRow {
    id: i64,
    tenant_id: i64,
    name: String,
    cron: String,
    timezone: String,
    enabled: bool,
    changed_at: DateTime<Utc>,
    last_due_at: Option<DateTime<Utc>>,
    is_running: bool,
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

/// A person's input, parsed.
pub(crate) struct ScheduleFields<'a> {
    pub(crate) name: &'a str,
    pub(crate) cron: &'a Cron,
    pub(crate) timezone: TimeZone,
    pub(crate) enabled: bool,
}

impl Store {
    /// Every enabled schedule of all tenants that are not suspended. Each is read separately, so
    /// that one unreadable schedule does not stop the others.
    pub(crate) async fn unscoped_enabled_schedules(
        &self,
    ) -> Result<Vec<Result<ScheduleRecord, StoreError>>, StoreError> {
        let rows: Vec<ScheduleRow> = on!(&self.db, |pool| sqlx::query_as(select!(
            "join tenants t on t.id = s.tenant_id
             where s.enabled and t.suspended_at is null order by s.id"
        ))
        .fetch_all(pool)
        .await)?;
        Ok(rows.into_iter().map(ScheduleRecord::try_from).collect())
    }

    /// A tenant's schedules, by name.
    pub(crate) async fn schedules(
        &self,
        tenant: TenantId,
    ) -> Result<Vec<ScheduleRecord>, StoreError> {
        let rows: Vec<ScheduleRow> = on!(&self.db, |pool| sqlx::query_as(select!(
            "where s.tenant_id = $1 order by lower(s.name), s.id"
        ))
        .bind(tenant.get())
        .fetch_all(pool)
        .await)?;
        rows.into_iter().map(ScheduleRecord::try_from).collect()
    }

    /// A tenant's schedules after a key, or the first ones, by name; at most `limit`.
    pub(crate) async fn schedules_after(
        &self,
        tenant: TenantId,
        after: Option<&ScheduleKey>,
        limit: u32,
    ) -> Result<Vec<ScheduleRecord>, StoreError> {
        let rows: Vec<ScheduleRow> = on!(&self.db, |pool| sqlx::query_as(select!(
            "where s.tenant_id = $1 and ($2 is null or (lower(s.name), s.id) > (lower($2), $3))
             order by lower(s.name), s.id limit $4"
        ))
        .bind(tenant.get())
        .bind(after.map(|key| key.name.as_str()))
        .bind(after.map(|key| key.id.get()))
        .bind(i64::from(limit))
        .fetch_all(pool)
        .await)?;
        rows.into_iter().map(ScheduleRecord::try_from).collect()
    }

    /// One schedule.
    pub(crate) async fn schedule(
        &self,
        tenant: TenantId,
        id: ScheduleId,
    ) -> Result<Option<ScheduleRecord>, StoreError> {
        let row: Option<ScheduleRow> = on!(&self.db, |pool| sqlx::query_as(select!(
            "where s.tenant_id = $1 and s.id = $2"
        ))
        .bind(tenant.get())
        .bind(id.get())
        .fetch_optional(pool)
        .await)?;
        row.map(ScheduleRecord::try_from).transpose()
    }
}

impl Transaction {
    /// Creates a schedule.
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

    /// Changes a schedule; false when it does not exist.
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

    /// Assigns repositories to a schedule of the same tenant. Returns how many; none when the
    /// schedule does not exist.
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
        let text = FOLLOW.within(self, repositories);
        Ok(within!(*self, |connection| sqlx::query(text)
            .bind(tenant.get())
            .bind(id_list(repositories))
            .bind(schedule.get())
            .execute(connection)
            .await
            .map(|done| done.rows_affected()))?)
    }

    /// Deletes a schedule. Its runs stay, and its repositories follow the tenant's default. Returns
    /// its name, or `None` when it does not exist.
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

impl TryFrom<ScheduleRow> for ScheduleRecord {
    type Error = StoreError;

    fn try_from(row: ScheduleRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: ScheduleId::new(row.id),
            tenant: TenantId::new(row.tenant_id),
            name: row.name,
            cron: row
                .cron
                .parse()
                .map_err(|_| StoreError::UnknownWord("cron expression"))?,
            zone: row
                .timezone
                .parse()
                .map_err(|_| StoreError::UnknownWord("time zone"))?,
            enabled: row.enabled,
            changed_at: row.changed_at,
            last_due_at: row.last_due_at,
            is_running: row.is_running,
        })
    }
}
