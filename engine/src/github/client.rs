//! Asks GitHub: one request, one answer, within a deadline, in the domain's types.

use std::error::Error as StdError;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::report::{RankingRow, RequestBudget};
use domain::{Measure, RepositoryName};
use http::{HeaderMap, StatusCode, Uri};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use secrecy::SecretString;
use url::Url;

use super::access::{self, TokenOwner};
use super::budget::budget_of;
use super::error::GithubError;
use super::refusal::refusal;
use super::session::{AppKey, Caller, Installation, Session};
use super::wire::{self, Repository, Window};
use crate::SharedClock;

/// GitHub kills a request after ten seconds, so a whole answer takes no longer than this.
const DEADLINE: Duration = Duration::from_secs(15);
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
pub(super) const READ_TIMEOUT: Duration = Duration::from_secs(12);
pub(super) const WRITE_TIMEOUT: Duration = Duration::from_secs(10);
/// The largest answer is a hundred repositories, of about 7 KB each.
const LARGEST_BODY: usize = 4 * 1024 * 1024;

/// A GitHub server, asked as one user or installation. Cheap to clone; connections to the server
/// are kept open.
#[derive(Clone)]
pub(crate) struct Client {
    pub(super) base: String,
    pub(super) session: Arc<Session>,
    pub(super) clock: SharedClock,
    deadline: Duration,
    /// The budget that the newest answer told.
    budget: Arc<Mutex<Option<RequestBudget>>>,
}

/// The width of the buckets that GitHub counts views and clones in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Per {
    Day,
    Week,
}

/// What is sent; nothing that this program asks of GitHub has a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Get,
    Post,
}

/// An answer as it came, read to its end.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Client {
    /// A client with a token, for the interface at this base address; nothing is sent yet.
    pub(crate) fn new(
        api_url: &Url,
        token: &SecretString,
        clock: SharedClock,
    ) -> Result<Self, GithubError> {
        let caller = Caller::new(&base(api_url)?, Some(token.clone()))?;
        Self::asking_as(api_url, Session::Fixed(caller), clock)
    }

    /// A client for an installation of an app; it makes and renews the tokens itself.
    pub(crate) fn of_app(
        api_url: &Url,
        key: AppKey,
        clock: SharedClock,
    ) -> Result<Self, GithubError> {
        let installation = Box::new(Installation {
            key,
            present: tokio::sync::Mutex::default(),
        });
        Self::asking_as(api_url, Session::Installation(installation), clock)
    }

    /// A client without a token.
    pub(crate) fn anonymous(api_url: &Url, clock: SharedClock) -> Result<Self, GithubError> {
        let caller = Caller::new(&base(api_url)?, None)?;
        Self::asking_as(api_url, Session::Fixed(caller), clock)
    }

    fn asking_as(api_url: &Url, session: Session, clock: SharedClock) -> Result<Self, GithubError> {
        Ok(Self {
            base: base(api_url)?,
            session: Arc::new(session),
            clock,
            deadline: DEADLINE,
            budget: Arc::default(),
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

    /// The hourly budget as the newest answer told it.
    pub(crate) fn budget(&self) -> Option<RequestBudget> {
        *self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks as the token's user, or as the installation, whose token is renewed where GitHub
    /// takes it no longer.
    pub(super) async fn get(&self, path: &str) -> Result<Answer, GithubError> {
        let (answer, caller) = match &*self.session {
            Session::Fixed(caller) => (self.exchange(caller, path).await, caller.clone()),
            Session::Installation(installation) => {
                let caller = self.caller_of(installation, None).await?;
                match self.exchange(&caller, path).await {
                    Ok(answer) if answer.status == StatusCode::UNAUTHORIZED => {
                        let caller = self.caller_of(installation, Some(&caller)).await?;
                        (self.exchange(&caller, path).await, caller)
                    }
                    answer => (answer, caller),
                }
            }
        };
        let answer = answer?;
        let told = budget_of(&answer.headers);
        let read = self.accepted(answer, StatusCode::OK, &caller.token);
        // What refuses the token itself tells the budget of the address.
        if !matches!(
            read,
            Err(GithubError::TokenRefused | GithubError::LockedOut)
        ) {
            self.note_budget(told);
        }
        read
    }

    /// Asks as whoever it is, whatever the status of the answer.
    pub(super) async fn get_any(&self, path: &str) -> Result<Answer, GithubError> {
        match &*self.session {
            Session::Fixed(caller) => self.exchange(caller, path).await,
            Session::Installation(_) => self.get(path).await,
        }
    }

    fn note_budget(&self, told: Option<RequestBudget>) {
        let Some(told) = told else {
            return;
        };
        let mut budget = self.budget.lock().unwrap_or_else(PoisonError::into_inner);
        // Answers overtake each other: within the hour, the least that remains is the newest.
        let older = budget.is_some_and(|known| {
            known.resets_at == told.resets_at
                && known.total == told.total
                && known.remaining < told.remaining
        });
        if !older {
            *budget = Some(told);
        }
    }

    pub(super) fn accepted(
        &self,
        answer: Answer,
        status: StatusCode,
        token: &SecretString,
    ) -> Result<Answer, GithubError> {
        if answer.status == status {
            return Ok(answer);
        }
        Err(refusal(
            answer.status,
            &answer.headers,
            &answer.body,
            token,
            self.clock.now(),
        ))
    }

    async fn exchange(&self, caller: &Caller, path: &str) -> Result<Answer, GithubError> {
        self.send(caller, Method::Get, path).await
    }

    pub(super) async fn send(
        &self,
        caller: &Caller,
        method: Method,
        path: &str,
    ) -> Result<Answer, GithubError> {
        tokio::time::timeout(self.deadline, self.raw(caller, method, path))
            .await
            .unwrap_or(Err(GithubError::NoAnswer))
    }

    /// The raw answer, since octocrab's own reading loses the headers of a success, puts whole
    /// HTML pages into messages, and reads bodies without end.
    async fn raw(
        &self,
        caller: &Caller,
        method: Method,
        path: &str,
    ) -> Result<Answer, GithubError> {
        // Absolute, because octocrab leaves out the base's path where a path begins alike.
        let uri: Uri = format!("{}{path}", self.base)
            .parse()
            .map_err(|_| GithubError::Address)?;
        let response = match method {
            Method::Get => caller.octocrab._get(uri).await,
            Method::Post => caller.octocrab._post(uri, None::<&()>).await,
        };
        let (head, body) = response.map_err(|error| unanswered(&error))?.into_parts();
        let body = Limited::new(body, LARGEST_BODY)
            .collect()
            .await
            .map_err(|error| unread(error.as_ref()))?
            .to_bytes()
            .into();
        Ok(Answer {
            status: head.status,
            headers: head.headers,
            body,
        })
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
