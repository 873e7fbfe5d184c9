//! The fields by which a schedule is chosen, on whichever page.

use domain::TimeZone;
use domain::report::SchedulePreview;
use leptos::prelude::*;

use super::Fields;
use super::form::{Form, Text};

/// The box by which somebody accepts that days are lost.
const ACCEPT_LOSS: &str = "accept_loss";

pub const CRON: Text = Text {
    name: "cron",
    label: "Cron expression",
    autocomplete: "off",
    placeholder: "0 6 * * 1-5",
    hint: "minute, hour, day of month, month, weekday",
    longest: 100,
    ..Text::EMPTY
};

const TIMEZONE: Text = Text {
    name: "timezone",
    label: "Time zone",
    autocomplete: "off",
    placeholder: "Europe/Berlin",
    hint: "In which the times are meant. GitHub itself counts days in UTC.",
    list: "timezones",
    longest: 64,
    ..Text::EMPTY
};

/// The field of a time zone, with all names to choose from.
pub fn timezone(form: &Form, else_this: &str) -> AnyView {
    let zones: Vec<_> = TimeZone::names()
        .map(|name| view! { <option value=name></option> })
        .collect();
    view! {
        {form.text(TIMEZONE, else_this)}
        <datalist id="timezones">{zones}</datalist>
    }
    .into_any()
}

/// The box that accepts the loss, where days are lost.
pub fn accept_loss(form: &Form, preview: Option<&SchedulePreview>) -> Option<AnyView> {
    let warning = preview.and_then(|preview| preview.warning.as_ref());
    warning.filter(|warning| warning.urgent)?;
    let label = "Accept the loss: I know that days will be missing";
    Some(form.tick(ACCEPT_LOSS, "true", label, false))
}

/// Whether it was ticked.
pub fn accepts_loss(fields: &Fields) -> bool {
    fields.ticked(ACCEPT_LOSS)
}
