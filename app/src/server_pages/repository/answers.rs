//! The data sources of a repository's day: every stored response that covers it.

use domain::report::{DaySource, ReportQuery, StoredResponse, TraceReport};
use domain::{Counts, Measure, Problem};
use engine::Error;
use leptos::prelude::*;

use super::named;
use crate::address::{self, Tenant, with_params};
use crate::chart::format;
use crate::components::timestamp;
use crate::server_pages::layout::Layout;
use crate::server_pages::list_part::ROWS;
use crate::server_pages::table::{Column, TableLabel, data_table};
use crate::server_pages::{PageContent, PageRequest, ServerPage, data_quality};
use crate::text;

/// The columns of the stored values.
const STORED: [Column; 3] = [
    Column("Metric", ""),
    Column("Stored", "num"),
    Column("Unique", "num"),
];
/// The columns of the reported values.
const SOURCES: [Column; 6] = [
    Column("Received", ""),
    Column("Metric", ""),
    Column("Count", "num"),
    Column("Unique", "num"),
    Column("Days covered", ""),
    Column("Raw response", ""),
];
/// The columns of the other responses.
const OTHERS: [Column; 3] = [
    Column("Received", ""),
    Column("Endpoint", ""),
    Column("Raw response", ""),
];

pub const PAGE: ServerPage =
    ServerPage::read_only(address::ANSWERS, |request| Box::pin(view(request)));

async fn view(request: PageRequest) -> Result<PageContent, Problem> {
    let context = request.tenant().await?;
    let name = named(&request)?;
    let day = request.query.text("day").parse().ok();
    let report = context
        .engine
        .trace(&context.viewer, context.tenant, &name, day);
    let report = report.await.map_err(Error::into_problem)?;
    let layout = Layout::tenant(&request, &context).await?;
    let title = format!("Data sources of {name}");
    Ok(PageContent::new(title, layout, move || {
        page(&request.pages(), request.range(), &report)
    }))
}

/// The page; its links keep the range of the page before.
fn page(pages: &Tenant, range: ReportQuery, report: &TraceReport) -> AnyView {
    let name = &report.repository.full_name;
    let home = pages.repository(name, &range.into());
    view! {
        <div class="page-head">
            <div>
                <p class="crumb">
                    <a href=home>"‹ " {name.to_string()}</a>
                </p>
                <h1>"Data sources"</h1>
            </div>
        </div>
        {chooser(pages, range, report)}
        {stored(report)}
        {sources(pages, report)}
        {others(pages, report)}
        {observations(pages, report)}
    }
    .into_any()
}

/// The form to choose a day, with links to the days around it.
fn chooser(pages: &Tenant, range: ReportQuery, report: &TraceReport) -> AnyView {
    let name = &report.repository.full_name;
    let beside = |days: i64, sign: &'static str, label: &'static str| {
        let day = report.day.plus(days);
        view! {
            <a
                class="button"
                href=with_params(pages.answers(name, Some(day)), range.range_params())
            >
                <span aria-hidden="true">{sign}</span>
                <span class="visually-hidden">{label} ": " {format::day(day)}</span>
            </a>
        }
    };
    let kept = (range.range_params().into_iter())
        .filter_map(|(name, value)| Some(view! { <input type="hidden" name=name value=value?/> }));
    let kept: Vec<_> = kept.collect();
    view! {
        <form class="card day-chooser" action=pages.answers(name, None) aria-label="Choose a day">
            {kept}
            {beside(-1, "‹", "Previous day")}
            <div class="field">
                <label for="day">"Day (UTC)"</label>
                <input id="day" name="day" type="date" required value=report.day.to_string()/>
            </div>
            {beside(1, "›", "Next day")}
            <button type="submit" class="button">
                "Show"
            </button>
        </form>
    }
    .into_any()
}

fn stored(report: &TraceReport) -> AnyView {
    let row = |measure: Measure| {
        let counts = report.traffic.of(measure);
        view! {
            <tr>
                <th scope="row">{label(measure)}</th>
                <td class="num" data-label="Stored">
                    {figure(counts, |counts| counts.count)}
                </td>
                <td class="num" data-label="Unique">
                    {figure(counts, |counts| counts.uniques.get())}
                </td>
            </tr>
        }
        .into_any()
    };
    let rows: Vec<_> = Measure::ALL.into_iter().map(row).collect();
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id="stored">{format::day(report.day)}</h2>
                <span class="muted">"highest values GitHub has reported"</span>
            </div>
            {data_table("", TableLabel::Heading("stored"), &STORED, rows)}
        </section>
    }
    .into_any()
}

fn sources(pages: &Tenant, report: &TraceReport) -> AnyView {
    if report.sources.is_empty() {
        let why = match report.kept_days {
            0 => "This server does not store GitHub’s responses.".to_owned(),
            days => format!(
                "No stored response covers this day. Responses are kept for {}.",
                text::day_count(days.into())
            ),
        };
        return view! {
            <section class="card empty">
                <h2>"No responses"</h2>
                <p>{why}</p>
            </section>
        }
        .into_any();
    }
    let rows: Vec<_> = (report.sources.iter())
        .map(|source| source_row(pages, report, source))
        .collect();
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id="reported">"What GitHub reported"</h2>
                <span class="muted">"newest first; stored values are marked"</span>
            </div>
            {data_table("as-list", TableLabel::Heading("reported"), &SOURCES, rows)}
        </section>
    }
    .into_any()
}

fn source_row(pages: &Tenant, report: &TraceReport, source: &DaySource) -> AnyView {
    let DaySource {
        answer,
        window,
        counts,
        ..
    } = source;
    let held = |number: u32, holds: bool| {
        let mark = holds.then(|| view! { <span class="pill ok">"stored"</span> " " });
        view! {
            {mark}
            {format::number(number.into())}
        }
    };
    let left_out = (!source.listed).then(|| {
        view! { <span class="muted">" · day omitted (counts as zero)"</span> }
    });
    view! {
        <tr>
            <th scope="row" class="nowrap">
                {timestamp(answer.captured_at)}
            </th>
            <td>{label(source.measure)} {left_out}</td>
            <td class="num" data-label="Count">
                {held(counts.count, source.holds_count)}
            </td>
            <td class="num" data-label="Unique">
                {held(counts.uniques.get(), source.holds_uniques)}
            </td>
            <td data-label="Days covered">{format::days(*window)}</td>
            <td>{raw(pages, report, answer)}</td>
        </tr>
    }
    .into_any()
}

fn others(pages: &Tenant, report: &TraceReport) -> Option<AnyView> {
    if report.others.is_empty() {
        return None;
    }
    let row = |answer: &StoredResponse| {
        view! {
            <tr>
                <th scope="row" class="nowrap">
                    {timestamp(answer.captured_at)}
                </th>
                <td>{answer.endpoint.as_str()}</td>
                <td>{raw(pages, report, answer)}</td>
            </tr>
        }
        .into_any()
    };
    let rows: Vec<_> = report.others.iter().map(row).collect();
    Some(
        view! {
            <details class="card">
                <summary class="card-head">
                    <h2 id="others">"Other responses for these days"</h2>
                    <span class="muted">"weeks, referrers and paths"</span>
                </summary>
                {data_table("as-list", TableLabel::Heading("others"), &OTHERS, rows)}
            </details>
        }
        .into_any(),
    )
}

fn observations(pages: &Tenant, report: &TraceReport) -> Option<AnyView> {
    if report.observations.is_empty() {
        return None;
    }
    // The rest is on the page of all repositories.
    let newest: Vec<_> = report.observations.iter().take(ROWS).collect();
    Some(
        view! {
            <section class="card">
                <div class="card-head">
                    <h2 id="data-quality">"Data quality of this repository"</h2>
                    <a href=pages.observations()>"All repositories"</a>
                </div>
                {data_quality::table(pages, TableLabel::Heading("data-quality"), false, &newest)}
            </section>
        }
        .into_any(),
    )
}

/// The link to the raw response.
fn raw(pages: &Tenant, report: &TraceReport, answer: &StoredResponse) -> AnyView {
    view! {
        <a href=pages.raw_answer(&report.repository.full_name, answer.id)>
            "JSON"
            <span class="visually-hidden">
                " of " {answer.endpoint.as_str()} ", " {timestamp(answer.captured_at)}
            </span>
        </a>
    }
    .into_any()
}

const fn label(measure: Measure) -> &'static str {
    match measure {
        Measure::Views => "Views",
        Measure::Clones => "Clones",
    }
}

fn figure(counts: Option<Counts>, of: fn(Counts) -> u32) -> AnyView {
    match counts {
        Some(counts) => format::number(of(counts).into()).into_any(),
        None => view! { <span class="muted">"unknown"</span> }.into_any(),
    }
}

#[cfg(test)]
mod tests;
