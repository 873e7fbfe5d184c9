//! The values of a chart as a page of its own.

use domain::report::{OverviewQuery, ReportParams, ReportQuery, ReportQueryError};
use domain::{
    DayRange, Interval, Problem, ProblemKind, RepositoryFilter, RepositoryId, RepositoryState,
};
use engine::Error;
use leptos::prelude::*;

use super::layout::Layout;
use super::pagination::{page_number, pagination};
use super::{PageContent, PageRequest, ServerPage};
use crate::chart::{ChartSpec, format, table_part};
use crate::components::{RangeAddress, interval_control, range_control, range_problem};
use crate::pages::{overview_chart, repository_chart};

/// How many buckets a page lists.
const PAGE: usize = 200;

pub const OVERVIEW: ServerPage =
    ServerPage::read_only("/t/{tenant}/values", |request| Box::pin(overview(request)));

pub const REPOSITORY: ServerPage =
    ServerPage::read_only("/t/{tenant}/repositories/{id}/values", |request| {
        Box::pin(repository(request))
    });

async fn overview(request: PageRequest) -> Result<PageContent, Problem> {
    let context = request.tenant().await?;
    let (query, problem) = report_query(&request);
    let (filter, unknown_state) = repository_filter(&request);
    let problem = problem.or(unknown_state);
    let overview = OverviewQuery {
        report: query,
        filter: filter.clone(),
        page: 1,
        ..OverviewQuery::default()
    };
    let page = (context.engine).overview_page(&context.viewer, context.tenant, overview.clone());
    let (report, problem) = report_or(problem, page.await)?;
    let report = report.map(|page| page.overview.report);
    let layout = Layout::tenant(&request, &context).await?;
    Ok(PageContent::new("Traffic as a table", layout, move || {
        let pages = request.pages();
        let back = pages.overview(&overview);
        let to = {
            let (pages, filter) = (pages.clone(), filter.clone());
            move |query| pages.values(query, &filter, 1)
        };
        let Some(report) = report else {
            return refused(&request, "All repositories".to_owned(), back, &problem, to);
        };
        body(
            "All repositories".to_owned(),
            back,
            controls(query, report.interval, report.range, to),
            overview_chart(&report),
            page_number(&request),
            |page| pages.values(query, &filter, page),
        )
    }))
}

async fn repository(request: PageRequest) -> Result<PageContent, Problem> {
    let context = request.tenant().await?;
    let id = request.part("id").parse().map(RepositoryId::new);
    let id = id.map_err(|_| Problem::new(ProblemKind::NotFound, "Not found."))?;
    let (query, problem) = report_query(&request);
    let (viewer, tenant) = (&context.viewer, context.tenant);
    let repository = (context.engine)
        .repository(viewer, tenant, id)
        .await
        .map_err(Error::into_problem)?;
    let page = (context.engine).repository_page_by_id(viewer, tenant, id, query.into());
    let (report, problem) = report_or(problem, page.await)?;
    let report = report.map(|page| page.report);
    let layout = Layout::tenant(&request, &context).await?;
    let name = repository.full_name.to_string();
    let title = format!("Traffic of {name} as a table");
    Ok(PageContent::new(title, layout, move || {
        let pages = request.pages();
        let back = pages.repository_by_id(id, &query.into());
        let to = {
            let pages = pages.clone();
            move |query| pages.repository_values(id, query, 1)
        };
        let Some(report) = report else {
            return refused(&request, name, back, &problem, to);
        };
        body(
            name,
            back,
            controls(query, report.interval, report.range, to),
            repository_chart(&report),
            page_number(&request),
            |page| pages.repository_values(id, query, page),
        )
    }))
}

/// The report in the address, or the usual one and why the address asks for none.
fn report_query(request: &PageRequest) -> (ReportQuery, Option<String>) {
    let query = ReportQuery::parse(ReportParams::of(&|name| request.query.text(name)));
    match query {
        Ok(query) => (query, None),
        Err(error) => (ReportQuery::default(), Some(error.to_string())),
    }
}

/// What was read, unless the address asked for something that does not exist: then why.
fn report_or<T>(
    problem: Option<String>,
    read: Result<T, Error>,
) -> Result<(Option<T>, String), Problem> {
    match (problem, read.map_err(Error::into_problem)) {
        (None, Ok(read)) => Ok((Some(read), String::new())),
        (Some(message), Ok(_)) => Ok((None, message)),
        (None, Err(problem)) if problem.kind == ProblemKind::Invalid => Ok((None, problem.message)),
        (_, Err(problem)) => Err(problem),
    }
}

fn controls(
    query: ReportQuery,
    interval: Interval,
    shown: DayRange,
    to: impl Fn(ReportQuery) -> String + Send + Sync + 'static,
) -> AnyView {
    let to = StoredValue::new(to);
    let intervals = interval_control(Signal::stored(interval), move |interval| {
        to.with_value(|to| {
            to(ReportQuery {
                interval: Some(interval),
                ..query
            })
        })
    });
    let ranges = range_control(
        Signal::stored(query.range),
        Signal::stored(shown),
        Box::new(move |range| to.with_value(|to| to(ReportQuery { range, ..query }))),
    );
    view! {
        {intervals}
        {ranges}
    }
    .into_any()
}

/// The page of an address that asks for no report.
fn refused(
    request: &PageRequest,
    of: String,
    back: String,
    message: &str,
    to: impl Fn(ReportQuery) -> String + Send + Sync + 'static,
) -> AnyView {
    let typed = ["from", "to"].map(|name| request.query.text(name).to_owned());
    let to: RangeAddress = Box::new(move |range| to(range.into()));
    view! {
        {head(of, back, None, ().into_any())}
        {range_problem(message, &typed, &to)}
    }
    .into_any()
}

fn head(of: String, back: String, days: Option<String>, controls: AnyView) -> AnyView {
    view! {
        <div class="page-head">
            <div>
                <p class="crumb">
                    <a href=back>"‹ " {of}</a>
                </p>
                <h1>"Traffic as a table"</h1>
            </div>
            <span class="muted">{days}</span>
            <span class="spacer"></span>
            {controls}
        </div>
    }
    .into_any()
}

/// The filter in the address, and why its status is none.
fn repository_filter(request: &PageRequest) -> (RepositoryFilter, Option<String>) {
    let query = &request.query;
    let text = query.text("status");
    let state = (!text.is_empty())
        .then(|| text.parse::<RepositoryState>())
        .transpose();
    let state = state.map_err(|_| ReportQueryError::State(text.to_owned()).to_string());
    let filter = RepositoryFilter {
        text: query.text("filter").to_owned(),
        owner: query.text("owner").to_owned(),
        tag: query.text("tag").to_owned(),
        state: state.clone().unwrap_or_default(),
    };
    (filter, state.err())
}

fn body(
    of: String,
    back: String,
    controls: AnyView,
    spec: ChartSpec,
    page: u32,
    to: impl Fn(u32) -> String,
) -> AnyView {
    let pages = u32::try_from(spec.len.div_ceil(PAGE))
        .unwrap_or(u32::MAX)
        .max(1);
    let page = page.clamp(1, pages);
    // The newest are on the first page.
    let end = spec.len - (page as usize - 1) * PAGE;
    let part = end.saturating_sub(PAGE)..end;
    let days = spec.days().map(format::days);
    view! {
        {head(of, back, days, controls)}
        <section class="card">
            {table_part(spec, part)}
            {pagination(page, pages, to)}
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use domain::Interval;

    use super::*;
    use crate::chart::{Line, Series, Slot};
    use crate::test_html::test_html;

    /// Page of the values 0, 1, 2 … from 1 January 2026 on.
    fn page(len: u64, page: u32) -> String {
        let first = "2026-01-01".parse().expect("a day");
        let values: Vec<_> = (0..len).map(Some).collect();
        let mut spec = ChartSpec::new("Traffic", Interval::Day, first, values.len());
        spec.series.push(Series {
            key: "views".to_owned(),
            label: "Views".to_owned(),
            line: Line::Area,
            slot: Slot::One,
            values,
            visible: true,
        });
        let to = |page| format!("/values?page={page}");
        test_html(|| {
            body(
                "octo/hello".to_owned(),
                "/back".to_owned(),
                ().into_any(),
                spec,
                page,
                to,
            )
        })
    }

    #[test]
    fn the_newest_days_are_on_the_first_page_and_the_oldest_on_the_last() {
        let first = page(450, 1);
        assert!(
            first.contains(">449<") && first.contains(">250<"),
            "{first}"
        );
        assert!(!first.contains(">249<"), "{first}");
        assert!(
            first.contains("Page 1 of 3") || first.contains("Page <!>1"),
            "{first}"
        );
        assert!(first.contains("/values?page=2"), "{first}");
        let last = page(450, 9);
        assert!(last.contains(">49<") && last.contains(">0<"), "{last}");
        assert!(!last.contains(">50<"), "{last}");
        assert!(
            last.contains(r#"<th scope="col" class="num">Views</th>"#),
            "{last}"
        );
    }

    #[test]
    fn nothing_known_is_an_empty_table() {
        let html = page(0, 1);
        assert!(
            html.contains("<tbody></tbody>") && !html.contains("Pagination"),
            "{html}"
        );
    }
}
