//! The repositories that a connection lists, and which of them Tidemark can read.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use domain::report::{AvailableReport, AvailableRepository, Connection, ConnectionKind};
use domain::{ConnectionId, Permission, TenantId, Viewer};
use parking_lot::Mutex;

use crate::clients::CachedClient;
use crate::github::{ListedRepository, RepositoryList, scopes_suffice};
use crate::{Engine, Result, authorize, count, search_text};

/// How many repositories the page shows.
const MAX_SHOWN: usize = 300;
/// How long a list is cached.
const LIST_MAX_AGE: TimeDelta = TimeDelta::minutes(5);

/// The lists that connections got from GitHub in the last minutes.
#[derive(Default)]
pub(crate) struct RepositoryListCache(Mutex<HashMap<ConnectionId, Arc<Slot>>>);

/// Locked during the request to GitHub, so that several pages share one.
type Slot = tokio::sync::Mutex<Option<CachedList>>;

struct CachedList {
    client: Arc<CachedClient>,
    at: DateTime<Utc>,
    list: Arc<RepositoryList>,
}

impl RepositoryListCache {
    /// Drops a connection's list.
    pub(crate) fn forget(&self, id: ConnectionId) {
        let mut slots = self.0.lock();
        slots.remove(&id);
    }

    fn slot(&self, id: ConnectionId) -> Arc<Slot> {
        let mut slots = self.0.lock();
        Arc::clone(slots.entry(id).or_default())
    }
}

impl Engine {
    /// The repositories that a connection's token lists, narrowed by a search in their names.
    ///
    /// # Errors
    /// When the viewer may not, there is no such connection, or GitHub does not answer.
    pub async fn available_repositories(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: ConnectionId,
        search: &str,
    ) -> Result<AvailableReport> {
        authorize(viewer, tenant, Permission::ManageRepositories)?;
        let connection = self.one_connection(tenant, id).await?;
        let list = self.repository_list(tenant, id).await?;
        let listed = &list.repositories;
        let tracked = self.0.store.tracked_github_ids(tenant).await?;
        let search = search_text(search).trim().to_lowercase();
        let is_trackable = |listed: &&ListedRepository| {
            unreadable(&connection, listed).is_none() && !tracked.contains(&listed.github_id)
        };
        let trackable = listed.iter().filter(is_trackable).count();
        let matching: Vec<_> = listed
            .iter()
            .filter(|listed| {
                listed
                    .full_name
                    .to_string()
                    .to_lowercase()
                    .contains(&search)
            })
            .collect();
        Ok(AvailableReport {
            matching: count(matching.len()),
            total: count(listed.len()),
            trackable: count(trackable),
            notice: list.notice.clone(),
            repositories: matching
                .into_iter()
                .take(MAX_SHOWN)
                .map(|listed| AvailableRepository {
                    full_name: listed.full_name.clone(),
                    private: listed.private,
                    archived: listed.archived,
                    stars: listed.stars,
                    readable: unreadable(&connection, listed).is_none(),
                    tracked: tracked.contains(&listed.github_id),
                })
                .collect(),
        })
    }

    /// What a connection's token lists, at most a few minutes old.
    pub(crate) async fn repository_list(
        &self,
        tenant: TenantId,
        id: ConnectionId,
    ) -> Result<Arc<RepositoryList>> {
        let client = self.0.clients.open(tenant, id).await?;
        let slot = self.0.repository_lists.slot(id);
        let mut cached = slot.lock().await;
        let now = self.0.clock.now();
        if let Some(cached) = cached
            .as_ref()
            .filter(|cached| Arc::ptr_eq(&cached.client, &client) && now - cached.at < LIST_MAX_AGE)
        {
            return Ok(Arc::clone(&cached.list));
        }
        let list = Arc::new(client.client.repository_list().await?);
        *cached = Some(CachedList {
            client,
            at: now,
            list: Arc::clone(&list),
        });
        Ok(list)
    }
}

/// Why a repository's traffic cannot be read over a connection, as far as lists and scopes tell.
pub(crate) fn unreadable(connection: &Connection, listed: &ListedRepository) -> Option<String> {
    if let Some(missing) = &connection.missing_permission {
        return Some(format!(
            "The connection lacks the permission “{missing}”. Grant it on GitHub, then check the connection."
        ));
    }
    if connection.kind == ConnectionKind::App {
        return None;
    }
    if !listed.pushes {
        let login = &connection.login;
        return Some(format!(
            "{login} needs push access to {} to read its traffic. Ask its owner for write access.",
            listed.full_name
        ));
    }
    let scopes = connection.scopes.as_deref()?;
    (!scopes_suffice(scopes, listed.private)).then(|| {
        format!(
            "The token can read only public repositories, and {} is private. Give the token the scope “repo”.",
            listed.full_name
        )
    })
}
