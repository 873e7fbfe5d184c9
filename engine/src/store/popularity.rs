//! Stars, forks, watchers and open issues by day.

use domain::report::Popularity;
use domain::{Day, RepositoryId, TenantId};

use super::{Store, StoreError};

impl Store {
    /// Keeps a day's figures; the day's last ones stand.
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
                stars = excluded.stars, forks = excluded.forks, watchers = excluded.watchers,
                open_issues = excluded.open_issues";
        let mut transaction = self.begin().await?;
        if !transaction.owns_repository(tenant, repository).await? {
            return Ok(());
        }
        within!(transaction, |connection| sqlx::query(SAVE)
            .bind(repository.get())
            .bind(day.date())
            .bind(i64::from(popularity.stars))
            .bind(i64::from(popularity.forks))
            .bind(i64::from(popularity.watchers))
            .bind(i64::from(popularity.open_issues))
            .execute(connection)
            .await
            .map(drop))?;
        transaction.commit().await
    }

    /// The newest figures.
    pub(crate) async fn newest_popularity(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
    ) -> Result<Option<Popularity>, StoreError> {
        const NEWEST: &str = "
            select p.stars, p.forks, p.watchers, p.open_issues
            from popularity_days p join repositories r on r.id = p.repository_id
            where r.tenant_id = $1 and p.repository_id = $2
            order by p.day desc limit 1";
        let row: Option<(i64, i64, i64, i64)> = on!(&self.db, |pool| sqlx::query_as(NEWEST)
            .bind(tenant.get())
            .bind(repository.get())
            .fetch_optional(pool)
            .await)?;
        let fit = |number| u32::try_from(number).unwrap_or(u32::MAX);
        Ok(row.map(|(stars, forks, watchers, open_issues)| Popularity {
            stars: fit(stars),
            forks: fit(forks),
            watchers: fit(watchers),
            open_issues: fit(open_issues),
        }))
    }
}
