//! Changing schedules; a change takes effect at once.

mod following;

use chrono::{DateTime, Utc};
use domain::coverage::MAX_GAP;
use domain::report::{Schedule, ScheduleInput, SchedulePreview, Warning};
use domain::{
    AuditAction, Cron, Limit, Permission, Safety, ScheduleId, TenantId, TimeZone, Viewer,
};

use crate::accounts::named;
use crate::store::{SCHEDULE_NAME_TAKEN, ScheduleFields, ScheduleRecord};
use crate::{Engine, Error, Result, StoreError, authorize};

/// How many of the next times people are shown.
const SHOWN_RUNS: usize = 5;

impl Engine {
    /// A tenant's schedules, by name.
    ///
    /// # Errors
    /// Where the viewer may not see them.
    pub async fn schedules(&self, viewer: &Viewer, tenant: TenantId) -> Result<Vec<Schedule>> {
        authorize(viewer, tenant, Permission::ViewCollection)?;
        let now = self.0.clock.now();
        let records = self.0.store.schedules(tenant).await?;
        records
            .into_iter()
            .map(|record| shown(record, now))
            .collect()
    }

    /// Makes a schedule.
    ///
    /// # Errors
    /// Where the viewer may not, the name, the expression or the zone is not acceptable, days would
    /// be lost on it that nobody accepted to lose, its runs are too close, or there are as many as
    /// there may be.
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
    /// As for making one, and where there is none.
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
            &told(&fields),
        )
        .await?;
        transaction.commit().await?;
        self.apply_schedule(tenant, id).await
    }

    /// Deletes a schedule; the runs it started stay in the history, and its repositories follow
    /// the tenant's default from then on.
    ///
    /// # Errors
    /// Where the viewer may not, or there is none.
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

    /// What a schedule would mean: in words, and its next five times.
    ///
    /// # Errors
    /// Where the viewer may not see schedules, or the expression or the zone cannot be read.
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
        Ok(preview(&cron, timezone, self.0.clock.now(), allowed))
    }

    /// What was entered, if it can be: a schedule that runs and loses days is one only knowingly.
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

    /// A sentence on the schedules that lose days since GitHub has been later than it usually is;
    /// those that lose days anyway were accepted. `None` where there are none.
    pub(crate) async fn unsafe_schedules(&self, tenant: TenantId) -> Result<Option<String>> {
        let allowed = self.longest_gap(tenant).await?;
        if allowed >= MAX_GAP {
            return Ok(None);
        }
        let now = self.0.clock.now();
        let mut names = Vec::new();
        for record in self.0.store.schedules(tenant).await? {
            let (cron, zone) = stored(&record)?;
            let loses = |allowed| cron.safety(zone, now, allowed).loses();
            if record.enabled && loses(allowed) && !loses(MAX_GAP) {
                names.push(format!("“{}”", record.name));
            }
        }
        Ok((!names.is_empty()).then(|| {
            let (noun, pronoun) = match names.len() {
                1 => ("The schedule", "it"),
                _ => ("The schedules", "each of them"),
            };
            format!(
                "{noun} {} may lose days, because GitHub has been later than usual. Let {pronoun} run at least every {allowed} days.",
                names.join(", ")
            )
        }))
    }

    /// Hands a changed schedule to the scheduler and shows it.
    async fn apply_schedule(&self, tenant: TenantId, id: ScheduleId) -> Result<Schedule> {
        let record = self
            .0
            .store
            .schedule(tenant, id)
            .await?
            .ok_or_else(Error::not_found)?;
        self.0.scheduler.apply(&record).await;
        shown(record, self.0.clock.now())
    }
}

/// A stored schedule with its words and next times.
pub(crate) fn explained(
    record: ScheduleRecord,
    now: DateTime<Utc>,
    allowed: i64,
) -> Result<(Schedule, SchedulePreview)> {
    let (cron, timezone) = stored(&record)?;
    let preview = preview(&cron, timezone, now, allowed);
    Ok((shown(record, now)?, preview))
}

fn preview(cron: &Cron, timezone: TimeZone, now: DateTime<Utc>, allowed: i64) -> SchedulePreview {
    SchedulePreview {
        words: cron.in_words(),
        next_runs: cron
            .next_runs(timezone, now, SHOWN_RUNS)
            .into_iter()
            .map(|time| time.format("%a %-d %b %Y, %H:%M %Z").to_string())
            .collect(),
        warning: warning(cron.safety(timezone, now, allowed)),
    }
}

fn warning(safety: Safety) -> Option<Warning> {
    (safety != Safety::Safe).then(|| Warning {
        message: safety.to_string(),
        urgent: safety.loses(),
    })
}

fn shown(record: ScheduleRecord, now: DateTime<Utc>) -> Result<Schedule> {
    let (cron, timezone) = stored(&record)?;
    Ok(Schedule {
        id: record.id,
        name: record.name,
        cron: record.cron,
        timezone: record.timezone,
        enabled: record.enabled,
        next_run_at: if record.enabled {
            cron.next_run(timezone, now)
        } else {
            None
        },
    })
}

pub(crate) fn stored(record: &ScheduleRecord) -> Result<(Cron, TimeZone)> {
    let cron = record
        .cron
        .parse()
        .map_err(|_| StoreError::UnknownWord("cron expression"))?;
    let timezone = record
        .timezone
        .parse()
        .map_err(|_| StoreError::UnknownWord("time zone"))?;
    Ok((cron, timezone))
}

fn parsed(cron: &str, timezone: &str) -> Result<(Cron, TimeZone)> {
    let cron = Cron::entered(cron).map_err(|error| Error::invalid(error.to_string()))?;
    let timezone = timezone
        .parse()
        .map_err(|error: domain::TimeZoneError| Error::invalid(error.to_string()))?;
    Ok((cron, timezone))
}

/// A schedule as the system log tells of it.
fn told(fields: &ScheduleFields<'_>) -> String {
    let (name, cron, zone) = (fields.name, fields.cron.as_str(), fields.timezone.as_str());
    let off = if fields.enabled { "" } else { ", off" };
    format!("{name}: {cron} {zone}{off}")
}

fn name_taken(error: StoreError, name: &str) -> Error {
    if error.violates(SCHEDULE_NAME_TAKEN) {
        Error::conflict(format!(
            "A schedule named “{name}” exists already: choose another name."
        ))
    } else {
        error.into()
    }
}
