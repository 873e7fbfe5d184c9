//! The repository page: figures, chart, data coverage, referrers and paths.

mod coverage;
mod figures;
mod links;
mod note_form;
mod status;
mod tags;
#[cfg(all(test, feature = "ssr"))]
mod tests;

use domain::ProblemKind;
use domain::report::{ReportQuery, RepositoryQuery, RepositoryReport};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_params_map, use_query_map};

use self::coverage::coverage;
use self::figures::{figures, people};
#[cfg(feature = "ssr")]
pub use self::links::{path_entry, referrer_entry};
use self::note_form::note_form;
use self::status::{events, labels, missing, namesake, no_days, problem};
use self::tags::tags;
use crate::address::{self, Tenant, with_params};
use crate::api::{self, PageQuery, RepositoryData, SetTags};
use crate::chart::{
    Chart, ChartEvent, ChartSpec, ChartTable, Downloads, SharedCursor, compared_lines, format,
    usual_band,
};
use crate::components::Submission;
use crate::components::{
    RangeAddress, Skeleton, comparison_control, data_pill, interval_control, kept_fields,
    late_start, range_control, range_problem, ranking_card, reactive, refreshed, timestamp,
    with_data_or, zoom_address,
};
use crate::error::AppError;
use crate::layout::use_tenant;

/// The page; the days, the interval and the comparison are in the URL.
#[component]
pub fn RepositoryPage() -> impl IntoView {
    SharedCursor::provide();
    let tenant = use_tenant();
    let params = use_params_map();
    let tagging = Submission::new(SetTags::PATH, tenant);
    let tag_failure = tagging.failure();
    let search = use_query_map();
    let name = Memo::new(move |_| {
        let part = |part| params.with(|params| params.get(part).unwrap_or_default());
        (part("id"), part("owner"), part("name"))
    });
    let parsed = Memo::new(move |_| address::repository_query(&search.read()));
    let query = Memo::new(move |_| parsed.get().unwrap_or_default());
    let data = api::page_resource(move || {
        let (id, owner, name) = name.get();
        let tenant = tenant.get().0;
        let query = parsed.get().map_err(|error| AppError::invalid(&error));
        let query = query.map(|query| {
            if id.is_empty() {
                PageQuery::Repository {
                    tenant,
                    owner,
                    name,
                    query,
                }
            } else {
                PageQuery::RepositoryById { tenant, id, query }
            }
        });
        (query, tagging.version())
    });
    // The name is known from the address.
    let (id, owner, title) = name.get_untracked();
    let waiting = if id.is_empty() {
        Skeleton {
            crumb: owner,
            title,
            frames: Skeleton::TILES,
        }
    } else {
        Skeleton::new("Repository", Skeleton::TILES)
    };
    let here = use_location().pathname;
    let problem = move |error: &AppError| {
        if error.kind() != ProblemKind::Invalid {
            return None;
        }
        let text = |name| search.with_untracked(|search| search.get(name).unwrap_or_default());
        let to: RangeAddress = Box::new(move |range| {
            let query = query.get_untracked().report;
            let query = ReportQuery { range, ..query };
            with_params(here.get_untracked(), query.params())
        });
        let (_, owner, name) = name.get_untracked();
        let title = if name.is_empty() {
            "Repository".to_owned()
        } else {
            format!("{owner}/{name}")
        };
        Some(
            view! {
                <Title text=title.clone()/>
                <div class="page-head">
                    <h1>{title}</h1>
                </div>
                {range_problem(&error.message(), &[text("from"), text("to")], &to)}
            }
            .into_any(),
        )
    };
    with_data_or(data, waiting, problem, move |data| {
        page(PageState {
            tenant,
            data,
            query,
            tagging,
            tag_failure,
        })
    })
}

/// The data shown and the query in the URL.
#[derive(Clone, Copy)]
struct PageState {
    tenant: Memo<Tenant>,
    data: Memo<RepositoryData>,
    query: Memo<RepositoryQuery>,
    /// The form of tags.
    tagging: Submission,
    /// Why tags could not be saved.
    tag_failure: Memo<Option<String>>,
}

impl PageState {
    fn address(self, query: &RepositoryQuery) -> String {
        let data = self.data.read();
        let repository = &data.report.repository;
        if has_own_name(&data.report) {
            let name = &repository.full_name;
            self.tenant.read().repository(name, query)
        } else {
            let id = repository.id;
            self.tenant.read().repository_by_id(id, query)
        }
    }

    /// The address of another report.
    fn report_address(self, other: impl Fn(ReportQuery) -> ReportQuery) -> String {
        let query = self.query.get();
        self.address(&RepositoryQuery {
            report: other(query.report),
            ..query
        })
    }

    fn values(self) -> String {
        let report = &self.data.read().report;
        let (id, query) = (report.repository.id, report.query.report);
        self.tenant.read().repository_values(id, query, 1)
    }

    fn svg(self) -> String {
        let report = &self.data.read().report;
        let (id, query) = (report.repository.id, report.query.report);
        self.tenant.read().repository_chart_svg(id, query)
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
    let spec = Memo::new(move |_| {
        let data = data.read();
        let mut spec = chart(&data.report);
        spec.description.clone_from(&data.typical_views);
        spec
    });
    // Until the new report has loaded, the controls match the old one.
    let range = Signal::derive(move || data.read().report.query.report.range);
    let shown = Signal::derive(move || data.read().report.range);
    let busy = Memo::new(move |_| data.read().report.query != *state.query.read());
    let ranges = range_control(
        range,
        shown,
        Box::new(move |range| state.report_address(move |report| ReportQuery { range, ..report })),
    );
    let zoom = zoom_address(
        shown,
        Box::new(move |range| {
            untrack(|| state.report_address(move |report| ReportQuery { range, ..report }))
        }),
    );
    view! {
        <Title text=full_name/>
        <div class="page-head">
            {reactive(move || heading(&data.read(), &state.tenant.read()))}
            <span class="spacer"></span>
            {ranges}
        </div>
        {reactive(move || tags(&state.tenant.read(), &data.read(), state.tagging))}
        {crate::components::notice(state.tag_failure)}
        <p class="print-only">{reactive(move || format::days(data.read().report.range))}</p>
        {reactive(move || namesake(&state.tenant.read(), &data.read().report))}
        {reactive(move || problem(&state.tenant.read(), &data.read()))}
        {reactive(move || late_start(data.read().report.history_begins))}
        {refreshed(busy, view! {
        <section class="stats" aria-label="Figures">
            {reactive(move || figures(&data.read().report))}
        </section>
        {reactive(move || people(&data.read().report))}
        {reactive(move || events(&data.read()))}
        <section class="card">
            <Chart
                spec=spec
                downloads=Downloads {
                    csv: Signal::derive(move || state.csv()),
                    svg: Signal::derive(move || state.svg()),
                }
                to=zoom
            >
                {chart_controls(state)}
            </Chart>
            {reactive(move || note_form(&state.tenant.read(), &data.read()))}
            {reactive(move || no_days(&data.read()))}
            {reactive(move || coverage(&state.tenant.read(), &data.read().report))}
            <ChartTable spec=spec page=Signal::derive(move || state.values())/>
        </section>
        <div class="columns">{reactive(move || rankings(&data.read(), &state.tenant.read()))}</div>
        })}
    }
    .into_any()
}

/// The choice of the interval and of the comparison.
fn chart_controls(state: PageState) -> AnyView {
    let PageState { data, query, .. } = state;
    let interval = Signal::derive(move || data.read().report.interval);
    let intervals = interval_control(interval, move |interval| {
        state.report_address(move |report| ReportQuery {
            interval: Some(interval),
            ..report
        })
    });
    let report = Signal::derive(move || data.read().report.query.report);
    let compared = Signal::derive(move || data.read().report.compared.clone());
    let to = Box::new(move |compare| {
        let mut query = query.get();
        query.report.compare = compare;
        query.with = None;
        state.address(&query)
    });
    view! {
        {comparison_control(report, compared, to, Some(other_repository(state)))}
        {intervals}
    }
    .into_any()
}

/// The form that compares with another repository.
fn other_repository(state: PageState) -> AnyView {
    let form = move || {
        let query = state.query.get();
        let usual = state.address(&RepositoryQuery {
            with: None,
            ..query.clone()
        });
        let with = query.with.map(|with| with.to_string()).unwrap_or_default();
        let (action, kept) = kept_fields(&usual);
        view! {
            <form method="get" action=action class="range-form">
                {kept}
                <label class="field">
                    "Another repository"
                    <input name="with" required placeholder="owner/name" value=with/>
                </label>
                <button type="submit" class="button primary">
                    "Compare"
                </button>
            </form>
        }
    };
    reactive(form).into_any()
}

fn heading(data: &RepositoryData, tenant: &Tenant) -> AnyView {
    let report = &data.report;
    let repository = &report.repository;
    let collected = repository.last_collected_at.map(|at| {
        view! { <span class="muted">"collected " {timestamp(at)}</span> }
    });
    view! {
        <div>
            <p class="crumb">{repository.owner.clone()}</p>
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

/// A subpage over the same range.
fn history(report: &RepositoryReport, tenant: &Tenant, what: &str) -> String {
    let path = tenant.history(&report.repository.full_name, what);
    with_params(path, report.query.report.range_params())
}

/// What is linked by the repository's name.
fn by_name(report: &RepositoryReport, tenant: &Tenant) -> AnyView {
    let name = &report.repository.full_name;
    view! {
        <a href=history(report, tenant, "releases") rel="external">
            "Releases"
        </a>
        <a href=history(report, tenant, "stars") rel="external">
            "Stars"
        </a>
        <a href=tenant.notes(Some(&name.to_string()), None) rel="external">
            "Notes"
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
        .with_comparison(
            (report.compared.as_ref())
                .and_then(|compared| compared_lines(compared, &report.buckets)),
        )
        .with_events(report.events.iter().filter_map(ChartEvent::of))
        .with_usual(usual_band("views", &report.usual.views, report.usual.from))
}

fn rankings(data: &RepositoryData, tenant: &Tenant) -> AnyView {
    let report = &data.report;
    let name = &report.repository.full_name;
    let over_time = |what| has_own_name(report).then(|| history(report, tenant, what));
    view! {
        {ranking_card(
            "Referrers",
            over_time("referrers"),
            missing(data),
            report.referrers.as_ref(),
            links::referrer,
        )}
        {ranking_card(
            "Popular paths",
            over_time("paths"),
            missing(data),
            report.paths.as_ref(),
            |row| links::path(row, name),
        )}
    }
    .into_any()
}
