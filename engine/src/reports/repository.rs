//! The page of one repository.

use domain::report::{RepositoryReport, WindowCounts};
use domain::{
    Coverage, DayRange, DayState, Interval, Measure, Period, Permission, RepositoryName, TenantId,
    Viewer,
};

use super::buckets::{Adding, buckets, figure};
use super::data::data_state;
use super::last_counted_day;
use crate::store::RankingKind;
use crate::{Engine, Error, Result, authorize};

impl Engine {
    /// A repository's figures, traffic, coverage, referrers and paths over a period.
    ///
    /// # Errors
    /// Where there is no such repository, or the viewer may not see it.
    pub async fn repository_report(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        name: &RepositoryName,
        period: Period,
        interval: Interval,
    ) -> Result<RepositoryReport> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        let store = &self.0.store;
        let record = store
            .repository_named(tenant, name)
            .await?
            .ok_or_else(Error::not_found)?;
        let id = record.repository.id;
        let today = self.0.clock.today();
        let last = last_counted_day(record.repository.last_day, today);
        let range = period.range(record.repository.first_day, last);
        let shown = DayRange {
            from: range.from,
            to: today.max(range.to),
        };

        let reach = DayRange {
            from: range.before().from,
            to: shown.to,
        };
        let (days, weeks) = self.days_and_weeks(tenant, id, reach, interval).await?;
        let coverage = match record.repository.first_day {
            Some(first) => Coverage::of(
                DayRange {
                    from: shown.from.max(first.min(shown.to)),
                    to: shown.to,
                },
                days.iter()
                    .filter(|(_, traffic)| traffic.views.is_some() && traffic.clones.is_some())
                    .map(|(day, _)| *day),
                record.newest_whole_day,
                today,
            ),
            None => Coverage::default(),
        };
        let window = |measure| async move {
            let newest = store.newest_window(tenant, id, measure).await?;
            Ok::<_, Error>(newest.map(|(window, counts)| WindowCounts { window, counts }))
        };
        Ok(RepositoryReport {
            period,
            interval,
            range,
            today,
            views: figure(&days, range, Adding::Counts(Measure::Views)),
            view_uniques_daily_sum: figure(&days, range, Adding::DailyUniques(Measure::Views)),
            clones: figure(&days, range, Adding::Counts(Measure::Clones)),
            clone_uniques_daily_sum: figure(&days, range, Adding::DailyUniques(Measure::Clones)),
            window_views: window(Measure::Views).await?,
            window_clones: window(Measure::Clones).await?,
            popularity: store.newest_popularity(tenant, id).await?,
            buckets: buckets(interval, shown, &days, &weeks),
            data: data_state(&record, coverage.count(DayState::Lost), today),
            coverage,
            referrers: store
                .ranking(tenant, id, RankingKind::Referrers, None)
                .await?,
            paths: store.ranking(tenant, id, RankingKind::Paths, None).await?,
            repository: record.repository,
        })
    }
}
