//! The fields of a schedule that help each other.

use leptos::prelude::*;
use leptos::task::spawn;

use crate::address::Tenant;
use crate::api::{self, Answer, Question};
use crate::components::{live, live_value};

/// The choices that fit most, beside writing one's own.
const PRESETS: [(&str, &str); 4] = [
    ("Every hour", "0 * * * *"),
    ("Every 6 hours", "0 */6 * * *"),
    ("Daily at 06:00", "0 6 * * *"),
    ("Twice a day", "0 6,18 * * *"),
];

/// Fills in the cron expression, and the name where it is a preset's too. Without scripts the
/// expression alone counts.
#[component]
pub fn Preset(name: RwSignal<String>, cron: RwSignal<String>) -> impl IntoView {
    let live = RwSignal::new(false);
    Effect::new(move |_| live.set(true));
    let chosen = move || {
        let fields = cron.read();
        let preset = PRESETS.iter().find(|(_, preset)| *preset == fields.trim());
        preset.map_or("", |(_, preset)| *preset)
    };
    let first = untrack(chosen);
    let option = |(label, value): (&'static str, &'static str)| {
        view! { <option value=value selected=first == value>{label}</option> }
    };
    view! {
        <div class="field">
            <label for="schedule-preset">"How often"</label>
            <select
                id="schedule-preset"
                disabled=live_value(move || !live.get())
                prop:value=live_value(chosen)
                on:change:target=move |event| {
                    let chosen = event.target().value();
                    let preset = PRESETS.iter().find(|(_, preset)| *preset == chosen);
                    if let Some((label, preset)) = preset {
                        cron.set((*preset).to_owned());
                        if PRESETS.iter().any(|(label, _)| name.read_untracked().as_str() == *label) {
                            name.set((*label).to_owned());
                        }
                    }
                }
            >
                {PRESETS.map(option).collect_view()}
                <option value="" selected=first.is_empty()>
                    "Custom …"
                </option>
            </select>
        </div>
    }
    .into_any()
}

/// The expression itself; what is wrong with it stands below the fields.
#[component]
pub fn CronField(cron: RwSignal<String>, wrong: Memo<Option<String>>) -> impl IntoView {
    view! {
        <div class="field">
            <label for="schedule-cron">"Cron expression"</label>
            <input
                id="schedule-cron"
                name="cron"
                autocomplete="off"
                spellcheck="false"
                required
                value=cron.get_untracked()
                prop:value=live_value(move || cron.get())
                on:input:target=move |event| cron.set(event.target().value())
                aria-describedby="schedule-cron-hint schedule-error"
                aria-invalid=live_value(move || wrong.read().is_some().then_some("true"))
            />
            <p class="hint" id="schedule-cron-hint">
                "minute, hour, day of month, month, weekday"
            </p>
        </div>
    }
    .into_any()
}

/// A time zone by name, with all names to choose from once somebody comes to choose.
#[component]
pub fn TimeZoneField(tenant: Memo<Tenant>, timezone: RwSignal<String>) -> impl IntoView {
    let names = RwSignal::new(None::<Answer>);
    let asked = StoredValue::new(false);
    let options = live(move || {
        let names: Vec<String> = names.read().as_ref()?.read().ok()?;
        Some(
            names
                .into_iter()
                .map(|name| view! { <option value=name></option> })
                .collect_view(),
        )
    });
    let fetch = move |_| {
        if !asked.get_value() {
            asked.set_value(true);
            let tenant = tenant.get_untracked().0;
            spawn(async move {
                let answer = api::answer(Question::TimeZones { tenant }).await;
                names.set(Some(answer));
            });
        }
    };
    view! {
        <div class="field">
            <label for="schedule-timezone">"Time zone"</label>
            <input
                id="schedule-timezone"
                name="timezone"
                list="time-zones"
                autocomplete="off"
                spellcheck="false"
                required
                prop:value=live_value(move || timezone.get())
                value=timezone.get_untracked()
                on:focus=fetch
                on:input:target=move |event| timezone.set(event.target().value())
            />
            <datalist id="time-zones">{options}</datalist>
        </div>
    }
    .into_any()
}
