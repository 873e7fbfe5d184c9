//! Tracking many repositories at once, from what a connection's token lists.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use domain::report::{
    AvailableReport, AvailableRepository, Connection, ConnectionKind, TrackedMany,
};
use domain::{AuditAction, ConnectionId, Limit, Permission, RepositoryName, TenantId, Viewer};

use crate::clients::CachedClient;
use crate::github::{ListedRepository, RepositoryList, scopes_suffice};
use crate::{Engine, Error, Result, authorize, searched};

/// How many repositories the page shows.
const SHOWN: usize = 500;
/// How long a list serves before GitHub is asked again.
const LIST_MAX_AGE: TimeDelta = TimeDelta::minutes(5);
/// How many names a line of the system log holds.
const NAMED: usize = 10;

/// Which of the repositories that a connection lists are to be tracked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// All whose traffic can be read and that are not tracked yet.
    All,
    /// These.
    These(Vec<RepositoryName>),
}

/// The lists of connections that were asked for lately.
#[derive(Default)]
pub(crate) struct RepositoryListCache(Mutex<HashMap<ConnectionId, Arc<Slot>>>);

/// Locked while GitHub is asked, so that of several pages one asks.
type Slot = tokio::sync::Mutex<Option<CachedList>>;

struct CachedList {
    opened: Arc<CachedClient>,
    at: DateTime<Utc>,
    listed: Arc<RepositoryList>,
}

impl RepositoryListCache {
    /// Lets go of a connection's list.
    pub(crate) fn forget(&self, id: ConnectionId) {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slots.remove(&id);
    }

    fn slot(&self, id: ConnectionId) -> Arc<Slot> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(id).or_default())
    }
}

impl Engine {
    /// The repositories that a connection's token lists, narrowed by a search in their names.
    ///
    /// # Errors
    /// Where the viewer may not, there is no such connection, or GitHub does not answer.
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
        let search = searched(search).trim().to_lowercase();
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
                .take(SHOWN)
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

    /// Tracks many repositories, without asking GitHub about each: what the list says is believed.
    /// Kept ones are tracked again, with their history.
    ///
    /// # Errors
    /// Where the viewer may not, there is no such connection, GitHub does not answer, or there would
    /// be more than the tenant may have: then none is tracked.
    pub async fn track_many(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: ConnectionId,
        selection: Selection,
    ) -> Result<TrackedMany> {
        authorize(viewer, tenant, Permission::ManageRepositories)?;
        let mut connection = self.one_connection(tenant, id).await?;
        if connection.missing_permission.is_some() {
            // It may have been granted since.
            connection = self.check_credential(tenant, id).await?;
        }
        let list = self.repository_list(tenant, id).await?;
        let (wanted, mut refused) = choose(&connection, &list.repositories, selection);

        let now = self.0.clock.now();
        let mut tracked = Vec::new();
        let mut already = Vec::new();
        let mut transaction = self.0.store.begin().await?;
        let limits = self.hold_limits(&mut transaction, tenant).await?;
        let before = transaction.used(tenant, Limit::Repositories, now).await?;
        transaction
            .lock_connection(tenant, id)
            .await?
            .ok_or_else(Error::not_found)?;
        // Somebody may name one twice.
        let mut seen = HashSet::new();
        let rows: Vec<_> = wanted
            .iter()
            .filter(|(listed, _)| seen.insert(listed.github_id))
            .map(|(listed, _)| (listed.github_id, &listed.full_name))
            .collect();
        let inserted = transaction
            .track_repositories(tenant, id, &rows, now)
            .await?;
        let mut new: HashSet<i64> = inserted.into_iter().map(|(_, id)| id).collect();
        let ids: Vec<_> = new.iter().copied().collect();
        transaction.forget_unfollowed(tenant, &ids).await?;
        for (listed, asked_for) in wanted {
            if new.remove(&listed.github_id) {
                tracked.push(&listed.full_name);
            } else if asked_for {
                let reason = format!("{} is tracked already.", listed.full_name);
                already.push((listed.full_name.clone(), reason));
            }
        }
        // Those tracked again are no more than before.
        if transaction.used(tenant, Limit::Repositories, now).await? > before {
            self.keep_within(&mut transaction, tenant, &limits, Limit::Repositories)
                .await?;
        }
        if !tracked.is_empty() {
            let action = AuditAction::RepositoryTracked;
            let subject = told(&tracked);
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

    /// What a connection's token lists, at most a few minutes old.
    pub(crate) async fn repository_list(
        &self,
        tenant: TenantId,
        id: ConnectionId,
    ) -> Result<Arc<RepositoryList>> {
        let opened = self.0.clients.open(tenant, id).await?;
        let slot = self.0.repository_lists.slot(id);
        let mut list = slot.lock().await;
        let now = self.0.clock.now();
        if let Some(known) = list
            .as_ref()
            .filter(|known| Arc::ptr_eq(&known.opened, &opened) && now - known.at < LIST_MAX_AGE)
        {
            return Ok(Arc::clone(&known.listed));
        }
        let listed = Arc::new(opened.client.repository_list().await?);
        *list = Some(CachedList {
            opened,
            at: now,
            listed: Arc::clone(&listed),
        });
        Ok(listed)
    }
}

type Refused = Vec<(RepositoryName, String)>;

/// What to track, each with whether it was asked for by name, and what cannot be.
fn choose<'a>(
    connection: &Connection,
    listed: &'a [ListedRepository],
    selection: Selection,
) -> (Vec<(&'a ListedRepository, bool)>, Refused) {
    let names = match selection {
        Selection::All => {
            let readable = listed
                .iter()
                .filter(|listed| unreadable(connection, listed).is_none());
            return (readable.map(|listed| (listed, false)).collect(), Vec::new());
        }
        Selection::These(names) => names,
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
                "GitHub does not list {name} to this connection: check its name, and that the token was given it."
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

/// Why a repository's traffic cannot be read over a connection, as far as lists and scopes tell.
pub(crate) fn unreadable(connection: &Connection, listed: &ListedRepository) -> Option<String> {
    if let Some(missing) = &connection.missing_permission {
        return Some(format!(
            "The connection lacks the permission “{missing}”: grant it on GitHub, and check the connection."
        ));
    }
    if connection.kind == ConnectionKind::App {
        return None;
    }
    if !listed.pushes {
        let login = &connection.login;
        return Some(format!(
            "{login} must have push access to {} to read its traffic: ask its owner for write access.",
            listed.full_name
        ));
    }
    let scopes = connection.scopes.as_deref()?;
    (!scopes_suffice(scopes, listed.private)).then(|| {
        format!(
            "The token may read public repositories only, and {} is private: give the token the scope “repo”.",
            listed.full_name
        )
    })
}

/// The repositories as a line of the system log names them.
pub(crate) fn told(tracked: &[&RepositoryName]) -> String {
    let names: Vec<_> = tracked
        .iter()
        .take(NAMED)
        .map(ToString::to_string)
        .collect();
    let names = names.join(", ");
    match tracked.len().saturating_sub(NAMED) {
        0 => names,
        more => format!("{names} and {more} more"),
    }
}

pub(crate) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
