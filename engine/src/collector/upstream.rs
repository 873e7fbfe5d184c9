//! The line to a GitHub server: who may send when, for all runs of this process together.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::{ConnectionId, TenantId};

use super::breaker::Breaker;
use super::permits::Permits;
use crate::Error;
use crate::clients::{CachedClient, Clients};
use crate::github::Client;

/// A connection's line, shared by all runs of this process.
pub(super) struct Upstream {
    opened: Arc<CachedClient>,
    /// One permit for each request in flight; stays when the token changes.
    pub(super) permits: Arc<Permits>,
    /// Whether the server is there at all.
    pub(super) breaker: Breaker,
}

/// The lines that were used so far.
pub(super) struct Upstreams {
    permits: usize,
    upstreams: Mutex<HashMap<ConnectionId, Arc<Upstream>>>,
}

impl Upstream {
    /// What asks over the line.
    pub(super) fn client(&self) -> &Client {
        &self.opened.client
    }

    /// The sealed secret that the requests are made with.
    pub(super) fn sealed(&self) -> &[u8] {
        self.opened.sealed()
    }
}

impl Upstreams {
    /// Lines with so many requests in flight at most on each.
    pub(super) fn new(permits: usize) -> Self {
        Self {
            permits: permits.max(1),
            upstreams: Mutex::default(),
        }
    }

    /// The line of a connection; a new one where its server or its token changed, which keeps
    /// nothing but the permits.
    pub(super) async fn open(
        &self,
        clients: &Clients,
        tenant: TenantId,
        id: ConnectionId,
    ) -> Result<Arc<Upstream>, Error> {
        let opened = clients.open(tenant, id).await?;
        let mut upstreams = self
            .upstreams
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let known = upstreams.get(&id);
        if let Some(upstream) = known.filter(|upstream| Arc::ptr_eq(&upstream.opened, &opened)) {
            return Ok(Arc::clone(upstream));
        }
        let permits = known.map_or_else(
            || Arc::new(Permits::new(self.permits)),
            |upstream| Arc::clone(&upstream.permits),
        );
        let upstream = Arc::new(Upstream {
            opened,
            permits,
            breaker: Breaker::default(),
        });
        upstreams.insert(id, Arc::clone(&upstream));
        Ok(upstream)
    }

    /// Lets go of a removed connection's line.
    pub(super) fn forget(&self, id: ConnectionId) {
        let mut upstreams = self
            .upstreams
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        upstreams.remove(&id);
    }
}
