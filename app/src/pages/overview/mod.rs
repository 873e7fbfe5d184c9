//! All repositories of a tenant at a glance.

mod chart_spec;
mod chips;
mod first_run_progress;
mod since_yesterday;
mod table;

use domain::ProblemKind;
use domain::report::{OverviewQuery, OverviewReport, ReportQuery};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

pub use self::chart_spec::chart;
use self::first_run_progress::first_run_progress;
use self::since_yesterday::since_yesterday;
use self::table::{pages, table};
use crate::address::{self, Tenant};
use crate::api::{self, OverviewData, PageQuery};
use crate::chart::{Chart, ChartTable, Downloads, SharedCursor, format};
use crate::components::{
    Filter, RangeAddress, Skeleton, Stat, compared, comparison_control, interval_control,
    kept_filter, late_start, range_control, range_problem, reactive, reactive_attr, refreshed,
    with_data_or, zoom_address,
};
use crate::error::AppError;
use crate::layout::use_tenant;
use crate::text;

/// The page; its state is in the URL.
#[component]
pub fn OverviewPage() -> impl IntoView {
    SharedCursor::provide();
    let tenant = use_tenant();
    let params = use_query_map();
    let parsed = Memo::new(move |_| address::overview_query(&params.read()));
    // What cannot be parsed keeps the rest of the page's state: order, filter and page.
    let query = Memo::new(move |_| parsed.get().unwrap_or_default());
    // The newest run that ended while the page was open; it may have new numbers.
    let ended = RwSignal::new(0_usize);
    let data = api::page_resource(move || {
        let tenant = tenant.get().0;
        let query = parsed.get().map_err(|error| AppError::invalid(&error));
        let query = query.map(|query| PageQuery::Overview { tenant, query });
        (query, ended.get())
    });
    let waiting = Skeleton::new("Overview", Skeleton::TILES);
    let problem = move |error: &AppError| {
        if error.kind() != ProblemKind::Invalid {
            return None;
        }
        let text = |name| params.with_untracked(|params| params.get(name).unwrap_or_default());
        let to = range_address(tenant, query);
        Some(
            view! {
                <Title text="Overview"/>
                <div class="page-head">
                    <h1>"Overview"</h1>
                </div>
                {range_problem(&error.message(), &[text("from"), text("to")], &to)}
            }
            .into_any(),
        )
    };
    with_data_or(data, waiting, problem, move |data: Memo<OverviewData>| {
        let follows = Memo::new(move |_| data.read().follows);
        let is_empty = Memo::new(move |_| data.read().report.repositories_total == 0);
        view! {
            <Title text="Overview"/>
            <div class="page-head">
                <h1>"Overview"</h1>
                {reactive(move || state(&tenant.read(), &data.read()))}
                <span class="spacer"></span>
                {reactive(move || (!is_empty.get()).then(|| ranges(tenant, query, data)))}
            </div>
            {reactive(move || notices(&tenant.read(), &data.read()))}
            {reactive(move || {
                let run = data.with_untracked(|data| data.run.clone());
                follows.get().then(|| first_run_progress(tenant, run, ended))
            })}
            {reactive(move || {
                if is_empty.get() {
                    nothing_yet(&tenant.get(), &data.read())
                } else {
                    numbers(tenant, query, data)
                }
            })}
        }
        .into_any()
    })
}

/// The URL of another range.
fn range_address(tenant: Memo<Tenant>, query: Memo<OverviewQuery>) -> RangeAddress {
    Box::new(move |range| {
        report_address(tenant, query, move |report| ReportQuery { range, ..report })
    })
}

/// The URL of another report.
fn report_address(
    tenant: Memo<Tenant>,
    query: Memo<OverviewQuery>,
    other: impl Fn(ReportQuery) -> ReportQuery,
) -> String {
    let query = query.get();
    tenant.read().overview(&OverviewQuery {
        report: other(query.report),
        page: 1,
        ..query
    })
}

/// The range shown, which is the report's until the new one has loaded.
fn ranges(tenant: Memo<Tenant>, query: Memo<OverviewQuery>, data: Memo<OverviewData>) -> AnyView {
    let current = Signal::derive(move || data.read().report.query.report.range);
    let shown = Signal::derive(move || data.read().report.range);
    range_control(current, shown, range_address(tenant, query))
}

/// The choice of the interval and of the comparison.
fn chart_controls(
    tenant: Memo<Tenant>,
    query: Memo<OverviewQuery>,
    data: Memo<OverviewData>,
) -> AnyView {
    let current = Signal::derive(move || data.read().report.interval);
    let intervals = interval_control(current, move |interval| {
        report_address(tenant, query, move |report| ReportQuery {
            interval: Some(interval),
            ..report
        })
    });
    let report = Signal::derive(move || data.read().report.query.report);
    let compared = Signal::derive(move || data.read().report.compared.clone());
    let to = Box::new(move |compare| {
        report_address(tenant, query, move |report| ReportQuery {
            compare,
            ..report
        })
    });
    view! {
        {comparison_control(report, compared, to, None)}
        {intervals}
    }
    .into_any()
}

/// The most urgent state: what needs attention, linking to the run that says why; else whether
/// today's numbers are in.
fn state(tenant: &Tenant, data: &OverviewData) -> Option<AnyView> {
    let report = &data.report;
    let (done, total) = (report.collected_today, report.repositories_total);
    if report.need_attention > 0 {
        let words = match (report.need_attention, total) {
            (1, 1) => "Needs attention".to_owned(),
            (1, _) => format!("1 of {total} needs attention"),
            (some, _) => format!("{some} of {total} need attention"),
        };
        return Some(match data.ended {
            Some(run) => view! {
                <a class="pill warn" href=tenant.run(run) rel="external">
                    {words}
                </a>
            }
            .into_any(),
            None => view! { <span class="pill warn">{words}</span> }.into_any(),
        });
    }
    let (class, text) = match (done, total) {
        (_, 0) => return None,
        (1, 1) => ("pill ok", "Collected today".to_owned()),
        _ if done >= total => (
            "pill ok",
            format!(
                "All {} collected today",
                text::count(total.into(), "repository", "repositories")
            ),
        ),
        _ => ("pill warn", format!("{done} of {total} collected today")),
    };
    Some(view! { <span class=class>{text}</span> }.into_any())
}

/// What is wrong with GitHub, schedules and the clock, and which numbers have data quality issues.
fn notices(tenant: &Tenant, data: &OverviewData) -> Vec<AnyView> {
    let notices = data.notices.clone();
    let schedules = (data.may_track).then(|| (tenant.collection(), None, "View schedules"));
    let anomalies = (tenant.observations(), Some("external"), "View details");
    let notices = [
        ("notice", notices.publishing, None),
        ("notice warn", notices.unsafe_schedules, schedules),
        ("notice warn", notices.clock, None),
        ("notice", notices.anomalies, Some(anomalies)),
    ];
    let notice = |(class, sentence, link): (_, Option<String>, Option<_>)| {
        let sentence = sentence?;
        let link = link.map(|(href, rel, label)| {
            view! {
                <a href=href rel=rel>
                    {label}
                </a>
            }
        });
        Some(
            view! {
                <p class=class>
                    {sentence} " "
                    {link}
                </p>
            }
            .into_any(),
        )
    };
    notices.into_iter().filter_map(notice).collect()
}

fn nothing_yet(tenant: &Tenant, data: &OverviewData) -> AnyView {
    let (who, action) = if data.to_connect {
        (
            "Connect GitHub and choose repositories to start keeping their views, clones, referrers and popular pages.",
            Some(("Connect GitHub", tenant.start(), Some("external"))),
        )
    } else if data.may_track {
        (
            "Track a repository to start keeping its views, clones, referrers and popular pages.",
            Some(("Track a repository", tenant.repositories(), None)),
        )
    } else {
        (
            "Views and clones appear here once an owner tracks a repository.",
            None,
        )
    };
    let action = action.map(|(label, href, rel)| {
        view! {
            <a class="button primary" href=href rel=rel>
                {label}
            </a>
        }
    });
    view! {
        <section class="card empty">
            <h2>"No numbers yet"</h2>
            <p>"GitHub deletes traffic after 14 days. " {who}</p>
            {action}
        </section>
    }
    .into_any()
}

fn numbers(tenant: Memo<Tenant>, query: Memo<OverviewQuery>, data: Memo<OverviewData>) -> AnyView {
    let may_track = Memo::new(move |_| data.read().may_track);
    let shown = Signal::derive(move || data.read().report.range);
    let spec = Memo::new(move |_| {
        let data = data.read();
        let mut spec = chart(&data.report);
        spec.description.clone_from(&data.typical_views);
        spec
    });
    let csv = move || {
        let report = &data.read().report;
        let filter = &report.query.filter;
        tenant.read().filtered_traffic_csv(report.range, filter)
    };
    let values = Signal::derive(move || {
        let query = &data.read().report.query;
        tenant.read().values(query.report, &query.filter, 1)
    });
    let svg = Signal::derive(move || {
        let query = &data.read().report.query;
        tenant.read().chart_svg(query.report, &query.filter)
    });
    // The requested page may be past the last one.
    let busy = Memo::new(move |_| {
        let (requested, loaded) = (query.read(), data.read());
        let loaded = &loaded.report.query;
        (
            requested.report,
            requested.sort,
            requested.reversed,
            &requested.filter,
        ) != (loaded.report, loaded.sort, loaded.reversed, &loaded.filter)
    });
    let track = reactive(move || {
        may_track.get().then(|| {
            view! {
                <a class="button primary" href=reactive_attr(move || tenant.read().repositories())>
                    "Track a repository"
                </a>
            }
        })
    });
    view! {
        <p class="print-only">{reactive(move || format::days(data.read().report.range))}</p>
        {reactive(move || chips::owners_and_tags(&tenant.read(), &data.read().report))}
        {reactive(move || late_start(data.read().report.history_begins))}
        {reactive(move || news(&tenant.read(), &data.read()))}
        {refreshed(busy, view! {
        <section class="stats" aria-label="Figures">
            {reactive(move || figures(&data.read().report))}
        </section>
        <section class="card">
            <Chart
                spec=spec
                downloads=Downloads { csv: Signal::derive(csv), svg }
                to=zoom_address(shown, range_address(tenant, query))
            >
                {chart_controls(tenant, query, data)}
            </Chart>
            <ChartTable spec=spec page=values/>
        </section>
        <section class="card">
            <div class="card-head">
                <h2 id="repositories">"Repositories"</h2>
                {reactive(move || chips::states(&tenant.read(), &data.read().report))}
                {filter(tenant, query)}
                <span class="spacer"></span>
                {track}
            </div>
            {reactive(move || table(&tenant.read(), &data.read()))}
            {reactive(move || pages(&tenant.read(), &data.read().report))}
        </section>
        })}
    }
    .into_any()
}

fn figures(report: &OverviewReport) -> AnyView {
    let trend = |of: fn(&domain::report::Bucket) -> Option<u64>| -> Vec<Option<u64>> {
        let counted = |bucket: &&domain::report::Bucket| report.range.contains(bucket.start);
        report.buckets.iter().filter(counted).map(of).collect()
    };
    let below = |figure| compared(figure, &report.query.report, report.range);
    view! {
        <Stat
            label="Views"
            value=report.views.total
            note=below(report.views)
            trend=trend(|bucket| bucket.views)
        />
        <Stat
            label="Unique visitors"
            daily_sum=true
            value=report.view_uniques_daily_sum.total
            note=below(report.view_uniques_daily_sum)
            trend=trend(|bucket| bucket.view_uniques_daily_sum.map(|sum| sum.0))
        />
        <Stat
            label="Clones"
            value=report.clones.total
            note=below(report.clones)
            trend=trend(|bucket| bucket.clones)
        />
        <Stat
            label="Stars"
            value=report.stars
            note=view! { <div class="note muted">"latest"</div> }.into_any()
        />
    }
    .into_any()
}

fn filter(tenant: Memo<Tenant>, query: Memo<OverviewQuery>) -> AnyView {
    Filter {
        label: "Name, owner or tag",
        text: Memo::new(move |_| query.read().filter.text.clone()),
        action: Box::new(move || tenant.read().home()),
        kept: Box::new(move || {
            let query = query.read();
            let mut kept = query.report.given();
            kept.extend([
                ("sort", query.sort.as_str().to_owned()),
                ("reversed", query.reversed.to_string()),
            ]);
            kept.extend(kept_filter(&query.filter));
            kept
        }),
        to: Box::new(move |text| {
            let mut query = query.get_untracked();
            query.filter.text = text;
            query.page = 1;
            tenant.read_untracked().overview(&query)
        }),
    }
    .field()
}

fn news(tenant: &Tenant, data: &OverviewData) -> AnyView {
    since_yesterday(tenant, data.report.query.report, &data.since_yesterday)
}
