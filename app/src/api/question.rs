//! What pages ask and what comes back, each as one type.
//!
//! A page's data crosses to the browser as JSON text and is read where it is shown. One question,
//! one answer and one resource for all pages, instead of one of each for every report, make the
//! browser's module a good deal smaller.

use std::fmt;
use std::str::FromStr;

use codee::string::FromToStringCodec;
use domain::report::OverviewQuery;
use domain::{Interval, Period};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// What a page asks the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Question {
    /// What stands around the pages of a tenant: `Option<Surroundings>`.
    Surroundings {
        /// The tenant's slug.
        tenant: String,
    },
    /// All repositories over a period: `OverviewData`.
    Overview {
        /// The tenant's slug.
        tenant: String,
        /// What the address asks for.
        query: OverviewQuery,
    },
    /// One repository over a period: `RepositoryReport`.
    Repository {
        /// The tenant's slug.
        tenant: String,
        /// The repository's owner, as in the address.
        owner: String,
        /// Its name within the owner.
        name: String,
        /// How far back.
        period: Period,
        /// The width of the buckets.
        interval: Interval,
    },
    /// The same of one repository, whatever its name: `RepositoryReport`.
    RepositoryById {
        /// The tenant's slug.
        tenant: String,
        /// The repository's id, as in the address.
        id: String,
        /// How far back.
        period: Period,
        /// The width of the buckets.
        interval: Interval,
    },
    /// The repositories, kept ones included: `RepositoriesReport`.
    Repositories {
        /// The tenant's slug.
        tenant: String,
    },
    /// The schedules and the newest runs: `CollectionReport`.
    Collection {
        /// The tenant's slug.
        tenant: String,
    },
}

/// The answer, not yet read: JSON of the type that [`Question`] names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer(pub(super) Result<String, AppError>);

impl Answer {
    /// The answer in its type.
    ///
    /// # Errors
    /// Those of the use case; or that the server's answer was of another version than the page.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, AppError> {
        let text = self.0.as_ref().map_err(Clone::clone)?;
        serde_json::from_str(text).map_err(|_| AppError::not_understood())
    }

    /// What went wrong, if anything did.
    pub fn error(&self) -> Option<AppError> {
        self.0.as_ref().err().cloned()
    }
}

impl From<Result<String, AppError>> for Answer {
    fn from(answer: Result<String, AppError>) -> Self {
        Self(answer)
    }
}

/// As the served page holds it for the browser: JSON behind a mark that tells what it is of.
impl fmt::Display for Answer {
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

impl FromStr for Answer {
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

/// What a page waits for.
pub type Asked = Resource<Answer, FromToStringCodec>;

/// Asks a question, and again whenever it or its version changes.
pub fn ask_for(question: impl Fn() -> (Question, usize) + Send + Sync + 'static) -> Asked {
    let question: Box<dyn Fn() -> (Question, usize) + Send + Sync> = Box::new(question);
    Resource::new_str(question, |(question, _)| answer(question))
}

/// The answer to a question, asked once.
#[cfg(not(feature = "hydrate"))]
pub async fn answer(question: Question) -> Answer {
    Answer(ask(question).await)
}

/// The answer to a question, asked once.
#[cfg(feature = "hydrate")]
pub async fn answer(question: Question) -> Answer {
    use super::post::{Body, post};
    use leptos::server_fn::ServerFn;

    match serde_json::to_string(&Ask { question }) {
        Ok(json) => Answer(post(Ask::PATH, Body::Json(json)).await.read()),
        Err(_) => Answer(Err(AppError::not_understood())),
    }
}

/// Answers a question as JSON.
#[server(Ask, endpoint = "ask", input = Json)]
async fn ask(question: Question) -> Result<String, AppError> {
    match question {
        Question::Surroundings { tenant } => json(super::account::surroundings(&tenant).await?),
        Question::Overview { tenant, query } => {
            json(super::overview::overview(&tenant, query).await?)
        }
        Question::Repository {
            tenant,
            owner,
            name,
            period,
            interval,
        } => json(super::overview::repository(&tenant, &owner, &name, period, interval).await?),
        Question::RepositoryById {
            tenant,
            id,
            period,
            interval,
        } => json(super::overview::repository_by_id(&tenant, &id, period, interval).await?),
        Question::Repositories { tenant } => {
            json(super::repositories::repositories(&tenant).await?)
        }
        Question::Collection { tenant } => json(super::collection::collection(&tenant).await?),
    }
}

#[cfg(feature = "ssr")]
fn json(answer: impl Serialize) -> Result<String, AppError> {
    serde_json::to_string(&answer).map_err(|_| AppError::not_understood())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_survives_the_page_that_carries_it() {
        for answer in [
            Answer(Ok("[1,2]".into())),
            Answer(Err(AppError::not_understood())),
        ] {
            let carried = answer.to_string().parse::<Answer>().expect("an answer");
            assert_eq!(carried, answer);
        }
        let numbers: Vec<u32> = Answer(Ok("[1,2]".into())).read().expect("numbers");
        assert_eq!(numbers, [1, 2]);
        assert!(Answer(Ok("{}".into())).read::<Vec<u32>>().is_err());
    }
}
