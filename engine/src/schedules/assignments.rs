//! Assignments of repositories to schedules, and when each is collected next.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::report::{AssignedRepository, Repository, ScheduleWithRepositories, SchedulesReport};
use domain::{
    AuditAction, Cron, Permission, RepositoryId, RepositoryScope, RepositoryStatus, ScheduleId,
    TenantId, TimeZone, Viewer,
};

use super::with_preview;
use crate::limits::listed_ids;
use crate::reports::Risk;
use crate::store::ScheduleRecord;
use crate::{Engine, Error, Result, authorize};

/// Which schedule each repository of a tenant follows, and when the schedules run next.
pub(crate) struct Assignments {
    now: DateTime<Utc>,
    /// The times of the enabled schedules, and the next run of each.
    times: HashMap<ScheduleId, (Cron, TimeZone, Option<DateTime<Utc>>)>,
    default: Option<ScheduleId>,
}

impl Assignments {
    pub(crate) fn new(schedules: &[ScheduleRecord], now: DateTime<Utc>) -> Self {
        let times = schedules
            .iter()
            .filter(|schedule| schedule.enabled)
            .map(|schedule| {
                let next = schedule.cron.next_run(schedule.zone, now);
                (schedule.id, (schedule.cron.clone(), schedule.zone, next))
            });
        Self {
            now,
            times: times.collect(),
            default: default_schedule(schedules),
        }
    }

    /// The schedule that a repository follows: its own, or the tenant's default.
    pub(crate) fn schedule_of(&self, repository: &Repository) -> Option<ScheduleId> {
        repository.schedule_id.or(self.default)
    }

    /// When a repository is collected next; `None` when no schedule collects it. While the
    /// repository is paused, that is later than its schedule's next time.
    pub(crate) fn next_run_of(&self, repository: &Repository) -> Option<DateTime<Utc>> {
        self.next_run(repository.schedule_id, repository.paused_until)
    }

    /// The same by the repository's own schedule and its pause.
    pub(crate) fn next_run(
        &self,
        schedule: Option<ScheduleId>,
        paused_until: Option<DateTime<Utc>>,
    ) -> Option<DateTime<Utc>> {
        let (cron, zone, next) = self.times.get(&schedule.or(self.default)?)?;
        match paused_until.filter(|until| *until > self.now) {
            // A run at that very moment includes the repository again.
            Some(until) => cron.next_run(*zone, until - TimeDelta::seconds(1)),
            None => *next,
        }
    }
}

/// The schedule of repositories without their own: the first enabled one, so that disabling a
/// schedule loses no days.
fn default_schedule(schedules: &[ScheduleRecord]) -> Option<ScheduleId> {
    let first = schedules
        .iter()
        .min_by_key(|schedule| (!schedule.enabled, schedule.id.get()));
    first.map(|schedule| schedule.id)
}

impl Engine {
    /// Which schedules a tenant's repositories follow now.
    pub(crate) async fn assignments(&self, tenant: TenantId) -> Result<Assignments> {
        let schedules = self.0.store.schedules(tenant).await?;
        Ok(Assignments::new(&schedules, self.0.clock.now()))
    }

    /// The schedules with their previews and the tracked repositories that follow them.
    ///
    /// # Errors
    /// When the viewer may not change schedules.
    pub async fn schedules_report(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
    ) -> Result<SchedulesReport> {
        authorize(viewer, tenant, Permission::ManageSchedules)?;
        let (now, today) = (self.0.clock.now(), self.0.clock.today());
        let schedules = self.0.store.schedules(tenant).await?;
        let assignments = Assignments::new(&schedules, now);
        let allowed = self.longest_gap(tenant).await?;
        let mut followers: HashMap<Option<ScheduleId>, Vec<AssignedRepository>> = HashMap::new();
        for record in self
            .0
            .store
            .repositories(tenant, &viewer.repository_scope(tenant))
            .await?
        {
            let repository = &record.repository;
            if repository.status == RepositoryStatus::Archived {
                continue;
            }
            let risk = Risk::assess(
                &record.freshness,
                assignments.next_run_of(repository),
                allowed,
                today,
            );
            let follower = AssignedRepository {
                id: repository.id,
                full_name: repository.full_name.clone(),
                deadline: risk.map(|risk| risk.deadline),
                at_risk: risk.is_some_and(|risk| !risk.in_time),
            };
            let schedule = assignments.schedule_of(repository);
            followers.entry(schedule).or_default().push(follower);
        }
        let mut followed = Vec::with_capacity(schedules.len());
        for record in schedules {
            let (schedule, preview) = with_preview(record, now, allowed);
            followed.push(ScheduleWithRepositories {
                is_default: assignments.default == Some(schedule.id),
                followers: followers.remove(&Some(schedule.id)).unwrap_or_default(),
                schedule,
                preview,
            });
        }
        Ok(SchedulesReport {
            schedules: followed,
            unscheduled: followers.remove(&None).unwrap_or_default(),
        })
    }

    /// Moves repositories to a schedule, and returns how many.
    ///
    /// # Errors
    /// When the viewer may not, one of the repositories or the schedule does not exist, or there
    /// are more than a request may name; then none is moved.
    pub async fn follow_schedule(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        repositories: &[RepositoryId],
        schedule: ScheduleId,
    ) -> Result<usize> {
        authorize(viewer, tenant, Permission::ManageSchedules)?;
        let named = listed_ids(repositories.to_vec())?;
        let scope = RepositoryScope::Only(named.clone());
        let records = self.0.store.repositories(tenant, &scope).await?;
        let to = self.0.store.schedule(tenant, schedule).await?;
        let to = to.ok_or_else(Error::not_found)?.name;
        let moved = match &records[..] {
            [] if named.is_empty() => {
                return Err(Error::invalid("Choose at least one repository to move."));
            }
            _ if records.len() != named.len() => return Err(Error::not_found()),
            [only] => only.repository.full_name.to_string(),
            several => format!("{} repositories", several.len()),
        };
        let mut transaction = self.0.store.begin().await?;
        let written = transaction
            .follow_schedule(tenant, &scope, schedule)
            .await?;
        // The schedule or a repository was deleted meanwhile.
        if written != records.len() as u64 {
            return Err(Error::not_found());
        }
        self.log(
            &mut transaction,
            viewer,
            AuditAction::RepositoriesScheduled,
            Some(tenant),
            &format!("{moved} to {to}"),
        )
        .await?;
        transaction.commit().await?;
        Ok(records.len())
    }
}
