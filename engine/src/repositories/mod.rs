//! A tenant's repositories: listed, tracked, and no longer tracked.

mod available;
mod tracking;

use domain::report::{History, RepositoriesReport, Repository};
use domain::{
    Access, AuditAction, Permission, RepositoryId, RepositoryName, RepositoryScope,
    RepositoryStatus, TenantId, Viewer,
};

use crate::follow_rules::shortened;
use crate::{Engine, Error, Result, authorize};

pub(crate) use available::{RepositoryListCache, unreadable};
pub use tracking::RepositorySelection;
pub(crate) use tracking::name_list;

/// How many characters of a rule's patterns are shown beside each repository that it tracks.
const PATTERNS_LENGTH: usize = 60;

impl Engine {
    /// All repositories of a tenant within the viewer's reach, kept ones included, with what the
    /// page around them needs.
    ///
    /// # Errors
    /// Where the viewer may not see them.
    pub async fn repositories(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
    ) -> Result<RepositoriesReport> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        let may = |permission| viewer.access(tenant, permission) == Access::Granted;
        let reach = viewer.reach(tenant);
        let records = self.0.store.repositories(tenant, &reach).await?;
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
                        shortened(rule.filter.patterns.to_string(), PATTERNS_LENGTH),
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
    /// Where there is none, or the viewer may not see it.
    pub async fn repository(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: RepositoryId,
    ) -> Result<Repository> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        self.one_repository(viewer, tenant, id).await
    }

    /// The repository that has this name now, or else had it last.
    ///
    /// # Errors
    /// Where there is none, or the viewer may not see it.
    pub async fn find_repository(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        name: &RepositoryName,
    ) -> Result<Repository> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        let reach = viewer.reach(tenant);
        let record = self
            .0
            .store
            .repository_by_any_name(tenant, &reach, name)
            .await?;
        Ok(record.ok_or_else(Error::not_found)?.repository)
    }

    /// Stops tracking a repository; its history is kept or deleted.
    ///
    /// # Errors
    /// Where the viewer may not, or there is no such repository.
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
                // A rule would bring it back.
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

    /// Makes sure that all of these repositories, each named once, are there for the viewer.
    pub(crate) async fn within_reach(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        ids: &[RepositoryId],
    ) -> Result<()> {
        let reach = viewer.reach(tenant);
        let named = RepositoryScope::Only(ids.to_vec());
        let there = self.0.store.count_repositories(tenant, &named).await?;
        if there == ids.len() && ids.iter().all(|id| reach.holds(*id)) {
            return Ok(());
        }
        Err(Error::not_found())
    }

    /// One repository within the viewer's reach.
    pub(crate) async fn one_repository(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: RepositoryId,
    ) -> Result<Repository> {
        let reach = viewer.reach(tenant);
        let record = self.0.store.repository(tenant, &reach, id).await?;
        Ok(record.ok_or_else(Error::not_found)?.repository)
    }
}
