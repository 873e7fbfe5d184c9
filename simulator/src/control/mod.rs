//! The handle that changes the simulator while it serves, for tests and the demo.

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
use crate::github::{GitHub, Lookup};
use crate::repositories::repository::Repository;
use crate::requests::endpoint::Endpoint;
use crate::requests::log::LoggedRequest;
use crate::requests::recorder::RecordedResponse;
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
        /// The repository.
        repository: String,
        /// The index of the window, from 0.
        index: usize,
        /// How many windows it has.
        windows: usize,
    },
    /// A new name without exactly one slash.
    #[error("{0} is not a full name; use OWNER/NAME")]
    MalformedName(String),
}

type ControlResult = Result<(), ControlError>;

impl Control {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    // Faults

    /// Switches a fault on, until it is used up or stopped.
    #[expect(
        clippy::must_use_candidate,
        reason = "a fault that stays on needs no id"
    )]
    pub fn fault(&self, fault: Fault, scope: Scope) -> FaultId {
        self.shared.github().rules.add(fault, scope)
    }

    /// Switches one fault off.
    pub fn stop_fault(&self, id: FaultId) {
        self.shared.github().rules.remove(id);
    }

    /// Switches all faults off.
    pub fn stop_faults(&self) {
        self.shared.github().rules.clear();
    }

    /// Sets how long it waits before each response.
    pub fn set_latency(&self, latency: Duration) {
        self.shared.github().latency = latency;
    }

    // Time

    /// The time of the simulator's clock.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.shared.clock.now()
    }

    /// Sets the clock.
    pub fn set_clock(&self, at: DateTime<Utc>) {
        self.shared.clock.set(at);
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: TimeDelta) {
        self.shared.clock.advance(by);
    }

    // Requests

    /// The number of requests, counted as they arrive.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.shared.github().request_log.total
    }

    /// The number of requests to one endpoint, counted as they arrive.
    #[must_use]
    pub fn requests_to(&self, endpoint: Endpoint) -> u64 {
        self.shared
            .github()
            .request_log
            .by_endpoint
            .get(&endpoint)
            .copied()
            .unwrap_or_default()
    }

    /// Responses with this status; `None` counts connections that were reset and
    /// requests whose client disconnected.
    #[must_use]
    pub fn answers_with(&self, status: impl Into<Option<u16>>) -> u64 {
        self.shared
            .github()
            .request_log
            .by_status
            .get(&status.into())
            .copied()
            .unwrap_or_default()
    }

    /// The last 20,000 completed requests, in the order of completion.
    #[must_use]
    pub fn served(&self) -> Vec<LoggedRequest> {
        self.shared
            .github()
            .request_log
            .last
            .iter()
            .cloned()
            .collect()
    }

    /// Records every complete 200 or 304 response from now on, until the receiver is dropped.
    #[must_use]
    pub fn record_responses(&self) -> std::sync::mpsc::Receiver<RecordedResponse> {
        self.shared.github().response_recorder.start()
    }

    /// Clears the request log.
    pub fn forget_requests(&self) {
        self.shared.github().request_log = crate::requests::log::RequestLog::default();
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

    fn edit(&self, full_name: &str, edit: impl FnOnce(&mut Repository)) -> ControlResult {
        self.try_edit(full_name, |repository| {
            edit(repository);
            Ok(())
        })
    }

    fn try_edit(
        &self,
        full_name: &str,
        change: impl FnOnce(&mut Repository) -> ControlResult,
    ) -> ControlResult {
        let mut changed = Ok(());
        self.change_repository(full_name, |github, id| {
            if let Some(repository) = github.repositories.get_mut(&id) {
                changed = change(Arc::make_mut(repository));
            }
        })?;
        changed
    }

    fn change_repository(
        &self,
        full_name: &str,
        change: impl FnOnce(&mut GitHub, u64),
    ) -> ControlResult {
        let mut github = self.shared.github();
        let Lookup::Found(repository) = github.by_name(full_name) else {
            return Err(ControlError::UnknownRepository(full_name.to_owned()));
        };
        let id = repository.id;
        drop(repository);
        change(&mut github, id);
        Ok(())
    }
}
