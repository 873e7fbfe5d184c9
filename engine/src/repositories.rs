//! Tracking repositories, and stopping it.

use domain::report::{History, RepositoriesReport, Repository};
use domain::{
    Access, Permission, RepositoryId, RepositoryName, RepositoryStatus, TenantId, Viewer,
};

use crate::github::GithubError;
use crate::store::{ALREADY_TRACKED, NewRepository};
use crate::{Engine, Error, Result, authorize};

impl Engine {
    /// All repositories of a tenant, kept ones included, with what the page around them needs.
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
        let records = self.0.store.repositories(tenant).await?;
        let connections = self.0.store.connections(tenant).await?;
        Ok(RepositoriesReport {
            repositories: records
                .into_iter()
                .map(|record| record.repository)
                .collect(),
            may_manage: may(Permission::ManageRepositories),
            connected: !connections.is_empty(),
            may_connect: may(Permission::ManageConnections),
        })
    }

    /// The repository that has this name now.
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
        let record = self.0.store.repository_named(tenant, name).await?;
        Ok(record.ok_or_else(Error::not_found)?.repository)
    }

    /// Tracks a repository, after GitHub showed its traffic to one of the tenant's connections.
    /// A kept repository is tracked again, with its history.
    ///
    /// # Errors
    /// Where the viewer may not, it is tracked already, or GitHub refuses: then the message names
    /// what is missing.
    pub async fn track(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        name: &RepositoryName,
    ) -> Result<Repository> {
        authorize(viewer, tenant, Permission::ManageRepositories)?;
        let already = || Error::conflict(format!("{name} is tracked already."));
        if let Some(record) = self.0.store.repository_named(tenant, name).await?
            && record.repository.status != RepositoryStatus::Archived
        {
            return Err(already());
        }

        let mut refusal = None;
        for connection in self.0.store.connections(tenant).await? {
            let client = self.client(tenant, connection.id).await?;
            let found = match client.repository(name).await {
                Ok(found) => found,
                Err(error) => {
                    refusal.get_or_insert(error);
                    continue;
                }
            };
            // Only asking for the traffic proves that the token may read it.
            if let Err(error) = client.prove_traffic(&found).await {
                refusal = Some(error);
                continue;
            }
            let repository = NewRepository {
                connection: connection.id,
                github_id: found.github_id,
                name: &found.full_name,
            };
            let id = match self.0.store.revive_repository(tenant, &repository).await? {
                Some(id) => id,
                None => self
                    .0
                    .store
                    .insert_repository(tenant, &repository, self.0.clock.now())
                    .await
                    .map_err(|error| {
                        if error.violates(ALREADY_TRACKED) {
                            already()
                        } else {
                            error.into()
                        }
                    })?,
            };
            return self.one_repository(tenant, id).await;
        }
        Err(refusal.map_or_else(not_connected, |error: GithubError| error.into()))
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
        let store = &self.0.store;
        let found = match history {
            History::Keep => {
                store
                    .set_repository_status(tenant, id, RepositoryStatus::Archived)
                    .await?
            }
            History::Delete => store.delete_repository(tenant, id).await?,
        };
        if found {
            Ok(())
        } else {
            Err(Error::not_found())
        }
    }

    pub(crate) async fn one_repository(
        &self,
        tenant: TenantId,
        id: RepositoryId,
    ) -> Result<Repository> {
        let record = self.0.store.repository(tenant, id).await?;
        Ok(record.ok_or_else(Error::not_found)?.repository)
    }
}

fn not_connected() -> Error {
    Error::invalid("Connect the tenant to GitHub first: without a token no traffic can be read.")
}
