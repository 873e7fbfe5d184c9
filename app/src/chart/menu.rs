//! The menu of a chart: its axis, its downloads and its keys.

use leptos::prelude::*;

use super::interaction::Interaction;
#[cfg(feature = "hydrate")]
use super::png::save_png;
use super::viewport::AxisScale;
use crate::components::reactive_attr;

/// The keys and what they do, as the help lists them.
const KEYS: [(&str, &str); 11] = [
    ("← →", "Previous and next day; with Shift a week"),
    ("↑ ↓", "Previous and next line"),
    ("[ ]", "Previous and next event"),
    ("Home End", "First and last day"),
    ("H L", "Highest and lowest day of the line"),
    ("Enter", "Keep the day, or let it go"),
    ("+ −", "Zoom in and out"),
    ("C", "Compare"),
    ("T", "Table of values"),
    ("?", "This help"),
    ("Esc", "Undo the zoom, then let the day go"),
];

/// The links of a chart's menu.
#[derive(Clone, Copy)]
pub struct Downloads {
    /// The address of its values as CSV.
    pub csv: Signal<String>,
    /// The address of its picture as SVG.
    pub svg: Signal<String>,
}

#[cfg(not(feature = "hydrate"))]
fn save_png(_: String) {}

/// The menu and the help. Both open without scripts.
pub(super) fn menu(chart: Interaction, id: &str, downloads: Option<Downloads>) -> AnyView {
    let is_log = move || (chart.view.read().scale == AxisScale::SymmetricLog).to_string();
    let (menu, help) = (format!("{id}-menu"), format!("{id}-help"));
    let keys = KEYS.map(|(key, does)| {
        view! {
            <dt>
                <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
        }
    });
    let csv = downloads.map(|downloads| {
        view! {
            <a href=reactive_attr(move || downloads.csv.get()) download>
                "Download CSV"
            </a>
            <a href=reactive_attr(move || downloads.svg.get()) download>
                "Download SVG"
            </a>
            <button
                type="button"
                disabled=reactive_attr(move || !chart.on_canvas.get())
                on:click=move |_| save_png(downloads.svg.get_untracked())
            >
                "Download PNG"
            </button>
        }
    });
    view! {
        <button
            type="button"
            class="button small chart-more"
            popovertarget=menu.clone()
            aria-label="Chart options"
        >
            "⋯"
        </button>
        <div class="chart-menu" id=menu popover>
            <button
                type="button"
                aria-pressed=reactive_attr(is_log)
                disabled=reactive_attr(move || !chart.on_canvas.get())
                on:click=move |_| chart.view.update(super::viewport::Viewport::switch_scale)
            >
                "Logarithmic axis"
            </button>
            {csv}
            <button type="button" popovertarget=help.clone() aria-keyshortcuts="?">
                "Keyboard and gestures"
            </button>
        </div>
        <div class="chart-help" id=help popover>
            <h3>"Keyboard and gestures"</h3>
            <dl>{keys.collect_view()}</dl>
            <p>
                "Drag over the chart to zoom. Ctrl with the wheel, or two fingers, zoom too. A click \
                 keeps a day, a double click shows the whole chart."
            </p>
        </div>
    }
    .into_any()
}
