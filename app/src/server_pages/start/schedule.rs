//! Step 3 of the setup wizard: choosing a schedule. Finishing it starts the first run.

use domain::report::{Schedule, ScheduleInput, SchedulePreview};
use domain::{Permission, Problem, RepositoryStatus, Trigger};
use engine::{Error, TenantRequest};
use leptos::prelude::*;
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantNames};

use super::{Step, head};
use crate::server_pages::controls::Choice;
use crate::server_pages::fields::{checkbox, invalid};
use crate::server_pages::form::{Form, Text, submit_button};
use crate::server_pages::layout::{Layout, card};
use crate::server_pages::schedule_form::{CRON, accept_loss, timezone};
use crate::server_pages::{FormOutcome, PageContent, PageRequest, ServerPage};

/// What the form does.
#[derive(Clone, Copy, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum Action {
    Finish,
}

pub const PAGE: ServerPage = ServerPage::new(
    "/t/{tenant}/start/schedule",
    Action::VARIANTS,
    |request| Box::pin(view(request)),
    |request| Box::pin(submit(request)),
);

/// A suggested schedule.
struct Preset {
    name: &'static str,
    cron: &'static str,
    description: &'static str,
}

/// Off the full hour, when GitHub is busiest.
const PRESETS: [Preset; 3] = [
    Preset {
        name: "Twice a day",
        cron: "17 5,17 * * *",
        description: "At 05:17 and 17:17. Recommended. If a run fails, the next one catches up in time.",
    },
    Preset {
        name: "Every 6 hours",
        cron: "17 */6 * * *",
        description: "Keeps today’s numbers up to date.",
    },
    Preset {
        name: "Daily",
        cron: "17 6 * * *",
        description: "At 06:17. Uses the fewest requests.",
    },
];

const OTHER: &str = "other";

/// The name of a custom schedule, and its former name.
const CUSTOM: [&str; 2] = ["Custom", "At chosen times"];

/// The tenant's oldest schedule, if it has one.
async fn first(context: &TenantRequest) -> Result<Option<Schedule>, Problem> {
    // The whole wizard is for owners.
    context
        .require(Permission::ManageConnections)
        .map_err(Error::into_problem)?;
    let schedules = context
        .engine
        .schedules(&context.viewer, context.tenant)
        .await;
    let schedules = schedules.map_err(Error::into_problem)?;
    Ok(schedules
        .into_iter()
        .min_by_key(|schedule| schedule.id.get()))
}

async fn view(request: PageRequest) -> Result<PageContent, Problem> {
    let context = request.tenant().await?;
    let schedule = first(&context).await?;
    let layout = Layout::tenant(&request, &context).await?;
    let refused = refused(&request, &context).await?;
    Ok(PageContent::new(
        "Choose when to collect",
        layout,
        move || body(&request, schedule.as_ref(), refused.as_ref()),
    ))
}

/// The preview of the rejected schedule, if its expression is valid.
async fn refused(
    request: &PageRequest,
    context: &TenantRequest,
) -> Result<Option<SchedulePreview>, Problem> {
    if Form::new(request, Action::Finish).problem().is_none() {
        return Ok(None);
    }
    let FinishForm { cron, timezone, .. } = request.form().unwrap_or_default();
    let preview =
        context
            .engine
            .preview_schedule(&context.viewer, context.tenant, &cron, &timezone);
    Ok(preview.await.ok())
}

fn body(
    request: &PageRequest,
    schedule: Option<&Schedule>,
    refused: Option<&SchedulePreview>,
) -> AnyView {
    let form = Form::new(request, Action::Finish);
    let cron = schedule.map_or(PRESETS[0].cron, |schedule| &schedule.cron);
    let preset = PRESETS.iter().find(|preset| preset.cron == cron);
    // A new tenant's schedule is in UTC.
    let zone = match schedule {
        Some(schedule) if schedule.timezone != "UTC" => &schedule.timezone,
        _ => request.zone().as_str(),
    };
    let mut choices: Vec<_> = PRESETS
        .iter()
        .map(|preset| Choice {
            description: preset.description,
            ..Choice::new(preset.cron, preset.name)
        })
        .collect();
    choices.push(Choice {
        description: "A cron expression with five fields.",
        ..Choice::new(OTHER, "Custom")
    });
    let own = if preset.is_none() { cron } else { "" };
    let cron = Text {
        optional: true,
        ..CRON
    };
    let fields = view! {
        {form.radios("preset", "How often", choices, preset.map_or(OTHER, |preset| preset.cron))}
        <div class="other">{form.text(cron, own)}</div>
        {timezone(&form, zone)}
        {accept_loss(&form, refused)}
        {submit_button("Finish and collect now")}
    };
    let about = "You can add schedules and assign repositories in Settings.";
    view! {
            {head(request, Step::Schedule, "Choose when to collect", about)}
    {card("schedule", "Schedule", view! {
    <div class="card-body narrow">{form.with("schedule", fields)}</div>
    })}
        }
    .into_any()
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct FinishForm {
    preset: String,
    cron: String,
    timezone: String,
    #[serde(deserialize_with = "checkbox")]
    accept_loss: bool,
}

async fn submit(request: PageRequest) -> Result<FormOutcome, Problem> {
    let Action::Finish = request.action()?;
    let context = request.tenant().await?;
    let schedule = first(&context).await?;
    let form: FinishForm = request.form()?;
    let preset = PRESETS.iter().find(|it| it.cron == form.preset);
    let cron = preset.map_or_else(|| form.cron.trim(), |preset| preset.cron);
    if cron.is_empty() {
        return Err(invalid(
            "Enter a cron expression, for example “0 6 * * 1-5”, or choose one of the presets.",
        ));
    }
    let input = ScheduleInput {
        name: name(schedule.as_ref(), preset),
        cron: cron.to_owned(),
        timezone: form.timezone,
        enabled: true,
        accept_loss: form.accept_loss,
    };
    let saved = match schedule {
        Some(schedule) => {
            let engine = &context.engine;
            engine
                .update_schedule(&context.viewer, context.tenant, schedule.id, input)
                .await
        }
        None => {
            context
                .engine
                .create_schedule(&context.viewer, context.tenant, input)
                .await
        }
    };
    saved.map_err(Error::into_problem)?;
    collect(&context).await?;
    Ok(FormOutcome::Redirect(request.pages().home(), None))
}

/// A preset names the schedule, unless it already has a name of its own.
fn name(schedule: Option<&Schedule>, preset: Option<&Preset>) -> String {
    let before = schedule.map(|schedule| schedule.name.as_str());
    let generated = |name: &str| CUSTOM.contains(&name) || PRESETS.iter().any(|it| it.name == name);
    let given = before.filter(|name| !generated(name));
    let now = preset.map_or(CUSTOM[0], |preset| preset.name);
    given.unwrap_or(now).to_owned()
}

/// Starts the first run, if there is anything to collect.
async fn collect(context: &TenantRequest) -> Result<(), Problem> {
    let report = context
        .engine
        .repositories(&context.viewer, context.tenant)
        .await;
    let report = report.map_err(Error::into_problem)?;
    let is_collected = |status: RepositoryStatus| status.is_collected();
    if report.repositories.iter().any(|it| is_collected(it.status)) {
        let started =
            context
                .engine
                .start_run(&context.viewer, context.tenant, Trigger::Manual, None);
        started.await.map_err(Error::into_problem)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::ScheduleId;

    use super::*;

    fn schedule(name: &str) -> Schedule {
        Schedule {
            id: ScheduleId::new(1),
            name: name.to_owned(),
            cron: PRESETS[0].cron.to_owned(),
            timezone: "UTC".to_owned(),
            enabled: true,
            next_run_at: None,
        }
    }

    #[test]
    fn every_preset_is_a_schedule() {
        for preset in &PRESETS {
            assert!(
                preset.cron.parse::<domain::Cron>().is_ok(),
                "{}",
                preset.cron
            );
        }
    }

    #[test]
    fn a_schedule_with_a_generated_name_takes_the_name_of_its_preset() {
        let daily = &PRESETS[2];
        assert_eq!(name(None, Some(daily)), "Daily");
        assert_eq!(name(Some(&schedule("Twice a day")), Some(daily)), "Daily");
        assert_eq!(name(Some(&schedule("Twice a day")), None), "Custom");
        assert_eq!(name(Some(&schedule("Nightly")), Some(daily)), "Nightly");
        for generated in CUSTOM {
            assert_eq!(name(Some(&schedule(generated)), Some(daily)), "Daily");
        }
    }
}
