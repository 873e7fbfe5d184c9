//! The schedules page of a tenant's settings: schedules and the repositories they collect.

mod card;
mod editor;

use domain::report::{ScheduleInput, SchedulesReport};
use domain::{MOST_IDS, Permission, Problem, RepositoryId, ScheduleId};
use engine::{Error, TenantRequest};
use leptos::prelude::*;
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantNames};

use self::card::{card, unscheduled};
use self::editor::{Draft, editor};
use crate::server_pages::fields::checkbox;
use crate::server_pages::layout::{Layout, page_head};
use crate::server_pages::{FormOutcome, PageContent, PageRequest, ServerPage};
use crate::text;

/// What the forms of this page do.
#[derive(Clone, Copy, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case", const_into_str)]
enum Action {
    Create,
    Change,
    Preview,
    Delete,
    Move,
}

pub const PAGE: ServerPage = ServerPage::new(
    "/t/{tenant}/settings/schedules",
    Action::VARIANTS,
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
        {unscheduled(request, &report.unscheduled)}
        {cards}
        {last}
    }
    .into_any()
}

/// The submitted editor.
#[derive(Default, Deserialize)]
#[serde(default)]
struct EditorForm {
    name: String,
    cron: String,
    timezone: String,
    #[serde(deserialize_with = "checkbox")]
    enabled: bool,
    #[serde(deserialize_with = "checkbox")]
    accept_loss: bool,
}

impl From<EditorForm> for ScheduleInput {
    fn from(form: EditorForm) -> Self {
        Self {
            name: form.name,
            cron: form.cron,
            timezone: form.timezone,
            enabled: form.enabled,
            accept_loss: form.accept_loss,
        }
    }
}

#[derive(Deserialize)]
struct ScheduleForm {
    schedule: ScheduleId,
}

#[derive(Deserialize)]
struct MoveForm {
    from: Option<ScheduleId>,
    to: ScheduleId,
    /// Whether all repositories move, whatever is checked.
    #[serde(default, deserialize_with = "checkbox")]
    all: bool,
    #[serde(default)]
    repository: Vec<RepositoryId>,
}

async fn submit(request: PageRequest) -> Result<FormOutcome, Problem> {
    let context = request.tenant().await?;
    let message = match request.action()? {
        // The page shows the preview.
        Action::Preview => {
            let allowed = context.require(Permission::ManageSchedules);
            allowed.map_err(Error::into_problem)?;
            return Ok(FormOutcome::Rerender);
        }
        Action::Create => create(&context, request.form()?).await?,
        Action::Change => change(&context, &request.form()?, request.form()?).await?,
        Action::Delete => delete(&context, &request.form()?).await?,
        Action::Move => move_repositories(&context, &request.form()?).await?,
    };
    Ok(FormOutcome::flash(request.pages().schedules(), message))
}

async fn create(context: &TenantRequest, form: EditorForm) -> Result<String, Problem> {
    let made = (context.engine)
        .create_schedule(&context.viewer, context.tenant, form.into())
        .await
        .map_err(Error::into_problem)?;
    Ok(format!(
        "Schedule “{}” created. Repositories without a schedule of their own use the default one.",
        made.name
    ))
}

async fn change(
    context: &TenantRequest,
    of: &ScheduleForm,
    form: EditorForm,
) -> Result<String, Problem> {
    let changed = (context.engine)
        .update_schedule(&context.viewer, context.tenant, of.schedule, form.into())
        .await
        .map_err(Error::into_problem)?;
    Ok(format!("Schedule “{}” updated.", changed.name))
}

async fn delete(context: &TenantRequest, form: &ScheduleForm) -> Result<String, Problem> {
    (context.engine)
        .delete_schedule(&context.viewer, context.tenant, form.schedule)
        .await
        .map_err(Error::into_problem)?;
    Ok("Schedule deleted. Collected data is kept.".to_owned())
}

async fn move_repositories(context: &TenantRequest, form: &MoveForm) -> Result<String, Problem> {
    let mut named = form.repository.clone();
    if form.all {
        let report = (context.engine).schedules_report(&context.viewer, context.tenant);
        let schedules = report.await.map_err(Error::into_problem)?.schedules;
        let from = (schedules.into_iter()).find(|it| Some(it.schedule.id) == form.from);
        let followers = from.map(|it| it.followers).unwrap_or_default();
        named = followers.iter().map(|follower| follower.id).collect();
    }
    let mut moved = 0;
    // Nothing checked is one request, which says so.
    for part in named
        .chunks(MOST_IDS)
        .chain(named.is_empty().then_some(&[][..]))
    {
        moved += (context.engine)
            .follow_schedule(&context.viewer, context.tenant, part, form.to)
            .await
            .map_err(Error::into_problem)?;
    }
    let moved = u64::try_from(moved).unwrap_or(u64::MAX);
    Ok(format!(
        "{} moved.",
        text::count(moved, "repository", "repositories")
    ))
}
