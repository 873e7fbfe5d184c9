//! The runs of all tenants, and starting one.

use domain::report::{SystemRun, SystemRunsReport};
use domain::{Problem, RunId, TenantId};
use engine::Error;
use leptos::prelude::*;
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantNames};

use crate::address;
use crate::chart::format;
use crate::components::timestamp;
use crate::server_pages::controls::Choice;
use crate::server_pages::form::{Form, submit_button};
use crate::server_pages::layout::{Layout, card};
use crate::server_pages::table::{Column, TableLabel, data_table};
use crate::server_pages::{FormOutcome, PageContent, PageRequest, ServerPage};
use crate::text;

const COLUMNS: [Column; 6] = [
    Column("Tenant", ""),
    Column("Result", ""),
    Column("Started", ""),
    Column("Repositories", ""),
    Column("Requests", "num"),
    Column("Duration", "num"),
];

/// What the form does.
#[derive(Clone, Copy, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum Action {
    Collect,
}

pub const PAGE: ServerPage = ServerPage::new(
    address::RUNS,
    Action::VARIANTS,
    |request| Box::pin(view(request)),
    |request| Box::pin(submit(request)),
);

async fn view(request: PageRequest) -> Result<PageContent, Problem> {
    let before: Option<RunId> = request.query.text("before").parse().ok();
    let report = request.engine.system_runs(request.viewer()?, before).await;
    let report = report.map_err(Error::into_problem)?;
    let layout = Layout::system(&request, address::RUNS);
    Ok(PageContent::new("Runs", layout, move || {
        view! {
            <div class="page-head">
                <h1>"Runs"</h1>
            </div>
            {collect(&request, &report)}
            {table(&report, before)}
        }
        .into_any()
    }))
}

/// The form that starts a run, if the viewer may start one.
fn collect(request: &PageRequest, report: &SystemRunsReport) -> Option<AnyView> {
    if report.collectable.is_empty() {
        return None;
    }
    let form = Form::new(request, Action::Collect);
    let tenants = report.collectable.iter();
    let tenants: Vec<_> = tenants.map(|(id, name)| Choice::new(id, name)).collect();
    let fields = view! {
        <div class="with-button">
            {form.select("tenant", "Tenant", tenants, "")} {submit_button("Collect now")}
        </div>
    };
    Some(card(
        "collect",
        "Start a run",
        view! {
        <div class="card-body narrow">{form.with("collect", fields)}</div>
        },
    ))
}

fn table(report: &SystemRunsReport, before: Option<RunId>) -> AnyView {
    if report.runs.is_empty() {
        return view! {
            <section class="card empty">
                <h2>"No runs yet"</h2>
                <p>"Nothing has been collected, or there are no older runs."</p>
            </section>
        }
        .into_any();
    }
    let rows: Vec<_> = report.runs.iter().map(row).collect();
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id="runs">"All tenants"</h2>
                <span class="muted">"newest first"</span>
            </div>
            {data_table("as-list", TableLabel::Heading("runs"), &COLUMNS, rows)}
            {pages(report.next, before)}
        </section>
    }
    .into_any()
}

fn row(run: &SystemRun) -> AnyView {
    let took = run.finished_at.map_or_else(
        || "–".to_owned(),
        |finished| text::duration(finished - run.started_at),
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
                <span class=text::run_pill(run.status)>{run.status.as_str()}</span>
            </td>
            <td>
                {timestamp(run.started_at)} " "
                <span class="muted nowrap">{text::trigger(run.trigger)}</span>
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

#[derive(Deserialize)]
struct CollectForm {
    tenant: TenantId,
}

async fn submit(request: PageRequest) -> Result<FormOutcome, Problem> {
    let Action::Collect = request.action()?;
    let CollectForm { tenant } = request.form()?;
    let started = request
        .engine
        .collect_tenant(request.viewer()?, tenant)
        .await;
    started.map_err(Error::into_problem)?;
    Ok(FormOutcome::flash(
        address::RUNS,
        "Run started. Reload the page to see its progress.",
    ))
}
