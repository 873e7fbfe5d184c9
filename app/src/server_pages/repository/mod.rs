//! The pages of a repository beside its live page: data sources, referrers, paths, releases
//! and stars.

pub mod answers;
mod rankings;
mod releases;
mod releases_table;
mod stars;

use domain::report::{ReportQuery, Repository, RepositoryQuery};
use domain::{Day, DayRange, Period, Problem, ReportRange, RepositoryName};
use engine::{Error, TenantRequest};
use leptos::prelude::*;

pub use rankings::{PATHS, REFERRERS};
pub use releases::PAGE as RELEASES;
pub use stars::PAGE as STARS;

use super::layout::Layout;
use super::{PageContent, PageRequest};
use crate::address::Tenant;
use crate::components::{RangeAddress, range_control, range_problem};

/// What each of these pages needs.
struct Subject {
    context: TenantRequest,
    pages: Tenant,
    repository: Repository,
    range: ReportRange,
    /// The query of the repository's page over the range in the address.
    back: RepositoryQuery,
    /// Why the address asks for no range, if so.
    problem: Option<String>,
}

impl Subject {
    /// The repository and the range in the address; without one, the usual period.
    async fn new(request: &PageRequest, usual: Period) -> Result<Self, Problem> {
        let context = request.tenant().await?;
        let name = named(request)?;
        let repository = context
            .engine
            .find_repository(&context.viewer, context.tenant, &name)
            .await
            .map_err(Error::into_problem)?;
        let text = |name| request.query.text(name);
        let values = ["period", "from", "to"].map(text);
        let is_given = values.iter().any(|text| !text.is_empty());
        let range = ReportRange::parse(values[0], values[1], values[2]);
        Ok(Self {
            context,
            pages: request.pages(),
            repository,
            problem: range.as_ref().err().map(ToString::to_string),
            back: ReportQuery::from(range.clone().unwrap_or_default()).into(),
            range: range.ok().filter(|_| is_given).unwrap_or(usual.into()),
        })
    }

    /// The first and the last day of the range; `None` for all days.
    fn days(&self) -> [Option<Day>; 2] {
        let requested = self.range.requested(self.context.engine.clock().today());
        [
            requested.map(|days| days.from),
            requested.map(|days| days.to),
        ]
    }

    /// The page with this title, whose address ends with `what`.
    async fn page(
        self,
        request: &PageRequest,
        title: &'static str,
        what: &'static str,
        shown: DayRange,
        body: impl FnOnce() -> AnyView + Send + 'static,
    ) -> Result<PageContent, Problem> {
        let layout = Layout::tenant(request, &self.context).await?;
        let typed = ["from", "to"].map(|name| request.query.text(name).to_owned());
        let of_repository = format!("{title} of {}", self.repository.full_name);
        Ok(PageContent::new(of_repository, layout, move || {
            view! {
                {self.head(title, what, shown)}
                {match &self.problem {
                    Some(message) => range_problem(message, &typed, &self.to(what)),
                    None => body(),
                }}
            }
            .into_any()
        }))
    }

    /// The address of the same page over another range.
    fn to(&self, what: &'static str) -> RangeAddress {
        let (pages, repository) = (self.pages.clone(), self.repository.full_name.clone());
        Box::new(move |range| pages.history_over(&repository, what, range))
    }

    /// The heading of the page, with a link to the repository and the choice of the range.
    fn head(&self, title: &'static str, what: &'static str, shown: DayRange) -> AnyView {
        let name = &self.repository.full_name;
        let back = (self.pages).repository(name, &self.back);
        let ranges = (self.problem.is_none()).then(|| {
            let current = Signal::stored(self.range);
            range_control(current, Signal::stored(shown), self.to(what))
        });
        view! {
            <div class="page-head">
                <div>
                    <p class="crumb">
                        <a href=back>"‹ " {name.to_string()}</a>
                    </p>
                    <h1>{title}</h1>
                </div>
                <span class="spacer"></span>
                {ranges}
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
