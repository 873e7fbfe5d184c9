//! Conditional requests: a run repeats them, and they are free if nothing changed.
//!
//! A response "not modified" (304) does not count against the rate limit:
//! <https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate>

use http::{HeaderMap, HeaderValue};

use super::edge::{Body, Calendar};
use super::error::GithubError;
use super::transport::Response;

/// GitHub's `ETag`s have 68 characters.
const MAX_ETAG_LENGTH: usize = 200;

/// An `ETag`, and whose it is: GitHub binds it to the token of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ETag {
    pub(crate) etag: String,
    /// The fingerprint of the token and its server.
    pub(crate) credential: Vec<u8>,
}

/// The response to a request that may have carried an `ETag`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Conditional<T> {
    /// This, and the `ETag` to send next time.
    Modified(T, Option<ETag>),
    /// Nothing changed since the `ETag`, as of this moment.
    NotModified(Calendar),
}

/// A parsed response, its body as it came, and when GitHub gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parsed<T> {
    pub(crate) value: T,
    pub(crate) raw: Body,
    pub(crate) calendar: Calendar,
}

impl<T> Parsed<T> {
    pub(super) fn new(
        response: Response,
        parse: impl FnOnce(&Body, Calendar) -> Result<T, GithubError>,
    ) -> Result<Self, GithubError> {
        Ok(Self {
            value: parse(&response.body, response.calendar)?,
            raw: response.body,
            calendar: response.calendar,
        })
    }
}

impl<T> Conditional<T> {
    pub(super) fn try_map<U>(
        self,
        map: impl FnOnce(T) -> Result<U, GithubError>,
    ) -> Result<Conditional<U>, GithubError> {
        Ok(match self {
            Self::Modified(value, etag) => Conditional::Modified(map(value)?, etag),
            Self::NotModified(calendar) => Conditional::NotModified(calendar),
        })
    }

    /// The response to an unconditional request. A 304 to it is a protocol error.
    pub(crate) fn modified(self) -> Result<T, GithubError> {
        match self {
            Self::Modified(value, _) => Ok(value),
            Self::NotModified(_) => Err(GithubError::Malformed("304 to an unconditional request")),
        }
    }
}

impl ETag {
    /// The `ETag` of a response to these credentials.
    pub(super) fn from_headers(headers: &HeaderMap, credential: &[u8]) -> Option<Self> {
        let etag = headers.get(http::header::ETAG)?.to_str().ok()?;
        // A longer one is not GitHub's, and not worth storing.
        (etag.len() <= MAX_ETAG_LENGTH).then_some(())?;
        Some(Self {
            etag: etag.to_owned(),
            credential: credential.to_vec(),
        })
    }

    /// The `If-None-Match` header for these credentials; `None` for an `ETag` of another token.
    pub(super) fn condition(&self, credential: &[u8]) -> Option<HeaderValue> {
        let own = self.credential == credential;
        own.then(|| HeaderValue::from_str(&self.etag).ok())?
    }
}
