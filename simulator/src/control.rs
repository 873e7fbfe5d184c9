//! The handle with which a test, or the demonstration, changes the simulator.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::account::{Role, Token, User};
use crate::budget::Payer;
use crate::endpoint::Endpoint;
use crate::fault::{Fault, FaultId, Scope};
use crate::journal::Served;
use crate::repository::Repository;
use crate::simulator::Shared;
use crate::world::{Lookup, World};

/// Changes a simulator while it serves. Clones control the same simulator.
#[derive(Clone, Debug)]
pub struct Control {
    shared: Arc<Shared>,
}

/// Why a change could not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ControlError {
    /// The name belongs to no repository.
    #[error("the simulator has no repository {0}; add it first")]
    UnknownRepository(String),
    /// The login belongs to no user.
    #[error("the simulator has no user {0}; add it first")]
    UnknownUser(String),
    /// The repository's source has no such recorded window.
    #[error("{repository} has {windows} recorded windows, so there is no window {index}")]
    UnknownWindow {
        /// The repository asked for.
        repository: String,
        /// The window asked for, from 0.
        index: usize,
        /// How many it has.
        windows: usize,
    },
    /// A new name without exactly one slash.
    #[error("{0} is no full name; write OWNER/NAME")]
    MalformedName(String),
}

type Changed = Result<(), ControlError>;

impl Control {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    // Faults

    /// Switches a fault on, until it is spent or stopped.
    #[expect(
        clippy::must_use_candidate,
        reason = "a fault that stays on needs no id"
    )]
    pub fn fault(&self, fault: Fault, scope: Scope) -> FaultId {
        self.shared.world().rules.add(fault, scope)
    }

    /// Switches one fault off.
    pub fn stop_fault(&self, id: FaultId) {
        self.shared.world().rules.remove(id);
    }

    /// Switches all faults off.
    pub fn stop_faults(&self) {
        self.shared.world().rules.clear();
    }

    /// Waits so long before each answer.
    pub fn set_latency(&self, latency: Duration) {
        self.shared.world().latency = latency;
    }

    // Time

    /// What the simulator's clock shows.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.shared.clock.now()
    }

    /// Sets the clock.
    pub fn set_clock(&self, at: DateTime<Utc>) {
        self.shared.clock.set(at);
    }

    /// Moves the clock on.
    pub fn advance(&self, by: TimeDelta) {
        self.shared.clock.advance(by);
    }

    // Traffic

    /// Serves exactly the recorded answers of this window (from 0) for views and
    /// clones, and the lists of referrers and paths in force when it was captured.
    /// The clock and the data faults have no say in it.
    ///
    /// # Errors
    /// When the repository is unknown, or not recorded, or has no such window.
    pub fn serve_window(&self, full_name: &str, index: usize) -> Changed {
        self.change(full_name, |repository| {
            let windows = repository
                .source
                .recording()
                .map_or(0, |recording| recording.windows.len());
            if index >= windows {
                let repository = repository.full_name();
                return Err(ControlError::UnknownWindow {
                    repository,
                    index,
                    windows,
                });
            }
            repository.serving = Some(index);
            Ok(())
        })
    }

    /// Serves the days of the clock again.
    ///
    /// # Errors
    /// When the repository is unknown.
    pub fn serve_present(&self, full_name: &str) -> Changed {
        self.edit(full_name, |repository| repository.serving = None)
    }

    // Repositories

    /// Adds a repository, or replaces the one with its id.
    pub fn add_repository(&self, repository: Repository) {
        let mut world = self.shared.world();
        world.names.retain(|_, id| *id != repository.id);
        world.add_repository(repository);
    }

    /// Renames or transfers a repository; the old name answers 301 from now on.
    ///
    /// # Errors
    /// When the repository is unknown or the new name malformed.
    pub fn rename_repository(&self, full_name: &str, new_name: &str) -> Changed {
        let (owner, name) = match new_name.split_once('/') {
            Some((owner, name)) if !owner.is_empty() && !name.is_empty() && !name.contains('/') => {
                (owner, name)
            }
            _ => return Err(ControlError::MalformedName(new_name.to_owned())),
        };
        self.change_in_world(full_name, |world, id| {
            let Some(repository) = world.repositories.get_mut(&id) else {
                return;
            };
            let repository = Arc::make_mut(repository);
            let former = repository.full_name().to_ascii_lowercase();
            owner.clone_into(&mut repository.owner);
            name.clone_into(&mut repository.name);
            world.names.remove(&former);
            world.former_names.insert(former, id);
            let new_name = new_name.to_ascii_lowercase();
            world.former_names.remove(&new_name);
            world.names.insert(new_name, id);
        })
    }

    /// Deletes a repository: 404 from now on, under all its names.
    ///
    /// # Errors
    /// When the repository is unknown.
    pub fn delete_repository(&self, full_name: &str) -> Changed {
        self.change_in_world(full_name, |world, id| {
            world.repositories.remove(&id);
            world.names.retain(|_, named| *named != id);
            world.former_names.retain(|_, named| *named != id);
        })
    }

    /// Hides a repository, as if it had become private and access was lost; or
    /// shows it again.
    ///
    /// # Errors
    /// When the repository is unknown.
    pub fn hide_repository(&self, full_name: &str, hidden: bool) -> Changed {
        self.edit(full_name, |repository| repository.hidden = hidden)
    }

    /// Archives a repository, or takes it out of the archive.
    ///
    /// # Errors
    /// When the repository is unknown.
    pub fn archive_repository(&self, full_name: &str, archived: bool) -> Changed {
        self.edit(full_name, |repository| repository.archived = archived)
    }

    /// Gives a user this role in a repository.
    ///
    /// # Errors
    /// When the repository is unknown.
    pub fn set_access(&self, full_name: &str, login: &str, role: Role) -> Changed {
        self.edit(full_name, |repository| {
            repository.roles.insert(login.to_ascii_lowercase(), role);
        })
    }

    /// So many stars in all from today on.
    ///
    /// # Errors
    /// When the repository is unknown.
    pub fn set_stars(&self, full_name: &str, total: u64) -> Changed {
        let today = self.shared.clock.today();
        self.edit(full_name, |repository| {
            repository.stars.insert(today, total);
        })
    }

    // Accounts

    /// Adds a user.
    pub fn add_user(&self, user: User) {
        self.shared
            .world()
            .users
            .insert(user.login.to_ascii_lowercase(), user);
    }

    /// Adds a token.
    pub fn add_token(&self, token: Token) {
        self.shared
            .world()
            .tokens
            .insert(token.secret.clone(), token);
    }

    /// Revokes a token; whether it was valid until now.
    #[expect(
        clippy::must_use_candidate,
        reason = "revoking is the point, the answer a courtesy"
    )]
    pub fn revoke_token(&self, secret: &str) -> bool {
        let mut world = self.shared.world();
        let revoked = world.tokens.remove(secret);
        revoked.is_some_and(|token| {
            world.revoked.insert(secret.to_owned(), token);
            true
        })
    }

    /// Leaves a user so many requests until the budget's reset.
    ///
    /// # Errors
    /// When the user is unknown.
    pub fn leave_budget(&self, login: &str, remaining: u64) -> Changed {
        let mut world = self.shared.world();
        let user = world.users.get(&login.to_ascii_lowercase());
        let user = user.ok_or_else(|| ControlError::UnknownUser(login.to_owned()))?;
        let (id, limit) = (user.id, user.hourly_limit);
        world
            .budgets
            .leave(Payer::User(id), limit, remaining, self.shared.clock.now());
        Ok(())
    }

    // What was asked

    /// Requests in all, counted as they arrive.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.shared.world().journal.total
    }

    /// Requests to one endpoint, counted as they arrive.
    #[must_use]
    pub fn requests_to(&self, endpoint: Endpoint) -> u64 {
        self.shared
            .world()
            .journal
            .by_endpoint
            .get(&endpoint)
            .copied()
            .unwrap_or_default()
    }

    /// Answers with this status; `None` counts connections that were reset and
    /// requests whose client gave up.
    #[must_use]
    pub fn answers_with(&self, status: impl Into<Option<u16>>) -> u64 {
        self.shared
            .world()
            .journal
            .by_status
            .get(&status.into())
            .copied()
            .unwrap_or_default()
    }

    /// The last 20,000 requests that have ended, in the order of their ends.
    #[must_use]
    pub fn served(&self) -> Vec<Served> {
        self.shared.world().journal.last.iter().cloned().collect()
    }

    /// Forgets what was asked until now.
    pub fn forget_requests(&self) {
        self.shared.world().journal = crate::journal::Journal::default();
        let in_flight = self.shared.in_flight.load(Ordering::Relaxed);
        self.shared
            .most_in_flight
            .store(in_flight, Ordering::Relaxed);
    }

    /// The most requests that were in flight at the same time.
    #[must_use]
    pub fn most_at_once(&self) -> usize {
        self.shared.most_in_flight.load(Ordering::Relaxed)
    }

    fn edit(&self, full_name: &str, edit: impl FnOnce(&mut Repository)) -> Changed {
        self.change(full_name, |repository| {
            edit(repository);
            Ok(())
        })
    }

    fn change(&self, full_name: &str, change: impl FnOnce(&mut Repository) -> Changed) -> Changed {
        let mut changed = Ok(());
        self.change_in_world(full_name, |world, id| {
            if let Some(repository) = world.repositories.get_mut(&id) {
                changed = change(Arc::make_mut(repository));
            }
        })?;
        changed
    }

    fn change_in_world(&self, full_name: &str, change: impl FnOnce(&mut World, u64)) -> Changed {
        let mut world = self.shared.world();
        let Lookup::Found(repository) = world.by_name(full_name) else {
            return Err(ControlError::UnknownRepository(full_name.to_owned()));
        };
        let id = repository.id;
        drop(repository);
        change(&mut world, id);
        Ok(())
    }
}
