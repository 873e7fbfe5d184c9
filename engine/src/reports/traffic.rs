//! One repository's traffic in buckets, and its referrers and paths.

use std::collections::BTreeMap;

use domain::report::{Ranking, TrafficReport};
use domain::{Day, DayRange, DayTraffic, Interval, Permission, RepositoryId, TenantId, Viewer};

use super::buckets::buckets;
use super::countable;
use crate::store::RankingKind;
use crate::{Engine, Result, authorize};

impl Engine {
    /// A repository's traffic over a range of days, in whole buckets; by default from its first
    /// known day to its last.
    ///
    /// # Errors
    /// When there is no such repository, the viewer may not see it, or `to` is before `from`.
    pub async fn traffic(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: RepositoryId,
        from: Option<Day>,
        to: Option<Day>,
        interval: Interval,
    ) -> Result<TrafficReport> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        let repository = self.one_repository(viewer, tenant, id).await?;
        let (Some(from), Some(to)) = (
            from.or(repository.first_day).or(to),
            to.or(repository.last_day).or(from),
        ) else {
            return Ok(TrafficReport {
                repository,
                interval,
                periods: Vec::new(),
            });
        };
        let range = countable(from, to)?;
        let (days, weeks) = self.days_and_weeks(tenant, id, range, interval).await?;
        Ok(TrafficReport {
            repository,
            interval,
            periods: buckets(interval, range, &days, &weeks),
        })
    }

    /// The newest list of referrers whose window ends on or before a day.
    ///
    /// # Errors
    /// When there is no such repository, or the viewer may not see it.
    pub async fn referrers(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: RepositoryId,
        on: Option<Day>,
    ) -> Result<Option<Ranking>> {
        self.ranking(viewer, tenant, id, RankingKind::Referrers, on)
            .await
    }

    /// The newest list of paths whose window ends on or before a day.
    ///
    /// # Errors
    /// When there is no such repository, or the viewer may not see it.
    pub async fn paths(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: RepositoryId,
        on: Option<Day>,
    ) -> Result<Option<Ranking>> {
        self.ranking(viewer, tenant, id, RankingKind::Paths, on)
            .await
    }

    async fn ranking(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: RepositoryId,
        kind: RankingKind,
        on: Option<Day>,
    ) -> Result<Option<Ranking>> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        self.one_repository(viewer, tenant, id).await?;
        Ok(self.0.store.ranking(tenant, id, kind, on).await?)
    }

    /// The known days of the whole buckets that touch a range, and the weeks if weeks are shown.
    pub(super) async fn days_and_weeks(
        &self,
        tenant: TenantId,
        id: RepositoryId,
        range: DayRange,
        interval: Interval,
    ) -> Result<(BTreeMap<Day, DayTraffic>, BTreeMap<Day, DayTraffic>)> {
        let whole = interval.whole(range);
        let days = self.0.store.days(tenant, id, whole).await?;
        let weeks = match interval {
            Interval::Week => self.0.store.weeks(tenant, id, whole).await?,
            Interval::Day | Interval::Month => Vec::new(),
        };
        Ok((days.into_iter().collect(), weeks.into_iter().collect()))
    }
}
