//! The queries of pages and their data, each as one type.
//! A page's data crosses to the browser as text and is parsed where it is shown. One query
//! type, one data type and one resource for all pages, instead of one of each per report, make the
//! browser's module a good deal smaller.

use std::fmt;
use std::str::FromStr;

use codee::string::FromToStringCodec;
use domain::report::{OverviewQuery, RepositoriesQuery, RepositoryQuery};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::compact;
use crate::components::Attempts;
use crate::error::AppError;

/// A page's query to the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PageQuery {
    /// The layout of a tenant's pages: `Option<LayoutData>`.
    LayoutData {
        /// The tenant's slug.
        tenant: String,
    },
    /// All repositories over a period: `OverviewData`.
    Overview {
        /// The tenant's slug.
        tenant: String,
        /// The query in the URL.
        query: OverviewQuery,
    },
    /// One repository over a period: `RepositoryData`.
    Repository {
        /// The tenant's slug.
        tenant: String,
        /// The repository's owner, as in the address.
        owner: String,
        /// Its name within the owner.
        name: String,
        /// The query in the URL.
        query: RepositoryQuery,
    },
    /// One repository by id, whatever its name: `RepositoryData`.
    RepositoryById {
        /// The tenant's slug.
        tenant: String,
        /// The repository's id, as in the address.
        id: String,
        /// The query in the URL.
        query: RepositoryQuery,
    },
    /// One page of the repositories, kept ones included: `PagedRepositories`.
    Repositories {
        /// The tenant's slug.
        tenant: String,
        /// The query in the URL.
        query: RepositoriesQuery,
    },
    /// The schedules and the newest runs: `CollectionData`.
    Collection {
        /// The tenant's slug.
        tenant: String,
    },
}

/// The unparsed data: the [`compact`] text of the type named by [`PageQuery`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageData(pub(super) Result<String, AppError>);

impl PageData {
    /// Parses the data.
    ///
    /// # Errors
    /// Those of the use case, or a version mismatch between server and page.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, AppError> {
        let text = self.0.as_ref().map_err(Clone::clone)?;
        compact::from_str(text).map_err(|_| AppError::not_understood())
    }

    /// What went wrong, if anything did.
    pub fn error(&self) -> Option<AppError> {
        self.0.as_ref().err().cloned()
    }

    /// Whether the server could not be reached.
    pub fn is_lost(&self) -> bool {
        self.0.as_ref().is_err_and(AppError::is_no_answer)
    }
}

impl From<Result<String, AppError>> for PageData {
    fn from(page_data: Result<String, AppError>) -> Self {
        Self(page_data)
    }
}

/// The form embedded in the served page: JSON behind a marker for success or error.
impl fmt::Display for PageData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Ok(text) => write!(f, "={text}"),
            Err(error) => {
                let problem = serde_json::to_string(error).map_err(|_| fmt::Error)?;
                write!(f, "!{problem}")
            }
        }
    }
}

impl FromStr for PageData {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.strip_prefix('=') {
            Some(text) => Ok(Self(Ok(text.to_owned()))),
            None => {
                serde_json::from_str(text.trim_start_matches('!')).map(|error| Self(Err(error)))
            }
        }
    }
}

/// A page's data, pending or loaded.
pub type PageResource = Resource<PageData, FromToStringCodec>;

/// A page's query, or why its address asks for none; and its version.
type Versioned = (Result<PageQuery, AppError>, usize);

/// Runs a query, and again whenever it or its version changes. An address that asks for none is an
/// error without a request.
pub fn page_resource(query: impl Fn() -> Versioned + Send + Sync + 'static) -> PageResource {
    let attempts = use_context::<Attempts>();
    let query: Box<dyn Fn() -> Versioned + Send + Sync> = Box::new(move || {
        let (query, version) = query();
        (query, version + attempts.map_or(0, Attempts::get))
    });
    Resource::new_str(query, async |(query, _)| match query {
        Ok(query) => page_data(query).await,
        Err(error) => PageData(Err(error)),
    })
}

/// Runs a query once.
#[cfg(not(feature = "hydrate"))]
pub async fn page_data(query: PageQuery) -> PageData {
    PageData(fetch_page(query).await)
}

/// Runs a query once, and tells the page's script whether the server answered.
#[cfg(feature = "hydrate")]
pub async fn page_data(query: PageQuery) -> PageData {
    use super::post::{Body, post};
    use leptos::server_fn::ServerFn;

    match serde_json::to_string(&FetchPage { query }) {
        Ok(json) => {
            let answer = post(FetchPage::PATH, Body::Json(json)).await;
            let event = if answer.is_lost() {
                "page-lost"
            } else {
                "page-loaded"
            };
            crate::components::tell_page_script(event);
            answer
        }
        Err(_) => PageData(Err(AppError::not_understood())),
    }
}

/// Runs a query and returns its data as [`compact`] text.
#[server(FetchPage, endpoint = "ask", input = Json)]
async fn fetch_page(query: PageQuery) -> Result<String, AppError> {
    match query {
        PageQuery::LayoutData { tenant } => text(&super::account::layout_data(&tenant).await?),
        PageQuery::Overview { tenant, query } => {
            text(&super::overview::overview(&tenant, query).await?)
        }
        PageQuery::Repository {
            tenant,
            owner,
            name,
            query,
        } => text(&super::repository::repository(&tenant, &owner, &name, query).await?),
        PageQuery::RepositoryById { tenant, id, query } => {
            text(&super::repository::repository_by_id(&tenant, &id, query).await?)
        }
        PageQuery::Repositories { tenant, query } => {
            text(&super::repositories::repositories(&tenant, query).await?)
        }
        PageQuery::Collection { tenant } => text(&super::collection::collection(&tenant).await?),
    }
}

#[cfg(feature = "ssr")]
pub(super) fn text(page_data: &impl Serialize) -> Result<String, AppError> {
    compact::to_string(page_data).map_err(|_| AppError::not_understood())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_survives_the_page_that_carries_it() {
        for page_data in [
            PageData(Ok("[1,2]".into())),
            PageData(Err(AppError::not_understood())),
        ] {
            let carried = page_data
                .to_string()
                .parse::<PageData>()
                .expect("an answer");
            assert_eq!(carried, page_data);
        }
        let numbers: Vec<u32> = PageData(Ok("[1,2,]".into())).read().expect("numbers");
        assert_eq!(numbers, [1, 2]);
        assert!(PageData(Ok("{}".into())).read::<Vec<u32>>().is_err());
    }
}
