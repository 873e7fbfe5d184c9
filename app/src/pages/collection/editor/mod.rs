//! Making and changing a schedule, with what it means in words while one types.

mod fields;
mod meaning;

use domain::report::Schedule;
use leptos::prelude::*;

use self::fields::{CronField, Preset, TimeZoneField};
use self::meaning::{meaning, what_is_wrong};
use super::Forms;
use crate::components::{Dialog, PostForm, live, live_value};

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
    let sentence = live(move || {
        wrong.get().map(|sentence| {
            view! {
                <p class="notice bad" id="schedule-error" role="alert">
                    {sentence}
                </p>
            }
        })
    });
    view! {
        <section class="card" id="editor">
            <div class="card-head">
                <h2 id="editor-title">{heading}</h2>
                <span class="spacer"></span>
                {schedule.as_ref().map(|schedule| delete(forms, schedule))}
            </div>
            <div class="card-body">
                <PostForm submission=forms.save labelled_by="editor-title">
                    {id}
                    <div class="fields">
                        <div class="field">
                            <label for="schedule-name">"Name"</label>
                            <input
                                id="schedule-name"
                                name="name"
                                value=name.get_untracked()
                                prop:value=live_value(move || name.get())
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
                        <label class="checkbox accept-loss">
                            <input type="checkbox" name="accept_loss" value="true"/>
                            "Accept the loss"
                        </label>
                        <span class="spacer"></span>
                        {save_and_close(forms, schedule.is_some())}
                    </div>
                </PostForm>
            </div>
        </section>
    }
    .into_any()
}

fn save_and_close(forms: Forms, may_close: bool) -> AnyView {
    let Forms { tenant, save, .. } = forms;
    let saved = live(move || {
        save.done().then(|| {
            view! {
                <span class="muted" role="status">
                    "Saved."
                </span>
            }
        })
    });
    let close = may_close.then(|| {
        view! {
            <a class="button" href=live_value(move || tenant.read().collection()) data-noscroll="true">
                "Close"
            </a>
        }
    });
    view! {
        {saved}
        {close}
        <button type="submit" class="button primary" disabled=live_value(move || save.pending())>
            "Save"
        </button>
    }
    .into_any()
}

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

fn delete(forms: Forms, schedule: &Schedule) -> AnyView {
    let id = schedule.id.to_string();
    let actions = view! {
        <PostForm submission=forms.delete>
            <input type="hidden" name="id" value=id/>
            <button type="submit" class="button danger">
                "Delete the schedule"
            </button>
        </PostForm>
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
