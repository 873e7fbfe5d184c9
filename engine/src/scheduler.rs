//! Starts runs when their schedules are due.
//!
//! [`domain::Cron`] and the database alone decide what is due: the schedule's last time, unless a
//! run was started for it. The library's jobs only wake the scheduler at those times. It also wakes
//! at the start and every half minute, which covers times without a server, a sleeping machine, and
//! changes by other servers.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Weak};
use std::time::Duration;

use chrono::{DateTime, Offset, TimeZone as _, Utc};
use domain::{Problem, ProblemKind, ScheduleId, TenantId, TimeZone, Trigger};
use tokio::sync::Mutex;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::collector::{Collector, RunRequest};
use crate::error::log_error;
use crate::store::{RunScope, ScheduleRecord, Store};
use crate::{Error, Result, SharedClock};

/// How often the schedules are read again.
const BETWEEN_READS: Duration = Duration::from_secs(30);

/// The scheduler; cheap to clone.
#[derive(Clone)]
pub(crate) struct Scheduler(Arc<Inner>);

struct Inner {
    store: Store,
    clock: SharedClock,
    collector: Collector,
    /// `None` before the start and after the end.
    table: Mutex<Option<Table>>,
    stopping: CancellationToken,
}

/// The library's jobs, which wake the scheduler.
struct Table {
    library: JobScheduler,
    jobs: HashMap<ScheduleId, SetJob>,
}

struct SetJob {
    id: Uuid,
    times: Times,
}

/// What decides when a job runs.
#[derive(Clone, PartialEq, Eq)]
struct Times {
    cron: String,
    zone: TimeZone,
    /// The library reads the zone's UTC offset once, when the job is created, and keeps it after
    /// the clocks change. So a changed offset requires a new job.
    offset_seconds: i32,
}

impl Scheduler {
    pub(crate) fn new(store: Store, clock: SharedClock, collector: Collector) -> Self {
        Self(Arc::new(Inner {
            store,
            clock,
            collector,
            table: Mutex::const_new(None),
            stopping: CancellationToken::new(),
        }))
    }

    /// Runs what was due while no server ran, and from now on what becomes due.
    pub(crate) async fn start(&self) -> Result<()> {
        let library = JobScheduler::new().await.map_err(|error| not_set(&error))?;
        library.start().await.map_err(|error| not_set(&error))?;
        *self.0.table.lock().await = Some(Table {
            library,
            jobs: HashMap::new(),
        });
        self.refresh(Trigger::Startup).await?;

        let stopping = self.0.stopping.clone();
        let scheduler = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            let pause = || stopping.run_until_cancelled(tokio::time::sleep(BETWEEN_READS));
            while pause().await.is_some() {
                let Some(scheduler) = scheduler.upgrade().map(Self) else {
                    return;
                };
                if let Err(error) = scheduler.refresh(Trigger::Schedule).await {
                    log_error(&error, "reading the schedules failed");
                }
            }
        });
        Ok(())
    }

    /// Applies a stored schedule immediately; if that fails, the next read does.
    pub(crate) async fn apply(&self, schedule: &ScheduleRecord) {
        if let Err(error) = self.sync(schedule).await {
            log_error(&error, "adding a schedule failed");
        }
    }

    /// Removes a deleted schedule; if that fails, the next read does.
    pub(crate) async fn forget(&self, id: ScheduleId) {
        if let Err(error) = self.remove(id).await {
            log_error(&error, "removing a schedule failed");
        }
    }

    /// Applies a changed schedule, if the scheduler runs.
    async fn sync(&self, schedule: &ScheduleRecord) -> Result<()> {
        let mut table = self.0.table.lock().await;
        let Some(table) = table.as_mut() else {
            return Ok(());
        };
        if !schedule.enabled {
            return table.remove(schedule.id).await;
        }
        let times = Times::new(schedule, self.0.clock.now());
        if table
            .jobs
            .get(&schedule.id)
            .is_some_and(|job| job.times == times)
        {
            return Ok(());
        }
        table.remove(schedule.id).await?;
        let job = self.job(schedule).map_err(|error| not_set(&error))?;
        let id = table
            .library
            .add(job)
            .await
            .map_err(|error| not_set(&error))?;
        table.jobs.insert(schedule.id, SetJob { id, times });
        Ok(())
    }

    /// Removes a deleted schedule.
    async fn remove(&self, id: ScheduleId) -> Result<()> {
        match self.0.table.lock().await.as_mut() {
            Some(table) => table.remove(id).await,
            None => Ok(()),
        }
    }

    /// Applies changes of a whole tenant, if the scheduler runs: it was created, suspended, resumed
    /// or deleted.
    ///
    /// A failure is only logged, because the change is stored and the next read applies it.
    pub(crate) async fn reread(&self) {
        if self.0.table.lock().await.is_none() {
            return;
        }
        if let Err(error) = self.refresh(Trigger::Schedule).await {
            log_error(&error, "reading the schedules failed");
        }
    }

    /// Starts nothing more.
    pub(crate) async fn stop(&self) {
        self.0.stopping.cancel();
        let table = self.0.table.lock().await.take();
        if let Some(mut table) = table
            && let Err(error) = table.library.shutdown().await
        {
            log_error(&not_set(&error), "stopping the scheduler failed");
        }
    }

    /// Reads all schedules, sets their jobs, and runs what is due. An error of one schedule is
    /// logged and does not affect the others.
    async fn refresh(&self, trigger: Trigger) -> Result<()> {
        let mut schedules = Vec::new();
        for schedule in self.0.store.unscoped_enabled_schedules().await? {
            match schedule {
                Ok(schedule) => schedules.push(schedule),
                Err(error) => log_error(&error, "a schedule could not be read"),
            }
        }
        self.forget_all_but(&schedules).await;
        for schedule in &schedules {
            if let Err(error) = self.sync(schedule).await {
                log_error(&error, "adding a schedule failed");
            }
            if let Err(error) = self.run_if_due(schedule, trigger).await {
                log_error(&error, "starting a scheduled collection failed");
            }
        }
        Ok(())
    }

    async fn forget_all_but(&self, schedules: &[ScheduleRecord]) {
        let kept: HashSet<ScheduleId> = schedules.iter().map(|schedule| schedule.id).collect();
        let mut table = self.0.table.lock().await;
        let Some(table) = table.as_mut() else { return };
        let set = table.jobs.keys().copied();
        let gone: Vec<ScheduleId> = set.filter(|id| !kept.contains(id)).collect();
        for id in gone {
            if let Err(error) = table.remove(id).await {
                log_error(&error, "removing a schedule failed");
            }
        }
    }

    /// Starts a run for the schedule's last time plus its jitter, unless that was before its last
    /// change, or a run was started for it. The database lets only one process do so.
    async fn run_if_due(&self, schedule: &ScheduleRecord, trigger: Trigger) -> Result<()> {
        let cron = &schedule.cron;
        let last_handled = schedule
            .last_due_at
            .unwrap_or(schedule.changed_at)
            .max(schedule.changed_at);
        let Some(due_at) = cron
            .last_run(schedule.zone, self.0.clock.now() - cron.jitter(schedule.id))
            .filter(|due_at| *due_at > last_handled)
        else {
            return Ok(());
        };
        let request = RunRequest {
            tenant: schedule.tenant,
            trigger,
            schedule: Some(schedule.id),
            due_at: Some(due_at),
            scope: RunScope::All,
        };
        if let Some(run) = self.0.collector.start(request).await? {
            tracing::info!(
                schedule.id = schedule.id.get(),
                run.id = run.id.get(),
                due_at = %due_at,
                trigger = trigger.as_str(),
                "a scheduled collection started"
            );
        }
        Ok(())
    }

    /// A job that checks with the database whether the schedule is due.
    fn job(&self, schedule: &ScheduleRecord) -> std::result::Result<Job, JobSchedulerError> {
        let (tenant, id, cron) = (schedule.tenant, schedule.id, &schedule.cron);
        // The library keeps its jobs while it ticks, and must not keep the store open.
        let scheduler = Arc::downgrade(&self.0);
        let times = cron.at_second(cron.jitter(id).num_seconds());
        Job::new_cron_job_async_tz(times, schedule.zone.tz(), move |_, _| {
            Box::pin(wake(Weak::clone(&scheduler), tenant, id))
        })
    }

    async fn woken(&self, tenant: TenantId, id: ScheduleId) -> Result<()> {
        match self.0.store.schedule(tenant, id).await? {
            Some(schedule) if schedule.enabled => {
                self.run_if_due(&schedule, Trigger::Schedule).await
            }
            _ => Ok(()),
        }
    }
}

impl Table {
    async fn remove(&mut self, id: ScheduleId) -> Result<()> {
        match self.jobs.remove(&id) {
            Some(job) => self
                .library
                .remove(&job.id)
                .await
                .map_err(|error| not_set(&error)),
            None => Ok(()),
        }
    }
}

impl Times {
    fn new(schedule: &ScheduleRecord, now: DateTime<Utc>) -> Self {
        let offset = schedule
            .zone
            .tz()
            .offset_from_utc_datetime(&now.naive_utc())
            .fix();
        Self {
            cron: schedule.cron.to_string(),
            zone: schedule.zone,
            offset_seconds: offset.local_minus_utc(),
        }
    }
}

async fn wake(scheduler: Weak<Inner>, tenant: TenantId, id: ScheduleId) {
    let Some(scheduler) = scheduler.upgrade().map(Scheduler) else {
        return;
    };
    if let Err(error) = scheduler.woken(tenant, id).await {
        // The next read retries.
        log_error(&error, "starting a scheduled collection failed");
    }
}

fn not_set(error: &JobSchedulerError) -> Error {
    tracing::error!(
        error = error as &dyn std::error::Error,
        "the scheduler library failed"
    );
    Problem::new(
        ProblemKind::Internal,
        "The schedules are saved, but the scheduler failed. Restart the server.",
    )
    .into()
}

#[cfg(test)]
mod tests;
