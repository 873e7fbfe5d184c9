//! The line to a GitHub server: who may send when, for all runs of this process together.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::{ConnectionId, TenantId};

use super::breaker::Breaker;
use super::permits::Permits;
use crate::Error;
use crate::clients::{Clients, Opened};
use crate::github::Client;

/// A connection's line, shared by all runs of this process.
pub(super) struct Line {
    opened: Arc<Opened>,
    /// One permit for each request in flight; stays when the token changes.
    pub(super) permits: Arc<Permits>,
    /// Whether the server is there at all.
    pub(super) breaker: Breaker,
}

/// The lines that were used so far.
pub(super) struct Lines {
    permits: usize,
    lines: Mutex<HashMap<ConnectionId, Arc<Line>>>,
}

impl Line {
    /// What asks over the line.
    pub(super) fn client(&self) -> &Client {
        &self.opened.client
    }

    /// The sealed secret that the requests are made with.
    pub(super) fn sealed(&self) -> &[u8] {
        self.opened.sealed()
    }
}

impl Lines {
    /// Lines with so many requests in flight at most on each.
    pub(super) fn new(permits: usize) -> Self {
        Self {
            permits: permits.max(1),
            lines: Mutex::default(),
        }
    }

    /// The line of a connection; a new one where its server or its token changed, which keeps
    /// nothing but the permits.
    pub(super) async fn open(
        &self,
        clients: &Clients,
        tenant: TenantId,
        id: ConnectionId,
    ) -> Result<Arc<Line>, Error> {
        let opened = clients.open(tenant, id).await?;
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lines.get(&id);
        if let Some(line) = known.filter(|line| Arc::ptr_eq(&line.opened, &opened)) {
            return Ok(Arc::clone(line));
        }
        let permits = known.map_or_else(
            || Arc::new(Permits::new(self.permits)),
            |line| Arc::clone(&line.permits),
        );
        let line = Arc::new(Line {
            opened,
            permits,
            breaker: Breaker::default(),
        });
        lines.insert(id, Arc::clone(&line));
        Ok(line)
    }

    /// Lets go of a removed connection's line.
    pub(super) fn forget(&self, id: ConnectionId) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.remove(&id);
    }
}
