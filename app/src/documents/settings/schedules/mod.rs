//! The schedules page of a tenant's settings: schedules and the repositories they collect.

mod card;
mod editor;

use domain::report::{ScheduleInput, SchedulesReport};
use domain::{Problem, RepositoryId, ScheduleId, TenantId};
use engine::Error;
use leptos::prelude::*;

use self::card::{card, unscheduled};
use self::editor::{Draft, editor};
use super::head;
use crate::documents::frame::Frame;
use crate::documents::scheduling::accepts_loss;
use crate::documents::{Document, Page, Taken, Visit};
use crate::words;

const CREATE: &str = "create";
const CHANGE: &str = "change";
const PREVIEW: &str = "preview";
const DELETE: &str = "delete";
const MOVE: &str = "move";

pub const DOCUMENT: Document = Document::new(
    "/t/{tenant}/settings/schedules",
    &[CREATE, CHANGE, PREVIEW, DELETE, MOVE],
    |visit| Box::pin(view(visit)),
    |visit| Box::pin(take(visit)),
);

/// The page; `?schedule=` opens the editor for that schedule.
async fn view(visit: Visit) -> Result<Page, Problem> {
    let tenant = visit.tenant().await?;
    let report = visit.engine.schedules_report(visit.viewer()?, tenant).await;
    let report = report.map_err(Error::into_problem)?;
    let draft = Draft::of(&visit, tenant, &report).await?;
    let frame = Frame::settings(&visit, tenant, visit.pages().schedules()).await?;
    Ok(Page::new("Schedules", frame, move || {
        body(&visit, &report, &draft)
    }))
}

fn body(visit: &Visit, report: &SchedulesReport, draft: &Draft) -> AnyView {
    let cards: Vec<_> = report
        .schedules
        .iter()
        .map(|followed| card(visit, followed, &report.schedules))
        .collect();
    let about = "When repositories are collected.";
    // A schedule opened for editing comes first.
    let (first, last) = if draft.id.is_some() {
        (Some(editor(visit, draft)), None)
    } else {
        (None, Some(editor(visit, draft)))
    };
    view! {
        {head("Schedules", about)}
        {first}
        {unscheduled(&report.unscheduled)}
        {cards}
        {last}
    }
    .into_any()
}

async fn take(visit: Visit) -> Result<Taken, Problem> {
    let tenant = visit.tenant().await?;
    let sentence = match visit.order() {
        // The page shows the preview.
        PREVIEW => {
            visit.must(tenant, domain::Permission::ManageSchedules)?;
            return Ok(Taken::Again);
        }
        CREATE => create(&visit, tenant).await?,
        CHANGE => change(&visit, tenant).await?,
        DELETE => delete(&visit, tenant).await?,
        _ => move_on(&visit, tenant).await?,
    };
    Ok(Taken::said(visit.pages().schedules(), sentence))
}

fn input(visit: &Visit) -> ScheduleInput {
    let fields = visit.fields();
    ScheduleInput {
        name: fields.text("name").to_owned(),
        cron: fields.text("cron").to_owned(),
        timezone: fields.text("timezone").to_owned(),
        enabled: fields.ticked("enabled"),
        accept_loss: accepts_loss(&fields),
    }
}

async fn create(visit: &Visit, tenant: TenantId) -> Result<String, Problem> {
    let made = (visit.engine)
        .create_schedule(visit.viewer()?, tenant, input(visit))
        .await
        .map_err(Error::into_problem)?;
    Ok(format!(
        "Schedule “{}” created. Move repositories to it to start collecting.",
        made.name
    ))
}

async fn change(visit: &Visit, tenant: TenantId) -> Result<String, Problem> {
    let id = visit.fields().id("schedule")?;
    let changed = (visit.engine)
        .update_schedule(visit.viewer()?, tenant, id, input(visit))
        .await
        .map_err(Error::into_problem)?;
    Ok(format!("Schedule “{}” updated.", changed.name))
}

async fn delete(visit: &Visit, tenant: TenantId) -> Result<String, Problem> {
    let id: ScheduleId = visit.fields().id("schedule")?;
    (visit.engine)
        .delete_schedule(visit.viewer()?, tenant, id)
        .await
        .map_err(Error::into_problem)?;
    Ok("Schedule deleted. Collected data is kept.".to_owned())
}

async fn move_on(visit: &Visit, tenant: TenantId) -> Result<String, Problem> {
    let fields = visit.fields();
    let repositories: Vec<RepositoryId> = fields.ids("repository")?;
    let moved = (visit.engine)
        .follow_schedule(visit.viewer()?, tenant, &repositories, fields.id("to")?)
        .await
        .map_err(Error::into_problem)?;
    let moved = u64::try_from(moved).unwrap_or(u64::MAX);
    Ok(format!(
        "{} moved.",
        words::count(moved, "repository", "repositories")
    ))
}
