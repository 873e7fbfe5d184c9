//! The form fields of a schedule and its preview, shared by the settings and the setup wizard.

use domain::TimeZone;
use domain::report::SchedulePreview;
use leptos::prelude::*;

use super::form::{Form, Text};
use crate::api::ScheduleText;
use crate::messages;

/// The name of the checkbox that accepts losing days.
const ACCEPT_LOSS: &str = "accept_loss";

pub const CRON: Text = Text {
    name: "cron",
    label: "Cron expression",
    autocomplete: "off",
    placeholder: "0 6 * * 1-5",
    hint: "Minute, hour, day of month, month, weekday.",
    longest: 100,
    ..Text::EMPTY
};

const TIMEZONE: Text = Text {
    name: "timezone",
    label: "Time zone",
    autocomplete: "off",
    placeholder: "Europe/Berlin",
    hint: "Time zone for the schedule. GitHub counts days in UTC.",
    list: "timezones",
    longest: 64,
    ..Text::EMPTY
};

/// The time zone field, with all zones as suggestions.
pub fn timezone(form: &Form, default: &str) -> AnyView {
    let zones: Vec<_> = TimeZone::names()
        .map(|name| view! { <option value=name></option> })
        .collect();
    view! {
        {form.text(TIMEZONE, default)}
        <datalist id="timezones">{zones}</datalist>
    }
    .into_any()
}

/// The checkbox that accepts losing days, if the schedule loses any.
pub fn accept_loss(form: &Form, preview: Option<&SchedulePreview>) -> Option<AnyView> {
    preview.filter(|preview| preview.safety.loses())?;
    let label = "I understand that some days will be lost";
    Some(form.checkbox(ACCEPT_LOSS, "true", label, false))
}

/// A schedule in words, its next runs, and a warning if it could lose days.
pub fn schedule_preview(preview: &SchedulePreview) -> AnyView {
    let ScheduleText {
        description,
        next_runs,
        warning,
    } = messages::schedule(preview);
    let runs: Vec<_> = (next_runs.into_iter())
        .map(|run| view! { <li>{run}</li> })
        .collect();
    let warning = warning.map(|warning| {
        let class = if warning.urgent {
            "notice warn loses"
        } else {
            "notice warn"
        };
        view! { <p class=class>{warning.message}</p> }
    });
    view! {
        {warning}
        <div class="preview">
            <b>{description}</b>
            <span class="muted">" Next runs:"</span>
            <ol aria-label="Next runs">{runs}</ol>
        </div>
    }
    .into_any()
}
