//! Making and changing a schedule, with what it means in words while one types.

use std::time::Duration;

use domain::report::{Schedule, SchedulePreview};
use leptos::form::ActionForm;
use leptos::prelude::*;

use super::Forms;
use crate::address::Tenant;
use crate::api::{self, Question};
use crate::components::{Dialog, failure};

/// The choices that fit most, beside writing one's own.
const PRESETS: [(&str, &str); 4] = [
    ("Every hour", "0 * * * *"),
    ("Every 6 hours", "0 */6 * * *"),
    ("Daily at 06:00", "0 6 * * *"),
    ("Twice a day", "0 6,18 * * *"),
];

/// How long somebody pauses before the server is asked what the fields mean.
const PAUSE: Duration = Duration::from_millis(250);

/// The form: for a new schedule, or for this one.
#[component]
pub fn Editor(
    forms: Forms,
    /// The schedule that is changed; `None` makes a new one.
    schedule: Option<Schedule>,
) -> impl IntoView {
    let current = schedule.clone().unwrap_or_else(usual);
    let name = RwSignal::new(current.name);
    let cron = RwSignal::new(current.cron);
    let timezone = RwSignal::new(current.timezone);
    let (preview, error) = meaning(forms.tenant, cron, timezone);
    let wrong = what_is_wrong(forms, cron, timezone, error);
    let heading = if schedule.is_some() {
        "Edit schedule"
    } else {
        "New schedule"
    };
    let id = schedule.as_ref().map(|schedule| {
        view! { <input type="hidden" name="id" value=schedule.id.to_string()/> }
    });
    let sentence = move || {
        wrong.get().map(|sentence| {
            view! {
                <p class="notice bad" id="schedule-error" role="alert">
                    {sentence}
                </p>
            }
        })
    };
    view! {
        <section class="card" id="editor">
            <div class="card-head">
                <h2 id="editor-title">{heading}</h2>
                <span class="spacer"></span>
                {schedule.as_ref().map(|schedule| delete(forms, schedule))}
            </div>
            <div class="card-body">
                <ActionForm action=forms.save attr:aria-labelledby="editor-title">
                    <input type="hidden" name="tenant" value=move || forms.tenant.read().0.clone()/>
                    {id}
                    <div class="fields">
                        <div class="field">
                            <label for="schedule-name">"Name"</label>
                            <input
                                id="schedule-name"
                                name="name"
                                value=name.get_untracked()
                                prop:value=move || name.get()
                                on:input:target=move |event| name.set(event.target().value())
                                required
                                maxlength="100"
                            />
                        </div>
                        <Preset name cron/>
                        <CronField cron wrong/>
                        <TimeZoneField tenant=forms.tenant timezone/>
                    </div>
                    {sentence}
                    {preview}
                    <div class="row">
                        <label class="checkbox">
                            <input
                                type="checkbox"
                                name="enabled"
                                value="true"
                                checked=current.enabled
                            />
                            "On"
                        </label>
                        <span class="spacer"></span>
                        {save_and_close(forms, schedule.is_some())}
                    </div>
                </ActionForm>
            </div>
        </section>
    }
    .into_any()
}

fn save_and_close(forms: Forms, may_close: bool) -> AnyView {
    let Forms { tenant, save, .. } = forms;
    let saved = move || {
        let saved = save.value().with(|answer| matches!(answer, Some(Ok(_))));
        (saved && !save.pending().get()).then(|| {
            view! {
                <span class="muted" role="status">
                    "Saved."
                </span>
            }
        })
    };
    let close = may_close.then(|| {
        view! {
            <a class="button" href=move || tenant.read().collection() data-noscroll="true">
                "Close"
            </a>
        }
    });
    view! {
        {saved}
        {close}
        <button type="submit" class="button primary" disabled=move || save.pending().get()>
            "Save"
        </button>
    }
    .into_any()
}

/// One sentence at a time: what was refused, until the fields are changed; then what they mean
/// wrongly.
fn what_is_wrong(
    forms: Forms,
    cron: RwSignal<String>,
    timezone: RwSignal<String>,
    meaning: Signal<Option<String>>,
) -> Memo<Option<String>> {
    let refused = failure(forms.save);
    let changed = RwSignal::new(false);
    Effect::watch(
        move || (cron.get(), timezone.get()),
        move |_, _, _| changed.set(true),
        false,
    );
    Effect::watch(
        move || forms.save.version().get(),
        move |_, _, _| changed.set(false),
        false,
    );
    Memo::new(move |_| {
        let refused = refused.get().filter(|_| !changed.get());
        refused
            .map(|error| error.message())
            .or_else(|| meaning.get())
    })
}

/// What the fields mean, or what is wrong with them.
type Meaning = Result<SchedulePreview, String>;

/// What a new schedule starts from.
fn usual() -> Schedule {
    Schedule {
        id: domain::ScheduleId::new(0),
        name: "Every 6 hours".to_owned(),
        cron: "0 */6 * * *".to_owned(),
        timezone: "UTC".to_owned(),
        enabled: true,
        next_run_at: None,
    }
}

/// What the fields mean, in words and with the next times; and what is wrong with them.
fn meaning(
    tenant: Memo<Tenant>,
    cron: RwSignal<String>,
    timezone: RwSignal<String>,
) -> (impl IntoView, Signal<Option<String>>) {
    let typed = Memo::new(move |_| (cron.get(), timezone.get()));
    let asked = RwSignal::new(typed.get_untracked());
    let mut ask = debounce(PAUSE, move |fields| asked.set(fields));
    Effect::watch(
        move || typed.get(),
        move |fields, _, _| ask(fields.clone()),
        false,
    );
    let data = api::ask_for(move || {
        let (cron, timezone) = asked.get();
        let tenant = tenant.get().0;
        (
            Question::Preview {
                tenant,
                cron,
                timezone,
            },
            0,
        )
    });
    let wrong = RwSignal::new(None);
    Effect::new(move |_| {
        if let Some(answer) = data.get() {
            wrong.set(match answer.read::<Meaning>() {
                Ok(meaning) => meaning.err(),
                // That the server does not answer is told by what is sent next.
                Err(_) => None,
            });
        }
    });
    let view = view! {
        <Transition>
            {move || Suspend::new(async move { data.await.read::<Meaning>().ok().and_then(Result::ok).map(|p| next_runs(&p)) })}
        </Transition>
    };
    (view, wrong.into())
}

fn next_runs(preview: &SchedulePreview) -> AnyView {
    let runs: Vec<_> = (preview.next_runs.iter())
        .map(|run| view! { <li>{run.clone()}</li> })
        .collect();
    view! {
        <div class="preview">
            <b>{preview.words.clone()}</b>
            <span class="muted">" Next runs:"</span>
            <ol aria-label="Next runs">{runs}</ol>
        </div>
    }
    .into_any()
}

/// Fills in the cron expression, and the name where it is a preset's too. Without scripts the
/// expression alone counts.
#[component]
fn Preset(name: RwSignal<String>, cron: RwSignal<String>) -> impl IntoView {
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
                disabled=move || !live.get()
                prop:value=chosen
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

#[component]
fn CronField(cron: RwSignal<String>, wrong: Memo<Option<String>>) -> impl IntoView {
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
                prop:value=move || cron.get()
                on:input:target=move |event| cron.set(event.target().value())
                aria-describedby="schedule-cron-hint schedule-error"
                aria-invalid=move || wrong.read().is_some().then_some("true")
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
fn TimeZoneField(tenant: Memo<Tenant>, timezone: RwSignal<String>) -> impl IntoView {
    let names = Action::new(|tenant: &Tenant| {
        api::answer(Question::TimeZones {
            tenant: tenant.0.clone(),
        })
    });
    let options = move || {
        let names: Vec<String> = names.value().get()?.read().ok()?;
        Some(
            names
                .into_iter()
                .map(|name| view! { <option value=name></option> })
                .collect_view(),
        )
    };
    let fetch = move |_| {
        if names.version().get_untracked() == 0 {
            names.dispatch(tenant.get_untracked());
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
                prop:value=move || timezone.get()
                value=timezone.get_untracked()
                on:focus=fetch
                on:input:target=move |event| timezone.set(event.target().value())
            />
            <datalist id="time-zones">{options}</datalist>
        </div>
    }
    .into_any()
}

fn delete(forms: Forms, schedule: &Schedule) -> AnyView {
    let tenant = forms.tenant.read().0.clone();
    let id = schedule.id.to_string();
    let actions = view! {
        <ActionForm action=forms.delete>
            <input type="hidden" name="tenant" value=tenant/>
            <input type="hidden" name="id" value=id/>
            <button type="submit" class="button danger">
                "Delete the schedule"
            </button>
        </ActionForm>
    };
    view! {
        <Dialog
            id="delete-schedule"
            button="Delete"
            title=format!("Delete the schedule “{}”?", schedule.name)
            about=schedule.name.clone()
            text="Nothing is collected on it any more. What was collected stays."
            actions=actions.into_any()
        />
    }
    .into_any()
}
