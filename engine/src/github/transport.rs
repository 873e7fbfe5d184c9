//! Sends one request to a GitHub server and reads its whole response, within a deadline.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::secure_url;
use http::{HeaderMap, HeaderValue, StatusCode, Uri};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use octocrab::Octocrab;
use octocrab::service::middleware::retry::RetryConfig;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::clock_watch::ClockWatch;
use super::edge::{Body, Calendar};
use super::error::GithubError;
use crate::SharedClock;

/// GitHub ends a request after ten seconds, so a whole response takes no longer than this.
const DEADLINE: Duration = Duration::from_secs(15);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const READ_TIMEOUT: Duration = Duration::from_secs(12);
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);
/// The first request and three redirects.
const MAX_REQUESTS: u32 = 4;
/// The largest response is a page of a hundred releases, each with long notes.
const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;

/// A GitHub server, and how long one of its responses may take.
#[derive(Clone)]
pub(super) struct Transport {
    base: String,
    clock: SharedClock,
    deadline: Duration,
    clock_watch: ClockWatch,
}

/// What to send. No request that Tidemark makes has a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Method {
    /// With this `If-None-Match` header, if any.
    Get(Option<HeaderValue>),
    Post,
}

/// A response as it came, read to its end.
pub(super) struct Response {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Body,
    /// When it was given, by GitHub's own clock.
    pub(super) calendar: Calendar,
}

impl Transport {
    /// For the API at this base address; nothing is sent yet.
    pub(super) fn new(api_url: &Url, clock: SharedClock) -> Result<Self, GithubError> {
        Ok(Self {
            base: base(api_url)?,
            clock,
            deadline: DEADLINE,
            clock_watch: ClockWatch::default(),
        })
    }

    /// The same, with another deadline for a whole response.
    #[cfg(test)]
    pub(super) fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// The same, reporting how far this machine's clock is from GitHub's.
    pub(super) fn with_clock_watch(mut self, clock_watch: ClockWatch) -> Self {
        self.clock_watch = clock_watch;
        self
    }

    /// The base address, without a slash at its end.
    pub(super) fn base(&self) -> &str {
        &self.base
    }

    /// The clock that requests and limits go by.
    pub(super) fn clock(&self) -> &SharedClock {
        &self.clock
    }

    /// The current time.
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// An HTTP client that sends this token with every request. The collector retries and waits:
    /// octocrab would repeat failed requests at once, and sleep up to an hour within a call.
    pub(super) fn octocrab(&self, token: Option<&SecretString>) -> Result<Octocrab, GithubError> {
        let mut builder = Octocrab::builder()
            .base_uri(&self.base)
            .map_err(|_| GithubError::Address)?;
        if let Some(token) = token {
            // octocrab panics on a token that cannot be a header's value.
            let secret = token.expose_secret();
            if secret.is_empty() || !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(GithubError::TokenRefused);
            }
            builder = builder.personal_token(token.clone());
        }
        builder
            .add_retry_config(RetryConfig::None)
            .set_connect_timeout(Some(CONNECT_TIMEOUT))
            .set_read_timeout(Some(READ_TIMEOUT))
            .set_write_timeout(Some(WRITE_TIMEOUT))
            .build()
            .map_err(|_| GithubError::Address)
    }

    /// Sends a request and follows redirects within the server. Returns the response whatever its
    /// status.
    pub(super) async fn send(
        &self,
        octocrab: &Octocrab,
        method: Method,
        path: &str,
    ) -> Result<Response, GithubError> {
        // Absolute, because octocrab drops the base's path where the request's path starts alike.
        let mut address = format!("{}{path}", self.base);
        let exchange = async {
            // octocrab follows no redirects: it would send the token wherever they lead.
            for _ in 0..MAX_REQUESTS {
                let uri: Uri = address.parse().map_err(|_| GithubError::Address)?;
                // The raw response: octocrab's own parsing drops the headers of a success, puts
                // whole HTML pages into messages, and reads bodies without a limit.
                let response = match &method {
                    Method::Get(etag) => {
                        let headers = (etag.clone()).map(|etag| {
                            HeaderMap::from_iter([(http::header::IF_NONE_MATCH, etag)])
                        });
                        octocrab._get_with_headers(uri, headers).await
                    }
                    Method::Post => octocrab._post(uri, None::<&()>).await,
                };
                let (head, body) = response.map_err(|error| no_response(&error))?.into_parts();
                let now = self.now();
                self.clock_watch.record(&head.headers, now);
                if let Some(next) = redirect(&head, &method, &self.base, &address)? {
                    address = next;
                    continue;
                }
                let body = Limited::new(body, MAX_BODY_BYTES)
                    .collect()
                    .await
                    .map_err(|error| body_error(error.as_ref()))?
                    .to_bytes()
                    .into();
                return Ok(Response {
                    calendar: Calendar::from_headers(&head.headers, now),
                    status: head.status,
                    headers: head.headers,
                    body: Body::new(body),
                });
            }
            Err(GithubError::Moved)
        };
        tokio::time::timeout(self.deadline, exchange)
            .await
            .unwrap_or(Err(GithubError::TimedOut))
    }
}

/// The base address without a slash at its end. A query or a fragment has no place in it.
fn base(api_url: &Url) -> Result<String, GithubError> {
    secure_url(api_url.as_str()).map_err(GithubError::Insecure)?;
    if api_url.query().is_none() && api_url.fragment().is_none() {
        Ok(api_url.as_str().trim_end_matches('/').to_owned())
    } else {
        Err(GithubError::Address)
    }
}

/// Where a redirect leads; `None` for other responses. Renamed repositories redirect to their ids,
/// on the same server. The token and the request are sent to no other server.
fn redirect(
    head: &http::response::Parts,
    method: &Method,
    base: &str,
    requested: &str,
) -> Result<Option<String>, GithubError> {
    let follows =
        matches!(method, Method::Get(_)) && matches!(head.status.as_u16(), 301 | 302 | 307 | 308);
    let location = head.headers.get(http::header::LOCATION);
    let Some(location) = location.filter(|_| follows) else {
        return Ok(None);
    };
    let requested = Url::parse(requested).map_err(|_| GithubError::Address)?;
    let base = Url::parse(base).map_err(|_| GithubError::Address)?;
    let next = (location.to_str().ok())
        .and_then(|location| requested.join(location).ok())
        .ok_or(GithubError::Moved)?;
    if next.origin() == base.origin() && next.username().is_empty() && next.password().is_none() {
        Ok(Some(next.into()))
    } else {
        tracing::warn!("GitHub redirects to another server, which Tidemark does not follow");
        Err(GithubError::ForeignRedirect)
    }
}

/// Why there is no response at all.
fn no_response(error: &octocrab::Error) -> GithubError {
    tracing::debug!(error = error as &dyn StdError, "GitHub did not respond");
    if is_timeout(error) {
        GithubError::TimedOut
    } else {
        GithubError::Unreachable
    }
}

/// Why a response's body could not be read to its end.
fn body_error(error: &(dyn StdError + 'static)) -> GithubError {
    tracing::debug!(error, "a response from GitHub could not be read");
    if error.is::<LengthLimitError>() {
        GithubError::Malformed("too long")
    } else if is_timeout(error) {
        GithubError::TimedOut
    } else {
        GithubError::Interrupted
    }
}

fn is_timeout(error: &(dyn StdError + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>()
            && error.kind() == io::ErrorKind::TimedOut
        {
            return true;
        }
        cause = error.source();
    }
    false
}
