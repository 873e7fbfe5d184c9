//! The schedule editor, with a preview of the next runs.

use domain::report::{Schedule, SchedulePreview, SchedulesReport};
use domain::{Problem, ScheduleId};
use engine::{Error, TenantRequest};
use leptos::prelude::*;

use super::{Action, EditorForm};
use crate::components::error_notice;
use crate::server_pages::PageRequest;
use crate::server_pages::form::{Form, Text, hidden};
use crate::server_pages::schedule_form::schedule_preview;
use crate::server_pages::schedule_form::{CRON, accept_loss, timezone};

const NAME: Text = Text {
    name: "name",
    label: "Name",
    autocomplete: "off",
    placeholder: "Nightly",
    longest: 100,
    ..Text::EMPTY
};

/// Common expressions, off the full hour, when GitHub is busiest.
const PRESETS: [(&str, &str); 5] = [
    ("17 * * * *", "Every hour"),
    ("17 */6 * * *", "Every 6 hours"),
    ("17 5,17 * * *", "Twice a day"),
    ("17 6 * * *", "Daily"),
    ("17 6 * * 1,4", "Mondays and Thursdays"),
];

impl EditorForm {
    /// A new schedule.
    fn new(zone: domain::TimeZone) -> Self {
        Self {
            cron: "17 */6 * * *".to_owned(),
            timezone: zone.to_string(),
            enabled: true,
            ..Self::default()
        }
    }

    /// A stored schedule.
    fn of(stored: &Schedule) -> Self {
        Self {
            name: stored.name.clone(),
            cron: stored.cron.clone(),
            timezone: stored.timezone.clone(),
            enabled: stored.enabled,
            accept_loss: false,
        }
    }
}

/// The editor's values and their preview.
pub struct Draft {
    /// The schedule being edited; `None` for a new one.
    pub id: Option<ScheduleId>,
    heading: String,
    name: String,
    cron: String,
    timezone: String,
    enabled: bool,
    schedule_preview: Option<Result<SchedulePreview, String>>,
}

impl Draft {
    /// The submitted values when previewing or after an error; else the schedule in the address;
    /// else the defaults.
    pub async fn of(
        request: &PageRequest,
        context: &TenantRequest,
        report: &SchedulesReport,
    ) -> Result<Self, Problem> {
        let named = request.query.text("schedule");
        let mut schedules = report.schedules.iter().map(|followed| &followed.schedule);
        let stored = schedules.find(|schedule| schedule.id.to_string() == named);
        let submitted = matches!(
            request.action(),
            Ok(Action::Create | Action::Change | Action::Preview)
        );
        let form = if submitted {
            request.form().unwrap_or_default()
        } else {
            stored.map_or_else(|| EditorForm::new(request.zone()), EditorForm::of)
        };
        let mut draft = Self {
            id: stored.map(|schedule| schedule.id),
            heading: match stored {
                Some(schedule) => format!("Edit “{}”", schedule.name),
                None => "New schedule".to_owned(),
            },
            name: form.name,
            cron: form.cron,
            timezone: form.timezone,
            enabled: form.enabled,
            schedule_preview: None,
        };
        let engine = &context.engine;
        let preview = engine
            .preview_schedule(
                &context.viewer,
                context.tenant,
                &draft.cron,
                &draft.timezone,
            )
            .await;
        draft.schedule_preview = Some(preview.map_err(|error| Error::into_problem(error).message));
        Ok(draft)
    }
}

pub fn editor(request: &PageRequest, draft: &Draft) -> AnyView {
    let action = if draft.id.is_some() {
        Action::Change
    } else {
        Action::Create
    };
    let action = action.into_str();
    let form = Form::new(request, action);
    let preview = draft
        .schedule_preview
        .as_ref()
        .and_then(|it| it.as_ref().ok());
    // A rejected form already shows this problem.
    let wrong = draft
        .schedule_preview
        .as_ref()
        .and_then(|it| it.as_ref().err());
    let wrong = wrong
        .filter(|_| form.problem().is_none())
        .map(|message| error_notice(message));
    let presets: Vec<_> = PRESETS
        .into_iter()
        .map(|(cron, label)| view! { <option value=cron label=label></option> })
        .collect();
    let cron = Text {
        list: "presets",
        ..CRON
    };
    let close = draft.id.map(|_| {
        view! {
            <a class="button" href=request.pages().schedules()>
                "Cancel"
            </a>
        }
    });
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id="editor">{draft.heading.clone()}</h2>
            </div>
            <div class="card-body narrow">
                <form method="post" class="stack" aria-labelledby="editor">
                    {form.refusal()}
                    {wrong}
                    {draft.id.map(|id| hidden("schedule", id))}
                    {form.text(NAME, &draft.name)}
                    {form.text(cron, &draft.cron)}
                    <datalist id="presets">{presets}</datalist>
                    {timezone(&form, &draft.timezone)}
                    {preview.map(schedule_preview)}
                    {form.checkbox("enabled", "true", "Enabled", draft.enabled)}
                    {accept_loss(&form, preview)}
                    <div class="row">
                        // Enter submits with the first button. The preview needs no name.
                        <button type="submit" name="do" value=action class="button primary">
                            "Save"
                        </button>
                        <button
                            type="submit"
                            name="do"
                            value=Action::Preview.into_str()
                            class="button"
                            formnovalidate=true
                        >
                            "Preview next runs"
                        </button>
                        {close}
                    </div>
                </form>
            </div>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_is_a_schedule_that_loses_nothing() {
        let now = "2026-11-23T12:00:00Z".parse().expect("a moment");
        for (preset, _) in PRESETS {
            let cron: domain::Cron = preset.parse().expect("an expression");
            let safety = cron.safety(domain::TimeZone::UTC, now, domain::coverage::MAX_GAP);
            assert_eq!(safety, domain::Safety::Safe, "{preset}");
        }
    }
}
