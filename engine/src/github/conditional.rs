//! Questions that a run asks again and again, and that cost nothing where nothing changed.
//!
//! An answer "not modified" (304) is not taken from the budget:
//! <https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate>

use domain::Measure;
use http::{HeaderMap, HeaderValue};

use super::auth::AuthedClient;
use super::client::{Client, Per, Response};
use super::edge::{Body, Calendar};
use super::error::GithubError;
use super::wire::{self, Repository, TopList, Window};

/// GitHub's entity tags have 68 characters.
const MAX_ETAG_LENGTH: usize = 200;

/// An entity tag, and whose it is: GitHub binds it to the token that asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ETag {
    pub(crate) etag: String,
    /// The hash of the token, and of the server that knows it.
    pub(crate) credential: Vec<u8>,
}

/// What GitHub says to a question that may have been answered before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Conditional<T> {
    /// This, and by which tag it is known the next time.
    Modified(T, Option<ETag>),
    /// What it said when it gave the tag; and when it says so.
    NotModified(Calendar),
}

/// What an answer was read as, its body as it came, and when GitHub gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parsed<T> {
    pub(crate) value: T,
    pub(crate) raw: Body,
    pub(crate) calendar: Calendar,
}

impl<T> Parsed<T> {
    fn read(
        answer: Response,
        read: impl FnOnce(&Body, Calendar) -> Result<T, GithubError>,
    ) -> Result<Self, GithubError> {
        Ok(Self {
            value: read(&answer.body, answer.calendar)?,
            raw: answer.body,
            calendar: answer.calendar,
        })
    }
}

impl<T> Conditional<T> {
    pub(super) fn try_map<U>(
        self,
        read: impl FnOnce(T) -> Result<U, GithubError>,
    ) -> Result<Conditional<U>, GithubError> {
        Ok(match self {
            Self::Modified(value, tag) => Conditional::Modified(read(value)?, tag),
            Self::NotModified(calendar) => Conditional::NotModified(calendar),
        })
    }

    /// What is told to a question without a tag: never that nothing changed.
    pub(crate) fn modified(self) -> Result<T, GithubError> {
        match self {
            Self::Modified(value, _) => Ok(value),
            Self::NotModified(_) => Err(GithubError::Malformed("it repeats what was never told")),
        }
    }
}

impl ETag {
    /// The tag of an answer to this caller.
    pub(super) fn from_headers(headers: &HeaderMap, authed: &AuthedClient) -> Option<Self> {
        let etag = headers.get(http::header::ETAG)?.to_str().ok()?;
        // What is longer is none of GitHub's, and not worth to be kept.
        (etag.len() <= MAX_ETAG_LENGTH).then_some(())?;
        Some(Self {
            etag: etag.to_owned(),
            credential: authed.fingerprint.clone(),
        })
    }

    /// What this caller may ask with: a tag that another token was told is nobody else's.
    pub(super) fn condition(&self, authed: &AuthedClient) -> Option<HeaderValue> {
        let own = self.credential == authed.fingerprint;
        own.then(|| HeaderValue::from_str(&self.etag).ok())?
    }
}

impl Client {
    /// The repository with this id of GitHub's, whatever it is called now.
    pub(crate) async fn repository_by_id(
        &self,
        github_id: i64,
        known: Option<&ETag>,
    ) -> Result<Conditional<Repository>, GithubError> {
        self.ask(&format!("/repositories/{github_id}"), known)
            .await?
            .try_map(|answer| wire::repository(&answer.body, answer.calendar))
    }

    /// Views or clones of the last 14 days, by day or by week.
    pub(crate) async fn traffic(
        &self,
        github_id: i64,
        measure: Measure,
        per: Per,
        known: Option<&ETag>,
    ) -> Result<Conditional<Parsed<Window>>, GithubError> {
        let what = match measure {
            Measure::Views => "views",
            Measure::Clones => "clones",
        };
        let width = match per {
            Per::Day => "day",
            Per::Week => "week",
        };
        let path = format!("/repositories/{github_id}/traffic/{what}?per={width}");
        self.ask(&path, known).await?.try_map(|answer| {
            Parsed::read(answer, |body, calendar| wire::window(body, per, calendar))
        })
    }

    /// The ten sites that sent the most views within the last 14 days.
    pub(crate) async fn referrers(
        &self,
        github_id: i64,
        known: Option<&ETag>,
    ) -> Result<Conditional<Parsed<TopList>>, GithubError> {
        let path = format!("/repositories/{github_id}/traffic/popular/referrers");
        self.ask(&path, known)
            .await?
            .try_map(|answer| Parsed::read(answer, |body, _| wire::rows(body)))
    }

    /// The ten pages with the most views within the last 14 days.
    pub(crate) async fn paths(
        &self,
        github_id: i64,
        known: Option<&ETag>,
    ) -> Result<Conditional<Parsed<TopList>>, GithubError> {
        let path = format!("/repositories/{github_id}/traffic/popular/paths");
        self.ask(&path, known)
            .await?
            .try_map(|answer| Parsed::read(answer, |body, _| wire::rows(body)))
    }
}
