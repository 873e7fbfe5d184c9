//! Which repositories follow which schedule, and when they are collected next.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::report::{AssignedRepository, Repository, ScheduleWithRepositories, SchedulesReport};
use domain::{
    AuditAction, Cron, Permission, RepositoryId, RepositoryScope, RepositoryStatus, ScheduleId,
    TenantId, TimeZone, Viewer,
};

use super::{explained, stored};
use crate::limits::listed_ids;
use crate::reports::Risk;
use crate::store::ScheduleRecord;
use crate::{Engine, Error, Result, authorize};

/// When a tenant's schedules run next, and which one a repository follows.
pub(crate) struct Assignments {
    now: DateTime<Utc>,
    /// When those that are on run, and when next.
    times: HashMap<ScheduleId, (Cron, TimeZone, Option<DateTime<Utc>>)>,
    default: Option<ScheduleId>,
}

impl Assignments {
    pub(crate) fn of(schedules: &[ScheduleRecord], now: DateTime<Utc>) -> Result<Self> {
        let times = schedules
            .iter()
            .filter(|schedule| schedule.enabled)
            .map(|schedule| {
                let (cron, zone) = stored(schedule)?;
                let next = cron.next_run(zone, now);
                Ok((schedule.id, (cron, zone, next)))
            });
        Ok(Self {
            now,
            times: times.collect::<Result<_>>()?,
            default: default(schedules),
        })
    }

    /// The schedule that a repository follows: its own, or the tenant's default.
    pub(crate) fn schedule_of(&self, repository: &Repository) -> Option<ScheduleId> {
        repository.schedule_id.or(self.default)
    }

    /// When a repository is collected next, which may be later than its schedule's next time where
    /// schedules leave it alone for now; `None` where no schedule does it.
    pub(crate) fn next_run_of(&self, repository: &Repository) -> Option<DateTime<Utc>> {
        let (cron, zone, next) = self.times.get(&self.schedule_of(repository)?)?;
        match repository.rest_until.filter(|until| *until > self.now) {
            // A run at that very moment asks again.
            Some(until) => cron.next_run(*zone, until - TimeDelta::seconds(1)),
            None => *next,
        }
    }
}

/// The schedule of the repositories that nobody gave one: the first that is on, so that one which
/// is switched off takes nobody's days along.
fn default(schedules: &[ScheduleRecord]) -> Option<ScheduleId> {
    let first = schedules
        .iter()
        .min_by_key(|schedule| (!schedule.enabled, schedule.id.get()));
    first.map(|schedule| schedule.id)
}

impl Engine {
    /// Which schedules a tenant's repositories follow now.
    pub(crate) async fn following(&self, tenant: TenantId) -> Result<Assignments> {
        let schedules = self.0.store.schedules(tenant).await?;
        Assignments::of(&schedules, self.0.clock.now())
    }

    /// The schedules with what they mean and the repositories that follow them; kept ones follow
    /// none.
    ///
    /// # Errors
    /// Where the viewer may not change them.
    pub async fn schedules_report(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
    ) -> Result<SchedulesReport> {
        authorize(viewer, tenant, Permission::ManageSchedules)?;
        let (now, today) = (self.0.clock.now(), self.0.clock.today());
        let schedules = self.0.store.schedules(tenant).await?;
        let following = Assignments::of(&schedules, now)?;
        let allowed = self.longest_gap(tenant).await?;
        let mut followers: HashMap<Option<ScheduleId>, Vec<AssignedRepository>> = HashMap::new();
        for record in self
            .0
            .store
            .repositories(tenant, &viewer.reach(tenant))
            .await?
        {
            let repository = &record.repository;
            if repository.status == RepositoryStatus::Archived {
                continue;
            }
            let risk = Risk::of(&record, following.next_run_of(repository), allowed, today);
            let follower = AssignedRepository {
                id: repository.id,
                full_name: repository.full_name.clone(),
                deadline: risk.map(|risk| risk.deadline),
                at_risk: risk.is_some_and(|risk| !risk.in_time),
            };
            let schedule = following.schedule_of(repository);
            followers.entry(schedule).or_default().push(follower);
        }
        let mut followed = Vec::with_capacity(schedules.len());
        for record in schedules {
            let (schedule, preview) = explained(record, now, allowed)?;
            followed.push(ScheduleWithRepositories {
                is_default: following.default == Some(schedule.id),
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

    /// Lets repositories follow a schedule from now on; how many they are.
    ///
    /// # Errors
    /// Where the viewer may not, one of the repositories or the schedule is not there, or they are
    /// more than a request may name; then none of them is moved.
    pub async fn follow_schedule(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        repositories: &[RepositoryId],
        schedule: ScheduleId,
    ) -> Result<usize> {
        authorize(viewer, tenant, Permission::ManageSchedules)?;
        let named = listed_ids(repositories.to_vec())?;
        let reach = RepositoryScope::Only(named.clone());
        let records = self.0.store.repositories(tenant, &reach).await?;
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
            .follow_schedule(tenant, &reach, schedule)
            .await?;
        // Deleted a moment ago, either of them.
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
