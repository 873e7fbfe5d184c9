//! How a visitor looks at a chart: the pointer, the keys and the view that they change.

use leptos::html::Canvas;
use leptos::prelude::*;
use leptos::{ev, web_sys};

use super::layout::{HEIGHT, Layout};
use super::spec::ChartSpec;
use super::viewport::Viewport;

/// A chart and its viewport.
#[derive(Clone, Copy)]
pub(super) struct Interaction {
    pub(super) spec: Signal<ChartSpec>,
    pub(super) view: RwSignal<Viewport>,
    /// The width of the canvas in CSS pixels; 0 until it is known.
    pub(super) width: RwSignal<f64>,
    /// Whether the canvas has taken over from the server's drawing.
    pub(super) on_canvas: RwSignal<bool>,
    /// What a screen reader says next.
    pub(super) spoken: RwSignal<String>,
}

impl Interaction {
    pub(super) fn new(spec: Signal<ChartSpec>) -> Self {
        let chart = Self {
            spec,
            view: RwSignal::default(),
            width: RwSignal::new(0.0),
            on_canvas: RwSignal::new(false),
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
    pub(super) fn press(&self, event: &ev::PointerEvent, canvas: NodeRef<Canvas>) {
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

    pub(super) fn point(&self, event: &ev::PointerEvent) {
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
    pub(super) fn leave(&self, event: &ev::PointerEvent) {
        if event.pointer_type() == "mouse" {
            self.view.update(|view| {
                if view.brush.is_none() {
                    view.cursor = None;
                }
            });
        }
    }

    pub(super) fn key(&self, event: &ev::KeyboardEvent) {
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
