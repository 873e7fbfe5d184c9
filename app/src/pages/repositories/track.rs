//! The form that tracks a repository.

use domain::report::Repository;
use leptos::html::Input;
use leptos::prelude::*;

use super::Forms;
use crate::components::{PostForm, field_error, live, live_value};

/// The form, with what GitHub or the rules refuse beside its field.
#[component]
pub fn TrackCard(forms: Forms) -> impl IntoView {
    let Forms { tenant, track, .. } = forms;
    let error = track.failure();
    let field = NodeRef::<Input>::new();

    // A name that was taken makes room for the next; a refused one stays to be mended.
    Effect::new(move |_| {
        if track.done()
            && let Some(field) = field.get_untracked()
        {
            field.set_value("");
        }
    });
    let tracked = live(move || {
        let repository: Repository = track.outcome()?;
        let (period, interval) = Default::default();
        let address = tenant
            .read()
            .repository(&repository.full_name, period, interval);
        Some(view! {
            <p class="notice ok" role="status">
                "Tracking " <a href=address>{repository.full_name.to_string()}</a>
                ". Its first numbers are on their way."
            </p>
        })
    });
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id="track">"Track a repository"</h2>
            </div>
            <div class="card-body">
                {tracked}
                <PostForm submission=track labelled_by="track">
                    <div class="field">
                        <label for="repository">"Repository"</label>
                        <div class="with-button">
                            <input
                                id="repository"
                                name="repository"
                                placeholder="OWNER/NAME"
                                autocomplete="off"
                                autocapitalize="off"
                                spellcheck="false"
                                required
                                node_ref=field
                                aria-describedby="repository-hint repository-error"
                                aria-invalid=live_value(move || error.get().is_some().then_some("true"))
                            />
                            <button
                                type="submit"
                                class="button primary"
                                disabled=live_value(move || track.pending())
                            >
                                "Track"
                            </button>
                        </div>
                        {field_error("repository-error", error)}
                        <p class="hint" id="repository-hint">
                            "GitHub is asked for it at once: its traffic is open to those who may push to it."
                        </p>
                    </div>
                </PostForm>
            </div>
        </section>
    }
    .into_any()
}
