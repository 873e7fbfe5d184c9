//! One run: its result, its failures with remedies, and its repositories.

use domain::report::{RepositoryQuery, Run, RunItem, RunReport};
use domain::{ItemOutcome, Problem, ProblemKind, RunId, RunStatus, Trigger};
use engine::Error;
use leptos::prelude::*;
use strum::{EnumString, IntoStaticStr, VariantNames};

use super::failures::failures;
use super::{repositories, result, took};
use crate::address::Tenant;
use crate::chart::format;
use crate::components::timestamp;
use crate::server_pages::form::Form;
use crate::server_pages::layout::Layout;
use crate::server_pages::table::{Column, TableLabel, data_table};
use crate::server_pages::{FormOutcome, PageContent, PageRequest, ServerPage};
use crate::text;

const COLUMNS: [Column; 4] = [
    Column("Repository", ""),
    Column("Result", ""),
    Column("Requests", "num"),
    Column("Duration", "num"),
];

/// What the forms of this page do.
#[derive(Clone, Copy, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum Action {
    Cancel,
    Retry,
}

pub const PAGE: ServerPage = ServerPage::new(
    "/t/{tenant}/collection/runs/{run}",
    Action::VARIANTS,
    |request| Box::pin(view(request)),
    |request| Box::pin(submit(request)),
);

async fn view(request: PageRequest) -> Result<PageContent, Problem> {
    let context = request.tenant().await?;
    let from: u32 = request.query.text("from").parse().unwrap_or(0);
    let report = (context.engine)
        .run_report(
            &context.viewer,
            context.tenant,
            id(&request)?,
            from,
            filter(&request),
        )
        .await
        .map_err(Error::into_problem)?;
    let layout = Layout::tenant(&request, &context).await?;
    let title = format!("Run {}", report.run.id);
    Ok(PageContent::new(title, layout, move || {
        body(&request, &report, from)
    }))
}

/// The part of a repository's name in the address.
fn filter(request: &PageRequest) -> &str {
    request.query.text("filter").trim()
}

/// The run in the address.
fn id(request: &PageRequest) -> Result<RunId, Problem> {
    let id = request.part("run").parse();
    id.map_err(|_| Problem::new(ProblemKind::NotFound, "Run not found."))
}

fn body(request: &PageRequest, report: &RunReport, from: u32) -> AnyView {
    let (pages, run) = (request.pages(), &report.run);
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
            {actions(request, report)}
        </div>
        {refusals(request)}
        {facts(request, run)}
        {failures(&pages, run)}
        {items(&pages, report, filter(request), from)}
    }
    .into_any()
}

/// The buttons that cancel and retry.
fn actions(request: &PageRequest, report: &RunReport) -> AnyView {
    let id = report.run.id;
    let cancel = (report.may_cancel).then(|| {
        Form::new(request, Action::Cancel).button("run", id, "button danger", "Cancel run")
    });
    let retry = (report.to_retry > 0).then(|| {
        let label = text::count(report.to_retry.into(), "repository", "repositories");
        let label = format!("Retry {label}");
        Form::new(request, Action::Retry).button("run", id, "button primary", label)
    });
    (cancel, retry).into_any()
}

fn refusals(request: &PageRequest) -> AnyView {
    [Action::Cancel, Action::Retry]
        .map(|action| Form::new(request, action).refusal())
        .into_iter()
        .collect::<Vec<_>>()
        .into_any()
}

fn facts(request: &PageRequest, run: &Run) -> AnyView {
    let waiting = run.waiting_until.map(|until| {
        view! {
            <dt>"Paused until"</dt>
            <dd>{timestamp(until)} ". "
            {run.waiting_for.clone().map(|reason| format!("{reason}. "))} "Resumes automatically."</dd>
        }
    });
    let cancelled = run.cancelled_by.clone().map(|by| {
        view! {
            <dt>"Cancelled by"</dt>
            <dd>{by}</dd>
        }
    });
    let reactive = (run.status == RunStatus::Running).then(|| {
        view! {
            <p class="muted">
                "In progress. " <a href=request.pages().collection()>"View live"</a>
                " or reload this page."
            </p>
        }
    });
    view! {
        <section class="card">
            <div class="card-body">
                <dl class="facts">
                    <dt>"Started"</dt>
                    <dd>{timestamp(run.started_at)} ", " {text::trigger(run.trigger)}</dd>
                    <dt>"Duration"</dt>
                    <dd>{took(run)}</dd>
                    <dt>"Repositories"</dt>
                    <dd>{repositories(run)}</dd>
                    <dt>"Requests"</dt>
                    <dd>{format::number(run.requests.into())}</dd>
                    {waiting}
                    {cancelled}
                </dl>
                {reactive}
            </div>
        </section>
    }
    .into_any()
}

fn items(pages: &Tenant, report: &RunReport, filter: &str, from: u32) -> AnyView {
    if report.items.is_empty() && filter.is_empty() {
        return view! {
            <section class="card empty">
                <h2>"No repositories"</h2>
                <p>
                    "The run had no repositories, they have since been deleted, or the run is so old that only its totals are kept."
                </p>
            </section>
        }
        .into_any();
    }
    let is_running = report.run.status == RunStatus::Running;
    let rows: Vec<_> = (report.items.iter())
        .map(|item| row(pages, item, is_running))
        .collect();
    let id = report.run.id;
    let to = |from| pages.run_from(id, filter, from);
    let first = (from > 0).then(|| view! { <a href=to(0)>"First"</a> });
    let next = (report.next).map(|next| view! { <a href=to(next)>"Next"</a> });
    let content = if rows.is_empty() {
        view! {
            <div class="empty">
                <p>"No repositories match “" {filter.to_owned()} "”."</p>
            </div>
        }
        .into_any()
    } else {
        data_table(
            "as-list",
            TableLabel::Heading("repositories"),
            &COLUMNS,
            rows,
        )
    };
    let pagination = (from > 0 || report.next.is_some()).then(|| {
        view! {
            <nav class="pages" aria-label="Pagination">
                <span>{first}</span>
                <span>{next}</span>
            </nav>
        }
    });
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id="repositories">"Repositories"</h2>
                <span class="muted">"failures first"</span>
                <span class="spacer"></span>
                {search(pages, report, filter, from)}
            </div>
            {content}
            {pagination}
        </section>
    }
    .into_any()
}

/// The search of a list with more than one page.
fn search(pages: &Tenant, report: &RunReport, filter: &str, from: u32) -> Option<AnyView> {
    let clear = (!filter.is_empty()).then(|| {
        let all = pages.run_from(report.run.id, "", 0);
        view! {
            <a class="button quiet" href=all>
                "Show all"
            </a>
        }
    });
    (clear.is_some() || from > 0 || report.next.is_some()).then(|| {
        view! {
            <form class="row" role="search" action=pages.run(report.run.id)>
                <input
                    type="search"
                    name="filter"
                    aria-label="Repository"
                    placeholder="Repository"
                    maxlength="100"
                    value=filter.to_owned()
                />
                <button type="submit" class="button">
                    "Search"
                </button>
                {clear}
            </form>
        }
        .into_any()
    })
}

fn row(pages: &Tenant, item: &RunItem, is_running: bool) -> AnyView {
    let (pill, word) = match item.outcome {
        Some(ItemOutcome::Succeeded) => ("pill ok", "succeeded"),
        Some(ItemOutcome::Partial) => ("pill warn", "partial"),
        Some(ItemOutcome::Failed) => ("pill bad", "failed"),
        None if !is_running => ("pill", "skipped"),
        None if item.started_at.is_some() => ("pill busy", "in progress"),
        None => ("pill", "waiting"),
    };
    let took = item.finished_at.zip(item.started_at).map_or_else(
        || "–".to_owned(),
        |(finished, started)| text::brief(finished - started),
    );
    let page = pages.repository(&item.full_name, &RepositoryQuery::default());
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
            <td class="num" data-label="Duration">
                {took}
            </td>
        </tr>
    }
    .into_any()
}

async fn submit(request: PageRequest) -> Result<FormOutcome, Problem> {
    let context = request.tenant().await?;
    let (run, pages) = (id(&request)?, request.pages());
    match request.action()? {
        Action::Cancel => {
            context
                .engine
                .cancel_run(&context.viewer, context.tenant, run)
                .await
                .map_err(Error::into_problem)?;
            Ok(FormOutcome::flash(
                pages.run(run),
                "Run cancelled. Data collected so far is kept.",
            ))
        }
        Action::Retry => {
            let retry = context
                .engine
                .retry_run(&context.viewer, context.tenant, run, Trigger::Manual)
                .await
                .map_err(Error::into_problem)?;
            Ok(FormOutcome::flash(pages.run(retry), "Retry started."))
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::RepositoryId;

    use super::*;
    use crate::test_html::test_html;

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
        let html = test_html(|| row(&pages, &item(Some(ItemOutcome::Partial)), false));
        for part in ["/t/lab/r/octo/hello", "pill warn", "1,240", "4.2 s"] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }

    #[test]
    fn what_is_not_settled_is_under_way_only_while_the_run_goes_on() {
        let pages = Tenant("lab".to_owned());
        let html = |is_running| test_html(|| row(&pages, &item(None), is_running));
        assert!(html(true).contains("in progress"));
        assert!(html(false).contains("skipped"));
    }
}
