//! Tags of repositories.

use domain::report::RepositoryTag;
use domain::{RepositoryId, RepositoryScope, RepositoryTagId, TagName, TenantId};
use serde::{Deserialize, Serialize};

use crate::store::batch::{Batch, batch, json};
use crate::store::error::Constraint;
use crate::store::numbers::to_u32;
use crate::store::scope::{Scoped, id_list, scoped};
use crate::store::{Store, StoreError, Transaction};

/// Where a tag is in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagKey {
    folded: String,
}

impl TagKey {
    /// Where this tag is.
    #[must_use]
    pub fn of(tag: &RepositoryTag) -> Self {
        Self {
            folded: tag.name.folded(),
        }
    }
}

/// Two tags of a tenant have the same name.
pub(crate) const TAG_NAME: Constraint = Constraint {
    name: "repository_tags_name_unique",
    columns: "repository_tags.tenant_id, repository_tags.folded",
};

impl Store {
    /// The tags of the repositories in scope after a key, or the first ones, by name; at most
    /// `limit`. Only repositories in scope count.
    pub(crate) async fn repository_tags(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        after: Option<&TagKey>,
        limit: u32,
    ) -> Result<Vec<RepositoryTag>, StoreError> {
        // The name has one byte order on both databases.
        const TAGS: Scoped = scoped!(
            sqlite: "select t.id, t.name, count(*)
            from repository_tags t
                join tagged_repositories g on g.tag_id = t.id
                join repositories r on r.id = g.repository_id
            where t.tenant_id = $1 and ($3 is null or t.folded > $3)",
            "group by t.id, t.name, t.folded order by t.folded limit $4";
            postgres: "select t.id, t.name, count(*)
            from repository_tags t
                join tagged_repositories g on g.tag_id = t.id
                join repositories r on r.id = g.repository_id
            where t.tenant_id = $1 and ($3 is null or t.folded collate \"C\" > $3)",
            "group by t.id, t.name, t.folded order by t.folded collate \"C\" limit $4"
        );
        let text = TAGS.text(&self.db, scope);
        let rows: Vec<(i64, String, i64)> = on!(&self.db, |pool| sqlx::query_as(text)
            .bind(tenant.get())
            .bind(id_list(scope))
            .bind(after.map(|key| key.folded.as_str()))
            .bind(i64::from(limit))
            .fetch_all(pool)
            .await)?;
        rows.into_iter()
            .map(|(id, name, repositories)| {
                Ok(RepositoryTag {
                    id: RepositoryTagId::new(id),
                    name: tag_name(name)?,
                    repositories: to_u32(repositories),
                })
            })
            .collect()
    }
}

impl Transaction {
    /// The tag of this name, whatever its case, created if it is new. An existing one keeps its
    /// name.
    pub(crate) async fn repository_tag(
        &mut self,
        tenant: TenantId,
        name: &TagName,
    ) -> Result<RepositoryTagId, StoreError> {
        const TAG: &str = "
            insert into repository_tags (tenant_id, name, folded) values ($1, $2, $3)
            on conflict (tenant_id, folded) do update set folded = excluded.folded
            returning id";
        let id: i64 = within!(*self, |connection| sqlx::query_scalar(TAG)
            .bind(tenant.get())
            .bind(name.as_str())
            .bind(name.folded())
            .fetch_one(connection)
            .await)?;
        Ok(RepositoryTagId::new(id))
    }

    /// The id of the tag with this name, whatever its case.
    pub(crate) async fn find_repository_tag(
        &mut self,
        tenant: TenantId,
        name: &TagName,
    ) -> Result<Option<RepositoryTagId>, StoreError> {
        let id: Option<i64> = within!(*self, |connection| sqlx::query_scalar(
            "select id from repository_tags where tenant_id = $1 and folded = $2"
        )
        .bind(tenant.get())
        .bind(name.folded())
        .fetch_optional(connection)
        .await)?;
        Ok(id.map(RepositoryTagId::new))
    }

    /// Renames a tag; false when it does not exist.
    pub(crate) async fn rename_repository_tag(
        &mut self,
        tenant: TenantId,
        id: RepositoryTagId,
        name: &TagName,
    ) -> Result<bool, StoreError> {
        Ok(within!(*self, |connection| sqlx::query(
            "update repository_tags set name = $3, folded = $4 where tenant_id = $1 and id = $2"
        )
        .bind(tenant.get())
        .bind(id.get())
        .bind(name.as_str())
        .bind(name.folded())
        .execute(connection)
        .await
        .map(|done| done.rows_affected() == 1))?)
    }

    /// Deletes a tag. Returns its name.
    pub(crate) async fn delete_repository_tag(
        &mut self,
        tenant: TenantId,
        id: RepositoryTagId,
    ) -> Result<Option<String>, StoreError> {
        Ok(within!(*self, |connection| sqlx::query_scalar(
            "delete from repository_tags where tenant_id = $1 and id = $2 returning name"
        )
        .bind(tenant.get())
        .bind(id.get())
        .fetch_optional(connection)
        .await)?)
    }

    /// Gives a tag to repositories of its tenant that do not have it.
    pub(crate) async fn tag_repositories(
        &mut self,
        tenant: TenantId,
        tag: RepositoryTagId,
        repositories: &[RepositoryId],
    ) -> Result<(), StoreError> {
        const TAGGED: Batch = batch!(
            "insert into tagged_repositories (tenant_id, repository_id, tag_id) select $1, ",
            0 "bigint", 1 "bigint"; "on conflict (repository_id, tag_id) do nothing"
        );
        let rows = repositories.iter().map(|id| (id.get(), tag.get()));
        let rows: Vec<_> = rows.collect();
        self.write_batch(TAGGED, tenant.get(), &rows).await
    }

    /// Takes a tag from repositories.
    pub(crate) async fn untag_repositories(
        &mut self,
        tenant: TenantId,
        tag: RepositoryTagId,
        repositories: &[RepositoryId],
    ) -> Result<(), StoreError> {
        const UNTAGGED: Batch = Batch {
            sqlite: "delete from tagged_repositories where tenant_id = $1 and tag_id = $3
                and repository_id in (select value from json_each($2))",
            postgres: "delete from tagged_repositories where tenant_id = $1 and tag_id = $3
                and repository_id in (select cast(value as bigint)
                    from json_array_elements_text(cast($2 as json)))",
        };
        let ids: Vec<i64> = repositories.iter().map(|id| id.get()).collect();
        let (ids, text) = (json(&ids)?, UNTAGGED.text(self));
        within!(*self, |connection| sqlx::query(text)
            .bind(tenant.get())
            .bind(ids)
            .bind(tag.get())
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }

    /// Deletes the tags that no repository has.
    pub(crate) async fn delete_unused_tags(&mut self, tenant: TenantId) -> Result<(), StoreError> {
        within!(*self, |connection| sqlx::query(
            "delete from repository_tags where tenant_id = $1 and not exists (
                select 1 from tagged_repositories g
                where g.tenant_id = $1 and g.tag_id = repository_tags.id)"
        )
        .bind(tenant.get())
        .execute(connection)
        .await
        .map(drop))?;
        Ok(())
    }

    /// The largest number of tags that one of these repositories has.
    pub(crate) async fn most_tags(
        &mut self,
        tenant: TenantId,
        repositories: &[RepositoryId],
    ) -> Result<u64, StoreError> {
        const MOST: Scoped = scoped!(
            "select coalesce(max(tags), 0) from (
                select count(*) as tags
                from tagged_repositories g join repositories r on r.id = g.repository_id
                where r.tenant_id = $1",
            "group by r.id) as counted"
        );
        let scope = RepositoryScope::Only(repositories.to_vec());
        let text = MOST.within(self, &scope);
        let most: i64 = within!(*self, |connection| sqlx::query_scalar(text)
            .bind(tenant.get())
            .bind(id_list(&scope))
            .fetch_one(connection)
            .await)?;
        Ok(most.unsigned_abs())
    }
}

/// A stored name.
pub(super) fn tag_name(name: String) -> Result<TagName, StoreError> {
    name.try_into().map_err(|_| StoreError::UnknownWord("tag"))
}
