//! Known days, streamed in chunks, for files of any size.
//!
//! A chunk is read in one short statement, and the next one only when it is asked for. So memory
//! depends on neither the number of days nor the speed of the reader, and a slow download holds no
//! connection. Every chunk continues after the days of the one before, whatever is written in
//! between: no day comes twice, and none that was known at the start is skipped. A repository
//! deleted in the meantime ends where it was.

use std::collections::VecDeque;

use chrono::NaiveDate;
use domain::{
    Day, DayRange, DayTraffic, Permission, RepositoryFilter, RepositoryId, RepositoryScope,
    TenantId, Viewer,
};
use futures::Stream;

use crate::repositories::bounded;
use crate::store::{KnownRepository, Store};
use crate::{Engine, Error, Result, authorize};

/// The most days in a chunk.
const DAYS_PER_CHUNK: i64 = 8_192;

/// Which days to export.
#[derive(Clone, Debug, Default)]
pub struct TrafficFilter {
    /// The first day; `None` for the oldest known.
    pub from: Option<Day>,
    /// The last day; `None` for the newest known.
    pub to: Option<Day>,
    /// Only this repository.
    pub repository: Option<RepositoryId>,
    /// Only the repositories that this leaves; not applied to a named repository.
    pub repositories: RepositoryFilter,
}

/// Consecutive known days of one repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryDays {
    /// The repository.
    pub repository_id: RepositoryId,
    /// Its owner.
    pub owner: String,
    /// Its name within the owner.
    pub name: String,
    /// The days with their known traffic, in order.
    pub days: Vec<(Day, DayTraffic)>,
}

/// What is left to read: each repository with the days that may be known.
struct Unread {
    store: Store,
    tenant: TenantId,
    repositories: VecDeque<KnownRepository>,
}

impl Engine {
    /// The known days of the repositories in scope, by name and day, in chunks of at most 8,192
    /// days.
    ///
    /// # Errors
    /// When the viewer may not see them, the repository does not exist, or `to` is before `from`.
    pub async fn traffic_days(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        filter: TrafficFilter,
    ) -> Result<impl Stream<Item = Result<Vec<RepositoryDays>>> + Send + 'static + use<>> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        let from = filter.from.unwrap_or(Day::new(NaiveDate::MIN));
        let to = filter.to.unwrap_or(Day::new(NaiveDate::MAX));
        let range = DayRange::new(from, to).ok_or_else(|| {
            Error::invalid("The range is empty. “from” must not be later than “to”.")
        })?;
        let scope = if let Some(id) = filter.repository {
            self.one_repository(viewer, tenant, id).await?;
            RepositoryScope::Only(vec![id])
        } else {
            let scope = viewer.repository_scope(tenant);
            let filter = bounded(filter.repositories);
            self.filtered_scope(tenant, &scope, &filter).await?
        };
        let store = self.0.store.clone();
        let known = store.known_repositories(tenant, &scope).await?;
        let repositories = known.into_iter().filter_map(|repository| {
            let (from, to) = (repository.known.from, repository.known.to);
            let known = DayRange::new(from.max(range.from), to.min(range.to))?;
            Some(KnownRepository {
                known,
                ..repository
            })
        });
        let unread = Unread {
            repositories: repositories.collect(),
            store,
            tenant,
        };
        Ok(futures::stream::try_unfold(unread, Unread::next_chunk))
    }
}

impl Unread {
    /// The next chunk, and what is left after it.
    async fn next_chunk(mut self) -> Result<Option<(Vec<RepositoryDays>, Self)>> {
        let parts = self.take(DAYS_PER_CHUNK);
        if parts.is_empty() {
            return Ok(None);
        }
        let ranges: Vec<_> = parts.iter().map(|part| (part.id, part.known)).collect();
        let days = self
            .store
            .days_of_repositories(self.tenant, &ranges)
            .await?;
        let mut days = days.into_iter().peekable();
        let chunk = parts.into_iter().filter_map(|part| {
            let (_, days) = days.next_if(|(id, _)| *id == part.id)?;
            (!days.is_empty()).then_some(RepositoryDays {
                repository_id: part.id,
                owner: part.owner,
                name: part.name,
                days,
            })
        });
        Ok(Some((chunk.collect(), self)))
    }

    /// Takes the next repositories, each with the part of its days that fits.
    fn take(&mut self, most_days: i64) -> Vec<KnownRepository> {
        let mut parts = Vec::new();
        let mut free = most_days;
        while free > 0
            && let Some(mut repository) = self.repositories.pop_front()
        {
            let (from, to) = (repository.known.from, repository.known.to);
            let last = to.min(from.plus(free - 1));
            if let Some(known) = DayRange::new(last.plus(1), to) {
                let rest = KnownRepository {
                    known,
                    ..repository.clone()
                };
                self.repositories.push_front(rest);
            }
            repository.known.to = last;
            free -= repository.known.len();
            parts.push(repository);
        }
        parts
    }
}
