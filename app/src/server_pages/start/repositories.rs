//! Step 2 of the setup wizard: choosing which of the connection's repositories to track.

use domain::report::{AvailableReport, AvailableRepository, Connection, TrackedMany};
use domain::{Problem, ProblemKind, RepositoryName};
use engine::{Error, RepositorySelection, TenantRequest};
use leptos::prelude::*;
use strum::VariantNames;

use super::selection::{Action, ListForm, REPOSITORY, Selection, tickable};
use super::{Step, follow, head};
use crate::chart::format;
use crate::components::error_notice;
use crate::server_pages::fields::invalid;
use crate::server_pages::form::{Form, hidden};
use crate::server_pages::layout::Layout;
use crate::server_pages::table::{Column, TableLabel, data_table};
use crate::server_pages::{FormOutcome, PageContent, PageRequest, ServerPage};
use crate::text;

const COLUMNS: [Column; 3] = [
    Column("Repository", ""),
    Column("Stars", "num wide-only"),
    Column("On GitHub", ""),
];

/// How many refused repositories the message names.
const NAMED: usize = 5;

pub const PAGE: ServerPage = ServerPage::new(
    "/t/{tenant}/start/repositories",
    Action::VARIANTS,
    |request| Box::pin(view(request)),
    |request| Box::pin(submit(request)),
);

async fn view(request: PageRequest) -> Result<PageContent, Problem> {
    let context = request.tenant().await?;
    let form: ListForm = request.form().unwrap_or_default();
    let report = context
        .engine
        .connections(&context.viewer, context.tenant)
        .await;
    let connections = report.map_err(Error::into_problem)?.connections;
    let connection = chosen(&request, &connections).cloned();
    let available = match &connection {
        None => None,
        Some(connection) => {
            let engine = &context.engine;
            let listing = engine.available_repositories(
                &context.viewer,
                context.tenant,
                connection.id,
                &form.search,
            );
            Some(listing.await.map_err(Error::into_problem))
        }
    };
    let layout = Layout::tenant(&request, &context).await?;
    Ok(PageContent::new("Choose repositories", layout, move || {
        let about = "Tidemark keeps the traffic of tracked repositories from now on, starting with the last 14 days.";
        view! {
            {head(&request, Step::Choose, "Choose repositories", about)}
            {others(&request, &connections, connection.as_ref())}
            {match &available {
                None => not_connected(&request),
                Some(Err(problem)) => no_listing(&request, problem),
                Some(Ok(report)) => list(&request, &form, report),
            }}
        }
        .into_any()
    }))
}

/// The connection in the address, or the first.
fn chosen<'a>(request: &PageRequest, connections: &'a [Connection]) -> Option<&'a Connection> {
    let named = request.query.text("connection");
    let named = connections.iter().find(|it| it.id.to_string() == named);
    named.or_else(|| connections.first())
}

/// Links to switch the connection, if there are several.
fn others(
    request: &PageRequest,
    all: &[Connection],
    chosen: Option<&Connection>,
) -> Option<AnyView> {
    if all.len() < 2 {
        return None;
    }
    let chosen = chosen.map(|connection| connection.id);
    let links: Vec<_> = all
        .iter()
        .map(|connection| {
            let current = (chosen == Some(connection.id)).then_some("true");
            let to = request.pages().start_repositories(Some(connection.id));
            view! { <a href=to aria-current=current>{connection.name.clone()}</a> }
        })
        .collect();
    Some(
        view! {
            <nav class="segmented small" aria-label="Connections">
                {links}
            </nav>
        }
        .into_any(),
    )
}

fn not_connected(request: &PageRequest) -> AnyView {
    view! {
        <section class="card empty">
            <h2>"Not connected yet"</h2>
            <p>"Connect GitHub to choose repositories."</p>
            <a class="button primary" href=request.pages().start()>
                "Connect GitHub"
            </a>
        </section>
    }
    .into_any()
}

fn no_listing(request: &PageRequest, problem: &Problem) -> AnyView {
    view! {
        {error_notice(&problem.message)}
        <a class="button" href=request.pages().start()>
            "View connection"
        </a>
    }
    .into_any()
}

fn list(request: &PageRequest, sent: &ListForm, report: &AvailableReport) -> AnyView {
    let visible = &report.repositories;
    let form = Form::new(request, Action::Track);
    let refusal = [Action::Track, Action::TrackAll];
    let refusal = refusal.map(|action| Form::new(request, action).refusal());
    let selection = Selection::new(&sent.repository, request.action().ok(), visible);
    let kept: Vec<_> = selection
        .hidden(visible)
        .map(|name| hidden(REPOSITORY, name))
        .collect();
    let search = sent.search.clone();
    let search_id = form.id("search");
    let rows = if visible.is_empty() {
        view! {
            <div class="empty">
                <p>{nothing(report, &search)}</p>
            </div>
        }
        .into_any()
    } else {
        table(visible, &selection)
    };
    view! {
        <form method="post" class="card" aria-labelledby="listed">
            <div class="card-head">
                <h2 id="listed">"Repositories"</h2>
                <label class="visually-hidden" for=search_id.clone()>
                    "Search repositories"
                </label>
                <input
                    type="search"
                    id=search_id
                    name="search"
                    placeholder="Search repositories"
                    autocomplete="off"
                    value=search
                />
                // Enter in the field submits with the first button, so that is the search.
                {button(Action::Search, "button", "Search".into_any())}
                <span class="spacer"></span>
                <span class="muted">{counted(report, selection.len())}</span>
            </div>
            {refusal.into_iter().flatten().collect_view()}
            {report.notice.clone().map(|left_out| view! { <p class="notice warn">{left_out}</p> })}
            {kept}
            {rows}
            {actions(request, sent, report, selection.len())}
        </form>
    }
    .into_any()
}

fn nothing(report: &AvailableReport, search: &str) -> String {
    if report.total == 0 {
        "This connection has no repositories. Grant its token or app access to some, and check the connection again.".to_owned()
    } else {
        format!("No repositories match “{search}”.")
    }
}

/// `37 of 240 · first 300 shown · 3 selected`
fn counted(report: &AvailableReport, selected: usize) -> String {
    let visible = report.repositories.len();
    let count = |number: u32| format::number(number.into());
    let mut parts = vec![if report.matching == report.total {
        text::count(report.total.into(), "repository", "repositories")
    } else {
        format!("{} of {}", count(report.matching), count(report.total))
    }];
    if usize::try_from(report.matching).is_ok_and(|matching| matching > visible) {
        parts.push(format!("first {visible} shown"));
    }
    if selected > 0 {
        parts.push(format!("{selected} selected"));
    }
    parts.join(" · ")
}

fn table(visible: &[AvailableRepository], selection: &Selection) -> AnyView {
    let rows: Vec<_> = visible.iter().map(|it| row(it, selection)).collect();
    data_table("choice", TableLabel::Heading("listed"), &COLUMNS, rows)
}

fn row(repository: &AvailableRepository, selection: &Selection) -> AnyView {
    let name = repository.full_name.to_string();
    let can = tickable(repository);
    let checked = can && selection.holds(repository);
    let mut pills = Vec::new();
    let mut pill = |class: &'static str, word: &'static str| {
        pills.push(view! { <span class=class>{word}</span> " " });
    };
    if repository.tracked {
        pill("pill", "Already tracked");
    } else if !repository.readable {
        pill("pill warn", "No push access");
    }
    if repository.private {
        pill("pill", "Private");
    }
    if repository.archived {
        pill("pill", "Archived");
    }
    view! {
        <tr>
            <td class="name">
                <label class="checkbox">
                    <input type="checkbox" name=REPOSITORY value=name checked=checked disabled=!can/>
                    <span>
                        <span class="muted">{repository.full_name.owner().to_owned()} " / "</span>
                        {repository.full_name.name().to_owned()}
                    </span>
                </label>
            </td>
            <td class="num wide-only">{format::number(repository.stars.into())}</td>
            <td>{pills}</td>
        </tr>
    }
    .into_any()
}

fn actions(
    request: &PageRequest,
    sent: &ListForm,
    report: &AvailableReport,
    selected: usize,
) -> AnyView {
    let can = report.repositories.iter().filter(|it| tickable(it)).count();
    let select = (can > 0).then(|| {
        let label = format!("Select all {can} shown");
        button(Action::Select, "button", label.into_any())
    });
    let clear =
        (selected > 0).then(|| button(Action::Clear, "button", "Clear selection".into_any()));
    let all = (report.trackable > 0).then(|| {
        let label = format!("Track all {}", format::number(report.trackable.into()));
        button(Action::TrackAll, "button", label.into_any())
    });
    // The script says how many.
    let label = view! { <span data-counts=REPOSITORY>"Track selected"</span> };
    let some =
        (report.trackable > 0).then(|| button(Action::Track, "button primary", label.into_any()));
    let tracked = report.repositories.iter().any(|it| it.tracked) || report.trackable == 0;
    let on = tracked.then(|| {
        view! {
            <a class="button" href=request.pages().start_schedule()>
                "Continue"
            </a>
        }
    });
    let follow = (report.trackable > 0).then(|| follow::follow_checkbox(sent.follow));
    view! {
        {follow}
        <div class="card-foot">
            {select} {clear} <span class="spacer"></span> {on} {all} {some}
        </div>
    }
    .into_any()
}

fn button(action: Action, class: &'static str, label: AnyView) -> AnyView {
    view! {
        <button type="submit" name="do" value=action.into_str() class=class>
            {label}
        </button>
    }
    .into_any()
}

async fn submit(request: PageRequest) -> Result<FormOutcome, Problem> {
    let context = request.tenant().await?;
    let action: Action = request.action()?;
    let form: ListForm = request.form()?;
    let selection = match action {
        Action::TrackAll => RepositorySelection::All,
        Action::Track => RepositorySelection::These(selected(&form)?),
        Action::Search | Action::Select | Action::Clear => return Ok(FormOutcome::Rerender),
    };
    track(&request, &context, selection, form.follow).await
}

fn selected(form: &ListForm) -> Result<Vec<RepositoryName>, Problem> {
    let names = form.repository.iter().map(|name| name.parse());
    let names: Result<Vec<RepositoryName>, _> = names.collect();
    let names = names.map_err(|error| invalid(error.to_string()))?;
    if names.is_empty() {
        return Err(invalid("Select at least one repository."));
    }
    Ok(names)
}

async fn track(
    request: &PageRequest,
    context: &TenantRequest,
    selection: RepositorySelection,
    follow: bool,
) -> Result<FormOutcome, Problem> {
    let report = context
        .engine
        .connections(&context.viewer, context.tenant)
        .await;
    let connections = report.map_err(Error::into_problem)?.connections;
    let connection = chosen(request, &connections).ok_or_else(|| {
        Problem::new(
            ProblemKind::Conflict,
            "This tenant is no longer connected to GitHub. Connect it first.",
        )
    })?;
    let done = context
        .engine
        .track_many(&context.viewer, context.tenant, connection.id, selection)
        .await
        .map_err(Error::into_problem)?;
    let mut message = summary(&done);
    if done.tracked == 0 && !follow {
        return Err(invalid(message));
    }
    if follow {
        follow::follow(context, connection.id).await?;
        message.push_str(" New repositories will be tracked as they appear.");
    }
    Ok(FormOutcome::flash(
        request.pages().start_schedule(),
        message,
    ))
}

/// The result as a message.
fn summary(done: &TrackedMany) -> String {
    let tracked = u64::from(done.tracked);
    let are = if tracked == 1 { "is" } else { "are" };
    let tracked = text::count(tracked, "repository", "repositories");
    let mut sentences = vec![format!("{tracked} {are} now tracked.")];
    let reasons = done.refused.iter().take(NAMED);
    sentences.extend(reasons.map(|(_, reason)| reason.clone()));
    if let Some(more @ 1..) = done.refused.len().checked_sub(NAMED) {
        sentences.push(format!("{more} more could not be tracked."));
    }
    sentences.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_untracked_repository_has_its_reason() {
        let refused = |count: usize| TrackedMany {
            tracked: 1,
            refused: (0..count)
                .map(|n| {
                    let name: RepositoryName = format!("o/r{n}").parse().expect("a valid name");
                    (name, format!("o/r{n} cannot be read."))
                })
                .collect(),
        };
        assert_eq!(summary(&refused(0)), "1 repository is now tracked.");
        assert_eq!(
            summary(&refused(1)),
            "1 repository is now tracked. o/r0 cannot be read."
        );
        assert!(
            summary(&refused(7)).ends_with("o/r4 cannot be read. 2 more could not be tracked.")
        );
    }
}
