//! The chart on a page: the server's SVG first, then a canvas with pointer and keyboard input after
//! hydration.

use leptos::html::Canvas;
use leptos::prelude::*;
use leptos::{ev, web_sys};

use super::format;
use super::layout::{HEIGHT, Layout};
use super::spec::{ChartSpec, Line, Series};
use super::viewport::Viewport;
use crate::components::{reactive, reactive_attr};

/// A chart with its heading and legend; `children` go at the end of the heading.
/// Place it in a `.card`. [`ChartTable`](super::ChartTable) shows the same numbers as a table.
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
        <div class="chart" class:is-live=chart.reactive>
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

/// A chart and its viewport.
#[derive(Clone, Copy)]
pub(super) struct Interaction {
    pub(super) spec: Signal<ChartSpec>,
    pub(super) view: RwSignal<Viewport>,
    /// The width of the canvas in CSS pixels; 0 until it is known.
    pub(super) width: RwSignal<f64>,
    /// Whether the canvas has taken over from the server's drawing.
    pub(super) reactive: RwSignal<bool>,
    /// What a screen reader says next.
    spoken: RwSignal<String>,
}

impl Interaction {
    fn new(spec: Signal<ChartSpec>) -> Self {
        let chart = Self {
            spec,
            view: RwSignal::default(),
            width: RwSignal::new(0.0),
            reactive: RwSignal::new(false),
            spoken: RwSignal::default(),
        };
        // With other days the old zoom is meaningless.
        let days = Memo::new(move |_| spec.with(|spec| (spec.interval, spec.first, spec.len)));
        Effect::watch(
            move || days.get(),
            move |_, _, _| chart.view.update(Viewport::reset),
            false,
        );
        chart
    }

    pub(super) fn layout(&self) -> Layout {
        let (spec, view) = (self.spec.read(), self.view.read());
        Layout::of(&spec, &view, self.width.get(), HEIGHT)
    }

    fn bucket_at(&self, event: &web_sys::PointerEvent) -> Option<usize> {
        untrack(|| self.layout().index_at(f64::from(event.offset_x())))
    }

    /// A mouse begins to drag; a finger points.
    fn press(&self, event: &ev::PointerEvent, canvas: NodeRef<Canvas>) {
        let Some(bucket) = self.bucket_at(event) else {
            return;
        };
        let drags = event.pointer_type() == "mouse" && event.button() == 0;
        if drags && let Some(canvas) = canvas.get_untracked() {
            // Fails only when the pointer is already gone; then there is no drag either.
            let _ = canvas.set_pointer_capture(event.pointer_id());
        }
        self.view.update(|view| {
            view.cursor = Some(bucket);
            view.brush = drags.then_some((bucket, bucket));
        });
    }

    fn point(&self, event: &ev::PointerEvent) {
        let bucket = self.bucket_at(event);
        let unchanged = self.view.with_untracked(|view| view.cursor == bucket);
        if unchanged {
            return;
        }
        self.view.update(|view| {
            view.cursor = bucket;
            if let (Some((_, end)), Some(bucket)) = (&mut view.brush, bucket) {
                *end = bucket;
            }
        });
    }

    /// Leaving with a mouse clears the cursor; a tapped day stays selected.
    fn leave(&self, event: &ev::PointerEvent) {
        if event.pointer_type() == "mouse" {
            self.view.update(|view| {
                if view.brush.is_none() {
                    view.cursor = None;
                }
            });
        }
    }

    fn key(&self, event: &ev::KeyboardEvent) {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let spec = self.spec.read_untracked();
        let mut view = self.view.get_untracked();
        if !view.key(&event.key(), event.shift_key(), &spec) {
            return;
        }
        event.prevent_default();
        self.spoken.set(match view.cursor {
            Some(bucket) => spec.spoken(bucket),
            None => spec.summary(),
        });
        self.view.set(view);
    }
}

/// The legend; each name toggles its line.
#[component]
fn Legend(chart: Interaction) -> impl IntoView {
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
                disabled=reactive_attr(move || !chart.reactive.get())
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

/// The classes that give a series' name its colour and its dashes.
fn key_class(series: &Series) -> String {
    let dashed = if series.line == Line::Dashed {
        " dashed"
    } else {
        ""
    };
    format!("{}{dashed}", series.slot.class())
}

#[cfg(feature = "ssr")]
use super::svg::first_paint;

#[cfg(not(feature = "ssr"))]
const fn first_paint(_: &ChartSpec) -> &'static str {
    ""
}
