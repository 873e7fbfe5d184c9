//! Known days, streamed by repository, for files of any size.

use chrono::NaiveDate;
use domain::report::Repository;
use domain::{Day, DayRange, DayTraffic, Permission, RepositoryId, TenantId, Viewer};
use futures::{Stream, StreamExt, TryStreamExt};

use crate::store::Store;
use crate::{Engine, Error, Result, authorize};

/// Which days to export.
#[derive(Clone, Copy, Debug, Default)]
pub struct TrafficFilter {
    /// The first day; `None` for the oldest known.
    pub from: Option<Day>,
    /// The last day; `None` for the newest known.
    pub to: Option<Day>,
    /// Only this repository.
    pub repository: Option<RepositoryId>,
}

/// One known day of one repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrafficRow {
    /// The repository.
    pub repository_id: RepositoryId,
    /// Its owner.
    pub owner: String,
    /// Its name within the owner.
    pub name: String,
    /// The day.
    pub day: Day,
    /// Its known traffic.
    pub traffic: DayTraffic,
}

impl Engine {
    /// The known days of the repositories in scope, by name and day; one repository is in memory at
    /// a time.
    ///
    /// # Errors
    /// When the viewer may not see them, the repository does not exist, or `to` is before `from`.
    pub async fn traffic_rows(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        filter: TrafficFilter,
    ) -> Result<impl Stream<Item = Result<TrafficRow>> + Send + 'static + use<>> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        let from = filter.from.unwrap_or(Day::new(
            NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default(),
        ));
        let to = filter.to.unwrap_or(Day::new(
            NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or_default(),
        ));
        let range = DayRange::new(from, to).ok_or_else(|| {
            Error::invalid(
                "The range is empty. “from” must not be later than \
                                           “to”.",
            )
        })?;
        let repositories = if let Some(id) = filter.repository {
            vec![self.one_repository(viewer, tenant, id).await?]
        } else {
            let records = self
                .0
                .store
                .repositories(tenant, &viewer.repository_scope(tenant))
                .await?;
            records
                .into_iter()
                .map(|record| record.repository)
                .collect()
        };
        let store = self.0.store.clone();
        Ok(futures::stream::iter(repositories)
            .then(move |repository| rows_of(store.clone(), tenant, repository, range))
            .map_ok(|rows| futures::stream::iter(rows.into_iter().map(Ok)))
            .try_flatten())
    }
}

async fn rows_of(
    store: Store,
    tenant: TenantId,
    repository: Repository,
    range: DayRange,
) -> Result<Vec<TrafficRow>> {
    let days = store.days(tenant, repository.id, range).await?;
    Ok(days
        .into_iter()
        .map(|(day, traffic)| TrafficRow {
            repository_id: repository.id,
            owner: repository.owner.clone(),
            name: repository.name.clone(),
            day,
            traffic,
        })
        .collect())
}
