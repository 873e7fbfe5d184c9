//! The runs of all tenants, and starting one.

use domain::report::{SystemRun, SystemRunsReport};
use domain::{Problem, RunId, TenantId, TimeZone};
use engine::Error;
use leptos::prelude::*;

use crate::address;
use crate::chart::format;
use crate::documents::controls::Answer;
use crate::documents::form::{Form, submit};
use crate::documents::frame::Frame;
use crate::documents::table::{Called, Column, data_table};
use crate::documents::times::moment;
use crate::documents::{Document, Page, Taken, Visit};
use crate::words;

/// The columns of the table.
const COLUMNS: [Column; 6] = [
    Column("Tenant", ""),
    Column("Result", ""),
    Column("Started", ""),
    Column("Repositories", ""),
    Column("Requests", "num"),
    Column("Duration", "num"),
];

pub const DOCUMENT: Document = Document::new(
    address::RUNS,
    &["collect"],
    |visit| Box::pin(view(visit)),
    |visit| Box::pin(take(visit)),
);

async fn view(visit: Visit) -> Result<Page, Problem> {
    let before: Option<RunId> = visit.query.id("before").ok();
    let report = visit.engine.system_runs(visit.viewer()?, before).await;
    let report = report.map_err(Error::into_problem)?;
    let frame = Frame::system(&visit, address::RUNS);
    Ok(Page::new("Runs", frame, move || {
        view! {
            <div class="page-head">
                <h1>"Runs"</h1>
            </div>
            {collect(&visit, &report)}
            {table(&report, before, visit.zone())}
        }
        .into_any()
    }))
}

/// The form that starts a run, if the viewer may start one.
fn collect(visit: &Visit, report: &SystemRunsReport) -> Option<AnyView> {
    if report.collectable.is_empty() {
        return None;
    }
    let form = Form::new(visit, "collect");
    let tenants = report.collectable.iter();
    let tenants: Vec<_> = tenants.map(|(id, name)| Answer::new(id, name)).collect();
    let fields = view! {
        <div class="with-button">
            {form.select("tenant", "Tenant", tenants, "")} {submit("Collect now")}
        </div>
    };
    Some(
        view! {
            <section class="card">
                <div class="card-head">
                    <h2 id="collect">"Start a run"</h2>
                </div>
                <div class="card-body narrow">{form.with("collect", fields)}</div>
            </section>
        }
        .into_any(),
    )
}

fn table(report: &SystemRunsReport, before: Option<RunId>, zone: TimeZone) -> AnyView {
    if report.runs.is_empty() {
        return view! {
            <section class="card empty">
                <h2>"No runs yet"</h2>
                <p>"Nothing has been collected."</p>
            </section>
        }
        .into_any();
    }
    let rows: Vec<_> = report.runs.iter().map(|run| row(run, zone)).collect();
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id="runs">"All tenants"</h2>
                <span class="muted">"newest first"</span>
            </div>
            {data_table("as-list", Called::By("runs"), &COLUMNS, rows)}
            {pages(report.next, before)}
        </section>
    }
    .into_any()
}

fn row(run: &SystemRun, zone: TimeZone) -> AnyView {
    let took = run.finished_at.map_or_else(
        || "–".to_owned(),
        |finished| words::duration(finished - run.started_at),
    );
    let failed = (run.repositories_failed > 0).then(|| {
        let failed = format::number(run.repositories_failed.into());
        view! { <span class="muted">" · " {failed} " failed"</span> }
    });
    view! {
        <tr>
            <th scope="row" class="name">
                <b>{run.tenant.clone()}</b>
            </th>
            <td>
                <span class=words::run_pill(run.status)>{run.status.as_str()}</span>
            </td>
            <td>
                {moment(run.started_at, zone)} " "
                <span class="muted nowrap">{words::trigger(run.trigger)}</span>
            </td>
            <td data-label="Repositories">
                {format::number(run.repositories_total.into())} {failed}
            </td>
            <td class="num" data-label="Requests">
                {format::number(run.requests.into())}
            </td>
            <td class="num" data-label="Duration">
                {took}
            </td>
        </tr>
    }
    .into_any()
}

fn pages(next: Option<RunId>, before: Option<RunId>) -> Option<AnyView> {
    let newest = before.map(|_| view! { <a href=address::RUNS>"Newest"</a> });
    let older = next.map(|next| {
        view! { <a href=address::runs(next)>"Older"</a> }
    });
    (next.is_some() || before.is_some()).then(|| {
        view! {
            <nav class="pages" aria-label="Pagination">
                <span>{newest}</span>
                <span>{older}</span>
            </nav>
        }
        .into_any()
    })
}

async fn take(visit: Visit) -> Result<Taken, Problem> {
    let tenant: TenantId = visit.fields().id("tenant")?;
    let started = visit.engine.collect_tenant(visit.viewer()?, tenant).await;
    started.map_err(Error::into_problem)?;
    Ok(Taken::said(
        address::RUNS,
        "Run started. Reload the page to see its progress.",
    ))
}
