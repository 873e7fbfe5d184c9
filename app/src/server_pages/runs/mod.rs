//! The list of a tenant's runs, page by page.

mod failures;
pub mod one;

use domain::report::{Run, RunsReport};
use domain::{Problem, RunId};
use engine::Error;
use leptos::prelude::*;

use crate::address::Tenant;
use crate::chart::format;
use crate::components::timestamp;
use crate::server_pages::layout::Layout;
use crate::server_pages::table::{Column, TableLabel, data_table};
use crate::server_pages::{PageContent, PageRequest, ServerPage};
use crate::text;

/// Runs per page.
const ON_A_PAGE: u32 = 50;

const COLUMNS: [Column; 5] = [
    Column("Started", ""),
    Column("Result", ""),
    Column("Repositories", ""),
    Column("Requests", "num"),
    Column("Duration", "num"),
];

pub const PAGE: ServerPage = ServerPage::read_only("/t/{tenant}/collection/runs", |request| {
    Box::pin(view(request))
});

async fn view(request: PageRequest) -> Result<PageContent, Problem> {
    let context = request.tenant().await?;
    let before: Option<RunId> = request.query.text("before").parse().ok();
    let report = (context.engine)
        .runs_report(&context.viewer, context.tenant, before, ON_A_PAGE)
        .await
        .map_err(Error::into_problem)?;
    let layout = Layout::tenant(&request, &context).await?;
    Ok(PageContent::new("Runs", layout, move || {
        let pages = request.pages();
        view! {
            <div class="page-head">
                <div>
                    <p class="crumb">
                        <a href=pages.collection()>"Collection"</a>
                    </p>
                    <h1>"Runs"</h1>
                </div>
            </div>
            {table(&pages, &report, before)}
        }
        .into_any()
    }))
}

fn table(pages: &Tenant, report: &RunsReport, before: Option<RunId>) -> AnyView {
    if report.runs.is_empty() {
        return view! {
            <section class="card empty">
                <h2>"No runs yet"</h2>
                <p>"Nothing has been collected, or there are no older runs."</p>
                <a class="button" href=pages.collection()>
                    "Back to Collection"
                </a>
            </section>
        }
        .into_any();
    }
    let rows: Vec<_> = (report.runs.iter()).map(|run| row(pages, run)).collect();
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id="runs">"History"</h2>
                <span class="muted">"newest first"</span>
            </div>
            {data_table("as-list", TableLabel::Heading("runs"), &COLUMNS, rows)}
            {pagination(pages, report.next, before)}
        </section>
    }
    .into_any()
}

fn row(pages: &Tenant, run: &Run) -> AnyView {
    view! {
        <tr>
            <th scope="row" class="name">
                <a href=pages.run(run.id)>{timestamp(run.started_at)}</a>
                " "
                <span class="muted nowrap">{text::trigger(run.trigger)}</span>
            </th>
            <td>{result(run)}</td>
            <td data-label="Repositories">{repositories(run)}</td>
            <td class="num" data-label="Requests">
                {format::number(run.requests.into())}
            </td>
            <td class="num" data-label="Duration">
                {took(run)}
            </td>
        </tr>
    }
    .into_any()
}

/// The result of a run.
fn result(run: &Run) -> AnyView {
    view! { <span class=text::run_pill(run.status)>{text::run_result(run)}</span> }.into_any()
}

/// `40`, or `38 of 40 · 2 failed`.
fn repositories(run: &Run) -> String {
    let total = format::number(run.repositories_total.into());
    let done = if run.repositories_done == run.repositories_total {
        total
    } else {
        format!(
            "{} of {total}",
            format::number(run.repositories_done.into())
        )
    };
    match run.repositories_failed {
        0 => done,
        failed => format!("{done} · {} failed", format::number(failed.into())),
    }
}

fn took(run: &Run) -> String {
    run.finished_at.map_or_else(
        || "–".to_owned(),
        |finished| text::duration(finished - run.started_at),
    )
}

/// The links to the newest and to older runs.
fn pagination(pages: &Tenant, next: Option<RunId>, before: Option<RunId>) -> Option<AnyView> {
    let newest = before.map(|_| view! { <a href=pages.runs(None)>"Newest"</a> });
    let older = next.map(|next| view! { <a href=pages.runs(Some(next))>"Older"</a> });
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
