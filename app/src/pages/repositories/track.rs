//! The form that tracks a repository.

use domain::RunStatus;
use domain::report::{RepositoryQuery, Tracked};
use leptos::html::Input;
use leptos::prelude::*;

use super::{Forms, first_run};
use crate::components::{PostForm, field, field_error, hint, reactive, reactive_attr, timestamp};

/// The form, with GitHub's or the validation error beside its field.
#[component]
pub fn TrackCard(forms: Forms) -> impl IntoView {
    let track = forms.track;
    let error = track.failure();
    let input = NodeRef::<Input>::new();

    // An accepted name is cleared; a refused one stays for correction.
    Effect::new(move |_| {
        if track.done()
            && let Some(input) = input.get_untracked()
        {
            input.set_value("");
        }
    });
    let control = view! {
        <div class="with-button">
            <input
                id="repository"
                name="repository"
                placeholder="OWNER/NAME"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                required
                node_ref=input
                aria-describedby="repository-hint repository-error"
                aria-invalid=reactive_attr(move || error.get().is_some().then_some("true"))
            />
            <button
                type="submit"
                class="button primary"
                disabled=reactive_attr(move || track.pending())
            >
                "Track"
            </button>
        </div>
    };
    let below = view! {
        {field_error("repository-error", error)}
        {hint("repository-hint".to_owned(), "Tidemark checks right away whether the connection may read its traffic.")}
    };
    let tracked = reactive(move || outcome(forms));
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id="track">"Track a repository"</h2>
            </div>
            <div class="card-body">
                {tracked}
                <PostForm submission=track labelled_by="track">
                    {field("repository".to_owned(), "Repository", control.into_any(), below.into_any())}
                </PostForm>
            </div>
        </section>
    }
    .into_any()
}

/// The outcome for the repository tracked last: being collected, collected or scheduled.
pub fn outcome(forms: Forms) -> Option<AnyView> {
    let tracked: Tracked = forms.track.outcome()?;
    let name = &tracked.repository.full_name;
    let address = (forms.tenant.read()).repository(name, &RepositoryQuery::default());
    let status = first_run(forms.track, forms.runs).map(|(_, status)| status);
    let run = tracked
        .run
        .filter(|_| status.is_some_and(failed))
        .map(|run| {
            let page = forms.tenant.read().run(run);
            view! { " " <a href=page rel="external">"View run"</a> }
        });
    let next = tracked.next_run_at.filter(|_| status.is_none());
    let next = next.map(|at| view! { {timestamp(at)} "." });
    let class = if run.is_some() {
        "notice warn"
    } else {
        "notice ok"
    };
    Some(
        view! {
        <p class=class role="status">
            "Tracking " <a href=address>{name.to_string()}</a>
            ". " {when_collected(&tracked, status)} {next}
            {run}
        </p>
        }
        .into_any(),
    )
}

const fn failed(status: RunStatus) -> bool {
    !matches!(status, RunStatus::Running | RunStatus::Succeeded)
}

/// When the repository is or was collected.
fn when_collected(tracked: &Tracked, status: Option<RunStatus>) -> &'static str {
    match (status, tracked.next_run_at) {
        (Some(RunStatus::Running), _) => "Collecting the last 14 days now …",
        (Some(RunStatus::Succeeded), _) => "The last 14 days have been collected.",
        (Some(_), _) => "Some data could not be collected.",
        (None, Some(_)) => "Next collection ",
        (None, None) => "No schedule collects it. Add one, or collect it manually.",
    }
}
