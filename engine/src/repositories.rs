//! Tracking repositories, and stopping it.

use domain::report::{History, RepositoriesReport, Repository, Tracked};
use domain::{
    Access, AuditAction, Limit, Permission, RepositoryId, RepositoryName, RepositoryScope,
    RepositoryStatus, TenantId, Trigger, Viewer,
};

use crate::follow_rules::shortened;
use crate::github::GithubError;
use crate::store::{ALREADY_TRACKED, NewRepository};
use crate::{Engine, Error, Result, authorize};

/// How many characters of a rule's patterns stand beside each repository that it tracks.
const NAMED: usize = 60;

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
                .map(|rule| (rule.id, shortened(rule.filter.patterns.to_string(), NAMED)))
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
        let record = self.0.store.repository_named(tenant, &reach, name).await?;
        Ok(record.ok_or_else(Error::not_found)?.repository)
    }

    /// Tracks a repository, after GitHub showed its traffic to one of the tenant's connections.
    /// A kept repository is tracked again, with its history.
    ///
    /// # Errors
    /// Where the viewer may not, it is tracked already, the tenant has as many as it may have, or
    /// GitHub refuses: then the message names what is missing.
    pub async fn track(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        name: &RepositoryName,
    ) -> Result<Repository> {
        authorize(viewer, tenant, Permission::ManageRepositories)?;
        let already = || Error::conflict(format!("{name} is tracked already."));
        // A name is no identity: GitHub gives one that is free again to another repository.
        let tracked = self.0.store.tracked_github_ids(tenant).await?;
        let mut refusal = None;
        for connection in self.0.store.connections(tenant).await? {
            let opened = self.0.clients.open(tenant, connection.id).await?;
            let client = &opened.client;
            let found = match client.repository(name).await {
                Ok(found) => found,
                Err(error) => {
                    refusal.get_or_insert(error);
                    continue;
                }
            };
            if tracked.contains(&found.github_id) {
                return Err(already());
            }
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
            let mut transaction = self.0.store.begin().await?;
            let limits = self.hold_limits(&mut transaction, tenant).await?;
            // It may have been taken away while GitHub was asked.
            if (transaction.lock_connection(tenant, connection.id).await?).is_none() {
                continue;
            }
            let id = if let Some(id) = transaction.revive_repository(tenant, &repository).await? {
                id
            } else {
                let now = self.0.clock.now();
                let made = transaction
                    .insert_repository(tenant, &repository, now)
                    .await;
                let id = made.map_err(|error| {
                    if error.violates(ALREADY_TRACKED) {
                        already()
                    } else {
                        error.into()
                    }
                })?;
                self.keep_within(&mut transaction, tenant, &limits, Limit::Repositories)
                    .await?;
                id
            };
            let github_ids = [found.github_id];
            transaction.forget_unfollowed(tenant, &github_ids).await?;
            self.log(
                &mut transaction,
                viewer,
                AuditAction::RepositoryTracked,
                Some(tenant),
                &found.full_name.to_string(),
            )
            .await?;
            transaction.commit().await?;
            return self.one_repository(viewer, tenant, id).await;
        }
        Err(refusal.map_or_else(not_connected, |error: GithubError| error.into()))
    }

    /// Tracks a repository and collects it at once, in the background.
    ///
    /// # Errors
    /// As [`Engine::track`]. That nothing can run now is no error: the schedule collects it later.
    pub async fn track_now(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        name: &RepositoryName,
    ) -> Result<Tracked> {
        let repository = self.track(viewer, tenant, name).await?;
        let run = self
            .begin_first_run(viewer, tenant, Trigger::Manual, repository.id)
            .await;
        let next_run_at = self.following(tenant).await?.next_run_of(&repository);
        Ok(Tracked {
            repository,
            run,
            next_run_at,
        })
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
                format!("{}, keeping its history", repository.full_name),
            ),
            History::Delete => {
                let found = transaction.delete_repository(tenant, id).await?;
                transaction.unscoped_delete_unused_labels().await?;
                // A rule would bring it back.
                let github_ids = [repository.github_id];
                transaction.unfollow(tenant, &github_ids).await?;
                (
                    found,
                    format!("{}, deleting its history", repository.full_name),
                )
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

fn not_connected() -> Error {
    Error::invalid("Connect the tenant to GitHub first: without a token no traffic can be read.")
}
