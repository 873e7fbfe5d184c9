//! The names of a chart's lines: as switches with the value of the day that is read, or as a list
//! beside a drawing.

use leptos::prelude::*;

use super::format;
use super::interaction::Interaction;
use super::spec::{Line, Series};
use crate::components::{reactive, reactive_attr};

/// The legend: a click on a name toggles its line, a double click shows it alone.
#[component]
pub fn Legend(chart: Interaction) -> impl IntoView {
    let entry = move |(index, series): (usize, &Series)| {
        let shown = {
            let series = series.clone();
            move || chart.view.read().is_visible(&series).to_string()
        };
        let key = series.key.clone();
        let alone = series.key.clone();
        let value = move || {
            let spec = chart.spec.read();
            let value = (chart.read.get()).and_then(|bucket| {
                spec.series
                    .get(index)?
                    .values
                    .get(bucket)
                    .copied()
                    .flatten()
            });
            value.map_or_else(|| "–".to_owned(), format::number)
        };
        view! {
            <button
                type="button"
                class=key_class(series)
                aria-pressed=reactive_attr(shown)
                // Without hydration the buttons do nothing.
                disabled=reactive_attr(move || !chart.on_canvas.get())
                title="Double-click to show it alone"
                on:click=move |_| chart.view.update(|view| view.toggle(&key))
                on:dblclick=move |_| {
                    let spec = chart.spec.read_untracked();
                    chart.view.update(|view| view.isolate(&alone, &spec.series));
                }
            >
                {series.label.clone()}
                " "
                <b>{reactive(value)}</b>
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
            {reactive(move || lines.read().iter().enumerate().map(entry).collect_view())}
        </div>
    }
}

/// The lines of a chart that is only drawn.
#[cfg(feature = "ssr")]
pub fn static_legend(series: &[Series], has_mean: bool) -> AnyView {
    let names: Vec<_> = (series.iter())
        .map(|series| view! { <li class=format!("key {}", key_class(series))>{series.label.clone()}</li> })
        .collect();
    let mean = has_mean.then(|| view! { <li class="key as-mean">"7-day mean"</li> });
    view! {
        <ul class="legend" aria-label="Lines">
            {names}
            {mean}
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
