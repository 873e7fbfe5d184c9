//! What whoever has no token sees: it tells what is gone from what is only hidden from a token.

use std::sync::{Arc, OnceLock};

use url::Url;

use super::client::Client;
use super::cooldown::Admission;
use super::error::GithubError;
use super::rate_limiter::RateLimitPermit;

/// The same server, asked without a token; made when it is first needed.
#[derive(Clone, Default)]
pub(super) struct Anonymous(Arc<OnceLock<Option<Client>>>);

/// Leave to ask once without a token.
pub(crate) struct VisibilityCheck<'a> {
    client: &'a Client,
    _permit: RateLimitPermit<'a>,
}

impl Client {
    /// To ask what everybody sees; `None` while GitHub wants no such question: without a token, an
    /// address has 60 requests an hour.
    pub(crate) fn visibility_check(&self) -> Option<VisibilityCheck<'_>> {
        let client = self
            .anonymous_client
            .0
            .get_or_init(|| {
                let base = Url::parse(&self.base).ok()?;
                Self::anonymous(&base, self.clock.clone()).ok()
            })
            .as_ref()?;
        match client.rate_limiter().admit(self.clock.now()) {
            Admission::Granted(permit) => Some(VisibilityCheck {
                client,
                _permit: permit,
            }),
            Admission::RetryAt(..) | Admission::ProbeInFlight => None,
        }
    }
}

impl VisibilityCheck<'_> {
    /// Whether everybody sees the repository with this id of GitHub's; `None` where GitHub does
    /// not say.
    pub(crate) async fn is_public(&self, github_id: i64) -> Option<bool> {
        match self.client.repository_by_id(github_id, None).await {
            Ok(_) => Some(true),
            Err(GithubError::NotFound) => Some(false),
            Err(_) => None,
        }
    }
}
