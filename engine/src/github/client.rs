//! Asks GitHub: one request, one answer, within a deadline, in the domain's types.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use domain::report::RankingRow;
use domain::{Measure, RepositoryName};
use http::{HeaderMap, StatusCode, Uri};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use octocrab::Octocrab;
use octocrab::service::middleware::retry::RetryConfig;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::error::GithubError;
use super::refusal::refusal;
use super::wire::{self, Repository, TokenOwner, Window};
use crate::SharedClock;

/// GitHub kills a request after ten seconds, so a whole answer takes no longer than this.
const DEADLINE: Duration = Duration::from_secs(15);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const READ_TIMEOUT: Duration = Duration::from_secs(12);
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);
/// The largest answer is a repository's, of less than 20 KB.
const LARGEST_BODY: usize = 2 * 1024 * 1024;

/// A GitHub server, asked with one token. Cheap to clone; connections are kept open.
#[derive(Clone)]
pub(crate) struct Client {
    octocrab: Octocrab,
    base: String,
    token: SecretString,
    clock: SharedClock,
    deadline: Duration,
}

/// The width of the buckets that GitHub counts views and clones in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Per {
    Day,
    Week,
}

/// An answer with status 200.
struct Answer {
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Client {
    /// A client for the interface at this base address; nothing is sent yet.
    ///
    /// Retries and waiting are the collector's: octocrab would repeat failed requests at once,
    /// and sleep for up to an hour within a call.
    pub(crate) fn new(
        api_url: &Url,
        token: &SecretString,
        clock: SharedClock,
    ) -> Result<Self, GithubError> {
        let base = base(api_url)?;
        // octocrab panics over a token that cannot stand in a header.
        let secret = token.expose_secret();
        if secret.is_empty() || !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(GithubError::TokenRefused);
        }
        let octocrab = Octocrab::builder()
            .base_uri(base.as_str())
            .map_err(|_| GithubError::Address)?
            .personal_token(token.clone())
            .add_retry_config(RetryConfig::None)
            .set_connect_timeout(Some(CONNECT_TIMEOUT))
            .set_read_timeout(Some(READ_TIMEOUT))
            .set_write_timeout(Some(WRITE_TIMEOUT))
            .build()
            .map_err(|_| GithubError::Address)?;
        Ok(Self {
            octocrab,
            base,
            token: token.clone(),
            clock,
            deadline: DEADLINE,
        })
    }

    /// The same client with another deadline for a whole answer.
    #[cfg(test)]
    pub(super) fn within(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Whom the token belongs to, which proves that GitHub takes it.
    pub(crate) async fn token_owner(&self) -> Result<TokenOwner, GithubError> {
        let answer = self.get("/user").await?;
        wire::token_owner(&answer.body, &answer.headers)
    }

    /// The repository that has this name, or had it before it was renamed or transferred.
    pub(crate) async fn repository(
        &self,
        name: &RepositoryName,
    ) -> Result<Repository, GithubError> {
        let answer = self
            .get(&format!("/repos/{}/{}", name.owner(), name.name()))
            .await?;
        wire::repository(&answer.body)
    }

    /// The repository with this id of GitHub's, whatever it is called now.
    pub(crate) async fn repository_by_id(&self, github_id: i64) -> Result<Repository, GithubError> {
        let answer = self.get(&format!("/repositories/{github_id}")).await?;
        wire::repository(&answer.body)
    }

    /// Views or clones of the last 14 days, by day or by week.
    pub(crate) async fn traffic(
        &self,
        github_id: i64,
        measure: Measure,
        per: Per,
    ) -> Result<Window, GithubError> {
        let what = match measure {
            Measure::Views => "views",
            Measure::Clones => "clones",
        };
        let width = match per {
            Per::Day => "day",
            Per::Week => "week",
        };
        let path = format!("/repositories/{github_id}/traffic/{what}?per={width}");
        wire::window(&self.get(&path).await?.body, per)
    }

    /// Whether the token may read the traffic of a repository that it sees: only asking tells.
    pub(crate) async fn prove_traffic(&self, repository: &Repository) -> Result<(), GithubError> {
        self.traffic(repository.github_id, Measure::Views, Per::Day)
            .await
            .map(drop)
            .map_err(GithubError::of_visible_repository)
    }

    /// The ten sites that sent the most views within the last 14 days.
    pub(crate) async fn referrers(&self, github_id: i64) -> Result<Vec<RankingRow>, GithubError> {
        let path = format!("/repositories/{github_id}/traffic/popular/referrers");
        wire::rows(&self.get(&path).await?.body)
    }

    /// The ten pages with the most views within the last 14 days.
    pub(crate) async fn paths(&self, github_id: i64) -> Result<Vec<RankingRow>, GithubError> {
        let path = format!("/repositories/{github_id}/traffic/popular/paths");
        wire::rows(&self.get(&path).await?.body)
    }

    async fn get(&self, path: &str) -> Result<Answer, GithubError> {
        tokio::time::timeout(self.deadline, self.exchange(path))
            .await
            .unwrap_or(Err(GithubError::NoAnswer))
    }

    /// The raw answer, since octocrab's own reading loses the headers of a success, puts whole
    /// HTML pages into messages, and reads bodies without end.
    async fn exchange(&self, path: &str) -> Result<Answer, GithubError> {
        // Absolute, because octocrab leaves out the base's path where a path begins alike.
        let uri: Uri = format!("{}{path}", self.base)
            .parse()
            .map_err(|_| GithubError::Address)?;
        let response = self
            .octocrab
            ._get(uri)
            .await
            .map_err(|error| unanswered(&error))?;
        let (head, body) = response.into_parts();
        let body = Limited::new(body, LARGEST_BODY)
            .collect()
            .await
            .map_err(|error| unread(error.as_ref()))?
            .to_bytes()
            .into();
        if head.status == StatusCode::OK {
            return Ok(Answer {
                headers: head.headers,
                body,
            });
        }
        Err(refusal(
            head.status,
            &head.headers,
            &body,
            &self.token,
            self.clock.now(),
        ))
    }
}

/// The base address without a slash at its end. What else an address can hold has no place in it.
fn base(api_url: &Url) -> Result<String, GithubError> {
    let plain = matches!(api_url.scheme(), "http" | "https")
        && api_url.has_host()
        && api_url.username().is_empty()
        && api_url.password().is_none()
        && api_url.query().is_none()
        && api_url.fragment().is_none();
    if plain {
        Ok(api_url.as_str().trim_end_matches('/').to_owned())
    } else {
        Err(GithubError::Address)
    }
}

/// Why there is no answer at all.
fn unanswered(error: &octocrab::Error) -> GithubError {
    tracing::debug!(error = error as &dyn StdError, "GitHub did not answer");
    if is_timeout(error) {
        GithubError::NoAnswer
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
        GithubError::NoAnswer
    } else {
        GithubError::BrokenOff
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
