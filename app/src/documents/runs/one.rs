//! One run: how it went, what failed and what to do, and what each repository took.

use domain::report::{Run, RunItem, RunReport};
use domain::{Interval, ItemOutcome, Period, Problem, ProblemKind, RunId, RunStatus, Trigger};
use engine::Error;
use leptos::prelude::*;

use super::failures::failures;
use super::{repositories, result, took};
use crate::address::Tenant;
use crate::chart::format;
use crate::documents::form::Form;
use crate::documents::frame::Frame;
use crate::documents::table::{Called, Column, data_table};
use crate::documents::times::moment;
use crate::documents::{Document, Page, Taken, Visit};
use crate::words;

const CANCEL: &str = "cancel";
const RETRY: &str = "retry";

/// The columns of the table.
const COLUMNS: [Column; 4] = [
    Column("Repository", ""),
    Column("Result", ""),
    Column("Requests", "num"),
    Column("Took", "num"),
];

pub const DOCUMENT: Document = Document::new(
    "/t/{tenant}/collection/runs/{run}",
    &[CANCEL, RETRY],
    |visit| Box::pin(view(visit)),
    |visit| Box::pin(take(visit)),
);

async fn view(visit: Visit) -> Result<Page, Problem> {
    let tenant = visit.tenant().await?;
    let from: u32 = visit.query.text("from").parse().unwrap_or(0);
    let report = (visit.engine)
        .run_report(visit.viewer()?, tenant, id(&visit)?, from)
        .await
        .map_err(Error::into_problem)?;
    let frame = Frame::tenant(&visit, tenant).await?;
    let title = format!("Run {}", report.run.id);
    Ok(Page::new(title, frame, move || body(&visit, &report, from)))
}

/// The run in the address; what is no number names none.
fn id(visit: &Visit) -> Result<RunId, Problem> {
    let id = visit.part("run").parse();
    id.map_err(|_| Problem::new(ProblemKind::NotFound, "There is no such run."))
}

fn body(visit: &Visit, report: &RunReport, from: u32) -> AnyView {
    let (pages, run) = (visit.pages(), &report.run);
    view! {
        <div class="page-head">
            <div>
                <p class="crumb">
                    <a href=pages.collection()>"Collection"</a>
                    " / "
                    <a href=pages.runs(None)>"Runs"</a>
                </p>
                <h1>"Run " {run.id.to_string()}</h1>
            </div>
            {result(run)}
            <span class="spacer"></span>
            {orders(visit, report)}
        </div>
        {refusals(visit)}
        {facts(visit, run)}
        {failures(&pages, run)}
        {items(&pages, report, from)}
    }
    .into_any()
}

/// What can be done with it.
fn orders(visit: &Visit, report: &RunReport) -> AnyView {
    let id = report.run.id;
    let cancel = (report.may_cancel)
        .then(|| Form::new(visit, CANCEL).button("run", id, "button danger", "Cancel the run"));
    let retry = (report.to_retry > 0).then(|| {
        let label = words::count(report.to_retry.into(), "repository", "repositories");
        let label = format!("Collect {label} again");
        Form::new(visit, RETRY).button("run", id, "button primary", label)
    });
    (cancel, retry).into_any()
}

fn refusals(visit: &Visit) -> AnyView {
    [CANCEL, RETRY]
        .map(|order| Form::new(visit, order).refusal())
        .into_iter()
        .collect::<Vec<_>>()
        .into_any()
}

fn facts(visit: &Visit, run: &Run) -> AnyView {
    let zone = visit.zone();
    let waiting = run.waiting_until.map(|until| {
        view! {
            <dt>"Waits until"</dt>
            <dd>{moment(until, zone)} ". " {run.waiting_for.clone()} "; then it goes on by itself."</dd>
        }
    });
    let cancelled = run.cancelled_by.clone().map(|by| {
        view! {
            <dt>"Cancelled by"</dt>
            <dd>{by}</dd>
        }
    });
    let live = (run.status == RunStatus::Running).then(|| {
        view! {
            <p class="muted">
                "It goes on: " <a href=visit.pages().collection()>"see it live"</a>
                ", or reload this page."
            </p>
        }
    });
    view! {
        <section class="card">
            <div class="card-body">
                <dl class="facts">
                    <dt>"Started"</dt>
                    <dd>{moment(run.started_at, zone)} ", " {words::trigger(run.trigger)}</dd>
                    <dt>"Took"</dt>
                    <dd>{took(run)}</dd>
                    <dt>"Repositories"</dt>
                    <dd>{repositories(run)}</dd>
                    <dt>"Requests"</dt>
                    <dd>{format::number(run.requests.into())}</dd>
                    {waiting}
                    {cancelled}
                </dl>
                {live}
            </div>
        </section>
    }
    .into_any()
}

fn items(pages: &Tenant, report: &RunReport, from: u32) -> AnyView {
    if report.items.is_empty() {
        return view! {
            <section class="card empty">
                <h2>"No repositories"</h2>
                <p>
                    "The run had none, they were deleted since, or it is so old that only its sums are kept."
                </p>
            </section>
        }
        .into_any();
    }
    let goes_on = report.run.status == RunStatus::Running;
    let rows: Vec<_> = (report.items.iter())
        .map(|item| row(pages, item, goes_on))
        .collect();
    let id = report.run.id;
    let first = (from > 0).then(|| view! { <a href=pages.run(id)>"The first"</a> });
    let next = (report.next).map(|next| view! { <a href=pages.run_from(id, next)>"More"</a> });
    let leaves = (from > 0 || report.next.is_some()).then(|| {
        view! {
            <nav class="pages" aria-label="Pages of the repositories">
                <span>{first}</span>
                <span>{next}</span>
            </nav>
        }
    });
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id="repositories">"Repositories"</h2>
                <span class="muted">"what failed first"</span>
            </div>
            {data_table("as-list", Called::By("repositories"), &COLUMNS, rows)}
            {leaves}
        </section>
    }
    .into_any()
}

fn row(pages: &Tenant, item: &RunItem, goes_on: bool) -> AnyView {
    let (pill, word) = match item.outcome {
        Some(ItemOutcome::Succeeded) => ("pill ok", "succeeded"),
        Some(ItemOutcome::Partial) => ("pill warn", "partial"),
        Some(ItemOutcome::Failed) => ("pill bad", "failed"),
        None if !goes_on => ("pill", "left out"),
        None if item.started_at.is_some() => ("pill busy", "under way"),
        None => ("pill", "waits"),
    };
    let took = item.finished_at.zip(item.started_at).map_or_else(
        || "–".to_owned(),
        |(finished, started)| words::brief(finished - started),
    );
    let page = pages.repository(&item.full_name, Period::default(), Interval::default());
    view! {
        <tr>
            <th scope="row" class="name">
                <a href=page>{item.full_name.to_string()}</a>
            </th>
            <td>
                <span class=pill>{word}</span>
            </td>
            <td class="num" data-label="Requests">
                {format::number(item.requests.into())}
            </td>
            <td class="num" data-label="Took">
                {took}
            </td>
        </tr>
    }
    .into_any()
}

async fn take(visit: Visit) -> Result<Taken, Problem> {
    let tenant = visit.tenant().await?;
    let (viewer, run, pages) = (visit.viewer()?, id(&visit)?, visit.pages());
    if visit.order() == CANCEL {
        let cancelled = visit.engine.cancel_run(viewer, tenant, run).await;
        cancelled.map_err(Error::into_problem)?;
        return Ok(Taken::said(
            pages.run(run),
            "The run is cancelled. What it had collected stays.",
        ));
    }
    let again = (visit.engine)
        .retry_run(viewer, tenant, run, Trigger::Manual)
        .await
        .map_err(Error::into_problem)?;
    Ok(Taken::said(
        pages.run(again),
        "A run for what failed has begun: this is it.",
    ))
}

#[cfg(test)]
mod tests {
    use domain::RepositoryId;

    use super::*;
    use crate::markup::markup;

    fn item(outcome: Option<ItemOutcome>) -> RunItem {
        RunItem {
            repository: RepositoryId::new(1),
            full_name: "octo/hello".parse().expect("a name"),
            outcome,
            started_at: Some("2026-11-24T06:00:00Z".parse().expect("a moment")),
            finished_at: (outcome.is_some())
                .then(|| "2026-11-24T06:00:04.25Z".parse().expect("a moment")),
            requests: 1_240,
        }
    }

    #[test]
    fn a_repository_says_how_it_came_out_and_what_it_took() {
        let pages = Tenant("lab".to_owned());
        let html = markup(|| row(&pages, &item(Some(ItemOutcome::Partial)), false));
        for part in ["/t/lab/r/octo/hello", "pill warn", "1,240", "4.2 s"] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }

    #[test]
    fn what_is_not_settled_is_under_way_only_while_the_run_goes_on() {
        let pages = Tenant("lab".to_owned());
        let told = |goes_on| markup(|| row(&pages, &item(None), goes_on));
        assert!(told(true).contains("under way"));
        assert!(told(false).contains("left out"));
    }
}
