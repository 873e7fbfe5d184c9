//! A connection's GitHub server: its client, its request permits and its circuit breaker, shared by
//! all runs of this process.

use std::collections::HashMap;
use std::sync::Arc;

use domain::{ConnectionId, TenantId};
use parking_lot::Mutex;

use super::breaker::Breaker;
use super::permits::Permits;
use crate::Error;
use crate::clients::{CachedClient, Clients};
use crate::github::Client;

/// A connection's server, shared by all runs of this process.
pub(super) struct Upstream {
    opened: Arc<CachedClient>,
    /// One permit for each concurrent request; kept when the token changes.
    pub(super) permits: Arc<Permits>,
    /// Opens while the server is down.
    pub(super) breaker: Breaker,
}

/// The upstreams used so far.
pub(super) struct Upstreams {
    permits: usize,
    upstreams: Mutex<HashMap<ConnectionId, Arc<Upstream>>>,
}

impl Upstream {
    /// The client for requests to it.
    pub(super) fn client(&self) -> &Client {
        &self.opened.client
    }

    /// The encrypted secret of the requests.
    pub(super) fn sealed(&self) -> &[u8] {
        self.opened.sealed()
    }
}

impl Upstreams {
    /// Allows this many concurrent requests to each.
    pub(super) fn new(permits: usize) -> Self {
        Self {
            permits: permits.max(1),
            upstreams: Mutex::default(),
        }
    }

    /// A connection's upstream. A new one if its server or token changed, which keeps only the
    /// permits.
    pub(super) async fn open(
        &self,
        clients: &Clients,
        tenant: TenantId,
        id: ConnectionId,
    ) -> Result<Arc<Upstream>, Error> {
        let opened = clients.open(tenant, id).await?;
        let mut upstreams = self.upstreams.lock();
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

    /// Drops a removed connection's upstream.
    pub(super) fn forget(&self, id: ConnectionId) {
        let mut upstreams = self.upstreams.lock();
        upstreams.remove(&id);
    }
}
