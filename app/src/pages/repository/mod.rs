//! The repository page: figures, chart, data coverage, referrers and paths.

mod coverage;
mod figures;
mod links;
mod note_form;
mod status;
#[cfg(all(test, feature = "ssr"))]
mod tests;

use domain::report::RepositoryReport;
use domain::{Interval, Period};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use self::coverage::coverage;
use self::figures::{figures, people};
use self::note_form::note_form;
use self::status::{events, labels, missing, namesake, no_days, problem};
use crate::address::{self, Tenant};
use crate::api::{self, PageQuery, RepositoryData};
use crate::chart::{Chart, ChartEvent, ChartSpec, ChartTable, format, usual_band};
use crate::components::{
    data_pill, interval_control, period_control, ranking_card, reactive, reactive_attr, refreshed,
    timestamp, with_data,
};
use crate::layout::use_tenant;

/// The page; period and interval are in the URL.
#[component]
pub fn RepositoryPage() -> impl IntoView {
    let tenant = use_tenant();
    let params = use_params_map();
    let query = use_query_map();
    let name = Memo::new(move |_| {
        let part = |part| params.with(|params| params.get(part).unwrap_or_default());
        (part("id"), part("owner"), part("name"))
    });
    let period = Memo::new(move |_| address::period(&query.read()));
    let interval = Memo::new(move |_| address::interval(&query.read()));
    let data = api::page_resource(move || {
        let (id, owner, name) = name.get();
        let (tenant, period, interval) = (tenant.get().0, period.get(), interval.get());
        let query = if id.is_empty() {
            PageQuery::Repository {
                tenant,
                owner,
                name,
                period,
                interval,
            }
        } else {
            PageQuery::RepositoryById {
                tenant,
                id,
                period,
                interval,
            }
        };
        (query, 0)
    });
    with_data(data, move |data| {
        let state = PageState {
            tenant,
            data,
            period,
            interval,
        };
        page(state)
    })
}

/// The data shown and the query in the URL.
#[derive(Clone, Copy)]
struct PageState {
    tenant: Memo<Tenant>,
    data: Memo<RepositoryData>,
    period: Memo<Period>,
    interval: Memo<Interval>,
}

impl PageState {
    fn address(self, period: Period, interval: Interval) -> String {
        let data = self.data.read();
        let repository = &data.report.repository;
        if has_own_name(&data.report) {
            let name = &repository.full_name;
            self.tenant.read().repository(name, period, interval)
        } else {
            let id = repository.id;
            self.tenant.read().repository_by_id(id, period, interval)
        }
    }

    fn values(self) -> String {
        let report = &self.data.read().report;
        let (id, period, interval) = (report.repository.id, report.period, report.interval);
        self.tenant
            .read()
            .repository_values(id, period, interval, 1)
    }

    fn csv(self) -> String {
        let report = &self.data.read().report;
        let id = Some(report.repository.id);
        self.tenant.read().traffic_csv(report.range, id)
    }
}

fn page(state: PageState) -> AnyView {
    let PageState { data, .. } = state;
    let full_name = move || data.read().report.repository.full_name.to_string();
    let spec = Memo::new(move |_| chart(&data.read().report));
    // Until the new report has loaded, the controls match the old one.
    let period = Signal::derive(move || data.read().report.period);
    let interval = Signal::derive(move || data.read().report.interval);
    let busy = Memo::new(move |_| {
        period.get() != state.period.get() || interval.get() != state.interval.get()
    });
    let periods = period_control(period, move |period| {
        state.address(period, state.interval.get())
    });
    let intervals = interval_control(interval, move |interval| {
        state.address(state.period.get(), interval)
    });
    view! {
        <Title text=full_name/>
        <div class="page-head">
            {reactive(move || heading(&data.read(), &state.tenant.read()))}
            <span class="spacer"></span>
            {periods}
        </div>
        <p class="print-only">{reactive(move || format::days(data.read().report.range))}</p>
        {reactive(move || namesake(&state.tenant.read(), &data.read().report))}
        {reactive(move || problem(&state.tenant.read(), &data.read()))}
        {refreshed(busy, view! {
        <section class="stats" aria-label="Figures">
            {reactive(move || figures(&data.read().report))}
        </section>
        {reactive(move || people(&data.read().report))}
        {reactive(move || events(&data.read()))}
        <section class="card">
            <Chart spec=spec>
                {intervals}
                <a class="button small" href=reactive_attr(move || state.csv()) download>
                    "CSV"
                </a>
            </Chart>
            {reactive(move || note_form(&state.tenant.read(), &data.read()))}
            {reactive(move || no_days(&data.read()))}
            {reactive(move || coverage(&state.tenant.read(), &data.read().report))}
            <ChartTable spec=spec page=Signal::derive(move || state.values())/>
        </section>
        <div class="columns">{reactive(move || rankings(&data.read()))}</div>
        })}
    }
    .into_any()
}

fn heading(data: &RepositoryData, tenant: &Tenant) -> AnyView {
    let report = &data.report;
    let repository = &report.repository;
    let collected = repository.last_collected_at.map(|at| {
        view! { <span class="muted">"collected " {timestamp(at)}</span> }
    });
    view! {
        <div>
            <p class="crumb">{repository.owner.clone()} " /"</p>
            <h1>{repository.name.clone()}</h1>
        </div>
        {data_pill(&data.pill)}
        {labels(data)}
        <span class="row">
            {collected}
            {has_own_name(report).then(|| by_name(report, tenant))}
        </span>
    }
    .into_any()
}

/// Whether the name belongs to this repository and not to a newer one.
fn has_own_name(report: &RepositoryReport) -> bool {
    !report.namesake.is_some_and(|other| other.has_name_now)
}

/// What is linked by the repository's name.
fn by_name(report: &RepositoryReport, tenant: &Tenant) -> AnyView {
    let name = &report.repository.full_name;
    view! {
        <a href=tenant.history(name, "releases") rel="external">
            "Releases"
        </a>
        <a href=tenant.history(name, "stars") rel="external">
            "Stars"
        </a>
        <a href=format!("https://github.com/{name}") rel="external noreferrer">
            "View on GitHub"
            <span aria-hidden="true">" ↗"</span>
        </a>
    }
    .into_any()
}

/// The chart of one repository.
pub fn chart(report: &RepositoryReport) -> ChartSpec {
    ChartSpec::traffic("Traffic", report.interval, &report.buckets)
        .with_coverage(&report.coverage, report.github_is_late)
        .with_growing_end(report.today)
        .with_events(report.events.iter().filter_map(ChartEvent::of))
        .with_usual(usual_band("views", &report.usual.views, report.usual.from))
}

fn rankings(data: &RepositoryData) -> AnyView {
    let report = &data.report;
    let name = &report.repository.full_name;
    view! {
        {ranking_card(
            "Referrers",
            missing(data),
            report.referrers.as_ref(),
            links::referrer,
        )}
        {ranking_card(
            "Popular paths",
            missing(data),
            report.paths.as_ref(),
            |row| links::path(row, name),
        )}
    }
    .into_any()
}
