//! A GitHub server, requested as one user or installation: credentials, rate limit and conditional
//! requests. The endpoints build on it.

use std::sync::{Arc, OnceLock};

use domain::report::RateLimit;
use http::StatusCode;
use secrecy::SecretString;
use url::Url;

use super::auth::{AppKey, Auth, AuthedClient, Installation};
use super::clock_watch::ClockWatch;
use super::conditional::{Conditional, ETag};
use super::error::GithubError;
use super::rate_limit::parse_rate_limit;
use super::rate_limiter::RateLimiter;
use super::transport::{Method, Response, Transport};
use crate::SharedClock;

/// A GitHub server, requested as one user or installation. Cheap to clone; connections to the
/// server are kept open.
#[derive(Clone)]
pub(crate) struct Client {
    pub(super) transport: Transport,
    pub(super) auth: Arc<Auth>,
    rate_limiter: Arc<RateLimiter>,
    /// The same server without a token, made when it is first needed.
    anonymous: Arc<OnceLock<Option<Client>>>,
}

impl Client {
    /// A client with a token, for the API at this base address; nothing is sent yet.
    pub(crate) fn new(
        api_url: &Url,
        token: &SecretString,
        clock: SharedClock,
    ) -> Result<Self, GithubError> {
        Self::with_token(api_url, Some(token.clone()), clock)
    }

    /// A client for an installation of an app; it creates and renews its tokens.
    pub(crate) fn for_app(
        api_url: &Url,
        key: AppKey,
        clock: SharedClock,
    ) -> Result<Self, GithubError> {
        let auth = Auth::Installation(Box::new(Installation::new(key)));
        Ok(Self::with_auth(Transport::new(api_url, clock)?, auth))
    }

    /// A client without a token.
    pub(crate) fn anonymous(api_url: &Url, clock: SharedClock) -> Result<Self, GithubError> {
        Self::with_token(api_url, None, clock)
    }

    fn with_token(
        api_url: &Url,
        token: Option<SecretString>,
        clock: SharedClock,
    ) -> Result<Self, GithubError> {
        let transport = Transport::new(api_url, clock)?;
        let client = AuthedClient::new(&transport, token)?;
        Ok(Self::with_auth(transport, Auth::Token(Box::new(client))))
    }

    fn with_auth(transport: Transport, auth: Auth) -> Self {
        Self {
            transport,
            auth: Arc::new(auth),
            rate_limiter: Arc::default(),
            anonymous: Arc::default(),
        }
    }

    /// The same client, sharing this rate limiter with all that act as the same user.
    pub(crate) fn with_rate_limiter(mut self, rate_limiter: Arc<RateLimiter>) -> Self {
        self.rate_limiter = rate_limiter;
        self
    }

    /// The same client, reporting how far this machine's clock is from GitHub's.
    pub(crate) fn with_clock_watch(mut self, clock_watch: ClockWatch) -> Self {
        self.transport = self.transport.with_clock_watch(clock_watch);
        self
    }

    /// The same client with another deadline for a whole response.
    #[cfg(test)]
    pub(super) fn with_deadline(mut self, deadline: std::time::Duration) -> Self {
        self.transport = self.transport.with_deadline(deadline);
        self
    }

    /// The hourly rate limit as of the newest response.
    pub(crate) fn rate_limit(&self) -> Option<RateLimit> {
        self.rate_limiter.rate_limit()
    }

    /// Decides when requests of this user or installation may be sent.
    pub(crate) fn rate_limiter(&self) -> &RateLimiter {
        &self.rate_limiter
    }

    /// The same server without a token; `None` if its address cannot be used like that.
    pub(super) fn without_token(&self) -> Option<&Self> {
        let client = self.anonymous.get_or_init(|| {
            let base = Url::parse(self.transport.base()).ok()?;
            Self::anonymous(&base, self.transport.clock().clone()).ok()
        });
        client.as_ref()
    }

    /// Requests a path, whatever is known of it.
    pub(super) async fn get(&self, path: &str) -> Result<Response, GithubError> {
        self.get_if_modified(path, None).await?.modified()
    }

    /// Requests a path as the app itself.
    pub(super) async fn get_as_app(
        &self,
        key: &AppKey,
        path: &str,
    ) -> Result<Response, GithubError> {
        key.send(&self.transport, Method::Get(None), path, StatusCode::OK)
            .await
    }

    /// Requests a path once, with a token's credentials as they are, and returns the response
    /// whatever its status.
    pub(super) async fn get_any_status(&self, path: &str) -> Result<Response, GithubError> {
        match &*self.auth {
            Auth::Token(client) => client.send(&self.transport, Method::Get(None), path).await,
            Auth::Installation(_) => self.get(path).await,
        }
    }

    /// Requests what changed since this `ETag`, and records what the response says about the limits
    /// of all clients that act as the same user.
    pub(super) async fn get_if_modified(
        &self,
        path: &str,
        known: Option<&ETag>,
    ) -> Result<Conditional<Response>, GithubError> {
        let conditional = match self.send_authenticated(path, known).await {
            Ok((response, client)) => self.read_conditional(response, &client, known),
            Err(error) => Err(error),
        };
        self.rate_limiter.record(&conditional, self.transport.now());
        conditional
    }

    /// Sends a request with the current credentials, renewing an installation's token if GitHub
    /// refuses it. Returns the response and the credentials that it was sent with.
    async fn send_authenticated(
        &self,
        path: &str,
        known: Option<&ETag>,
    ) -> Result<(Response, AuthedClient), GithubError> {
        let send = async |client: &AuthedClient| {
            let condition = known.and_then(|etag| etag.condition(&client.fingerprint));
            client
                .send(&self.transport, Method::Get(condition), path)
                .await
        };
        let installation = match &*self.auth {
            Auth::Token(client) => return Ok((send(client).await?, AuthedClient::clone(client))),
            Auth::Installation(installation) => installation,
        };
        let client = installation.client(&self.transport, None).await?;
        let response = send(&client).await?;
        if response.status != StatusCode::UNAUTHORIZED {
            return Ok((response, client));
        }
        let renewed = installation.client(&self.transport, Some(&client)).await?;
        Ok((send(&renewed).await?, renewed))
    }

    /// What a response means: new data with its `ETag`, nothing new, or a refusal.
    fn read_conditional(
        &self,
        response: Response,
        client: &AuthedClient,
        known: Option<&ETag>,
    ) -> Result<Conditional<Response>, GithubError> {
        let rate_limit = parse_rate_limit(&response.headers);
        let was_conditional =
            known.is_some_and(|etag| etag.condition(&client.fingerprint).is_some());
        let conditional = if response.status == StatusCode::NOT_MODIFIED && was_conditional {
            Ok(Conditional::NotModified(response.calendar))
        } else {
            let etag = ETag::from_headers(&response.headers, &client.fingerprint);
            client
                .expect_status(response, StatusCode::OK, self.transport.now())
                .map(|response| Conditional::Modified(response, etag))
        };
        // A response that refuses the token itself states the rate limit of the IP address.
        if !matches!(
            conditional,
            Err(GithubError::TokenRefused | GithubError::LockedOut)
        ) {
            self.rate_limiter.record_rate_limit(rate_limit);
        }
        conditional
    }
}
