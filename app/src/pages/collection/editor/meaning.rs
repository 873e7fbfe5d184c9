//! What the fields of a schedule mean, asked of the server while somebody types.

use std::time::Duration;

use domain::report::SchedulePreview;
use leptos::prelude::*;

use super::super::Forms;
use crate::address::Tenant;
use crate::api::{self, Answer, Question};
use crate::components::{self, awaited, live};

/// How long somebody pauses before the server is asked what the fields mean.
const PAUSE: Duration = Duration::from_millis(250);

/// What the fields mean, or what is wrong with them.
type Meaning = Result<SchedulePreview, String>;

/// What the fields mean, in words and with the next times; and what is wrong with them.
pub fn meaning(
    tenant: Memo<Tenant>,
    cron: RwSignal<String>,
    timezone: RwSignal<String>,
) -> (AnyView, Signal<Option<String>>) {
    let pauses = RwSignal::new(0_usize);
    let mut ask = debounce(PAUSE, move |()| pauses.update(|pauses| *pauses += 1));
    Effect::watch(
        move || {
            cron.track();
            timezone.track();
        },
        move |(), _, _| ask(()),
        false,
    );
    let data = api::ask_for(move || {
        pauses.track();
        let question = Question::Preview {
            tenant: tenant.get().0,
            cron: cron.get_untracked(),
            timezone: timezone.get_untracked(),
        };
        (question, 0)
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
    let view = |answer: Memo<Answer>| {
        let meaning = move || answer.read().read::<Meaning>().ok()?.ok();
        live(move || meaning().as_ref().map(components::meaning)).into_any()
    };
    (awaited(data, None, Box::new(view)), wrong.into())
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
        move || {
            cron.track();
            timezone.track();
        },
        move |(), _, _| changed.set(true),
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
