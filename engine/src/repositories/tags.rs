//! Tags: listing, giving and taking them, renaming and deleting.
//!
//! A tag exists as long as a repository has it. Every change locks the tenant's limits first, so two
//! changes follow each other.

use domain::report::{Repository, RepositoryTag, TagChange};
use domain::{
    AuditAction, Limit, MOST_TAGS, Permission, RepositoryId, RepositoryName, RepositoryScope,
    RepositoryTagId, TagName, TenantId, Viewer,
};

use super::name_list;
use crate::limits::listed_ids;
use crate::page::{ListPage, PageSize};
use crate::store::{TAG_NAME, TagKey, Transaction};
use crate::{Engine, Error, Result, authorize};

/// Repositories of a request.
#[derive(Default)]
struct Named {
    ids: Vec<RepositoryId>,
    /// As the system log names them.
    names: String,
}

impl Engine {
    /// The tags of the repositories in scope, by name.
    ///
    /// # Errors
    /// When the viewer may not see them.
    pub async fn repository_tags(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
    ) -> Result<Vec<RepositoryTag>> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        let scope = viewer.repository_scope(tenant);
        let store = &self.0.store;
        Ok(store
            .repository_tags(tenant, &scope, None, u32::MAX)
            .await?)
    }

    /// A page of the same list: the tags after a key, or the first ones.
    ///
    /// # Errors
    /// When the viewer may not see them.
    pub async fn list_repository_tags(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        size: PageSize,
        after: Option<&TagKey>,
    ) -> Result<ListPage<RepositoryTag, TagKey>> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        let scope = viewer.repository_scope(tenant);
        let store = &self.0.store;
        let rows = store.repository_tags(tenant, &scope, after, size.with_one_more());
        Ok(size.cut(rows.await?).into_list(TagKey::of))
    }

    /// One tag.
    ///
    /// # Errors
    /// When no repository in scope has it.
    pub async fn repository_tag(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: RepositoryTagId,
    ) -> Result<RepositoryTag> {
        let tags = self.repository_tags(viewer, tenant).await?;
        let tag = tags.into_iter().find(|tag| tag.id == id);
        tag.ok_or_else(Error::not_found)
    }

    /// Gives a tag to repositories. A new one is created; an existing one keeps its name.
    ///
    /// # Errors
    /// When the viewer may not, no repository or a missing one is named, or the tenant or a
    /// repository would have too many tags.
    pub async fn add_tag(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        name: &TagName,
        repositories: Vec<RepositoryId>,
    ) -> Result<RepositoryTag> {
        authorize(viewer, tenant, Permission::ManageRepositories)?;
        let named = self.named(viewer, tenant, repositories).await?;
        if named.ids.is_empty() {
            return Err(Error::invalid("Select at least one repository."));
        }
        let mut transaction = self.0.store.begin().await?;
        let id = self
            .give_tag(&mut transaction, viewer, tenant, name, &named)
            .await?;
        transaction.commit().await?;
        self.repository_tag(viewer, tenant, id).await
    }

    /// Takes a tag from repositories, if they have it.
    ///
    /// # Errors
    /// When the viewer may not, or no repository or a missing one is named.
    pub async fn remove_tag(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        name: &TagName,
        repositories: Vec<RepositoryId>,
    ) -> Result<()> {
        authorize(viewer, tenant, Permission::ManageRepositories)?;
        let named = self.named(viewer, tenant, repositories).await?;
        if named.ids.is_empty() {
            return Err(Error::invalid("Select at least one repository."));
        }
        let mut transaction = self.0.store.begin().await?;
        self.hold_limits(&mut transaction, tenant).await?;
        let Some(id) = transaction.find_repository_tag(tenant, name).await? else {
            return Ok(());
        };
        self.take_tag(&mut transaction, viewer, tenant, (id, name), &named)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Replaces the tags of a repository.
    ///
    /// # Errors
    /// When the viewer may not, there is no such repository, or there would be too many tags.
    pub async fn set_tags(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: RepositoryId,
        tags: &[TagName],
    ) -> Result<Repository> {
        authorize(viewer, tenant, Permission::ManageRepositories)?;
        let before = self.one_repository(viewer, tenant, id).await?;
        let named = Named {
            ids: vec![id],
            names: before.full_name.to_string(),
        };
        let is_in = |tags: &[TagName], tag: &TagName| {
            tags.iter().any(|other| other.folded() == tag.folded())
        };
        let mut transaction = self.0.store.begin().await?;
        self.hold_limits(&mut transaction, tenant).await?;
        for tag in before.tags.iter().filter(|tag| !is_in(tags, tag)) {
            if let Some(tag_id) = transaction.find_repository_tag(tenant, tag).await? {
                self.take_tag(&mut transaction, viewer, tenant, (tag_id, tag), &named)
                    .await?;
            }
        }
        for tag in tags.iter().filter(|tag| !is_in(&before.tags, tag)) {
            self.give_tag(&mut transaction, viewer, tenant, tag, &named)
                .await?;
        }
        transaction.commit().await?;
        self.one_repository(viewer, tenant, id).await
    }

    /// Renames a tag, and gives it to and takes it from repositories. Returns it; `None` if no
    /// repository has it now, so that it no longer exists.
    ///
    /// # Errors
    /// When the viewer may not, there is no such tag or repository, another tag has the name, or
    /// there would be too many tags.
    pub async fn change_tag(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: RepositoryTagId,
        change: TagChange,
    ) -> Result<Option<RepositoryTag>> {
        authorize(viewer, tenant, Permission::ManageRepositories)?;
        let before = self.repository_tag(viewer, tenant, id).await?;
        let added = self.named(viewer, tenant, change.add).await?;
        let removed = self.named(viewer, tenant, change.remove).await?;
        let mut transaction = self.0.store.begin().await?;
        self.hold_limits(&mut transaction, tenant).await?;
        let mut name = before.name.clone();
        if let Some(new) = change.name.filter(|new| *new != before.name) {
            match transaction.rename_repository_tag(tenant, id, &new).await {
                Ok(true) => {}
                Ok(false) => return Err(Error::not_found()),
                Err(error) if error.violates(TAG_NAME) => {
                    return Err(Error::conflict(format!("There is already a tag {new}.")));
                }
                Err(error) => return Err(error.into()),
            }
            let subject = format!("{} to {new}", before.name);
            let action = AuditAction::TagRenamed;
            self.log(&mut transaction, viewer, action, Some(tenant), &subject)
                .await?;
            name = new;
        }
        if !added.ids.is_empty() {
            self.give_tag(&mut transaction, viewer, tenant, &name, &added)
                .await?;
        }
        if !removed.ids.is_empty() {
            self.take_tag(&mut transaction, viewer, tenant, (id, &name), &removed)
                .await?;
        }
        transaction.commit().await?;
        let tags = self.repository_tags(viewer, tenant).await?;
        Ok(tags.into_iter().find(|tag| tag.id == id))
    }

    /// Deletes a tag; its repositories stay.
    ///
    /// # Errors
    /// When the viewer may not, or there is no such tag.
    pub async fn delete_tag(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: RepositoryTagId,
    ) -> Result<()> {
        authorize(viewer, tenant, Permission::ManageRepositories)?;
        let mut transaction = self.0.store.begin().await?;
        self.hold_limits(&mut transaction, tenant).await?;
        let name = transaction.delete_repository_tag(tenant, id).await?;
        let name = name.ok_or_else(Error::not_found)?;
        let action = AuditAction::TagDeleted;
        self.log(&mut transaction, viewer, action, Some(tenant), &name)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// The named repositories, each once, if the viewer may see all of them.
    async fn named(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        ids: Vec<RepositoryId>,
    ) -> Result<Named> {
        let ids = listed_ids(ids)?;
        if ids.is_empty() {
            return Ok(Named::default());
        }
        self.require_in_scope(viewer, tenant, &ids).await?;
        let only = RepositoryScope::Only(ids.clone());
        let records = self.0.store.repositories(tenant, &only).await?;
        let names: Vec<&RepositoryName> = records
            .iter()
            .map(|record| &record.repository.full_name)
            .collect();
        Ok(Named {
            names: name_list(&names),
            ids,
        })
    }

    /// Gives a tag to repositories within the limits.
    async fn give_tag(
        &self,
        transaction: &mut Transaction,
        viewer: &Viewer,
        tenant: TenantId,
        name: &TagName,
        repositories: &Named,
    ) -> Result<RepositoryTagId> {
        let ids = &repositories.ids;
        let limits = self.hold_limits(transaction, tenant).await?;
        let id = transaction.repository_tag(tenant, name).await?;
        transaction.tag_repositories(tenant, id, ids).await?;
        transaction.delete_unused_tags(tenant).await?;
        self.keep_within(transaction, tenant, &limits, Limit::Tags)
            .await?;
        if transaction.most_tags(tenant, ids).await? > MOST_TAGS as u64 {
            return Err(Error::invalid(format!(
                "A repository can have at most {MOST_TAGS} tags. Remove one first."
            )));
        }
        let action = AuditAction::RepositoriesTagged;
        let subject = format!("{name}: {}", repositories.names);
        self.log(transaction, viewer, action, Some(tenant), &subject)
            .await?;
        Ok(id)
    }

    /// Takes a tag from repositories, and deletes it if none has it now.
    async fn take_tag(
        &self,
        transaction: &mut Transaction,
        viewer: &Viewer,
        tenant: TenantId,
        (id, name): (RepositoryTagId, &TagName),
        repositories: &Named,
    ) -> Result<()> {
        transaction
            .untag_repositories(tenant, id, &repositories.ids)
            .await?;
        transaction.delete_unused_tags(tenant).await?;
        let action = AuditAction::RepositoriesUntagged;
        let subject = format!("{name}: {}", repositories.names);
        self.log(transaction, viewer, action, Some(tenant), &subject)
            .await
    }
}
