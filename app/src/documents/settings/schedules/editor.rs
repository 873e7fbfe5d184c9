//! The schedule editor, with a preview of the next runs.

use domain::report::{SchedulePreview, SchedulesReport};
use domain::{Problem, ScheduleId, TenantId};
use engine::Error;
use leptos::prelude::*;

use super::{CHANGE, CREATE, PREVIEW};
use crate::documents::Visit;
use crate::documents::controls::hidden;
use crate::documents::form::{Form, Text};
use crate::documents::meaning::meaning;
use crate::documents::scheduling::{CRON, accept_loss, timezone};

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

/// The editor's values and their preview.
pub struct Draft {
    /// The schedule being edited; `None` for a new one.
    pub id: Option<ScheduleId>,
    heading: String,
    name: String,
    cron: String,
    timezone: String,
    enabled: bool,
    meaning: Option<Result<SchedulePreview, String>>,
}

impl Draft {
    /// The submitted values when previewing or after an error; else the schedule in the address;
    /// else the defaults.
    pub async fn of(
        visit: &Visit,
        tenant: TenantId,
        report: &SchedulesReport,
    ) -> Result<Self, Problem> {
        let named = visit.query.text("schedule");
        let mut schedules = report.schedules.iter().map(|followed| &followed.schedule);
        let stored = schedules.find(|schedule| schedule.id.to_string() == named);
        let fields = visit.fields();
        let sent = [CREATE, CHANGE, PREVIEW].contains(&visit.order());
        let text = |name, stored: Option<&String>, usual: &str| match stored {
            _ if sent => fields.text(name).to_owned(),
            Some(stored) => stored.clone(),
            None => usual.to_owned(),
        };
        let mut draft = Self {
            id: stored.map(|schedule| schedule.id),
            heading: match stored {
                Some(schedule) => format!("Edit “{}”", schedule.name),
                None => "New schedule".to_owned(),
            },
            name: text("name", stored.map(|it| &it.name), ""),
            cron: text("cron", stored.map(|it| &it.cron), "17 */6 * * *"),
            timezone: text("timezone", stored.map(|it| &it.timezone), "UTC"),
            enabled: if sent {
                fields.ticked("enabled")
            } else {
                stored.is_none_or(|it| it.enabled)
            },
            meaning: None,
        };
        let (engine, viewer) = (&visit.engine, visit.viewer()?);
        let preview = engine
            .preview_schedule(viewer, tenant, &draft.cron, &draft.timezone)
            .await;
        draft.meaning = Some(preview.map_err(|error| Error::into_problem(error).message));
        Ok(draft)
    }
}

/// The form.
pub fn editor(visit: &Visit, draft: &Draft) -> AnyView {
    let order = if draft.id.is_some() { CHANGE } else { CREATE };
    let form = Form::new(visit, order);
    let preview = draft.meaning.as_ref().and_then(|it| it.as_ref().ok());
    // A rejected form already shows this problem.
    let wrong = draft.meaning.as_ref().and_then(|it| it.as_ref().err());
    let wrong = wrong.filter(|_| form.problem().is_none()).map(|sentence| {
        view! {
            <p class="notice bad" role="alert">
                {sentence.clone()}
            </p>
        }
    });
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
            <a class="button" href=visit.pages().schedules()>
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
                    {preview.map(meaning)}
                    {form.tick("enabled", "true", "Enabled", draft.enabled)}
                    {accept_loss(&form, preview)}
                    <div class="row">
                        // Enter submits with the first button. The preview needs no name.
                        <button type="submit" name="do" value=order class="button primary">
                            "Save"
                        </button>
                        <button
                            type="submit"
                            name="do"
                            value=PREVIEW
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
            let safety = cron.safety(domain::TimeZone::UTC, now, domain::coverage::LONGEST_PAUSE);
            assert_eq!(safety, domain::Safety::Safe, "{preset}");
        }
    }
}
