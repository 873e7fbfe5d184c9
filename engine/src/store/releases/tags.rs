//! Tags, and the days of their commits.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{Day, Endpoint, RepositoryId, TenantId};
use sqlx::FromRow;

use crate::github::ListedTag;
use crate::store::batch::{Batch, batch};
use crate::store::numbers::to_usize;
use crate::store::{Store, StoreError, Transaction};

#[derive(FromRow)]
struct KnownTag {
    name: String,
    commit_sha: String,
    gone_on: Option<NaiveDate>,
}

impl Store {
    /// How many tags were last listed.
    pub(crate) async fn listed_tags(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
    ) -> Result<usize, StoreError> {
        const COUNT: &str = "
            select count(*) from tags t join repositories r on r.id = t.repository_id
            where r.tenant_id = $1 and t.repository_id = $2 and t.gone_on is null";
        let count: i64 = on!(&self.db, |pool| sqlx::query_scalar(COUNT)
            .bind(tenant.get())
            .bind(repository.get())
            .fetch_one(pool)
            .await)?;
        Ok(to_usize(count))
    }

    /// Saves the listed tags. Tags missing from a `whole` list are gone. A tag that points to
    /// another commit has another day.
    pub(crate) async fn save_tags(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        listed: &[ListedTag],
        whole: bool,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        const SAVE: Batch = batch!(
            "insert into tags (repository_id, looked_up, name, commit_sha) select $1, false, ",
            0 "text", 1 "text";
            "on conflict (repository_id, name) do update set
                looked_up = case when tags.commit_sha = excluded.commit_sha
                    then tags.looked_up else excluded.looked_up end,
                day = case when tags.commit_sha = excluded.commit_sha then tags.day end,
                commit_sha = excluded.commit_sha, gone_on = null"
        );
        let mut transaction = self.begin().await?;
        if !transaction.owns_repository(tenant, repository).await? {
            return Ok(());
        }
        let known = transaction.known_tags(repository).await?;
        let is_stored = |tag: &&ListedTag| {
            let at = known.binary_search_by(|it| it.name.as_str().cmp(&tag.name));
            at.is_ok_and(|at| known[at].commit_sha == tag.commit && known[at].gone_on.is_none())
        };
        let changed = listed.iter().filter(|tag| !is_stored(tag));
        let rows: Vec<_> = changed.map(|tag| (&tag.name, &tag.commit)).collect();
        transaction
            .write_batch(SAVE, repository.get(), &rows)
            .await?;
        if whole {
            let mut names: Vec<&str> = listed.iter().map(|tag| tag.name.as_str()).collect();
            names.sort_unstable();
            for tag in known.iter().filter(|tag| tag.gone_on.is_none()) {
                if names.binary_search(&tag.name.as_str()).is_err() {
                    transaction
                        .tag_is_gone(repository, &tag.name, Day::of(now))
                        .await?;
                }
            }
        }
        transaction
            .record_availability(repository, Endpoint::Tags, true, now)
            .await?;
        transaction.commit().await
    }

    /// Some of the tags whose commits must be requested for their day; those with a release need
    /// none.
    pub(crate) async fn undated_tags(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        most: u32,
    ) -> Result<Vec<ListedTag>, StoreError> {
        const UNDATED: &str = "
            select t.name, t.commit_sha
            from tags t join repositories r on r.id = t.repository_id
            where r.tenant_id = $1 and t.repository_id = $2
                and t.gone_on is null and not t.looked_up
                and not exists (select 1 from releases x
                    where x.repository_id = t.repository_id and x.tag = t.name)
            order by t.name desc limit $3";
        let rows: Vec<(String, String)> = on!(&self.db, |pool| sqlx::query_as(UNDATED)
            .bind(tenant.get())
            .bind(repository.get())
            .bind(i64::from(most))
            .fetch_all(pool)
            .await)?;
        Ok(rows
            .into_iter()
            .map(|(name, commit)| ListedTag { name, commit })
            .collect())
    }

    /// Sets the days of tags' commits; `None` for a tag without a commit.
    pub(crate) async fn date_tags(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        dated: &[(ListedTag, Option<Day>)],
    ) -> Result<(), StoreError> {
        const DATE: &str = "
            update tags set looked_up = $4, day = $5
            where repository_id = $1 and name = $2 and commit_sha = $3";
        let mut transaction = self.begin().await?;
        if !transaction.owns_repository(tenant, repository).await? {
            return Ok(());
        }
        for (tag, day) in dated {
            within!(transaction, |connection| sqlx::query(DATE)
                .bind(repository.get())
                .bind(&tag.name)
                .bind(&tag.commit)
                .bind(true)
                .bind(day.map(Day::date))
                .execute(connection)
                .await
                .map(drop))?;
        }
        transaction.commit().await
    }
}

impl Transaction {
    /// The stored tags, in byte order.
    async fn known_tags(&mut self, repository: RepositoryId) -> Result<Vec<KnownTag>, StoreError> {
        const KNOWN: &str = "select name, commit_sha, gone_on from tags where repository_id = $1";
        let mut known: Vec<KnownTag> = within!(*self, |connection| sqlx::query_as(KNOWN)
            .bind(repository.get())
            .fetch_all(connection)
            .await)?;
        known.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Ok(known)
    }

    async fn tag_is_gone(
        &mut self,
        repository: RepositoryId,
        name: &str,
        day: Day,
    ) -> Result<(), StoreError> {
        within!(*self, |connection| sqlx::query(
            "update tags set gone_on = $3 where repository_id = $1 and name = $2"
        )
        .bind(repository.get())
        .bind(name)
        .bind(day.date())
        .execute(connection)
        .await
        .map(drop))?;
        Ok(())
    }
}
