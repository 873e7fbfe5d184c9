//! The values of a chart as a page of its own.

use domain::report::OverviewQuery;
use domain::{Interval, Period, Problem, ProblemKind, RepositoryId};
use engine::Error;
use leptos::prelude::*;

use super::layout::Layout;
use super::pagination::{page_number, pagination};
use super::{PageContent, PageRequest, ServerPage};
use crate::chart::{ChartSpec, format, table_part};
use crate::components::{interval_control, period_control};
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
    let period = period(&request);
    let query = OverviewQuery {
        period,
        ..OverviewQuery::default()
    };
    let page = (context.engine).overview_page(&context.viewer, context.tenant, query);
    let spec = overview_chart(&page.await.map_err(Error::into_problem)?.overview.report);
    let layout = Layout::tenant(&request, &context).await?;
    Ok(PageContent::new("Traffic as a table", layout, move || {
        let pages = request.pages();
        let back = pages.overview(&OverviewQuery {
            period,
            page: 1,
            ..OverviewQuery::default()
        });
        let periods = {
            let pages = pages.clone();
            period_control(Signal::stored(period), move |period| {
                pages.values(period, 1)
            })
        };
        let controls = view! { {periods} }.into_any();
        body(
            "All repositories".to_owned(),
            back,
            controls,
            spec,
            page_number(&request),
            |page| pages.values(period, page),
        )
    }))
}

async fn repository(request: PageRequest) -> Result<PageContent, Problem> {
    let context = request.tenant().await?;
    let id = request.part("id").parse().map(RepositoryId::new);
    let id = id.map_err(|_| Problem::new(ProblemKind::NotFound, "Not found."))?;
    let period = period(&request);
    let interval: Interval = request.query.text("interval").parse().unwrap_or_default();
    let (viewer, tenant) = (&context.viewer, context.tenant);
    let report = (context.engine).repository_page_by_id(viewer, tenant, id, period, interval);
    let report = report.await.map_err(Error::into_problem)?.report;
    let layout = Layout::tenant(&request, &context).await?;
    let name = report.repository.full_name.to_string();
    let title = format!("Traffic of {name} as a table");
    let spec = repository_chart(&report);
    Ok(PageContent::new(title, layout, move || {
        let pages = StoredValue::new(request.pages());
        let to = move |period, interval, page| {
            pages.with_value(|pages| pages.repository_values(id, period, interval, page))
        };
        let back = pages.with_value(|pages| pages.repository_by_id(id, period, interval));
        let controls = view! {
            {interval_control(Signal::stored(interval), move |interval| to(period, interval, 1))}
            {period_control(Signal::stored(period), move |period| to(period, interval, 1))}
        };
        body(
            name,
            back,
            controls.into_any(),
            spec,
            page_number(&request),
            |page| to(period, interval, page),
        )
    }))
}

fn period(request: &PageRequest) -> Period {
    request.query.text("period").parse().unwrap_or_default()
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
        <div class="page-head">
            <div>
                <p class="crumb">
                    <a href=back>{of}</a>
                    " /"
                </p>
                <h1>"Traffic as a table"</h1>
            </div>
            <span class="muted">{days}</span>
            <span class="spacer"></span>
            {controls}
        </div>
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
