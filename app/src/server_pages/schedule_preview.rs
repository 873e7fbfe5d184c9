//! The preview of a schedule.

use domain::report::SchedulePreview;
use leptos::prelude::*;

/// A schedule in words, its next runs, and a warning if it could lose days.
pub fn schedule_preview(preview: &SchedulePreview) -> AnyView {
    let runs: Vec<_> = (preview.next_runs.iter())
        .map(|run| view! { <li>{run.clone()}</li> })
        .collect();
    let warning = preview.warning.as_ref().map(|warning| {
        let class = if warning.urgent {
            "notice warn loses"
        } else {
            "notice warn"
        };
        view! { <p class=class>{warning.message.clone()}</p> }
    });
    view! {
        {warning}
        <div class="preview">
            <b>{preview.words.clone()}</b>
            <span class="muted">" Next runs:"</span>
            <ol aria-label="Next runs">{runs}</ol>
        </div>
    }
    .into_any()
}
