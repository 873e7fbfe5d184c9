//! The pages of a repository beside its live page: data sources, releases and stars.

pub mod answers;
mod releases;
mod releases_table;
mod stars;

use domain::report::Repository;
use domain::{Day, Period, Problem, RepositoryName};
use engine::{Error, TenantRequest};
use leptos::prelude::*;

pub use releases::PAGE as RELEASES;
pub use stars::PAGE as STARS;

use super::layout::Layout;
use super::{PageContent, PageRequest};
use crate::address::Tenant;
use crate::components::period_control;

/// What each of these pages needs.
struct Subject {
    context: TenantRequest,
    pages: Tenant,
    repository: Repository,
    period: Period,
}

impl Subject {
    /// The repository and the period in the address; without a period, the usual one.
    async fn new(request: &PageRequest, usual: Period) -> Result<Self, Problem> {
        let context = request.tenant().await?;
        let name = named(request)?;
        let repository = context
            .engine
            .find_repository(&context.viewer, context.tenant, &name)
            .await
            .map_err(Error::into_problem)?;
        Ok(Self {
            context,
            pages: request.pages(),
            repository,
            period: request.query.text("period").parse().unwrap_or(usual),
        })
    }

    /// The first day of the period; `None` for all days.
    fn first_day(&self) -> Option<Day> {
        let today = self.context.engine.clock().today();
        self.period.days().map(|days| today.plus(1 - days))
    }

    /// The page with this title, whose address ends with `what`.
    async fn page(
        self,
        request: &PageRequest,
        title: &'static str,
        what: &'static str,
        body: impl FnOnce() -> AnyView + Send + 'static,
    ) -> Result<PageContent, Problem> {
        let layout = Layout::tenant(request, &self.context).await?;
        let of_repository = format!("{title} of {}", self.repository.full_name);
        Ok(PageContent::new(of_repository, layout, move || {
            view! {
                {self.head(title, what)}
                {body()}
            }
            .into_any()
        }))
    }

    /// The heading of the page, with a link to the repository and the choice of the period.
    fn head(&self, title: &'static str, what: &'static str) -> AnyView {
        let name = &self.repository.full_name;
        let back = self
            .pages
            .repository(name, Period::default(), domain::Interval::default());
        let (pages, repository) = (self.pages.clone(), name.clone());
        let to = move |period| pages.history_over(&repository, what, period);
        view! {
            <div class="page-head">
                <div>
                    <p class="crumb">
                        <a href=back>{name.to_string()}</a>
                        " /"
                    </p>
                    <h1>{title}</h1>
                </div>
                <span class="spacer"></span>
                {period_control(Signal::stored(self.period), to)}
            </div>
        }
        .into_any()
    }
}

/// The repository name in the address. An invalid name is “not found”.
fn named(request: &PageRequest) -> Result<RepositoryName, Problem> {
    let name = format!("{}/{}", request.part("owner"), request.part("name"));
    name.parse().map_err(|_| Error::not_found().into_problem())
}

/// An empty state with its reason.
fn nothing(title: &'static str, why: &str) -> AnyView {
    view! {
        <section class="card empty">
            <h2>{title}</h2>
            <p>{why.to_owned()}</p>
        </section>
    }
    .into_any()
}
