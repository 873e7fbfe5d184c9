//! Stars, forks, watchers and open issues by day.

use domain::report::Popularity;
use domain::{Day, RepositoryId, TenantId};

use crate::store::numbers::to_u32;
use crate::store::{Store, StoreError};

impl Store {
    /// Saves a day's numbers; the last ones of a day win. Missing numbers change nothing.
    pub(crate) async fn save_popularity(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        day: Day,
        popularity: Popularity,
    ) -> Result<(), StoreError> {
        const SAVE: &str = "
            insert into popularity_days (repository_id, day, stars, forks, watchers, open_issues)
            values ($1, $2, $3, $4, $5, $6)
            on conflict (repository_id, day) do update set
                stars = coalesce(excluded.stars, popularity_days.stars),
                forks = coalesce(excluded.forks, popularity_days.forks),
                watchers = coalesce(excluded.watchers, popularity_days.watchers),
                open_issues = coalesce(excluded.open_issues, popularity_days.open_issues)";
        let mut transaction = self.begin().await?;
        if !transaction.lock_repository(tenant, repository).await? {
            return Ok(());
        }
        within!(transaction, |connection| sqlx::query(SAVE)
            .bind(repository.get())
            .bind(day.date())
            .bind(popularity.stars.map(i64::from))
            .bind(popularity.forks.map(i64::from))
            .bind(popularity.watchers.map(i64::from))
            .bind(popularity.open_issues.map(i64::from))
            .execute(connection)
            .await
            .map(drop))?;
        transaction.update_stars(repository).await?;
        transaction.commit().await
    }

    /// The newest of each number; `None` if never reported.
    pub(crate) async fn newest_popularity(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
    ) -> Result<Option<Popularity>, StoreError> {
        const NEWEST: &str = "
            select
                (select p.stars from popularity_days p where p.repository_id = r.id
                    and p.stars is not null order by p.day desc limit 1) as stars,
                (select p.forks from popularity_days p where p.repository_id = r.id
                    and p.forks is not null order by p.day desc limit 1) as forks,
                (select p.watchers from popularity_days p where p.repository_id = r.id
                    and p.watchers is not null order by p.day desc limit 1) as watchers,
                (select p.open_issues from popularity_days p where p.repository_id = r.id
                    and p.open_issues is not null order by p.day desc limit 1) as open_issues
            from repositories r where r.tenant_id = $1 and r.id = $2";
        type Row = (Option<i64>, Option<i64>, Option<i64>, Option<i64>);
        let row: Option<Row> = on!(&self.db, |pool| sqlx::query_as(NEWEST)
            .bind(tenant.get())
            .bind(repository.get())
            .fetch_optional(pool)
            .await)?;
        let fit = |number: Option<i64>| number.map(to_u32);
        let newest = row.map(|(stars, forks, watchers, open_issues)| Popularity {
            stars: fit(stars),
            forks: fit(forks),
            watchers: fit(watchers),
            open_issues: fit(open_issues),
        });
        Ok(newest.filter(|newest| *newest != Popularity::default()))
    }
}
