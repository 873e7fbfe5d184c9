//! The data of the repository page.

use chrono::{DateTime, Utc};
use domain::FixTarget;
#[cfg(feature = "ssr")]
use domain::report::RepositoryPage;
#[cfg(feature = "ssr")]
use domain::report::RepositoryQuery;
use domain::report::RepositoryReport;
#[cfg(feature = "ssr")]
use domain::{Problem, ProblemKind, RepositoryId};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::context::{into_app_result, problem, tenant_request};
use crate::components::Pill;
#[cfg(feature = "ssr")]
use crate::{error::AppError, messages};

/// The page of one repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepositoryData {
    /// Its numbers.
    pub report: RepositoryReport,
    /// The state of the data.
    pub pill: Pill,
    /// Its problem, if any.
    pub problem: Option<ProblemText>,
    /// Short labels for anything unusual that GitHub reports about it.
    pub labels: Vec<String>,
    /// Its events on GitHub, newest first.
    pub events: Vec<EventText>,
    /// What the line of views is like, in a sentence.
    pub typical_views: Option<String>,
    /// Whether the viewer may write notes and tags.
    pub may_manage: bool,
}

/// A repository's problem in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemText {
    /// A short label, capitalized.
    pub name: String,
    /// Since when the repository has not been collected completely.
    pub since: Option<DateTime<Utc>>,
    /// What went wrong, and when it will lose data.
    pub reason: String,
    /// What to do.
    pub remedy: String,
    /// Where to do it; `None` if waiting is all there is or the viewer may not.
    pub place: Option<FixTarget>,
    /// When schedules try again, if paused.
    pub paused_until: Option<DateTime<Utc>>,
}

/// A repository's event on GitHub in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventText {
    /// When a collection noticed it.
    pub at: DateTime<Utc>,
    /// A few words: `Renamed from acme/anvil`.
    pub text: String,
}

/// One repository, over a period.
#[cfg(feature = "ssr")]
pub async fn repository(
    tenant: &str,
    owner: &str,
    name: &str,
    query: RepositoryQuery,
) -> Result<RepositoryData, AppError> {
    let context = tenant_request(tenant).await?;
    // A malformed name in an address is a page that does not exist.
    let name = format!("{owner}/{name}").parse().map_err(|_| not_found())?;
    let page = (context.engine)
        .repository_page(&context.viewer, context.tenant, &name, query)
        .await;
    into_app_result(page).map(RepositoryData::from)
}

/// One repository, whatever its name, over a period.
#[cfg(feature = "ssr")]
pub async fn repository_by_id(
    tenant: &str,
    id: &str,
    query: RepositoryQuery,
) -> Result<RepositoryData, AppError> {
    let context = tenant_request(tenant).await?;
    let id = RepositoryId::new(id.parse().map_err(|_| not_found())?);
    let page = (context.engine)
        .repository_page_by_id(&context.viewer, context.tenant, id, query)
        .await;
    into_app_result(page).map(RepositoryData::from)
}

#[cfg(feature = "ssr")]
fn not_found() -> AppError {
    problem(Problem::new(ProblemKind::NotFound, "Not found."))
}

#[cfg(feature = "ssr")]
impl From<RepositoryPage> for RepositoryData {
    fn from(page: RepositoryPage) -> Self {
        Self {
            pill: messages::pill(&page.data),
            problem: page.problem.as_ref().map(messages::problem),
            labels: messages::labels(&page.report.repository),
            events: page.events.iter().map(messages::event).collect(),
            typical_views: messages::typical_views(
                &page.report.buckets,
                page.report.range,
                page.report.interval,
            ),
            may_manage: page.may_manage,
            report: page.report,
        }
    }
}
