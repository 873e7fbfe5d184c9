//! A tenant's repositories: listed, tracked, and no longer tracked.

mod available;
mod filter;
mod pages;
mod tags;
mod tracking;

use domain::report::{
    History, PagedRepositories, RepositoriesQuery, RepositoriesReport, Repository,
};
use domain::{
    Access, AuditAction, Permission, RepositoryId, RepositoryName, RepositoryScope,
    RepositoryStatus, TenantId, Viewer,
};

use crate::{Engine, Error, Result, authorize};

pub(crate) use available::{RepositoryListCache, unreadable};
pub(crate) use filter::{RepositoryStates, bounded};
pub use tracking::RepositorySelection;
pub(crate) use tracking::{name_list, shorten};

/// How many repositories one page lists.
const PAGE: u32 = 50;

/// How many characters of a rule's patterns are shown beside each repository that it tracks.
const PATTERNS_LENGTH: usize = 60;

impl Engine {
    /// All repositories of a tenant in scope, those with history only included, with what their
    /// page needs.
    ///
    /// # Errors
    /// When the viewer may not see them.
    pub async fn repositories(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
    ) -> Result<RepositoriesReport> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        self.repositories_report(viewer, tenant, &viewer.repository_scope(tenant))
            .await
    }

    /// One page of the same list, filtered and sorted.
    ///
    /// # Errors
    /// When the viewer may not see them.
    pub async fn paged_repositories(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        mut query: RepositoriesQuery,
    ) -> Result<PagedRepositories> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        query.filter = bounded(query.filter);
        let (store, all) = (&self.0.store, viewer.repository_scope(tenant));
        let (mut matching, tracked) = store.count_in_scope(tenant, &all).await?;
        let scope = self.filtered_scope(tenant, &all, &query.filter).await?;
        if scope != all {
            (matching, _) = store.count_in_scope(tenant, &scope).await?;
        }
        let pages = matching.div_ceil(u64::from(PAGE)).max(1);
        let pages = u32::try_from(pages).unwrap_or(u32::MAX);
        query.page = query.page.clamp(1, pages);
        let page = store
            .repositories_on_page(tenant, &scope, &query, PAGE)
            .await?;
        let ids: Vec<RepositoryId> = page.iter().map(|(id, _)| *id).collect();
        let only = RepositoryScope::Only(ids.clone());
        let mut report = self.repositories_report(viewer, tenant, &only).await?;
        let place = |repository: &Repository| ids.iter().position(|id| *id == repository.id);
        report.repositories.sort_by_key(place);
        let taken = page.into_iter().filter(|(_, taken)| *taken);
        Ok(PagedRepositories {
            query,
            report,
            name_taken: taken.map(|(id, _)| id).collect(),
            tracked: u32::try_from(tracked).unwrap_or(u32::MAX),
            matching: u32::try_from(matching).unwrap_or(u32::MAX),
            pages,
        })
    }

    async fn repositories_report(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        scope: &RepositoryScope,
    ) -> Result<RepositoriesReport> {
        let may = |permission| viewer.access(tenant, permission) == Access::Granted;
        let records = self.0.store.repositories(tenant, scope).await?;
        let connections = self.0.store.connections(tenant).await?;
        let follow_rules = if may(Permission::ManageRepositories) {
            self.0.store.follow_rules(tenant).await?
        } else {
            Vec::new()
        };
        Ok(RepositoriesReport {
            repositories: records
                .into_iter()
                .map(|record| record.repository)
                .collect(),
            follow_rules: follow_rules
                .into_iter()
                .map(|rule| {
                    (
                        rule.id,
                        shorten(rule.filter.patterns.to_string(), PATTERNS_LENGTH),
                    )
                })
                .collect(),
            may_manage: may(Permission::ManageRepositories),
            connected: !connections.is_empty(),
            may_connect: may(Permission::ManageConnections),
            may_follow: may(Permission::ViewCollection),
        })
    }

    /// One repository.
    ///
    /// # Errors
    /// When it does not exist, or the viewer may not see it.
    pub async fn repository(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: RepositoryId,
    ) -> Result<Repository> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        self.one_repository(viewer, tenant, id).await
    }

    /// The repository with this current name, otherwise the last one to have had it.
    ///
    /// # Errors
    /// When it does not exist, or the viewer may not see it.
    pub async fn find_repository(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        name: &RepositoryName,
    ) -> Result<Repository> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        let scope = viewer.repository_scope(tenant);
        let record = self
            .0
            .store
            .repository_by_any_name(tenant, &scope, name)
            .await?;
        Ok(record.ok_or_else(Error::not_found)?.repository)
    }

    /// Stops tracking a repository; its history is kept or deleted.
    ///
    /// # Errors
    /// When the viewer may not, or there is no such repository.
    pub async fn untrack(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: RepositoryId,
        history: History,
    ) -> Result<()> {
        authorize(viewer, tenant, Permission::ManageRepositories)?;
        let repository = self.one_repository(viewer, tenant, id).await?;
        let mut transaction = self.0.store.begin().await?;
        let (found, subject) = match history {
            History::Keep => (
                transaction
                    .set_repository_status(tenant, id, RepositoryStatus::Archived)
                    .await?,
                format!("{}, history kept", repository.full_name),
            ),
            History::Delete => {
                let found = transaction.delete_repository(tenant, id).await?;
                transaction.unscoped_delete_unused_labels().await?;
                // Otherwise a rule would track it again.
                let github_ids = [repository.github_id];
                transaction.unfollow(tenant, &github_ids).await?;
                (found, format!("{}, history deleted", repository.full_name))
            }
        };
        if !found {
            return Err(Error::not_found());
        }
        self.log(
            &mut transaction,
            viewer,
            AuditAction::RepositoryUntracked,
            Some(tenant),
            &subject,
        )
        .await?;
        Ok(transaction.commit().await?)
    }

    /// The same, with the repository's name typed to confirm that its history is deleted.
    ///
    /// # Errors
    /// As of [`untrack`](Self::untrack), or when another name was typed; nothing has changed then.
    pub async fn untrack_confirmed(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: RepositoryId,
        history: History,
        typed: &str,
    ) -> Result<()> {
        authorize(viewer, tenant, Permission::ManageRepositories)?;
        if history == History::Delete {
            let name = self
                .one_repository(viewer, tenant, id)
                .await?
                .full_name
                .to_string();
            if !typed.trim().eq_ignore_ascii_case(&name) {
                return Err(Error::invalid(format!(
                    "Nothing was deleted. Type the repository’s name, “{name}”, to confirm."
                )));
            }
        }
        self.untrack(viewer, tenant, id, history).await
    }

    /// Ensures that the viewer may see all of these repositories, each listed once.
    pub(crate) async fn require_in_scope(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        ids: &[RepositoryId],
    ) -> Result<()> {
        let scope = viewer.repository_scope(tenant);
        let named = RepositoryScope::Only(ids.to_vec());
        let there = self.0.store.count_repositories(tenant, &named).await?;
        if there == ids.len() && ids.iter().all(|id| scope.contains(*id)) {
            return Ok(());
        }
        Err(Error::not_found())
    }

    /// One repository in scope.
    pub(crate) async fn one_repository(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: RepositoryId,
    ) -> Result<Repository> {
        let scope = viewer.repository_scope(tenant);
        let record = self.0.store.repository(tenant, &scope, id).await?;
        Ok(record.ok_or_else(Error::not_found)?.repository)
    }
}
