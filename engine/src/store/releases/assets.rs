//! Assets of releases, and their downloads by day.

use chrono::NaiveDate;
use domain::downloads::DownloadCounter;
use domain::{Day, RepositoryId};
use sqlx::FromRow;

use crate::github::{ListedAsset, ListedRelease};
use crate::store::numbers::to_u64;
use crate::store::{StoreError, Transaction};

#[derive(Clone, FromRow)]
pub(super) struct KnownAsset {
    pub(super) id: i64,
    pub(super) release_id: i64,
    github_id: i64,
    name: String,
    size: i64,
    uploads: i64,
    downloads: i64,
    total: i64,
    height: i64,
    total_at_height: i64,
    pub(super) gone_on: Option<NaiveDate>,
}

impl KnownAsset {
    fn counter(&self) -> DownloadCounter {
        DownloadCounter {
            upload: self.github_id,
            downloads: to_u64(self.downloads),
            total: to_u64(self.total),
            height: to_u64(self.height),
            total_at_height: to_u64(self.total_at_height),
        }
    }
}

impl Transaction {
    /// All assets of a repository's releases.
    pub(super) async fn known_assets(
        &mut self,
        repository: RepositoryId,
    ) -> Result<Vec<KnownAsset>, StoreError> {
        const ASSETS: &str = "
            select a.id, a.release_id, a.github_id, a.name, a.size, a.uploads, a.downloads,
                a.total, a.height, a.total_at_height, a.gone_on
            from release_assets a join releases x on x.id = a.release_id
            where x.repository_id = $1 order by a.id";
        Ok(within!(*self, |connection| sqlx::query_as(ASSETS)
            .bind(repository.get())
            .fetch_all(connection)
            .await)?)
    }

    /// Saves the assets of a release. Returns those that it no longer has.
    pub(super) async fn save_assets(
        &mut self,
        release: i64,
        mut known: Vec<KnownAsset>,
        listed: &ListedRelease,
        day: Day,
        first: bool,
    ) -> Result<Vec<KnownAsset>, StoreError> {
        for asset in &listed.assets {
            let Some(before) = take_asset(&mut known, &listed.assets, asset) else {
                let id = self.insert_asset(release, asset).await?;
                let gained = (!first).then_some(asset.downloads);
                self.add_asset_day(id, day, asset.downloads, gained, false)
                    .await?;
                continue;
            };
            let update = before.counter().read(asset.github_id, asset.downloads);
            let same = before.name == asset.name
                && before.size == integer(asset.size)
                && before.gone_on.is_none();
            if update.counter != before.counter() || !same {
                let uploads = before.uploads + i64::from(update.reset);
                self.update_asset(before.id, asset, update.counter, uploads)
                    .await?;
            }
            if update.gained > 0 || update.reset {
                let gained = Some(update.gained);
                self.add_asset_day(before.id, day, asset.downloads, gained, update.reset)
                    .await?;
            }
        }
        Ok(known)
    }

    /// Records since when GitHub no longer lists an asset.
    pub(super) async fn asset_is_gone(&mut self, id: i64, day: Day) -> Result<(), StoreError> {
        within!(*self, |connection| sqlx::query(
            "update release_assets set gone_on = $2 where id = $1"
        )
        .bind(id)
        .bind(day.date())
        .execute(connection)
        .await
        .map(drop))?;
        Ok(())
    }

    async fn insert_asset(&mut self, release: i64, asset: &ListedAsset) -> Result<i64, StoreError> {
        const INSERT: &str = "
            insert into release_assets
                (release_id, github_id, name, size, uploaded_at, uploads, downloads, total, height,
                total_at_height)
            values ($1, $2, $3, $4, $5, 1, $6, $6, $6, $6) returning id";
        Ok(within!(*self, |connection| sqlx::query_scalar(INSERT)
            .bind(release)
            .bind(asset.github_id)
            .bind(&asset.name)
            .bind(integer(asset.size))
            .bind(asset.uploaded_at)
            .bind(integer(asset.downloads))
            .fetch_one(connection)
            .await)?)
    }

    async fn update_asset(
        &mut self,
        id: i64,
        asset: &ListedAsset,
        counter: DownloadCounter,
        uploads: i64,
    ) -> Result<(), StoreError> {
        const UPDATE: &str = "
            update release_assets set github_id = $2, name = $3, size = $4, uploaded_at = $5,
                uploads = $6, downloads = $7, total = $8, height = $9, total_at_height = $10,
                gone_on = null
            where id = $1";
        within!(*self, |connection| sqlx::query(UPDATE)
            .bind(id)
            .bind(counter.upload)
            .bind(&asset.name)
            .bind(integer(asset.size))
            .bind(asset.uploaded_at)
            .bind(uploads)
            .bind(integer(counter.downloads))
            .bind(integer(counter.total))
            .bind(integer(counter.height))
            .bind(integer(counter.total_at_height))
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }

    /// Adds a reading to an asset's day, which may have one already.
    async fn add_asset_day(
        &mut self,
        asset: i64,
        day: Day,
        downloads: u64,
        gained: Option<u64>,
        reset: bool,
    ) -> Result<(), StoreError> {
        const ADD: &str = "
            insert into asset_days (asset_id, day, downloads, gained, reset)
            values ($1, $2, $3, $4, $5)
            on conflict (asset_id, day) do update set
                downloads = excluded.downloads, gained = asset_days.gained + excluded.gained,
                reset = asset_days.reset or excluded.reset";
        within!(*self, |connection| sqlx::query(ADD)
            .bind(asset)
            .bind(day.date())
            .bind(integer(downloads))
            .bind(gained.map(integer))
            .bind(reset)
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }
}

/// The stored asset for a listed one: by its id, otherwise by its name, because uploading a file
/// again deletes it first.
fn take_asset(
    known: &mut Vec<KnownAsset>,
    all: &[ListedAsset],
    listed: &ListedAsset,
) -> Option<KnownAsset> {
    let by_id = |it: &KnownAsset| it.github_id == listed.github_id;
    let by_name = |it: &KnownAsset| {
        it.name == listed.name && all.iter().all(|other| other.github_id != it.github_id)
    };
    let at = (known.iter().position(by_id)).or_else(|| known.iter().rposition(by_name))?;
    Some(known.remove(at))
}

/// A number, as the database takes it; GitHub's counts are far smaller.
fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
