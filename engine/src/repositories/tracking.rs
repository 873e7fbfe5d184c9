//! Tracking repositories, one after a check with GitHub or many from a connection's list.

use std::collections::{HashMap, HashSet};

use domain::report::{Connection, Repository, Tracked, TrackedMany};
use domain::{
    AuditAction, ConnectionId, Limit, Permission, RepositoryId, RepositoryName, TenantId, Trigger,
    Viewer,
};

use super::available::unreadable;
use crate::github::{GithubError, ListedRepository};
use crate::store::Transaction;
use crate::{Engine, Error, Result, authorize, count};

/// How many names a line of the system log holds.
const MAX_NAMED: usize = 10;

/// Which of the repositories that a connection lists to track.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RepositorySelection {
    /// All whose traffic can be read and that are not tracked yet.
    All,
    /// These.
    These(Vec<RepositoryName>),
}

impl Engine {
    /// Tracks a repository, after GitHub showed its traffic to one of the tenant's connections.
    /// One with kept history is tracked again.
    ///
    /// # Errors
    /// When the viewer may not, the repository is tracked already, the tenant is at its limit, or
    /// GitHub refuses; then the message names what is missing.
    pub async fn track(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        name: &RepositoryName,
    ) -> Result<Repository> {
        authorize(viewer, tenant, Permission::ManageRepositories)?;
        let already = || Error::conflict(format!("{name} is already tracked."));
        // A name is no identity: GitHub may give a name that became free to another repository.
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
            // Only a request for the traffic proves that the token may read it.
            if let Err(error) = client.prove_traffic(&found).await {
                refusal = Some(error);
                continue;
            }
            let mut transaction = self.0.store.begin().await?;
            let rows = [(found.github_id, &found.full_name)];
            let Some(added) = self
                .add_tracked(&mut transaction, tenant, connection.id, &rows)
                .await?
            else {
                // The connection was removed during the requests.
                continue;
            };
            let (id, _) = added.first().copied().ok_or_else(already)?;
            let action = AuditAction::RepositoryTracked;
            let subject = found.full_name.to_string();
            self.log(&mut transaction, viewer, action, Some(tenant), &subject)
                .await?;
            transaction.commit().await?;
            return self.one_repository(viewer, tenant, id).await;
        }
        Err(refusal.map_or_else(not_connected, |error: GithubError| error.into()))
    }

    /// Tracks a repository and collects it immediately, in the background.
    ///
    /// # Errors
    /// As [`Engine::track`]. A run that cannot start is no error: the schedule collects it later.
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
        let next_run_at = self.assignments(tenant).await?.next_run_of(&repository);
        Ok(Tracked {
            repository,
            run,
            next_run_at,
        })
    }

    /// Tracks many repositories on the word of GitHub's list, without a request for each. Those
    /// with kept history are tracked again.
    ///
    /// # Errors
    /// When the viewer may not, there is no such connection, GitHub does not answer, or the tenant
    /// would exceed its limit; then none is tracked.
    pub async fn track_many(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: ConnectionId,
        selection: RepositorySelection,
    ) -> Result<TrackedMany> {
        authorize(viewer, tenant, Permission::ManageRepositories)?;
        let mut connection = self.one_connection(tenant, id).await?;
        if connection.missing_permission.is_some() {
            // The permission may have been granted since the last check.
            connection = self.check_credential(tenant, id).await?;
        }
        let list = self.repository_list(tenant, id).await?;
        let (wanted, mut refused) = choose(&connection, &list.repositories, selection);

        // One repository may be named twice.
        let mut seen = HashSet::new();
        let rows: Vec<_> = wanted
            .iter()
            .filter(|(listed, _)| seen.insert(listed.github_id))
            .map(|(listed, _)| (listed.github_id, &listed.full_name))
            .collect();
        let mut transaction = self.0.store.begin().await?;
        let added = self
            .add_tracked(&mut transaction, tenant, id, &rows)
            .await?
            .ok_or_else(Error::not_found)?;
        let mut new: HashSet<i64> = added.into_iter().map(|(_, github_id)| github_id).collect();
        let mut tracked = Vec::new();
        let mut already = Vec::new();
        for (listed, named) in wanted {
            if new.remove(&listed.github_id) {
                tracked.push(&listed.full_name);
            } else if named {
                let reason = format!("{} is already tracked.", listed.full_name);
                already.push((listed.full_name.clone(), reason));
            }
        }
        if !tracked.is_empty() {
            let action = AuditAction::RepositoryTracked;
            let subject = name_list(&tracked);
            self.log(&mut transaction, viewer, action, Some(tenant), &subject)
                .await?;
        }
        transaction.commit().await?;
        refused.extend(already);
        Ok(TrackedMany {
            tracked: count(tracked.len()),
            refused,
        })
    }

    /// Adds repositories of a connection, each listed once, or tracks those again whose history is
    /// kept, within the tenant's limit. Returns the id and GitHub's id of each that was not tracked
    /// already; `None` when the connection no longer exists.
    async fn add_tracked(
        &self,
        transaction: &mut Transaction,
        tenant: TenantId,
        connection: ConnectionId,
        repositories: &[(i64, &RepositoryName)],
    ) -> Result<Option<Vec<(RepositoryId, i64)>>> {
        let now = self.0.clock.now();
        let limits = self.hold_limits(transaction, tenant).await?;
        let before = transaction.used(tenant, Limit::Repositories, now).await?;
        if transaction
            .lock_connection(tenant, connection)
            .await?
            .is_none()
        {
            return Ok(None);
        }
        let added = transaction
            .track_repositories(tenant, connection, repositories, now)
            .await?;
        let github_ids: Vec<_> = added.iter().map(|(_, github_id)| *github_id).collect();
        transaction.forget_unfollowed(tenant, &github_ids).await?;
        // Repositories with kept history counted before.
        if transaction.used(tenant, Limit::Repositories, now).await? > before {
            self.keep_within(transaction, tenant, &limits, Limit::Repositories)
                .await?;
        }
        Ok(Some(added))
    }
}

type Refused = Vec<(RepositoryName, String)>;

/// What to track, each with whether it was named, and what cannot be tracked.
fn choose<'a>(
    connection: &Connection,
    listed: &'a [ListedRepository],
    selection: RepositorySelection,
) -> (Vec<(&'a ListedRepository, bool)>, Refused) {
    let names = match selection {
        RepositorySelection::All => {
            let readable = listed
                .iter()
                .filter(|listed| unreadable(connection, listed).is_none());
            return (readable.map(|listed| (listed, false)).collect(), Vec::new());
        }
        RepositorySelection::These(names) => names,
    };
    let by_name: HashMap<String, &ListedRepository> = listed
        .iter()
        .map(|listed| (listed.full_name.to_string().to_lowercase(), listed))
        .collect();
    let mut wanted = Vec::new();
    let mut refused = Vec::new();
    for name in names {
        let Some(listed) = by_name.get(&name.to_string().to_lowercase()).copied() else {
            let reason = format!(
                "GitHub does not list {name} for this connection. Check its name and the token’s access."
            );
            refused.push((name, reason));
            continue;
        };
        match unreadable(connection, listed) {
            Some(reason) => refused.push((name, reason)),
            None => wanted.push((listed, true)),
        }
    }
    (wanted, refused)
}

/// The repositories, as a line of the system log names them.
pub(crate) fn name_list(tracked: &[&RepositoryName]) -> String {
    let names: Vec<_> = tracked
        .iter()
        .take(MAX_NAMED)
        .map(ToString::to_string)
        .collect();
    let names = names.join(", ");
    match tracked.len().saturating_sub(MAX_NAMED) {
        0 => names,
        more => format!("{names} and {more} more"),
    }
}

fn not_connected() -> Error {
    Error::invalid("Connect the tenant to GitHub first.")
}

/// The beginning of a rule's patterns, with an ellipsis if there are more.
pub(crate) fn shorten(patterns: String, longest: usize) -> String {
    match patterns.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &patterns[..end]),
        None => patterns,
    }
}
