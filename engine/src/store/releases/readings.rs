//! Readings of releases: which are listed, and the downloads of each asset.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{Day, Endpoint, RepositoryId, TenantId};
use sqlx::FromRow;

use crate::github::ListedRelease;
use crate::store::numbers::to_usize;
use crate::store::{Store, StoreError, Transaction};

/// All releases, as listed on a day.
#[derive(Clone, Debug)]
pub(crate) struct ReleaseReading<'a> {
    pub(crate) day: Day,
    pub(crate) listed: &'a [ListedRelease],
    /// Whether the list is complete; otherwise a missing release is not gone.
    pub(crate) whole: bool,
    /// Whether some entries could not be read; then a missing release may be one of them and is not
    /// gone.
    pub(crate) unread: bool,
}

#[derive(FromRow)]
struct KnownRelease {
    id: i64,
    github_id: i64,
    tag: String,
    name: Option<String>,
    prerelease: bool,
    published_at: DateTime<Utc>,
    gone_on: Option<NaiveDate>,
}

impl KnownRelease {
    fn is_as(&self, listed: &ListedRelease) -> bool {
        self.github_id == listed.github_id
            && self.tag == listed.tag
            && self.name == listed.name
            && self.prerelease == listed.prerelease
            && self.published_at == listed.published_at
            && self.gone_on.is_none()
    }
}

impl Store {
    /// How many releases the last reading listed.
    pub(crate) async fn listed_releases(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
    ) -> Result<usize, StoreError> {
        const COUNT: &str = "
            select count(*) from releases x join repositories r on r.id = x.repository_id
            where r.tenant_id = $1 and x.repository_id = $2 and x.gone_on is null";
        let count: i64 = on!(&self.db, |pool| sqlx::query_scalar(COUNT)
            .bind(tenant.get())
            .bind(repository.get())
            .fetch_one(pool)
            .await)?;
        Ok(to_usize(count))
    }

    /// Records a reading without changes.
    pub(crate) async fn save_unchanged_releases(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        day: Day,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        if transaction.owns_repository(tenant, repository).await? {
            transaction.begin_reading(repository, day).await?;
        }
        transaction.commit().await
    }

    /// Saves readings, oldest first. One from a day before the newest stored one changes nothing.
    pub(crate) async fn save_releases(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        readings: &[ReleaseReading<'_>],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        if !transaction.owns_repository(tenant, repository).await? {
            return Ok(());
        }
        for reading in readings {
            if let Some(first) = transaction.begin_reading(repository, reading.day).await? {
                transaction.save_reading(repository, reading, first).await?;
            }
        }
        transaction
            .record_availability(repository, Endpoint::Releases, true, now)
            .await?;
        transaction.commit().await
    }
}

impl Transaction {
    /// Writes a reading's day, which makes other readings of the repository wait. Returns whether
    /// it is the first; `None` when a later one exists.
    async fn begin_reading(
        &mut self,
        repository: RepositoryId,
        day: Day,
    ) -> Result<Option<bool>, StoreError> {
        const BEGIN: &str = "
            insert into release_days (repository_id, day) values ($1, $2)
            on conflict (repository_id, day) do update set day = excluded.day";
        let newest: Option<NaiveDate> = within!(*self, |connection| sqlx::query_scalar(
            "select max(day) from release_days where repository_id = $1"
        )
        .bind(repository.get())
        .fetch_one(connection)
        .await)?;
        if newest.is_some_and(|newest| Day::new(newest) > day) {
            return Ok(None);
        }
        within!(*self, |connection| sqlx::query(BEGIN)
            .bind(repository.get())
            .bind(day.date())
            .execute(connection)
            .await
            .map(drop))?;
        Ok(Some(newest.is_none()))
    }

    async fn save_reading(
        &mut self,
        repository: RepositoryId,
        reading: &ReleaseReading<'_>,
        first: bool,
    ) -> Result<(), StoreError> {
        const RELEASES: &str = "
            select id, github_id, tag, name, prerelease, published_at, gone_on
            from releases where repository_id = $1 order by id";
        let mut releases: Vec<KnownRelease> =
            within!(*self, |connection| sqlx::query_as(RELEASES)
                .bind(repository.get())
                .fetch_all(connection)
                .await)?;
        let mut assets = self.known_assets(repository).await?;
        let mut left_over = Vec::new();
        for listed in reading.listed {
            let mut of_release = Vec::new();
            let id = if let Some(known) = take_release(&mut releases, reading.listed, listed) {
                if !known.is_as(listed) {
                    self.update_release(known.id, listed).await?;
                }
                of_release =
                    (assets.extract_if(.., |asset| asset.release_id == known.id)).collect();
                known.id
            } else {
                self.insert_release(repository, listed).await?
            };
            let gone = self
                .save_assets(id, of_release, listed, reading.day, first)
                .await?;
            left_over.extend(gone);
        }
        if reading.unread {
            return Ok(());
        }
        if reading.whole {
            for known in releases.iter().filter(|known| known.gone_on.is_none()) {
                self.release_is_gone(known.id, reading.day).await?;
            }
            left_over.extend(assets);
        }
        for known in left_over.iter().filter(|known| known.gone_on.is_none()) {
            self.asset_is_gone(known.id, reading.day).await?;
        }
        Ok(())
    }

    async fn insert_release(
        &mut self,
        repository: RepositoryId,
        listed: &ListedRelease,
    ) -> Result<i64, StoreError> {
        const INSERT: &str = "
            insert into releases (repository_id, github_id, tag, name, prerelease, published_at)
            values ($1, $2, $3, $4, $5, $6) returning id";
        Ok(within!(*self, |connection| sqlx::query_scalar(INSERT)
            .bind(repository.get())
            .bind(listed.github_id)
            .bind(&listed.tag)
            .bind(&listed.name)
            .bind(listed.prerelease)
            .bind(listed.published_at)
            .fetch_one(connection)
            .await)?)
    }

    async fn update_release(&mut self, id: i64, listed: &ListedRelease) -> Result<(), StoreError> {
        const UPDATE: &str = "
            update releases set github_id = $2, tag = $3, name = $4, prerelease = $5,
                published_at = $6, gone_on = null
            where id = $1";
        within!(*self, |connection| sqlx::query(UPDATE)
            .bind(id)
            .bind(listed.github_id)
            .bind(&listed.tag)
            .bind(&listed.name)
            .bind(listed.prerelease)
            .bind(listed.published_at)
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }

    async fn release_is_gone(&mut self, id: i64, day: Day) -> Result<(), StoreError> {
        within!(*self, |connection| sqlx::query(
            "update releases set gone_on = $2 where id = $1"
        )
        .bind(id)
        .bind(day.date())
        .execute(connection)
        .await
        .map(drop))?;
        Ok(())
    }
}

/// The stored release for a listed one: by its id, otherwise by its tag, because a release that is
/// deleted and created again means the same one.
fn take_release(
    known: &mut Vec<KnownRelease>,
    all: &[ListedRelease],
    listed: &ListedRelease,
) -> Option<KnownRelease> {
    let by_id = |it: &KnownRelease| it.github_id == listed.github_id;
    let by_tag = |it: &KnownRelease| {
        it.tag == listed.tag && all.iter().all(|other| other.github_id != it.github_id)
    };
    let at = (known.iter().position(by_id)).or_else(|| known.iter().position(by_tag))?;
    Some(known.remove(at))
}
