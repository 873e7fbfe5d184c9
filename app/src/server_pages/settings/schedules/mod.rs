//! The schedules page of a tenant's settings: schedules and the repositories they collect.

mod card;
mod editor;

use domain::report::{ScheduleInput, SchedulesReport};
use domain::{Problem, RepositoryId, ScheduleId};
use engine::{Error, TenantRequest};
use leptos::prelude::*;

use self::card::{card, unscheduled};
use self::editor::{Draft, editor};
use crate::server_pages::layout::{Layout, page_head};
use crate::server_pages::scheduling::accepts_loss;
use crate::server_pages::{FormOutcome, PageContent, PageRequest, ServerPage};
use crate::text;

const CREATE: &str = "create";
const CHANGE: &str = "change";
const PREVIEW: &str = "preview";
const DELETE: &str = "delete";
const MOVE: &str = "move";

pub const PAGE: ServerPage = ServerPage::new(
    "/t/{tenant}/settings/schedules",
    &[CREATE, CHANGE, PREVIEW, DELETE, MOVE],
    |request| Box::pin(view(request)),
    |request| Box::pin(submit(request)),
);

/// The page; `?schedule=` opens the editor for that schedule.
async fn view(request: PageRequest) -> Result<PageContent, Problem> {
    let context = request.tenant().await?;
    let report = context
        .engine
        .schedules_report(&context.viewer, context.tenant)
        .await;
    let report = report.map_err(Error::into_problem)?;
    let draft = Draft::of(&request, &context, &report).await?;
    let layout = Layout::settings(&request, &context, request.pages().schedules()).await?;
    Ok(PageContent::new("Schedules", layout, move || {
        body(&request, &report, &draft)
    }))
}

fn body(request: &PageRequest, report: &SchedulesReport, draft: &Draft) -> AnyView {
    let cards: Vec<_> = report
        .schedules
        .iter()
        .map(|followed| card(request, followed, &report.schedules))
        .collect();
    let about = "When repositories are collected.";
    // A schedule opened for editing comes first.
    let (first, last) = if draft.id.is_some() {
        (Some(editor(request, draft)), None)
    } else {
        (None, Some(editor(request, draft)))
    };
    view! {
        {page_head("Schedules", about)}
        {first}
        {unscheduled(&report.unscheduled)}
        {cards}
        {last}
    }
    .into_any()
}

async fn submit(request: PageRequest) -> Result<FormOutcome, Problem> {
    let context = request.tenant().await?;
    let sentence = match request.action() {
        // The page shows the preview.
        PREVIEW => {
            context
                .require(domain::Permission::ManageSchedules)
                .map_err(Error::into_problem)?;
            return Ok(FormOutcome::Rerender);
        }
        CREATE => create(&request, &context).await?,
        CHANGE => change(&request, &context).await?,
        DELETE => delete(&request, &context).await?,
        _ => move_on(&request, &context).await?,
    };
    Ok(FormOutcome::flash(request.pages().schedules(), sentence))
}

fn input(request: &PageRequest) -> ScheduleInput {
    let fields = request.fields();
    ScheduleInput {
        name: fields.text("name").to_owned(),
        cron: fields.text("cron").to_owned(),
        timezone: fields.text("timezone").to_owned(),
        enabled: fields.checked("enabled"),
        accept_loss: accepts_loss(&fields),
    }
}

async fn create(request: &PageRequest, context: &TenantRequest) -> Result<String, Problem> {
    let made = (context.engine)
        .create_schedule(&context.viewer, context.tenant, input(request))
        .await
        .map_err(Error::into_problem)?;
    Ok(format!(
        "Schedule “{}” created. Move repositories to it to start collecting.",
        made.name
    ))
}

async fn change(request: &PageRequest, context: &TenantRequest) -> Result<String, Problem> {
    let id = request.fields().id("schedule")?;
    let changed = (context.engine)
        .update_schedule(&context.viewer, context.tenant, id, input(request))
        .await
        .map_err(Error::into_problem)?;
    Ok(format!("Schedule “{}” updated.", changed.name))
}

async fn delete(request: &PageRequest, context: &TenantRequest) -> Result<String, Problem> {
    let id: ScheduleId = request.fields().id("schedule")?;
    (context.engine)
        .delete_schedule(&context.viewer, context.tenant, id)
        .await
        .map_err(Error::into_problem)?;
    Ok("Schedule deleted. Collected data is kept.".to_owned())
}

async fn move_on(request: &PageRequest, context: &TenantRequest) -> Result<String, Problem> {
    let fields = request.fields();
    let repositories: Vec<RepositoryId> = fields.ids("repository")?;
    let moved = (context.engine)
        .follow_schedule(
            &context.viewer,
            context.tenant,
            &repositories,
            fields.id("to")?,
        )
        .await
        .map_err(Error::into_problem)?;
    let moved = u64::try_from(moved).unwrap_or(u64::MAX);
    Ok(format!(
        "{} moved.",
        text::count(moved, "repository", "repositories")
    ))
}
