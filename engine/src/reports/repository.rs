//! The page of one repository.

use std::collections::BTreeMap;

use domain::report::{
    ComparedReport, ComparedWith, Namesake, OpenAnomalies, Repository, RepositoryPage,
    RepositoryQuery, RepositoryReport, WindowCounts,
};
use domain::{
    Access, Coverage, Day, DayRange, DayState, DayTraffic, FixTarget, Interval, Measure,
    Permission, RepositoryId, RepositoryName, RepositoryScope, RepositoryStatus, TenantId, Viewer,
};

use super::buckets::{Adding, buckets, compared_with, earlier_days, figure};
use super::data::data_state;
use super::{Risk, last_counted_day, status, usual};
use crate::store::{CoveredDays, RankingKind, RepositoryRecord};
use crate::{Engine, Error, Result, authorize};

impl Engine {
    /// The page of a repository: figures, traffic, coverage, referrers and paths over a period, its
    /// problem and its events.
    ///
    /// # Errors
    /// When there is no such repository, or the viewer may not see it.
    pub async fn repository_page(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        name: &RepositoryName,
        query: RepositoryQuery,
    ) -> Result<RepositoryPage> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        let record = self
            .0
            .store
            .repository_by_any_name(tenant, &viewer.repository_scope(tenant), name)
            .await?
            .ok_or_else(Error::not_found)?;
        self.page_of(viewer, tenant, record, query).await
    }

    /// The same for the repository with this id, whatever its name.
    ///
    /// # Errors
    /// When there is no such repository, or the viewer may not see it.
    pub async fn repository_page_by_id(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: RepositoryId,
        query: RepositoryQuery,
    ) -> Result<RepositoryPage> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        let scope = viewer.repository_scope(tenant);
        let found = self.0.store.repository(tenant, &scope, id).await?;
        let record = found.ok_or_else(Error::not_found)?;
        self.page_of(viewer, tenant, record, query).await
    }

    async fn page_of(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        record: RepositoryRecord,
        query: RepositoryQuery,
    ) -> Result<RepositoryPage> {
        let store = &self.0.store;
        let id = record.repository.id;
        let today = self.0.clock.today();
        let assignments = self.assignments(tenant).await?;
        let pause = self.longest_gap(tenant).await?;
        let next_run = assignments.next_run_of(&record.repository);
        let risk = Risk::assess(&record.freshness, next_run, pause, today);
        let published = self
            .published(tenant, &RepositoryScope::Only(vec![id]))
            .await?;
        let lag = published.expected_lag(today);
        let last = last_counted_day(record.repository.last_day, lag, today);
        let report_days = (query.report.range)
            .days(record.repository.first_day, last, today)
            .map_err(|error| Error::invalid(error.to_string()))?;
        let (range, shown) = (report_days.counted, report_days.shown);
        let interval = query.report.interval.unwrap_or(Interval::usual(range));
        let shift = query.report.shift(range);
        let earlier = shift.map(|shift| earlier_days(interval, shown, shift));
        let compared_from = shift.map(|shift| range.from.plus(-shift));
        let read = days_read(range, shown, [earlier.map(|days| days.from), compared_from]);
        let (days, weeks) = self.days_and_weeks(tenant, id, read, interval).await?;
        let answered = store
            .covered_days(tenant, &RepositoryScope::Only(vec![id]), shown)
            .await?;
        let answered = answered.get(&id).cloned().unwrap_or_default();
        let coverage = coverage(&record, shown, &days, &answered, today);
        let window = |measure| async move {
            let newest = store.newest_window(tenant, id, measure).await?;
            Ok::<_, Error>(newest.map(|(window, counts)| WindowCounts { window, counts }))
        };
        let events = store.repository_events(tenant, id, status::SHOWN_EVENTS);
        let events = events.await?;
        let data = data_state(&record, coverage.count(DayState::Lost), risk);
        let now = self.0.clock.now();
        let problem = status::problem(&record.repository, risk, now, |place| {
            may_go(viewer, tenant, place)
        });
        let compared = match (&query.with, shift, earlier) {
            (Some(with), _, _) => {
                let scope = viewer.repository_scope(tenant);
                let other =
                    self.compared_repository(tenant, &scope, with, (range, shown), interval);
                Some(other.await?)
            }
            (None, Some(shift), Some(earlier)) => Some(ComparedReport::new(
                compared_with(query.report.compare),
                range.moved(-shift),
                buckets(interval, earlier, &days, &weeks),
            )),
            _ => None,
        };
        let figure = |adding| figure(&days, range, shift, adding);
        let report = RepositoryReport {
            interval,
            range,
            shown,
            history_begins: report_days.history_begins,
            today,
            views: figure(Adding::Counts(Measure::Views)),
            view_uniques_daily_sum: figure(Adding::DailyUniques(Measure::Views)),
            clones: figure(Adding::Counts(Measure::Clones)),
            clone_uniques_daily_sum: figure(Adding::DailyUniques(Measure::Clones)),
            window_views: window(Measure::Views).await?,
            window_clones: window(Measure::Clones).await?,
            anomalies: (self.recent_anomalies(tenant, &RepositoryScope::All, Some(id)))
                .await?
                .map_or(0, |OpenAnomalies { issues, .. }| issues),
            popularity: store.newest_popularity(tenant, id).await?,
            buckets: buckets(interval, shown, &days, &weeks),
            compared,
            query,
            usual: usual::of_days(interval, shown, record.repository.first_day, &days),
            events: self
                .events_of_repository(tenant, id, shown, &coverage, published)
                .await?,
            views_known: days_known(&coverage, &days, Measure::Views),
            clones_known: days_known(&coverage, &days, Measure::Clones),
            coverage,
            github_is_late: published.is_late(today),
            referrers: store
                .ranking(tenant, id, RankingKind::Referrers, None)
                .await?,
            paths: store.ranking(tenant, id, RankingKind::Paths, None).await?,
            namesake: self.namesake(viewer, tenant, &record.repository).await?,
            repository: record.repository,
        };
        Ok(RepositoryPage {
            report,
            data,
            problem,
            events,
            may_manage: viewer.access(tenant, Permission::ManageRepositories) == Access::Granted,
        })
    }
}

/// What a page reads: its days, those they are compared with, and those that say what is usual.
fn days_read(range: DayRange, shown: DayRange, compared: [Option<Day>; 2]) -> DayRange {
    let compared = compared.into_iter().flatten();
    DayRange {
        from: compared.fold(range.from.plus(-usual::HISTORY), Day::min),
        to: shown.to,
    }
}

impl Engine {
    /// The same days of another repository.
    async fn compared_repository(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        name: &RepositoryName,
        (range, shown): (DayRange, DayRange),
        interval: Interval,
    ) -> Result<ComparedReport> {
        let found = self.0.store.repository_by_any_name(tenant, scope, name);
        let Some(other) = found.await? else {
            return Err(Error::invalid(format!(
                "{name} is not tracked here. Choose another repository to compare with."
            )));
        };
        let other = other.repository;
        let (days, weeks) = self
            .days_and_weeks(tenant, other.id, shown, interval)
            .await?;
        Ok(ComparedReport::new(
            ComparedWith::Repository(other.full_name),
            range,
            buckets(interval, shown, &days, &weeks),
        ))
    }

    async fn namesake(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        of: &Repository,
    ) -> Result<Option<Namesake>> {
        let scope = viewer.repository_scope(tenant);
        let found = self.0.store.namesake(tenant, &scope, of).await?;
        Ok(found.map(|(id, added_at)| Namesake {
            id,
            since: Day::of(added_at.max(of.added_at)),
            has_name_now: id > of.id,
        }))
    }
}

/// On how many of the covered days this is known; views and clones are reported separately.
fn days_known(coverage: &Coverage, days: &BTreeMap<Day, DayTraffic>, measure: Measure) -> u32 {
    let (Some((first, _)), Some((last, _))) =
        (coverage.stretches.first(), coverage.stretches.last())
    else {
        return 0;
    };
    let known = days
        .range(first.from..=last.to)
        .filter(|(_, traffic)| traffic.of(measure).is_some());
    u32::try_from(known.count()).unwrap_or(u32::MAX)
}

/// Whether a viewer can act there.
pub(super) fn may_go(viewer: &Viewer, tenant: TenantId, place: FixTarget) -> bool {
    let permission = match place {
        FixTarget::Connections => Permission::ManageConnections,
        FixTarget::Repositories => Permission::ManageRepositories,
        FixTarget::Collection => Permission::ViewCollection,
        FixTarget::Github => return true,
    };
    viewer.access(tenant, permission) == Access::Granted
}

/// The states of the shown days, from the first known one. After the last known day of an untracked
/// repository, no day is missing.
fn coverage(
    record: &RepositoryRecord,
    shown: DayRange,
    days: &BTreeMap<Day, DayTraffic>,
    answered: &CoveredDays,
    today: Day,
) -> Coverage {
    let repository = &record.repository;
    let is_kept = repository.status == RepositoryStatus::Archived;
    let until = repository.last_day.filter(|_| is_kept).unwrap_or(shown.to);
    let from = repository.first_day.map(|first| first.max(shown.from));
    let Some(range) = from.and_then(|from| DayRange::new(from, until.min(shown.to))) else {
        return Coverage::default();
    };
    let known = days
        .iter()
        .filter(|(_, traffic)| traffic.views.is_some() && traffic.clones.is_some())
        .map(|(day, _)| *day)
        .filter(|day| range.contains(*day));
    let is_answered = |day: Day| {
        let traffic = days.get(&day).copied().unwrap_or_default();
        Measure::ALL
            .iter()
            .all(|measure| traffic.of(*measure).is_some() || answered.contains(*measure, day))
    };
    let newest = record.freshness.newest_complete_day().filter(|_| !is_kept);
    Coverage::new(range, known, is_answered, newest, today)
}
