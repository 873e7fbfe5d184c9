//! A repository's releases and their downloads.

use std::collections::BTreeMap;

use domain::report::{Reading, Release, ReleasesReport};
use domain::{Day, DayRange, Endpoint, Permission, RepositoryId, TenantId, Viewer};

use super::countable;
use crate::github::MAX_RELEASES;
use crate::{Engine, Result, authorize};

impl Engine {
    /// A repository's releases with their downloads over a range of days; by default from the first
    /// reading until today.
    ///
    /// # Errors
    /// When there is no such repository, the viewer may not see it, or `to` is before `from`.
    pub async fn releases(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: RepositoryId,
        from: Option<Day>,
        to: Option<Day>,
    ) -> Result<ReleasesReport> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        let repository = self.one_repository(viewer, tenant, id).await?;
        let store = &self.0.store;
        let days = store.reading_days(tenant, id).await?;
        let to = to.unwrap_or_else(|| self.0.clock.today());
        let from = from.or(days.first().copied()).unwrap_or(to);
        let range = range(from, to)?;
        let releases = store.releases(tenant, id, range).await?;
        let readings = readings(&days, range, &releases);
        Ok(ReleasesReport {
            repository,
            offered: store.is_available(tenant, id, Endpoint::Releases).await?,
            range,
            read_on: days.last().copied(),
            downloads: (!days.is_empty())
                .then(|| releases.iter().map(|release| release.downloads).sum()),
            gained: sum(readings.iter().filter_map(|reading| reading.downloads)),
            readings,
            cut_at: cut_at(&releases),
            releases,
        })
    }
}

/// The maximum number of releases read, if the list reached it.
fn cut_at(releases: &[Release]) -> Option<u32> {
    let listed = releases.iter().filter(|release| release.gone_on.is_none());
    let is_full = u32::try_from(listed.count()).is_ok_and(|listed| listed >= MAX_RELEASES);
    is_full.then_some(MAX_RELEASES)
}

/// The range, if it is valid and short enough to be counted.
pub(super) fn range(from: Day, to: Day) -> Result<DayRange> {
    countable(from, to)
}

/// The new downloads in each reading of the range over all assets; 0 when no asset has any, unknown
/// for the first reading.
fn readings(days: &[Day], range: DayRange, releases: &[Release]) -> Vec<Reading> {
    let mut gained: BTreeMap<Day, u64> = BTreeMap::new();
    let assets = releases.iter().flat_map(|release| &release.assets);
    for day in assets.flat_map(|asset| &asset.days) {
        *gained.entry(day.day).or_default() += day.gained.unwrap_or_default();
    }
    let before = std::iter::once(None).chain(days.iter().copied().map(Some));
    days.iter()
        .zip(before)
        .filter(|(day, _)| range.contains(**day))
        .map(|(day, since)| Reading {
            day: *day,
            since,
            downloads: since.map(|_| gained.get(day).copied().unwrap_or_default()),
        })
        .collect()
}

/// The sum; `None` without numbers.
fn sum(mut numbers: impl Iterator<Item = u64>) -> Option<u64> {
    numbers.next().map(|first| first + numbers.sum::<u64>())
}
