//! The table of repositories: sorted, narrowed and paged by its address.

use domain::report::{OverviewQuery, OverviewReport, OverviewSort, ReportQuery};
use domain::{Period, RepositoryFilter};
use leptos::prelude::*;

use crate::address::Tenant;
use crate::api::{OverviewData, TableRow};
use crate::chart::Sparkline;
use crate::components::{change, data_pill, nothing_matches, number, page_links, sort_heading};
use crate::text;

/// The rows of this page.
pub fn table(tenant: &Tenant, data: &OverviewData) -> AnyView {
    let query = &data.report.query;
    if data.rows.is_empty() {
        return unfiltered(tenant, query);
    }
    let heading = |sort, label, class| heading(tenant, query, sort, label, class);
    let rows: Vec<_> = data
        .rows
        .iter()
        .map(|repository| row(tenant, query.report, repository))
        .collect();
    view! {
        <div class="table-wrap">
            <table class="data-table" aria-labelledby="repositories">
                <thead>
                    <tr>
                        {heading(OverviewSort::Name, "Repository", "")}
                        <th scope="col" class="wide-only">
                            {trend_label(&query.report)}
                        </th>
                        {heading(OverviewSort::Views, "Views", "num")}
                        {heading(OverviewSort::Change, "Change", "num")}
                        {heading(OverviewSort::Clones, "Clones", "num wide-only")}
                        {heading(OverviewSort::Stars, "Stars", "num wide-only")}
                        {heading(OverviewSort::Risk, "Data", "")}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// A sortable heading: its natural order first, then reversed.
fn heading(
    tenant: &Tenant,
    query: &OverviewQuery,
    sort: OverviewSort,
    label: &'static str,
    class: &'static str,
) -> AnyView {
    let sorts = query.sort == sort;
    let ascending = (sort == OverviewSort::Name) != query.reversed;
    let href = tenant.overview(&OverviewQuery {
        sort,
        reversed: sorts && !query.reversed,
        page: 1,
        ..query.clone()
    });
    sort_heading(label, class, sorts.then_some(ascending), href)
}

fn row(tenant: &Tenant, report: ReportQuery, row: &TableRow) -> AnyView {
    let address = tenant.repository(&row.full_name, &report.into());
    view! {
        <tr>
            <th scope="row" class="name">
                <a href=address>
                    <span class="muted">{row.full_name.owner().to_owned()} " / "</span>
                    {row.full_name.name().to_owned()}
                </a>
            </th>
            <td class="wide-only">
                <Sparkline values=row.trend.clone()/>
            </td>
            <td class="num">{number(row.views.total)}</td>
            <td class="num">{change(row.views)}</td>
            <td class="num wide-only">{number(row.clones.total)}</td>
            <td class="num wide-only">{number(row.stars.map(u64::from))}</td>
            <td>{data_pill(&row.pill)}</td>
        </tr>
    }
    .into_any()
}

fn unfiltered(tenant: &Tenant, query: &OverviewQuery) -> AnyView {
    let all = tenant.overview(&OverviewQuery {
        filter: RepositoryFilter::default(),
        page: 1,
        ..query.clone()
    });
    nothing_matches(&query.filter, all)
}

/// Links to the other pages, if any.
pub fn pages(tenant: &Tenant, report: &OverviewReport) -> Option<AnyView> {
    let matching = text::count(report.matching.into(), "repository", "repositories");
    page_links(report.query.page, report.pages, matching, &|page| {
        tenant.overview(&OverviewQuery {
            page,
            ..report.query.clone()
        })
    })
}

/// The words for the column of small trend lines.
fn trend_label(query: &ReportQuery) -> &'static str {
    match query.range.period() {
        Some(Period::Days14) => "14 days",
        Some(Period::Days30) => "30 days",
        Some(Period::Days90) => "90 days",
        Some(Period::Year) => "1 year",
        _ => "Trend",
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use domain::report::{Figure, RepositoryFacets, UsualBands};
    use domain::{DayRange, Interval};

    use super::*;
    use crate::api::{OverviewNotices, SinceYesterdayText};
    use crate::components::Pill;
    use crate::test_html::test_html;

    fn overview(rows: Vec<TableRow>) -> OverviewData {
        let today = "2026-11-23".parse().expect("a valid day");
        let report = OverviewReport {
            query: OverviewQuery {
                page: 1,
                ..OverviewQuery::default()
            },
            interval: Interval::Day,
            range: DayRange::ending(today, 30),
            shown: DayRange::ending(today, 30),
            history_begins: None,
            today,
            views: Figure::default(),
            view_uniques_daily_sum: Figure::default(),
            clones: Figure::default(),
            stars: None,
            buckets: Vec::new(),
            usual: UsualBands::default(),
            events: Vec::new(),
            compared: None,
            github_is_late: false,
            lost: Vec::new(),
            repositories_total: 1,
            collected_today: 0,
            need_attention: 0,
            facets: RepositoryFacets::default(),
            matching: 1,
            pages: 1,
        };
        OverviewData {
            report,
            rows,
            typical_views: None,
            since_yesterday: SinceYesterdayText::default(),
            notices: OverviewNotices::default(),
            may_track: false,
            to_connect: false,
            follows: false,
            run: None,
            ended: None,
        }
    }

    fn one() -> OverviewData {
        overview(vec![TableRow {
            full_name: "octocat/hello".parse().expect("a valid name"),
            views: Figure {
                total: Some(1_084),
                compared: Some(1_084),
                previous: Some(2_168),
                missing: 0,
            },
            clones: Figure::default(),
            stars: None,
            trend: vec![Some(1), None, Some(3)],
            pill: Pill {
                class: "pill warn".to_owned(),
                text: "loses data in 3 days".to_owned(),
                title: None,
            },
        }])
    }

    fn lab() -> Tenant {
        Tenant("lab".to_owned())
    }

    #[test]
    fn a_row_links_to_its_repository_and_shows_unknown_as_a_dash() {
        let html = test_html(|| table(&lab(), &one()));
        assert!(html.contains(r#"href="/t/lab/r/octocat/hello""#), "{html}");
        assert!(html.contains("1,084") && html.contains("50%"), "{html}");
        assert!(
            html.contains(r#"<td class="num wide-only">–</td>"#),
            "{html}"
        );
        assert!(html.contains("loses data in 3 days"), "{html}");
    }

    #[test]
    fn a_heading_sorts_and_then_turns_round() {
        let sorted_by = |sort, reversed| {
            let mut data = one();
            data.report.query.sort = sort;
            data.report.query.reversed = reversed;
            test_html(move || table(&lab(), &data))
        };
        let html = sorted_by(OverviewSort::Views, false);
        assert_eq!(html.matches("aria-sort").count(), 1, "{html}");
        assert!(html.contains(r#"aria-sort="descending""#), "{html}");
        assert!(html.contains(r#"href="/t/lab?reversed=true""#), "{html}");
        assert!(html.contains(r#"href="/t/lab?sort=name""#), "{html}");
        let html = sorted_by(OverviewSort::Name, false);
        assert!(html.contains(r#"aria-sort="ascending""#), "{html}");
        let html = sorted_by(OverviewSort::Views, true);
        assert!(html.contains(r#"aria-sort="ascending""#), "{html}");
    }

    #[test]
    fn a_filter_that_leaves_nothing_says_so() {
        let mut data = overview(Vec::new());
        data.report.query.filter = RepositoryFilter::by_text("<none>");
        let html = test_html(|| table(&lab(), &data));
        assert!(
            html.contains("No repository matches “&lt;none&gt;”"),
            "{html}"
        );
        assert!(html.contains(r#"href="/t/lab""#), "{html}");
    }

    #[test]
    fn pages_lead_on_and_back_but_not_beyond() {
        let mut report = one().report;
        assert!(pages(&lab(), &report).is_none());
        report.pages = 2;
        let html = test_html(|| pages(&lab(), &report));
        assert!(html.contains(r#"href="/t/lab?page=2""#), "{html}");
        assert_eq!(html.matches(r#"aria-disabled="true""#).count(), 1, "{html}");
    }
}
