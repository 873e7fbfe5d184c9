//! What the fields of a schedule mean, asked of the server while somebody types.

use std::time::Duration;

use domain::report::SchedulePreview;
use leptos::prelude::*;

use super::super::Forms;
use crate::address::Tenant;
use crate::api::{self, Question};

/// How long somebody pauses before the server is asked what the fields mean.
const PAUSE: Duration = Duration::from_millis(250);

/// What the fields mean, or what is wrong with them.
type Meaning = Result<SchedulePreview, String>;

/// What the fields mean, in words and with the next times; and what is wrong with them.
pub fn meaning(
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

/// One sentence at a time: what was refused, until the fields are changed; then what they mean
/// wrongly.
pub fn what_is_wrong(
    forms: Forms,
    cron: RwSignal<String>,
    timezone: RwSignal<String>,
    meaning: Signal<Option<String>>,
) -> Memo<Option<String>> {
    let refused = forms.save.failure();
    let changed = RwSignal::new(false);
    Effect::watch(
        move || (cron.get(), timezone.get()),
        move |_, _, _| changed.set(true),
        false,
    );
    Effect::watch(
        move || forms.save.version(),
        move |_, _, _| changed.set(false),
        false,
    );
    Memo::new(move |_| {
        let refused = refused.get().filter(|_| !changed.get());
        refused.or_else(|| meaning.get())
    })
}
