//! One client per connection, shared by runs and pages with its installation token. Connections of
//! the same GitHub user share one rate limiter, as they share the limit.

use std::collections::HashMap;
use std::sync::Arc;

use domain::report::ConnectionKind;
use domain::{ConnectionId, TenantId};
use parking_lot::Mutex;
use url::Url;

use crate::github::{AppKey, Client, ClockWatch, GithubError, RateLimiter};
use crate::secrets::{Vault, credential_associated_data};
use crate::store::{ConnectionSecret, Store};
use crate::{Error, Result, SharedClock};

/// The cached clients; cheap to clone.
#[derive(Clone)]
pub(crate) struct Clients(Arc<Inner>);

struct Inner {
    store: Store,
    clock: SharedClock,
    vault: Vault,
    open: Mutex<HashMap<ConnectionId, Arc<CachedClient>>>,
    rate_limiters: Mutex<HashMap<RateLimitKey, Arc<RateLimiter>>>,
    clock_watch: ClockWatch,
}

/// The owner of a rate limit; all tokens of a user share one.
#[derive(PartialEq, Eq, Hash)]
enum RateLimitKey {
    User { api_url: String, id: i64 },
    Installation { api_url: String, id: i64 },
}

/// A connection's client, valid while its server and credential stay the same.
pub(crate) struct CachedClient {
    /// The client.
    pub(crate) client: Client,
    secret: ConnectionSecret,
}

impl CachedClient {
    /// The sealed secret that the client uses.
    pub(crate) fn sealed(&self) -> &[u8] {
        &self.secret.sealed
    }
}

impl Clients {
    pub(crate) fn new(store: Store, clock: SharedClock, vault: Vault) -> Self {
        Self(Arc::new(Inner {
            store,
            clock,
            vault,
            open: Mutex::default(),
            rate_limiters: Mutex::default(),
            clock_watch: ClockWatch::default(),
        }))
    }

    /// A connection's client, replaced when its server or credential changes.
    ///
    /// A new client keeps nothing of the old one, so one token never sees another's responses.
    pub(crate) async fn open(
        &self,
        tenant: TenantId,
        id: ConnectionId,
    ) -> Result<Arc<CachedClient>> {
        let all = &*self.0;
        let secret = all
            .store
            .connection_secret(tenant, id)
            .await?
            .ok_or_else(Error::not_found)?;
        let mut open = all.open.lock();
        if let Some(opened) = open.get(&id).filter(|opened| opened.secret == secret) {
            return Ok(Arc::clone(opened));
        }
        let client = self.create(id, &secret)?;
        let opened = Arc::new(CachedClient { client, secret });
        open.insert(id, Arc::clone(&opened));
        Ok(opened)
    }

    /// How far this machine's clock is from GitHub's, by the newest responses.
    pub(crate) fn clock_watch(&self) -> &ClockWatch {
        &self.0.clock_watch
    }

    /// Drops a removed connection's client, with its secret.
    pub(crate) fn forget(&self, id: ConnectionId) {
        let mut open = self.0.open.lock();
        open.remove(&id);
    }

    fn create(&self, id: ConnectionId, secret: &ConnectionSecret) -> Result<Client> {
        let plain = self
            .0
            .vault
            .open(&secret.sealed, &credential_associated_data(id))?;
        let url = Url::parse(&secret.api_url).map_err(|_| GithubError::Address)?;
        let clock = Arc::clone(&self.0.clock);
        let client = match secret.kind {
            ConnectionKind::Token => Client::new(&url, &plain, clock)?,
            ConnectionKind::App => {
                let key = AppKey::new(secret.app_id, secret.installation_id, &plain)?;
                Client::for_app(&url, key, clock)?
            }
        };
        Ok(client
            .with_rate_limiter(self.rate_limiter(secret))
            .with_clock_watch(self.clock_watch().clone()))
    }

    /// The rate limiter of the connection's user or installation, which outlives its token.
    fn rate_limiter(&self, secret: &ConnectionSecret) -> Arc<RateLimiter> {
        let api_url = secret.api_url.trim_end_matches('/').to_lowercase();
        let key = match secret.kind {
            ConnectionKind::Token => RateLimitKey::User {
                api_url,
                id: secret.github_user_id,
            },
            ConnectionKind::App => RateLimitKey::Installation {
                api_url,
                id: secret.installation_id,
            },
        };
        let mut rate_limiters = self.0.rate_limiters.lock();
        Arc::clone(rate_limiters.entry(key).or_default())
    }
}
