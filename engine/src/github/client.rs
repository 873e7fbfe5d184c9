//! Asks GitHub: one request, one answer, within a deadline, in the domain's types.

use std::error::Error as StdError;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use domain::report::RateLimit;
use domain::{Measure, RepositoryName, secure_url};
use http::{HeaderMap, HeaderValue, StatusCode, Uri};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use secrecy::SecretString;
use url::Url;

use super::access::{self, TokenOwner};
use super::anonymous::Anonymous;
use super::auth::{AppKey, Auth, AuthedClient, Installation};
use super::classify::classify_error;
use super::clock_watch::ClockWatch;
use super::conditional::{Conditional, ETag};
use super::edge::{Body, Calendar};
use super::error::GithubError;
use super::rate_limit::parse_rate_limit;
use super::rate_limiter::RateLimiter;
use super::wire::{self, Repository};
use crate::SharedClock;

/// GitHub kills a request after ten seconds, so a whole answer takes no longer than this.
const DEADLINE: Duration = Duration::from_secs(15);
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
pub(super) const READ_TIMEOUT: Duration = Duration::from_secs(12);
pub(super) const WRITE_TIMEOUT: Duration = Duration::from_secs(10);
/// A question is sent on three times at most.
const MAX_REQUESTS: u32 = 4;
/// The largest answer is a hundred releases, whose notes may have many pages each.
const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;

/// A GitHub server, asked as one user or installation. Cheap to clone; connections to the server
/// are kept open.
#[derive(Clone)]
pub(crate) struct Client {
    pub(super) base: String,
    pub(super) auth: Arc<Auth>,
    pub(super) clock: SharedClock,
    deadline: Duration,
    rate_limiter: Arc<RateLimiter>,
    clock_watch: ClockWatch,
    pub(super) anonymous_client: Anonymous,
}

/// The width of the buckets that GitHub counts views and clones in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Per {
    Day,
    Week,
}

/// What is sent; nothing that this program asks of GitHub has a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Method {
    /// Unless it still has this entity tag.
    Get(Option<HeaderValue>),
    Post,
}

/// An answer as it came, read to its end.
pub(super) struct Response {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Body,
    /// When it was given, by GitHub's own clock.
    pub(super) calendar: Calendar,
}

impl Client {
    /// A client with a token, for the interface at this base address; nothing is sent yet.
    pub(crate) fn new(
        api_url: &Url,
        token: &SecretString,
        clock: SharedClock,
    ) -> Result<Self, GithubError> {
        let authed = AuthedClient::new(&base(api_url)?, Some(token.clone()))?;
        Self::with_auth(api_url, Auth::Token(Box::new(authed)), clock)
    }

    /// A client for an installation of an app; it makes and renews the tokens itself.
    pub(crate) fn for_app(
        api_url: &Url,
        key: AppKey,
        clock: SharedClock,
    ) -> Result<Self, GithubError> {
        let installation = Box::new(Installation {
            key,
            present: tokio::sync::Mutex::default(),
        });
        Self::with_auth(api_url, Auth::Installation(installation), clock)
    }

    /// A client without a token.
    pub(crate) fn anonymous(api_url: &Url, clock: SharedClock) -> Result<Self, GithubError> {
        let authed = AuthedClient::new(&base(api_url)?, None)?;
        Self::with_auth(api_url, Auth::Token(Box::new(authed)), clock)
    }

    fn with_auth(api_url: &Url, auth: Auth, clock: SharedClock) -> Result<Self, GithubError> {
        Ok(Self {
            base: base(api_url)?,
            auth: Arc::new(auth),
            clock,
            deadline: DEADLINE,
            rate_limiter: Arc::default(),
            clock_watch: ClockWatch::default(),
            anonymous_client: Anonymous::default(),
        })
    }

    /// The same client with another deadline for a whole answer.
    #[cfg(test)]
    pub(super) fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Whom the token belongs to, which proves that GitHub takes it.
    pub(crate) async fn token_owner(&self) -> Result<TokenOwner, GithubError> {
        let answer = self.get("/user").await?;
        access::token_owner(&answer.body, &answer.headers)
    }

    /// The repository that has this name, or had it before it was renamed or transferred.
    pub(crate) async fn repository(
        &self,
        name: &RepositoryName,
    ) -> Result<Repository, GithubError> {
        let answer = self
            .get(&format!("/repos/{}/{}", name.owner(), name.name()))
            .await?;
        wire::repository(&answer.body, answer.calendar)
    }

    /// Whether the token may read the traffic of a repository that it sees: only asking tells.
    pub(crate) async fn prove_traffic(&self, repository: &Repository) -> Result<(), GithubError> {
        self.traffic(repository.github_id, Measure::Views, Per::Day, None)
            .await
            .map(drop)
            .map_err(GithubError::for_visible_repository)
    }

    /// The hourly budget as the newest answer told it.
    pub(crate) fn rate_limit(&self) -> Option<RateLimit> {
        self.rate_limiter.rate_limit()
    }

    /// What its user, or its installation, may still ask.
    pub(crate) fn rate_limiter(&self) -> &RateLimiter {
        &self.rate_limiter
    }

    /// The same client within the allowance of all who ask as the same user.
    pub(crate) fn with_rate_limiter(mut self, rate_limiter: Arc<RateLimiter>) -> Self {
        self.rate_limiter = rate_limiter;
        self
    }

    /// The same client, telling how far this machine's clock is from GitHub's.
    pub(crate) fn with_clock_watch(mut self, clock_watch: ClockWatch) -> Self {
        self.clock_watch = clock_watch;
        self
    }

    /// Asks, whatever was told before.
    pub(super) async fn get(&self, path: &str) -> Result<Response, GithubError> {
        self.ask(path, None).await?.modified()
    }

    /// Asks what is new since a tag was told, and takes from the answer what it means for all who
    /// ask as the same user.
    pub(super) async fn ask(
        &self,
        path: &str,
        known: Option<&ETag>,
    ) -> Result<Conditional<Response>, GithubError> {
        let told = self.told(path, known).await;
        self.rate_limiter.record(&told, self.clock.now());
        told
    }

    async fn told(
        &self,
        path: &str,
        known: Option<&ETag>,
    ) -> Result<Conditional<Response>, GithubError> {
        let (answer, authed) = self.answer(path, known).await?;
        let rate_limit = parse_rate_limit(&answer.headers);
        let unchanged = answer.status == StatusCode::NOT_MODIFIED
            && known.is_some_and(|tag| tag.condition(&authed).is_some());
        let told = if unchanged {
            Ok(Conditional::NotModified(answer.calendar))
        } else {
            let tag = ETag::from_headers(&answer.headers, &authed);
            self.accepted(answer, StatusCode::OK, &authed.token)
                .map(|answer| Conditional::Modified(answer, tag))
        };
        // What refuses the token itself tells the budget of the address.
        if !matches!(
            told,
            Err(GithubError::TokenRefused | GithubError::LockedOut)
        ) {
            self.rate_limiter.record_rate_limit(rate_limit);
        }
        told
    }

    /// Asks as the token's user, or as the installation, whose token is renewed where GitHub
    /// takes it no longer; and who asked in the end.
    async fn answer(
        &self,
        path: &str,
        known: Option<&ETag>,
    ) -> Result<(Response, AuthedClient), GithubError> {
        let installation = match &*self.auth {
            Auth::Token(authed) => {
                let answer = self.exchange(authed, path, known).await?;
                return Ok((answer, AuthedClient::clone(authed)));
            }
            Auth::Installation(installation) => installation,
        };
        let authed = self.installation_client(installation, None).await?;
        let answer = self.exchange(&authed, path, known).await?;
        if answer.status != StatusCode::UNAUTHORIZED {
            return Ok((answer, authed));
        }
        let authed = self
            .installation_client(installation, Some(&authed))
            .await?;
        Ok((self.exchange(&authed, path, known).await?, authed))
    }

    /// Asks as whoever it is, whatever the status of the answer.
    pub(super) async fn get_any(&self, path: &str) -> Result<Response, GithubError> {
        match &*self.auth {
            Auth::Token(authed) => self.exchange(authed, path, None).await,
            Auth::Installation(_) => self.get(path).await,
        }
    }

    pub(super) fn accepted(
        &self,
        answer: Response,
        status: StatusCode,
        token: &SecretString,
    ) -> Result<Response, GithubError> {
        if answer.status == status {
            return Ok(answer);
        }
        Err(classify_error(
            answer.status,
            &answer.headers,
            &answer.body,
            token,
            self.clock.now(),
        ))
    }

    async fn exchange(
        &self,
        authed: &AuthedClient,
        path: &str,
        known: Option<&ETag>,
    ) -> Result<Response, GithubError> {
        let condition = known.and_then(|tag| tag.condition(authed));
        self.send(authed, Method::Get(condition), path).await
    }

    pub(super) async fn send(
        &self,
        authed: &AuthedClient,
        method: Method,
        path: &str,
    ) -> Result<Response, GithubError> {
        tokio::time::timeout(self.deadline, self.raw(authed, method, path))
            .await
            .unwrap_or(Err(GithubError::TimedOut))
    }

    /// The raw answer, since octocrab's own reading loses the headers of a success, puts whole
    /// HTML pages into messages, and reads bodies without end.
    async fn raw(
        &self,
        authed: &AuthedClient,
        method: Method,
        path: &str,
    ) -> Result<Response, GithubError> {
        // Absolute, because octocrab leaves out the base's path where a path begins alike.
        let mut address = format!("{}{path}", self.base);
        // octocrab follows nothing: it would send the token wherever it is led to.
        for _ in 0..MAX_REQUESTS {
            let uri: Uri = address.parse().map_err(|_| GithubError::Address)?;
            let response = match &method {
                Method::Get(condition) => {
                    let headers = (condition.clone())
                        .map(|tag| HeaderMap::from_iter([(http::header::IF_NONE_MATCH, tag)]));
                    authed.octocrab._get_with_headers(uri, headers).await
                }
                Method::Post => authed.octocrab._post(uri, None::<&()>).await,
            };
            let (head, body) = response.map_err(|error| unanswered(&error))?.into_parts();
            let now = self.clock.now();
            self.clock_watch.record(&head.headers, now);
            if let Some(next) = redirect(&head, &method, &self.base, &address)? {
                address = next;
                continue;
            }
            let body = Limited::new(body, MAX_BODY_BYTES)
                .collect()
                .await
                .map_err(|error| unread(error.as_ref()))?
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
    }
}

/// The base address without a slash at its end. What else an address can hold has no place in it.
fn base(api_url: &Url) -> Result<String, GithubError> {
    secure_url(api_url.as_str()).map_err(GithubError::Insecure)?;
    if api_url.query().is_none() && api_url.fragment().is_none() {
        Ok(api_url.as_str().trim_end_matches('/').to_owned())
    } else {
        Err(GithubError::Address)
    }
}

/// Where an answer sends a question on to; `None` where it does not. Renamed repositories are led to
/// their ids, within the same server: the token goes nowhere else, and neither does the question.
fn redirect(
    head: &http::response::Parts,
    method: &Method,
    base: &str,
    asked: &str,
) -> Result<Option<String>, GithubError> {
    let follows =
        matches!(method, Method::Get(_)) && matches!(head.status.as_u16(), 301 | 302 | 307 | 308);
    let location = head.headers.get(http::header::LOCATION);
    let Some(location) = location.filter(|_| follows) else {
        return Ok(None);
    };
    let asked = Url::parse(asked).map_err(|_| GithubError::Address)?;
    let base = Url::parse(base).map_err(|_| GithubError::Address)?;
    let next = (location.to_str().ok())
        .and_then(|location| asked.join(location).ok())
        .ok_or(GithubError::Moved)?;
    if next.origin() == base.origin() && next.username().is_empty() && next.password().is_none() {
        Ok(Some(next.into()))
    } else {
        tracing::warn!("GitHub sends a question on to another server, which is not asked");
        Err(GithubError::ForeignRedirect)
    }
}

/// Why there is no answer at all.
fn unanswered(error: &octocrab::Error) -> GithubError {
    tracing::debug!(error = error as &dyn StdError, "GitHub did not answer");
    if is_timeout(error) {
        GithubError::TimedOut
    } else {
        GithubError::Unreachable
    }
}

/// Why the answer's body could not be read to its end.
fn unread(error: &(dyn StdError + 'static)) -> GithubError {
    tracing::debug!(error, "an answer of GitHub's could not be read");
    if error.is::<LengthLimitError>() {
        GithubError::Malformed("it is far too long")
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
