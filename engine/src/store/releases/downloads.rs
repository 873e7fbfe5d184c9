//! Readings of releases, for reports.

use chrono::{DateTime, NaiveDate, Utc};
use domain::report::{Asset, AssetDay, Release};
use domain::{Day, DayRange, RepositoryId, TenantId};
use sqlx::FromRow;

use crate::store::numbers::{to_u32, to_u64};
use crate::store::{Store, StoreError};

#[derive(FromRow)]
struct ReleaseRow {
    id: i64,
    tag: String,
    name: Option<String>,
    prerelease: bool,
    published_at: DateTime<Utc>,
    gone_on: Option<NaiveDate>,
}

#[derive(FromRow)]
struct AssetRow {
    id: i64,
    release_id: i64,
    name: String,
    size: i64,
    uploaded_at: DateTime<Utc>,
    uploads: i64,
    downloads: i64,
    total: i64,
    gone_on: Option<NaiveDate>,
}

#[derive(FromRow)]
struct AssetDayRow {
    asset_id: i64,
    day: NaiveDate,
    downloads: i64,
    gained: Option<i64>,
    reset: bool,
}

impl Store {
    /// The days with a reading of a repository's releases, oldest first.
    pub(crate) async fn reading_days(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
    ) -> Result<Vec<Day>, StoreError> {
        const DAYS: &str = "
            select d.day from release_days d join repositories r on r.id = d.repository_id
            where r.tenant_id = $1 and d.repository_id = $2 order by d.day";
        let days: Vec<NaiveDate> = on!(&self.db, |pool| sqlx::query_scalar(DAYS)
            .bind(tenant.get())
            .bind(repository.get())
            .fetch_all(pool)
            .await)?;
        Ok(days.into_iter().map(Day::new).collect())
    }

    /// The releases, newest first, with their assets' downloads within a range.
    pub(crate) async fn releases(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        range: DayRange,
    ) -> Result<Vec<Release>, StoreError> {
        const RELEASES: &str = "
            select x.id, x.tag, x.name, x.prerelease, x.published_at, x.gone_on
            from releases x join repositories r on r.id = x.repository_id
            where r.tenant_id = $1 and x.repository_id = $2
            order by x.published_at desc, x.id desc";
        const ASSETS: &str = "
            select a.id, a.release_id, a.name, a.size, a.uploaded_at, a.uploads, a.downloads,
                a.total, a.gone_on
            from release_assets a
            join releases x on x.id = a.release_id
            join repositories r on r.id = x.repository_id
            where r.tenant_id = $1 and x.repository_id = $2
            order by a.name, a.id";
        let rows: Vec<ReleaseRow> = on!(&self.db, |pool| sqlx::query_as(RELEASES)
            .bind(tenant.get())
            .bind(repository.get())
            .fetch_all(pool)
            .await)?;
        let mut assets: Vec<AssetRow> = on!(&self.db, |pool| sqlx::query_as(ASSETS)
            .bind(tenant.get())
            .bind(repository.get())
            .fetch_all(pool)
            .await)?;
        let days = self.asset_days(tenant, repository, range).await?;
        let releases = rows.into_iter().map(|row| {
            let (own, others) = (assets.drain(..)).partition(|asset| asset.release_id == row.id);
            assets = others;
            let own: Vec<AssetRow> = own;
            release(row, own.into_iter().map(|row| asset(row, &days)).collect())
        });
        Ok(releases.collect())
    }

    /// Ordered by asset, then by day.
    async fn asset_days(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        range: DayRange,
    ) -> Result<Vec<AssetDayRow>, StoreError> {
        const DAYS: &str = "
            select d.asset_id, d.day, d.downloads, d.gained, d.reset
            from repositories r
            join releases x on x.repository_id = r.id
            join release_assets a on a.release_id = x.id
            join asset_days d on d.asset_id = a.id
            where r.tenant_id = $1 and r.id = $2 and d.day between $3 and $4
            order by d.asset_id, d.day";
        Ok(on!(&self.db, |pool| sqlx::query_as(DAYS)
            .bind(tenant.get())
            .bind(repository.get())
            .bind(range.from.date())
            .bind(range.to.date())
            .fetch_all(pool)
            .await)?)
    }
}

fn release(row: ReleaseRow, assets: Vec<Asset>) -> Release {
    Release {
        tag: row.tag,
        name: row.name,
        prerelease: row.prerelease,
        published_at: row.published_at,
        gone_on: row.gone_on.map(Day::new),
        downloads: assets.iter().map(|asset| asset.downloads).sum(),
        assets,
    }
}

fn asset(row: AssetRow, days: &[AssetDayRow]) -> Asset {
    let first = days.partition_point(|day| day.asset_id < row.id);
    let own = days[first..]
        .iter()
        .take_while(|day| day.asset_id == row.id);
    let days: Vec<_> = own
        .map(|day| AssetDay {
            day: Day::new(day.day),
            downloads_of_upload: to_u64(day.downloads),
            gained: day.gained.map(to_u64),
            reset: day.reset,
        })
        .collect();
    Asset {
        name: row.name,
        size: to_u64(row.size),
        uploaded_at: row.uploaded_at,
        uploads: to_u32(row.uploads),
        gone_on: row.gone_on.map(Day::new),
        downloads_of_upload: to_u64(row.downloads),
        downloads: to_u64(row.total),
        gained: days.iter().filter_map(|day| day.gained).sum(),
        days,
    }
}
