//! The table of repositories: sorted, narrowed and paged by its address.

use domain::report::{Overview, OverviewQuery, OverviewRow, OverviewSort};
use domain::{Interval, Period};
use leptos::prelude::*;

use super::trend_label;
use crate::address::Tenant;
use crate::chart::Sparkline;
use crate::components::{change, data_pill, number};
use crate::words;

/// The rows of this page.
pub fn table(tenant: &Tenant, report: &Overview) -> AnyView {
    if report.rows.is_empty() {
        return nothing_matches(tenant, &report.query);
    }
    let heading = |sort, label, class| heading(tenant, &report.query, sort, label, class);
    let rows: Vec<_> = report
        .rows
        .iter()
        .map(|repository| row(tenant, report.query.period, repository))
        .collect();
    view! {
        <div class="table-wrap">
            <table class="data-table" aria-labelledby="repositories">
                <thead>
                    <tr>
                        {heading(OverviewSort::Name, "Repository", "")}
                        <th scope="col" class="wide-only">
                            {trend_label(report.query.period)}
                        </th>
                        {heading(OverviewSort::Views, "Views", "num")}
                        {heading(OverviewSort::Change, "Change", "num")}
                        {heading(OverviewSort::Clones, "Clones", "num wide-only")}
                        {heading(OverviewSort::Stars, "Stars", "num wide-only")}
                        <th scope="col">"Data"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// A heading that sorts: first as one would expect of its kind, then the other way round.
fn heading(
    tenant: &Tenant,
    query: &OverviewQuery,
    sort: OverviewSort,
    label: &'static str,
    class: &'static str,
) -> AnyView {
    let sorts = query.sort == sort;
    let ascending = (sort == OverviewSort::Name) != query.reversed;
    let direction = sorts.then_some(if ascending { "ascending" } else { "descending" });
    let href = tenant.overview(&OverviewQuery {
        sort,
        reversed: sorts && !query.reversed,
        page: 1,
        ..query.clone()
    });
    view! {
        <th scope="col" class=class aria-sort=direction>
            <a href=href data-noscroll="true">
                {label}
            </a>
        </th>
    }
    .into_any()
}

fn row(tenant: &Tenant, period: Period, row: &OverviewRow) -> AnyView {
    let address = tenant.repository(&row.full_name, period, Interval::Day);
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
            <td>{data_pill(&row.data)}</td>
        </tr>
    }
    .into_any()
}

fn nothing_matches(tenant: &Tenant, query: &OverviewQuery) -> AnyView {
    let all = tenant.overview(&OverviewQuery {
        filter: String::new(),
        page: 1,
        ..query.clone()
    });
    view! {
        <div class="empty" role="status">
            <p>"No repository’s name contains “" {query.filter.clone()} "”."</p>
            <a class="button" href=all data-noscroll="true">
                "Show all repositories"
            </a>
        </div>
    }
    .into_any()
}

/// The way to the other pages, where there are any.
pub fn pages(tenant: &Tenant, report: &Overview) -> Option<AnyView> {
    if report.pages < 2 {
        return None;
    }
    let page = report.query.page.clamp(1, report.pages);
    let link = |to: u32, label: &'static str| {
        let there = (1..=report.pages).contains(&to);
        let href = there.then(|| {
            tenant.overview(&OverviewQuery {
                page: to,
                ..report.query.clone()
            })
        });
        // An anchor without an address is a place that cannot be followed.
        let disabled = (!there).then_some("true");
        view! { <a class="button" href=href aria-disabled=disabled data-noscroll="true">{label}</a> }
    };
    let matching = words::count(report.matching.into(), "repository", "repositories");
    Some(
        view! {
            <nav class="pages" aria-label="Pages of the table">
                {link(page - 1, "Previous")}
                <span class="muted">"Page " {page} " of " {report.pages} " · " {matching}</span>
                {link(page + 1, "Next")}
            </nav>
        }
        .into_any(),
    )
}
