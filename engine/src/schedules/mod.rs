//! Schedules: creating, changing, deleting and previewing them. A change takes effect immediately.

mod assignments;

use chrono::{DateTime, Utc};
use domain::coverage::MAX_GAP;
use domain::report::{Schedule, ScheduleInput, SchedulePreview, UnsafeSchedules};
use domain::{AuditAction, Cron, Limit, Permission, ScheduleId, TenantId, TimeZone, Viewer};

use crate::accounts::named;
use crate::page::{ListPage, PageSize};
use crate::store::{SCHEDULE_NAME_TAKEN, ScheduleFields, ScheduleKey, ScheduleRecord};
use crate::{Engine, Error, Result, StoreError, authorize};

/// How many next runs a preview lists.
const PREVIEWED_RUNS: usize = 5;

impl Engine {
    /// A tenant's schedules, by name.
    ///
    /// # Errors
    /// When the viewer may not see schedules.
    pub async fn schedules(&self, viewer: &Viewer, tenant: TenantId) -> Result<Vec<Schedule>> {
        authorize(viewer, tenant, Permission::ViewCollection)?;
        let now = self.0.clock.now();
        let records = self.0.store.schedules(tenant).await?;
        let schedules = records.into_iter().map(|record| to_report(record, now));
        Ok(schedules.collect())
    }

    /// A page of a tenant's schedules, by name: those after a key, or the first ones.
    ///
    /// # Errors
    /// When the viewer may not see schedules.
    pub async fn list_schedules(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        size: PageSize,
        after: Option<&ScheduleKey>,
    ) -> Result<ListPage<Schedule, ScheduleKey>> {
        authorize(viewer, tenant, Permission::ViewCollection)?;
        let now = self.0.clock.now();
        let records = (self.0.store)
            .schedules_after(tenant, after, size.with_one_more())
            .await?;
        let page = size.cut(records).into_list(ScheduleRecord::key);
        let schedules = page.rows.into_iter().map(|record| to_report(record, now));
        Ok(ListPage {
            rows: schedules.collect(),
            next: page.next,
        })
    }

    /// Creates a schedule.
    ///
    /// # Errors
    /// When the viewer may not, the name, expression or time zone is not valid, it would lose days
    /// without consent, its runs are too close together, or the tenant is at its limit.
    pub async fn create_schedule(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        input: ScheduleInput,
    ) -> Result<Schedule> {
        self.save_schedule(viewer, tenant, None, &input).await
    }

    /// Changes a schedule.
    ///
    /// # Errors
    /// As for creating one, and when it does not exist.
    pub async fn update_schedule(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: ScheduleId,
        input: ScheduleInput,
    ) -> Result<Schedule> {
        self.save_schedule(viewer, tenant, Some(id), &input).await
    }

    async fn save_schedule(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: Option<ScheduleId>,
        input: &ScheduleInput,
    ) -> Result<Schedule> {
        authorize(viewer, tenant, Permission::ManageSchedules)?;
        let (cron, timezone) = parsed(&input.cron, &input.timezone)?;
        let allowed = self.longest_gap(tenant).await?;
        let fields = self.fields(input, &cron, timezone, allowed)?;
        let now = self.0.clock.now();
        let taken = |error| name_taken(error, fields.name);
        let mut transaction = self.0.store.begin().await?;
        let limits = self.hold_limits(&mut transaction, tenant).await?;
        let (id, action) = match id {
            None => {
                let made = transaction.insert_schedule(tenant, &fields, now).await;
                let made = made.map_err(taken)?;
                self.keep_within(&mut transaction, tenant, &limits, Limit::Schedules)
                    .await?;
                (made, AuditAction::ScheduleCreated)
            }
            Some(id) => {
                let changed = transaction.update_schedule(tenant, id, &fields, now).await;
                if !changed.map_err(taken)? {
                    return Err(Error::not_found());
                }
                (id, AuditAction::ScheduleChanged)
            }
        };
        self.keep_apart(&cron, &limits)?;
        self.log(
            &mut transaction,
            viewer,
            action,
            Some(tenant),
            &log_subject(&fields),
        )
        .await?;
        transaction.commit().await?;
        self.apply_schedule(tenant, id).await
    }

    /// Deletes a schedule. Its runs stay in the history, and its repositories follow the tenant's
    /// default.
    ///
    /// # Errors
    /// When the viewer may not, or the schedule does not exist.
    pub async fn delete_schedule(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: ScheduleId,
    ) -> Result<()> {
        authorize(viewer, tenant, Permission::ManageSchedules)?;
        let mut transaction = self.0.store.begin().await?;
        let name = transaction
            .delete_schedule(tenant, id)
            .await?
            .ok_or_else(Error::not_found)?;
        self.log(
            &mut transaction,
            viewer,
            AuditAction::ScheduleDeleted,
            Some(tenant),
            &name,
        )
        .await?;
        transaction.commit().await?;
        self.0.scheduler.forget(id).await;
        Ok(())
    }

    /// What a schedule would do: its next five runs, and whether it keeps all days.
    ///
    /// # Errors
    /// When the viewer may not see schedules, or the expression or the time zone is not valid.
    pub async fn preview_schedule(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        cron: &str,
        timezone: &str,
    ) -> Result<SchedulePreview> {
        authorize(viewer, tenant, Permission::ViewCollection)?;
        let (cron, timezone) = parsed(cron, timezone)?;
        let allowed = self.longest_gap(tenant).await?;
        Ok(preview(cron, timezone, self.0.clock.now(), allowed))
    }

    /// The checked input. An enabled schedule that loses days needs consent.
    fn fields<'a>(
        &self,
        input: &'a ScheduleInput,
        cron: &'a Cron,
        timezone: TimeZone,
        allowed: i64,
    ) -> Result<ScheduleFields<'a>> {
        let name = named("schedule", &input.name)?;
        let safety = cron.safety(timezone, self.0.clock.now(), allowed);
        if safety.loses() && input.enabled && !input.accept_loss {
            return Err(Error::invalid(safety.to_string()));
        }
        Ok(ScheduleFields {
            name,
            cron,
            timezone,
            enabled: input.enabled,
        })
    }

    /// The schedules that lose days only because GitHub publishes later than usual;
    /// for others consent was given. `None` when there are none.
    pub(crate) async fn unsafe_schedules(
        &self,
        tenant: TenantId,
    ) -> Result<Option<UnsafeSchedules>> {
        let allowed = self.longest_gap(tenant).await?;
        if allowed >= MAX_GAP {
            return Ok(None);
        }
        let now = self.0.clock.now();
        let mut names = Vec::new();
        for record in self.0.store.schedules(tenant).await? {
            let loses = |allowed| record.cron.safety(record.zone, now, allowed).loses();
            if record.enabled && loses(allowed) && !loses(MAX_GAP) {
                names.push(record.name);
            }
        }
        Ok((!names.is_empty()).then_some(UnsafeSchedules { names, allowed }))
    }

    /// Hands a changed schedule to the scheduler, and returns its report.
    async fn apply_schedule(&self, tenant: TenantId, id: ScheduleId) -> Result<Schedule> {
        let record = self
            .0
            .store
            .schedule(tenant, id)
            .await?
            .ok_or_else(Error::not_found)?;
        self.0.scheduler.apply(&record).await;
        Ok(to_report(record, self.0.clock.now()))
    }
}

/// A stored schedule with its preview.
pub(crate) fn with_preview(
    record: ScheduleRecord,
    now: DateTime<Utc>,
    allowed: i64,
) -> (Schedule, SchedulePreview) {
    let preview = preview(record.cron.clone(), record.zone, now, allowed);
    (to_report(record, now), preview)
}

fn preview(cron: Cron, timezone: TimeZone, now: DateTime<Utc>, allowed: i64) -> SchedulePreview {
    SchedulePreview {
        next_runs: cron.next_runs(timezone, now, PREVIEWED_RUNS),
        safety: cron.safety(timezone, now, allowed),
        cron,
    }
}

fn to_report(record: ScheduleRecord, now: DateTime<Utc>) -> Schedule {
    Schedule {
        id: record.id,
        name: record.name,
        cron: record.cron.to_string(),
        timezone: record.zone.to_string(),
        enabled: record.enabled,
        next_run_at: if record.enabled {
            record.cron.next_run(record.zone, now)
        } else {
            None
        },
    }
}

fn parsed(cron: &str, timezone: &str) -> Result<(Cron, TimeZone)> {
    let cron = Cron::entered(cron).map_err(|error| Error::invalid(error.to_string()))?;
    let timezone = timezone
        .parse()
        .map_err(|error: domain::TimeZoneError| Error::invalid(error.to_string()))?;
    Ok((cron, timezone))
}

/// A schedule, as a line of the system log names it.
fn log_subject(fields: &ScheduleFields<'_>) -> String {
    let (name, cron, zone) = (fields.name, fields.cron.as_str(), fields.timezone.as_str());
    let off = if fields.enabled { "" } else { ", off" };
    format!("{name}: {cron} {zone}{off}")
}

fn name_taken(error: StoreError, name: &str) -> Error {
    if error.violates(SCHEDULE_NAME_TAKEN) {
        Error::conflict(format!(
            "A schedule named “{name}” already exists. Choose another name."
        ))
    } else {
        error.into()
    }
}
