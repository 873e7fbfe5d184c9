//! The handle with which a test, or the demonstration, changes the simulator.

mod accounts;
mod apps;
mod releases;
mod repositories;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::faults::fault::Fault;
use crate::faults::scope::{FaultId, Scope};
use crate::github::{Lookup, World};
use crate::repositories::repository::Repository;
use crate::requests::endpoint::Endpoint;
use crate::requests::log::Served;
use crate::requests::recorder::Shown;
use crate::shared::Shared;

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
    /// The slug belongs to no app.
    #[error("the simulator has no app {0}; register it first")]
    UnknownApp(String),
    /// The id belongs to no installation.
    #[error("the simulator has no installation {0}; add it first")]
    UnknownInstallation(u64),
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

    // What was asked

    /// Requests in all, counted as they arrive.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.shared.world().request_log.total
    }

    /// Requests to one endpoint, counted as they arrive.
    #[must_use]
    pub fn requests_to(&self, endpoint: Endpoint) -> u64 {
        self.shared
            .world()
            .request_log
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
            .request_log
            .by_status
            .get(&status.into())
            .copied()
            .unwrap_or_default()
    }

    /// The last 20,000 requests that have ended, in the order of their ends.
    #[must_use]
    pub fn served(&self) -> Vec<Served> {
        self.shared
            .world()
            .request_log
            .last
            .iter()
            .cloned()
            .collect()
    }

    /// Tells from now on of every answer 200 or 304 that leaves whole, for as long as the receiver
    /// lives.
    #[must_use]
    pub fn response_recorder(&self) -> std::sync::mpsc::Receiver<Shown> {
        self.shared.world().response_recorder.begin()
    }

    /// Forgets what was asked until now.
    pub fn forget_requests(&self) {
        self.shared.world().request_log = crate::requests::log::RequestLog::default();
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
