//! Checks of the whole installation: connections, clock and schedules.

use chrono::{DateTime, TimeDelta, Utc};
use domain::report::{Connection, SchedulesReport, TenantSummary};
use domain::{ConnectionId, SystemPermission, TenantId, Viewer};
use futures::{StreamExt, stream};
use url::Url;

use crate::github::{Client, GithubError};
use crate::store::ScheduleRecord;
use crate::{Engine, Error, Result, authorize_system};

/// How many connections are checked at a time.
const AT_ONCE: usize = 8;
/// How late a run may start before its schedule counts as overdue.
const OVERDUE: TimeDelta = TimeDelta::minutes(15);

/// The result of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// How many were checked.
    pub total: usize,
    /// A sentence for each problem, naming the tenant and what to do.
    pub problems: Vec<String>,
}

impl Engine {
    /// Checks each connection of the tenants that are not suspended, and stores the results.
    ///
    /// # Errors
    /// When the viewer may not, or the database fails.
    pub async fn check_all_connections(&self, viewer: &Viewer) -> Result<Checked> {
        authorize_system(viewer, SystemPermission::ManageTenants)?;
        let mut connections = Vec::new();
        for tenant in self.active_tenants().await? {
            for connection in self.0.store.connections(tenant.id).await? {
                connections.push((tenant.id, tenant.slug.clone(), connection));
            }
        }
        let total = connections.len();
        let problems: Vec<Option<String>> = stream::iter(connections)
            .map(|(tenant, slug, connection)| async move {
                let problem = self.connection_problem(tenant, connection.id).await;
                problem.map(|problem| format!("“{}” of {slug}: {problem}", connection.name))
            })
            .buffered(AT_ONCE)
            .collect()
            .await;
        Ok(Checked {
            total,
            problems: problems.into_iter().flatten().collect(),
        })
    }

    async fn connection_problem(&self, tenant: TenantId, id: ConnectionId) -> Option<String> {
        match self.check_credential(tenant, id).await {
            Ok(connection) => problem(&connection, self.0.clock.now()),
            Err(error) => Some(error.into_problem().message),
        }
    }

    /// How far this machine's clock is ahead of the GitHub servers in use, at most; negative when
    /// it is behind. Measured by the `Date` header, which has whole seconds.
    ///
    /// # Errors
    /// When the viewer may not, the database fails, or no server answers.
    pub async fn clock_difference(&self, viewer: &Viewer) -> Result<TimeDelta> {
        authorize_system(viewer, SystemPermission::ManageTenants)?;
        let mut servers = vec![self.0.github_api_url.clone()];
        for tenant in self.active_tenants().await? {
            let connections = self.0.store.connections(tenant.id).await?;
            servers.extend(
                connections
                    .iter()
                    .filter_map(|it| Url::parse(&it.api_url).ok()),
            );
        }
        servers.sort();
        servers.dedup();
        let mut largest: Option<TimeDelta> = None;
        let mut failed = None;
        for server in servers {
            match self.ahead_of(&server).await {
                Ok(ahead) if largest.is_none_or(|it| ahead.abs() > it.abs()) => {
                    largest = Some(ahead);
                }
                Ok(_) => {}
                Err(error) => failed = Some(error),
            }
        }
        match (largest, failed) {
            (Some(largest), _) => Ok(largest),
            (None, Some(error)) => Err(error.into()),
            (None, None) => Err(Error::from(GithubError::TimedOut)),
        }
    }

    async fn ahead_of(&self, server: &Url) -> std::result::Result<TimeDelta, GithubError> {
        let client = Client::anonymous(server, self.0.clock.clone())?;
        client.clock_difference().await
    }

    /// Checks each tenant's schedules against the clock and GitHub's publishing delay.
    ///
    /// # Errors
    /// When the viewer may not, or the database fails.
    pub async fn check_all_schedules(&self, viewer: &Viewer) -> Result<Checked> {
        authorize_system(viewer, SystemPermission::ManageTenants)?;
        let (mut total, mut problems) = (0, Vec::new());
        for tenant in self.active_tenants().await? {
            let records = self.0.store.schedules(tenant.id).await?;
            total += records.iter().filter(|record| record.enabled).count();
            let now = self.0.clock.now();
            for record in records.iter().filter(|record| record.enabled) {
                problems.extend(overdue(record, now).map(|due| {
                    format!(
                        "“{}” of {} was due on {} but has not run. Check that “tidemark serve” is running.",
                        record.name,
                        tenant.slug,
                        due.format("%Y-%m-%d at %H:%M UTC")
                    )
                }));
            }
            let unsafe_ones = self.unsafe_schedules(tenant.id).await?;
            problems.extend(unsafe_ones.map(|schedules| format!("{}: {schedules}", tenant.slug)));
            let report = self.schedules_report(viewer, tenant.id).await?;
            problems.extend(uncollected(&tenant, &report));
        }
        Ok(Checked { total, problems })
    }

    async fn active_tenants(&self) -> Result<Vec<TenantSummary>> {
        let mut tenants = self.0.store.unscoped_tenants().await?;
        tenants.retain(|tenant| tenant.suspended_at.is_none());
        Ok(tenants)
    }
}

/// The problem of a connection that was just checked, if any.
fn problem(connection: &Connection, now: DateTime<Utc>) -> Option<String> {
    if let Some(refusal) = &connection.refusal {
        return Some(refusal.clone());
    }
    if let Some(missing) = &connection.missing_permission {
        return Some(format!(
            "it lacks the permission “{missing}” to read traffic. Grant it on GitHub."
        ));
    }
    let expiry = connection.token_expires_at?;
    (expiry - now <= domain::report::EXPIRES_SOON).then(|| {
        format!(
            "its token expires on {}. Replace it before then.",
            expiry.format("%Y-%m-%d")
        )
    })
}

/// The due time that a schedule has missed; `None` while a run of it is active.
fn overdue(record: &ScheduleRecord, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if record.is_running {
        return None;
    }
    let since = record
        .last_due_at
        .map_or(record.changed_at, |due| due.max(record.changed_at));
    let due = record.cron.next_run(record.zone, since);
    due.filter(|due| *due + OVERDUE < now)
}

/// A sentence on the repositories that no schedule collects.
fn uncollected(tenant: &TenantSummary, report: &SchedulesReport) -> Option<String> {
    let switched_off = report.schedules.iter().filter(|it| !it.schedule.enabled);
    let left_out =
        switched_off.map(|it| it.followers.len()).sum::<usize>() + report.unscheduled.len();
    let (noun, verb) = if left_out == 1 {
        ("repository", "follows")
    } else {
        ("repositories", "follow")
    };
    (left_out > 0).then(|| {
        format!(
            "{left_out} {noun} of {} {verb} no enabled schedule. Enable one, or create one.",
            tenant.slug
        )
    })
}
