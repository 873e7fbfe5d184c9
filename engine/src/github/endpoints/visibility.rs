//! Whether a repository is public: tells a deleted one from one that is hidden from the token.

use crate::github::client::Client;
use crate::github::cooldown::Admission;
use crate::github::error::GithubError;
use crate::github::rate_limiter::RateLimitPermit;

/// A permit to check once, without a token, whether a repository is public.
pub(crate) struct VisibilityCheck<'a> {
    client: &'a Client,
    _permit: RateLimitPermit<'a>,
}

impl Client {
    /// Admits a check without a token; `None` while the rate limiter admits none. Without a token,
    /// an IP address has 60 requests an hour.
    pub(crate) fn visibility_check(&self) -> Option<VisibilityCheck<'_>> {
        let client = self.without_token()?;
        match client.rate_limiter().admit(self.transport.now()) {
            Admission::Granted(permit) => Some(VisibilityCheck {
                client,
                _permit: permit,
            }),
            Admission::RetryAt(..) | Admission::ProbeInFlight => None,
        }
    }
}

impl VisibilityCheck<'_> {
    /// Whether the repository with this GitHub id is public; `None` if GitHub does not say.
    pub(crate) async fn is_public(&self, github_id: i64) -> Option<bool> {
        match self.client.repository_by_id(github_id, None).await {
            Ok(_) => Some(true),
            Err(GithubError::NotFound) => Some(false),
            Err(_) => None,
        }
    }
}
