//! Pages of lists: `?limit=` and `?after=`, and the `Link` to the next page (RFC 8288).

use std::convert::Infallible;
use std::fmt;

use axum::Json;
use axum::extract::{FromRequestParts, OriginalUri};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use engine::PageSize;
use http::header::LINK;
use http::request::Parts;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use url::Url;

use super::problem::{ApiProblem, Query};
use crate::state::AppState;

/// The page that a request asks for, by the key of the row before it.
pub(crate) struct Paging<K> {
    limit: Option<PageSize>,
    /// The last row of the page before; `None` for the first page.
    pub(super) after: Option<K>,
    address: ListAddress,
}

/// The public address of a list, without the parameters of a page.
pub(crate) struct ListAddress(Url);

/// A key of several values, as one opaque word.
pub(crate) struct Cursor<K>(pub(crate) K);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parameters<K> {
    limit: Option<PageSize>,
    after: Option<K>,
}

impl<K> Paging<K> {
    pub(crate) const fn new(
        limit: Option<PageSize>,
        after: Option<K>,
        address: ListAddress,
    ) -> Self {
        Self {
            limit,
            after,
            address,
        }
    }

    /// Whether the request has neither parameter, so that it gets the whole list.
    pub(super) const fn is_whole(&self) -> bool {
        self.limit.is_none() && self.after.is_none()
    }

    /// How many rows the page has; 100 by default.
    pub(crate) fn size(&self) -> PageSize {
        self.limit.unwrap_or_default()
    }
}

impl ListAddress {
    /// The address with a parameter of the list, which the next page keeps.
    pub(crate) fn with(mut self, name: &str, value: Option<impl fmt::Display>) -> Self {
        if let Some(value) = value {
            let mut parameters = self.0.query_pairs_mut();
            parameters.append_pair(name, &value.to_string());
        }
        self
    }
}

impl<K: fmt::Display> Paging<K> {
    /// A page, with a link to the next one if any.
    pub(crate) fn respond(&self, page: impl Serialize, next: Option<K>) -> Response {
        let link = next.map(|after| {
            let mut address = self.address.0.clone();
            address
                .query_pairs_mut()
                .append_pair("limit", &self.size().get().to_string())
                .append_pair("after", &after.to_string());
            [(LINK, format!("<{address}>; rel=\"next\""))]
        });
        match link {
            Some(link) => (link, Json(page)).into_response(),
            None => Json(page).into_response(),
        }
    }
}

impl<K: DeserializeOwned + Send> FromRequestParts<AppState> for Paging<K> {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiProblem> {
        let Ok(address) = ListAddress::from_request_parts(parts, state).await;
        let Query(query) = Query::<Parameters<K>>::from_request_parts(parts, state).await?;
        Ok(Self::new(query.limit, query.after, address))
    }
}

impl FromRequestParts<AppState> for ListAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let OriginalUri(uri) = OriginalUri::from_request_parts(parts, state).await?;
        let mut address = state.public_url().clone();
        address.set_path(uri.path());
        Ok(Self(address))
    }
}

impl<K: Serialize> fmt::Display for Cursor<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values = serde_json::to_vec(&self.0).map_err(|_| fmt::Error)?;
        f.write_str(&URL_SAFE_NO_PAD.encode(values))
    }
}

impl<'de, K: DeserializeOwned> Deserialize<'de> for Cursor<K> {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        let text = String::deserialize(value)?;
        let values = URL_SAFE_NO_PAD.decode(text).ok();
        let key = values.and_then(|values| serde_json::from_slice(&values).ok());
        key.map(Self).ok_or_else(|| {
            D::Error::custom(
                "“after” is not valid. Take it from the “Link” header of the page before.",
            )
        })
    }
}
