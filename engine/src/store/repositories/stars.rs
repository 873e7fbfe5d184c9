//! The history of stars, and the star count of each day.

use chrono::{DateTime, NaiveDate, Utc};
use domain::coverage::united;
use domain::{Day, DayRange, Endpoint, RepositoryId, TenantId};
use sqlx::FromRow;

use crate::store::batch::{Batch, batch};
use crate::store::numbers::{to_u32, to_u64};
use crate::store::{Store, StoreError};

/// The stored part of a star history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StarHistory {
    /// The days it covers.
    pub(crate) days: DayRange,
    /// How many pages of GitHub's list it has, newest first.
    pub(crate) pages: u32,
    /// Whether it reaches back to the first star.
    pub(crate) whole: bool,
}

#[derive(FromRow)]
struct HistoryRow {
    first_day: NaiveDate,
    last_day: NaiveDate,
    pages: i64,
    whole: bool,
}

impl Store {
    /// The stored part of a repository's star history.
    pub(crate) async fn star_history(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
    ) -> Result<Option<StarHistory>, StoreError> {
        const HISTORY: &str = "
            select h.first_day, h.last_day, h.pages, h.whole
            from star_histories h join repositories r on r.id = h.repository_id
            where r.tenant_id = $1 and h.repository_id = $2";
        let row: Option<HistoryRow> = on!(&self.db, |pool| sqlx::query_as(HISTORY)
            .bind(tenant.get())
            .bind(repository.get())
            .fetch_optional(pool)
            .await)?;
        Ok(row.map(|row| StarHistory {
            days: DayRange {
                from: Day::new(row.first_day),
                to: Day::new(row.last_day),
            },
            pages: to_u32(row.pages),
            whole: row.whole,
        }))
    }

    /// Replaces the days that a page covers, and records how much of the history is stored.
    pub(crate) async fn save_stars(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        counted: &[(Day, u32)],
        history: StarHistory,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        const CLEAR: &str = "
            delete from star_days where repository_id = $1 and day between $2 and $3";
        const INSERT: Batch = batch!(
            "insert into star_days (repository_id, day, stars) select $1, ",
            0 "date", 1 "bigint"; ""
        );
        const HISTORY: &str = "
            insert into star_histories (repository_id, first_day, last_day, pages, whole)
            values ($1, $2, $3, $4, $5)
            on conflict (repository_id) do update set
                first_day = excluded.first_day, last_day = excluded.last_day,
                pages = excluded.pages, whole = excluded.whole";
        let mut transaction = self.begin().await?;
        if !transaction.owns_repository(tenant, repository).await? {
            return Ok(());
        }
        // First, because this write makes others wait who store the same history.
        within!(transaction, |connection| sqlx::query(HISTORY)
            .bind(repository.get())
            .bind(history.days.from.date())
            .bind(history.days.to.date())
            .bind(i64::from(history.pages))
            .bind(history.whole)
            .execute(connection)
            .await
            .map(drop))?;
        // A page covers consecutive days, except weeks that could not be read; of those, the stored
        // days stay.
        let single = |(day, _): &(Day, u32)| DayRange {
            from: *day,
            to: *day,
        };
        for counted in united(counted.iter().map(single).collect()) {
            within!(transaction, |connection| sqlx::query(CLEAR)
                .bind(repository.get())
                .bind(counted.from.date())
                .bind(counted.to.date())
                .execute(connection)
                .await
                .map(drop))?;
        }
        let given = counted.iter().filter(|(_, stars)| *stars > 0);
        let rows: Vec<_> = given.collect();
        transaction
            .write_batch(INSERT, repository.get(), &rows)
            .await?;
        transaction
            .record_availability(repository, Endpoint::StarHistory, true, now)
            .await?;
        transaction.commit().await
    }

    /// The stars given on each day that had any, oldest first.
    pub(crate) async fn star_days(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
    ) -> Result<Vec<(Day, u64)>, StoreError> {
        const DAYS: &str = "
            select s.day, s.stars
            from star_days s join repositories r on r.id = s.repository_id
            where r.tenant_id = $1 and s.repository_id = $2
            order by s.day";
        self.stars_by_day(DAYS, tenant, repository).await
    }

    /// The star count of each day, oldest first.
    pub(crate) async fn counted_stars(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
    ) -> Result<Vec<(Day, u64)>, StoreError> {
        const DAYS: &str = "
            select p.day, p.stars
            from popularity_days p join repositories r on r.id = p.repository_id
            where r.tenant_id = $1 and p.repository_id = $2 and p.stars is not null
            order by p.day";
        self.stars_by_day(DAYS, tenant, repository).await
    }

    async fn stars_by_day(
        &self,
        text: &'static str,
        tenant: TenantId,
        repository: RepositoryId,
    ) -> Result<Vec<(Day, u64)>, StoreError> {
        let rows: Vec<(NaiveDate, i64)> = on!(&self.db, |pool| sqlx::query_as(text)
            .bind(tenant.get())
            .bind(repository.get())
            .fetch_all(pool)
            .await)?;
        Ok(rows
            .into_iter()
            .map(|(day, stars)| (Day::new(day), to_u64(stars)))
            .collect())
    }
}
