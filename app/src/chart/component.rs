//! The chart on a page: the server's SVG first, then a canvas with pointer and keyboard input after
//! hydration.

use leptos::html::Canvas;
use leptos::prelude::*;

use super::address::ChartAddress;
use super::format;
use super::interaction::Interaction;
use super::menu::{Downloads, menu};
use super::overlay::overlay;
use super::reading::reading;
use super::spec::ChartSpec;
use crate::components::{RangeAddress, reactive, reactive_attr};

/// A chart with its heading and the row that reads it; `children` go at the end of the heading.
/// Place it in a `.card`. [`ChartTable`](super::ChartTable) shows the same numbers as a table on request.
#[component]
pub fn Chart(
    /// What it shows.
    #[prop(into)]
    spec: Signal<ChartSpec>,
    /// What its menu offers to download.
    #[prop(optional)]
    downloads: Option<Downloads>,
    /// The address of other days, to which a zoom goes. Without one a zoom only draws.
    #[prop(optional)]
    to: Option<RangeAddress>,
    /// Tools beside the heading, such as the choice of the interval.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let chart = Interaction::new(spec, to.map(ChartAddress::new));
    let canvas = NodeRef::<Canvas>::new();
    #[cfg(feature = "hydrate")]
    super::canvas::attach_canvas(canvas, chart);

    view! {
        <div class="chart" class:is-live=chart.on_canvas>
            <div class="card-head">
                <h2>{reactive(move || spec.read().title.clone())}</h2>
                <span class="spacer"></span>
                {zoomed(chart)}
                {children.map(|children| children())}
                {menu(chart, "chart", downloads)}
            </div>
            {reading(chart)}
            <div class="chart-body">
                <div class="chart-plot">
                    // The browser never draws this; hydration keeps the server's markup.
                    <div class="chart-static" inner_html=spec.with_untracked(first_paint)></div>
                    <canvas
                        node_ref=canvas
                        role="application"
                        tabindex="0"
                        aria-roledescription="chart"
                        aria-label=reactive_attr(move || spec.read().summary())
                        aria-description="Use the left and right arrow keys to read days, up and \
                                          down to choose a line, plus and minus to zoom. Press \
                                          question mark for all keys."
                        on:pointerdown=move |event| chart.press(&event, canvas)
                        on:pointermove=move |event| chart.point(&event)
                        on:pointerup=move |event| chart.release(&event)
                        on:pointercancel=move |event| chart.cancel(&event)
                        on:pointerleave=move |event| chart.leave(&event)
                        on:wheel=move |event| chart.wheel(&event)
                        on:dblclick=move |_| chart.reset()
                        on:keydown=move |event| chart.key(&event)
                        on:blur=move |_| chart.let_go()
                    ></canvas>
                    {overlay(chart)}
                </div>
                {strip(chart)}
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
fn zoomed(chart: Interaction) -> AnyView {
    let zoomed = Memo::new(move |_| {
        let (spec, view) = (chart.spec.read(), chart.view.read());
        let shown = view.shown(spec.len);
        (shown.len() < spec.len || chart.address.get_value().is_some_and(|it| it.is_zoomed()))
            .then_some(shown)
            .filter(|shown| !shown.is_empty())
    });
    let range = move || {
        let (spec, shown) = (chart.spec.read(), zoomed.get()?);
        let (first, last) = (spec.bucket_at(shown.start), spec.bucket_at(shown.end - 1));
        domain::DayRange::new(first.from, last.to).map(format::days)
    };
    reactive(move || {
        range().map(|days| {
            view! {
                <span class="chart-zoom">
                    {days}
                    <button type="button" class="button small" on:click=move |_| chart.reset()>
                        "Reset zoom"
                    </button>
                </span>
            }
        })
    })
    .into_any()
}

/// The overview strip: one slider for the start of the zoom and one for its end.
fn strip(chart: Interaction) -> AnyView {
    let len = Memo::new(move |_| chart.spec.read().len);
    let shown = Memo::new(move |_| chart.view.read().shown(len.get()));
    let edge = move |is_start: bool| {
        let label = if is_start {
            "First day shown"
        } else {
            "Last day shown"
        };
        let value = move || {
            let shown = shown.get();
            if is_start {
                shown.start
            } else {
                shown.end.saturating_sub(1)
            }
        };
        let day = move || {
            let spec = chart.spec.read();
            if spec.len > 0 {
                spec.when(value())
            } else {
                String::new()
            }
        };
        view! {
            <input
                type="range"
                min="0"
                max=reactive_attr(move || len.get().saturating_sub(1).to_string())
                prop:value=reactive_attr(move || value().to_string())
                aria-label=label
                aria-valuetext=reactive_attr(day)
                disabled=reactive_attr(move || !chart.on_canvas.get())
                on:input:target=move |event| {
                    let Ok(place) = event.target().value().parse::<usize>() else { return };
                    let shown = shown.get_untracked();
                    let len = len.get_untracked();
                    chart.view.update(|view| if is_start {
                        view.zoom_to(place.min(shown.end.saturating_sub(2)), shown.end, len);
                    } else {
                        view.zoom_to(shown.start, (place + 1).max(shown.start + 2), len);
                    });
                    // At its limit the slider goes back to what is shown.
                    let is = if is_start {
                        chart.view.read_untracked().shown(len).start
                    } else {
                        chart.view.read_untracked().shown(len).end.saturating_sub(1)
                    };
                    event.target().set_value(&is.to_string());
                }
            />
        }
    };
    let place = move || {
        let (shown, len) = (shown.get(), super::float::float(len.get().max(1)));
        let part = |bucket: usize| 100.0 * super::float::float(bucket) / len;
        format!(
            "--from:{:.2}%;--to:{:.2}%",
            part(shown.start),
            part(shown.end)
        )
    };
    view! {
        <div
            class="chart-strip"
            role="group"
            aria-label="Range shown"
            style=reactive_attr(place)
            on:pointerup=move |_| chart.go_to_zoom()
            on:focusout=move |event| chart.leave_strip(&event)
            on:keydown=move |event| {
                if event.key() == "Enter" {
                    chart.go_to_zoom();
                }
            }
        >
            {edge(true)}
            {edge(false)}
        </div>
    }
    .into_any()
}

#[cfg(feature = "ssr")]
use super::svg::first_paint;

#[cfg(not(feature = "ssr"))]
const fn first_paint(_: &ChartSpec) -> &'static str {
    ""
}
