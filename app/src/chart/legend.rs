//! The names of a chart's lines: as switches beside the canvas, as a list beside a drawing.

use leptos::prelude::*;

use super::interaction::Interaction;
use super::spec::{Line, Series};
use crate::components::{reactive, reactive_attr};

/// The legend; each name toggles its line.
#[component]
pub fn Legend(chart: Interaction) -> impl IntoView {
    let entry = move |series: &Series| {
        let shown = {
            let series = series.clone();
            move || chart.view.read().is_visible(&series).to_string()
        };
        let key = series.key.clone();
        view! {
            <button
                type="button"
                class=key_class(series)
                aria-pressed=reactive_attr(shown)
                // Without hydration the buttons do nothing.
                disabled=reactive_attr(move || !chart.on_canvas.get())
                on:click=move |_| chart.view.update(|view| view.toggle(&key))
            >
                {series.label.clone()}
            </button>
        }
    };
    // Rebuilt only when the set of lines changes, so that a pressed button keeps the focus.
    let lines = Memo::new(move |_| {
        let spec = chart.spec.read();
        let lines = spec.series.iter().map(Series::without_values);
        lines.collect::<Vec<_>>()
    });
    view! {
        <div class="legend" role="group" aria-label="Lines">
            {reactive(move || lines.read().iter().map(entry).collect_view())}
        </div>
    }
}

/// The lines of a chart that is only drawn.
#[cfg(feature = "ssr")]
pub fn static_legend(series: &[Series]) -> AnyView {
    let names: Vec<_> = (series.iter())
        .map(|series| view! { <li class=format!("key {}", key_class(series))>{series.label.clone()}</li> })
        .collect();
    view! {
        <ul class="legend" aria-label="Lines">
            {names}
        </ul>
    }
    .into_any()
}

/// The classes that give a series' name its colour and its dashes.
pub fn key_class(series: &Series) -> String {
    let dashed = if series.line == Line::Dashed {
        " dashed"
    } else {
        ""
    };
    format!("{}{dashed}", series.slot.class())
}
