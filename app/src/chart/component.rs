//! The chart on a page: the server's SVG first, then a canvas with pointer and keyboard input after
//! hydration.

use leptos::html::Canvas;
use leptos::prelude::*;

use super::format;
use super::interaction::Interaction;
use super::legend::{Legend, key_class};
use super::spec::ChartSpec;
use super::viewport::Viewport;
use crate::components::{reactive, reactive_attr};

/// A chart with its heading and legend; `children` go at the end of the heading.
/// Place it in a `.card`. [`ChartTable`](super::ChartTable) shows the same numbers as a table on request.
#[component]
pub fn Chart(
    /// What it shows.
    #[prop(into)]
    spec: Signal<ChartSpec>,
    /// Tools beside the heading, such as the choice of the interval.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let chart = Interaction::new(spec);
    let canvas = NodeRef::<Canvas>::new();
    #[cfg(feature = "hydrate")]
    super::canvas::attach_canvas(canvas, chart);

    view! {
        <div class="chart" class:is-live=chart.on_canvas>
            <div class="card-head">
                <h2>{reactive(move || spec.read().title.clone())}</h2>
                <Legend chart />
                <span class="spacer"></span>
                <Zoom chart />
                {children.map(|children| children())}
            </div>
            <div class="chart-body">
                <div class="chart-plot">
                    // The browser never draws this; hydration keeps the server's markup.
                    <div class="chart-static" inner_html=spec.with_untracked(first_paint)></div>
                    <canvas
                        node_ref=canvas
                        role="img"
                        tabindex="0"
                        aria-label=reactive_attr(move || spec.read().summary())
                        aria-description="Use the arrow keys to read values, plus and minus to \
                                          zoom."
                        on:pointerdown=move |event| chart.press(&event, canvas)
                        on:pointermove=move |event| chart.point(&event)
                        on:pointerup=move |_| chart.view.update(Viewport::end_brush)
                        on:pointercancel=move |_| chart.view.update(|view| view.brush = None)
                        on:pointerleave=move |event| chart.leave(&event)
                        on:dblclick=move |_| chart.view.update(Viewport::reset)
                        on:keydown=move |event| chart.key(&event)
                        on:blur=move |_| chart.view.update(|view| view.cursor = None)
                    ></canvas>
                </div>
                <Reading chart />
            </div>
            <p class="visually-hidden" aria-live="polite">
                {chart.spoken}
            </p>
        </div>
    }
    // A page's type is deep enough without this one's.
    .into_any()
}

/// The zoomed range and the reset button.
#[component]
fn Zoom(chart: Interaction) -> impl IntoView {
    let zoomed = move || {
        let (spec, view) = (chart.spec.read(), chart.view.read());
        let shown = view.shown(spec.len);
        (shown.len() < spec.len).then(|| {
            let (first, last) = (spec.bucket_at(shown.start), spec.bucket_at(shown.end - 1));
            domain::DayRange::new(first.from, last.to).map(format::days)
        })
    };
    reactive(move || {
        zoomed().map(|days| {
            view! {
                <span class="chart-zoom">
                    {days}
                    <button
                        type="button"
                        class="button small"
                        on:click=move |_| chart.view.update(Viewport::reset)
                    >
                        "Reset zoom"
                    </button>
                </span>
            }
        })
    })
}

/// The selected day with the values of all lines, hidden ones included.
#[component]
fn Reading(chart: Interaction) -> impl IntoView {
    let cursor = Memo::new(move |_| chart.view.read().cursor);
    let tip = move |bucket: usize| {
        let layout = chart.layout();
        let (spec, view) = (chart.spec.read(), chart.view.read());
        let before = layout.x(bucket) > chart.width.get() / 2.0;
        let values = spec.series.iter().map(|series| {
            let value = series.values.get(bucket).copied().flatten();
            let text = value.map_or_else(|| "–".to_owned(), format::number);
            let class = format!("value {}", key_class(series));
            view! {
                <span class=class class:off=!view.is_visible(series)>
                    {series.label.clone()}
                    " "
                    <b>{text}</b>
                </span>
            }
        });
        view! {
            <div class="chart-tip" class:before=before style:--x=format!("{:.0}px", layout.x(bucket))>
                <b class="when">{spec.when(bucket)}</b>
                {values.collect_view()}
                {spec.remark(bucket).map(|remark| view! { <span class="note muted">{remark}</span> })}
            </div>
        }
    };
    let shown = move || {
        cursor
            .get()
            .filter(|bucket| *bucket < chart.spec.read().len)
    };
    view! {
        <div class="chart-read">
            {reactive(move || match shown() {
                Some(bucket) => tip(bucket).into_any(),
                None => {
                    view! { <p class="chart-hint">"Tap the chart to read a day."</p> }.into_any()
                }
            })}
        </div>
    }
}

#[cfg(feature = "ssr")]
use super::svg::first_paint;

#[cfg(not(feature = "ssr"))]
const fn first_paint(_: &ChartSpec) -> &'static str {
    ""
}
