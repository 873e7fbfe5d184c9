//! How a visitor looks at a chart: the pointer, the wheel, the keys, and what they change.

use std::time::Duration;

use domain::{Day, DayRange};
use leptos::html::Canvas;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::{ev, web_sys};

use super::address::ChartAddress;
use super::keys::{Cursor, KeyOutcome};
use super::layout::{HEIGHT, Layout};
use super::spec::ChartSpec;
use super::viewport::Viewport;

/// A screen reader hears a day once the keys have rested this long.
const QUIET: Duration = Duration::from_millis(200);
/// How much closer one notch of the wheel goes.
const WHEEL_STEP: f64 = 0.002;

/// The day under the cursor of any chart of a page, so that all its charts read the same one.
#[derive(Clone, Copy)]
pub struct SharedCursor(RwSignal<Option<Day>>);

impl SharedCursor {
    /// Gives the charts of a page one cursor. Call it where the page is made.
    pub fn provide() {
        provide_context(Self(RwSignal::new(None)));
    }
}

/// A chart, how it is looked at, and where the cursor is.
#[derive(Clone, Copy)]
pub(super) struct Interaction {
    pub(super) spec: Signal<ChartSpec>,
    pub(super) view: RwSignal<Viewport>,
    pub(super) cursor: RwSignal<Cursor>,
    /// The geometry, computed again only when the data, the view or the width change.
    pub(super) layout: Memo<Layout>,
    /// The bucket that the legend reads: the one under the cursor, else the newest known one.
    pub(super) read: Memo<Option<usize>>,
    /// The width of the canvas in CSS pixels; 0 until it is known.
    pub(super) width: RwSignal<f64>,
    /// Whether the canvas has taken over from the server's drawing.
    pub(super) on_canvas: RwSignal<bool>,
    /// What a screen reader says next.
    pub(super) spoken: RwSignal<String>,
    announcement: StoredValue<Option<TimeoutHandle>>,
    gesture: StoredValue<Gesture>,
    shared: Option<SharedCursor>,
    pub(super) address: StoredValue<Option<ChartAddress>>,
}

/// The pointers on a chart.
#[derive(Default)]
struct Gesture {
    /// Each pointer that is down, and where it is.
    pointers: Vec<(i32, f64)>,
    /// The places on the axis that two fingers took hold of.
    held: Option<(f64, f64)>,
}

impl Interaction {
    pub(super) fn new(spec: Signal<ChartSpec>, address: Option<ChartAddress>) -> Self {
        let view = RwSignal::<Viewport>::default();
        // The same on server and browser, so that the reading row hydrates.
        let kept = |day| Cursor::kept(spec.read_untracked().bucket_of(day));
        let first = address.and_then(|it| it.day()).map(kept);
        let cursor = RwSignal::new(first.unwrap_or_default());
        let width = RwSignal::new(0.0);
        let layout = Memo::new(move |_| {
            let (spec, view) = (spec.read(), view.read());
            Layout::of(&spec, &view, width.get(), HEIGHT)
        });
        let pointed = Memo::new(move |_| cursor.read().bucket);
        let read = Memo::new(move |_| {
            let (spec, shown) = (spec.read(), view.read().shown(spec.read().len));
            let pointed = pointed.get().filter(|bucket| shown.contains(bucket));
            pointed.or_else(|| shown.rev().find(|bucket| spec.is_known(*bucket)))
        });
        let chart = Self {
            spec,
            view,
            cursor,
            layout,
            read,
            width,
            on_canvas: RwSignal::new(false),
            spoken: RwSignal::default(),
            announcement: StoredValue::new(None),
            gesture: StoredValue::default(),
            shared: use_context(),
            address: StoredValue::new(address),
        };
        // With other days the old zoom and cursor are meaningless.
        let days = Memo::new(move |_| spec.with(|spec| (spec.interval, spec.first, spec.len)));
        Effect::watch(
            move || days.get(),
            move |_, _, _| {
                view.update(|view| view.zoom = None);
                chart.keep(address.and_then(|it| it.day()));
            },
            false,
        );
        if let Some(address) = address {
            address.follow_day(chart);
        }
        if let Some(SharedCursor(day)) = chart.shared {
            Effect::watch(
                move || day.get(),
                move |day, _, _| {
                    let spec = spec.read_untracked();
                    let bucket = day.and_then(|day| spec.bucket_of(day));
                    if chart.cursor.read_untracked().bucket != bucket {
                        chart.cursor.update(|cursor| cursor.bucket = bucket);
                    }
                },
                false,
            );
        }
        chart
    }

    /// Changes the cursor, and takes the other charts of the page along.
    fn point_at(&self, change: impl FnOnce(&mut Cursor)) {
        let before = self.cursor.read_untracked().bucket;
        self.cursor.update(change);
        let bucket = self.cursor.read_untracked().bucket;
        if let Some(SharedCursor(day)) = self.shared.filter(|_| bucket != before) {
            let spec = self.spec.read_untracked();
            day.set(bucket.map(|bucket| spec.bucket_at(bucket).from));
        }
    }

    /// Shows the whole chart again.
    pub(super) fn reset(&self) {
        self.view.update(|view| view.zoom = None);
        self.cursor.set(Cursor::default());
        if let Some(address) = self.address.get_value() {
            address.leave_zoom();
        }
    }

    /// The day that a click or Enter keeps.
    pub(super) fn kept_day(&self) -> Option<Day> {
        let cursor = self.cursor.try_read()?;
        let bucket = cursor.bucket.filter(|_| cursor.is_kept)?;
        Some(self.spec.read().bucket_at(bucket).from)
    }

    /// Keeps a day, or none. A day beyond the chart is none.
    pub(super) fn keep(&self, day: Option<Day>) {
        let bucket = day.and_then(|day| self.spec.read_untracked().bucket_of(day));
        self.point_at(|cursor| *cursor = Cursor::kept(bucket));
    }

    /// Writes the range of a zoom into the address.
    pub(super) fn go_to_zoom(&self) {
        let (spec, view) = (self.spec.read_untracked(), self.view.read_untracked());
        if let (Some(address), Some((start, end))) = (self.address.get_value(), view.zoom) {
            let (first, last) = (spec.bucket_at(start), spec.bucket_at(end - 1));
            if let Some(days) = DayRange::new(first.from, last.to) {
                address.zoom(days);
            }
        }
    }

    /// Does so once the sliders lose the focus.
    pub(super) fn leave_strip(&self, event: &ev::FocusEvent) {
        let node = |it: web_sys::EventTarget| it.dyn_into::<web_sys::Node>().ok();
        let strip = event.current_target().and_then(node);
        let next = event.related_target().and_then(node);
        if next.is_some() && strip.is_some_and(|strip| !strip.contains(next.as_ref())) {
            self.go_to_zoom();
        }
    }

    /// A mouse begins to drag; one finger points, and two hold what lies below them.
    pub(super) fn press(&self, event: &ev::PointerEvent, canvas: NodeRef<Canvas>) {
        let layout = self.layout.read_untracked();
        let x = f64::from(event.offset_x());
        let Some(bucket) = layout.index_at(x) else {
            return;
        };
        let is_mouse = event.pointer_type() == "mouse";
        if is_mouse && event.button() != 0 {
            return;
        }
        if let Some(canvas) = canvas.get_untracked() {
            // Fails only when the pointer is already gone; then there is no drag either.
            let _ = canvas.set_pointer_capture(event.pointer_id());
        }
        let held = self.gesture.try_update_value(|gesture| {
            gesture.pointers.push((event.pointer_id(), x));
            gesture.held = match gesture.pointers[..] {
                [(_, one), (_, two)] => Some((layout.place_at(one), layout.place_at(two))),
                _ => None,
            };
            gesture.held
        });
        if held.flatten().is_none() {
            self.point_at(|cursor| {
                cursor.brush = is_mouse.then_some((bucket, bucket));
                if !cursor.is_kept {
                    cursor.bucket = Some(bucket);
                }
            });
        }
    }

    pub(super) fn point(&self, event: &ev::PointerEvent) {
        let layout = self.layout.read_untracked();
        let x = f64::from(event.offset_x());
        let pinched = self.gesture.try_update_value(|gesture| {
            let id = event.pointer_id();
            let pointer = gesture.pointers.iter_mut().find(|it| it.0 == id);
            pointer?.1 = x;
            let [(_, one), (_, two)] = gesture.pointers[..] else {
                return None;
            };
            Some((gesture.held?, (layout.part_at(one), layout.part_at(two))))
        });
        if let Some(Some((held, parts))) = pinched {
            let len = self.spec.read_untracked().len;
            self.view.update(|view| view.pinch(held, parts, len));
            return;
        }
        let Some(bucket) = layout.index_at(x) else {
            return;
        };
        let moves = self.cursor.with_untracked(|cursor| match cursor.brush {
            Some((_, end)) => end != bucket,
            None => !cursor.is_kept && cursor.bucket != Some(bucket),
        });
        if moves {
            self.point_at(|cursor| {
                if let Some((_, end)) = &mut cursor.brush {
                    *end = bucket;
                }
                if !cursor.is_kept {
                    cursor.bucket = Some(bucket);
                }
            });
        }
    }

    /// Ends a drag with a zoom. A click keeps its day, or lets it go.
    pub(super) fn release(&self, event: &ev::PointerEvent) {
        self.lift(event);
        let brush = self.cursor.with_untracked(|cursor| cursor.brush);
        let Some((clicked, _)) = brush else {
            return;
        };
        let range = self.cursor.try_update(Cursor::end_brush).flatten();
        if let Some(range) = range {
            let len = self.spec.read_untracked().len;
            (self.view).update(|view| view.zoom_to(range.start, range.end, len));
            self.go_to_zoom();
        } else {
            self.point_at(|cursor| {
                cursor.is_kept = !(cursor.is_kept && cursor.bucket == Some(clicked));
                cursor.bucket = Some(clicked);
            });
        }
    }

    /// The browser took the pointer, such as to scroll.
    pub(super) fn cancel(&self, event: &ev::PointerEvent) {
        self.lift(event);
        self.cursor.update(|cursor| cursor.brush = None);
    }

    fn lift(&self, event: &ev::PointerEvent) {
        self.gesture.update_value(|gesture| {
            let id = event.pointer_id();
            gesture.pointers.retain(|pointer| pointer.0 != id);
            gesture.held = None;
        });
    }

    /// Leaving with a mouse clears the cursor; a kept or tapped day stays selected.
    pub(super) fn leave(&self, event: &ev::PointerEvent) {
        if event.pointer_type() == "mouse" {
            self.let_go();
        }
    }

    /// Clears a cursor that is not kept.
    pub(super) fn let_go(&self) {
        let stays = self.cursor.with_untracked(|cursor| {
            cursor.is_kept || cursor.brush.is_some() || cursor.bucket.is_none()
        });
        if !stays {
            self.point_at(|cursor| cursor.bucket = None);
        }
    }

    /// With Ctrl, as for a pinch on a trackpad, the wheel zooms; sideways, it moves the zoom.
    pub(super) fn wheel(&self, event: &ev::WheelEvent) {
        let layout = self.layout.read_untracked();
        let len = self.spec.read_untracked().len;
        let is_zoomed = self.view.read_untracked().zoom.is_some();
        if event.ctrl_key() {
            event.prevent_default();
            let factor = (event.delta_y() * WHEEL_STEP).exp();
            // Slow wheels must move at least a bucket.
            let factor = if factor > 1.0 {
                factor.max(1.1)
            } else {
                factor.min(0.9)
            };
            let at = layout.part_at(f64::from(event.offset_x()));
            self.view.update(|view| view.scale_zoom(factor, at, len));
        } else if is_zoomed && event.delta_x().abs() > event.delta_y().abs() {
            event.prevent_default();
            let by = event.delta_x() / layout.bucket_width();
            let by = by.signum() * by.abs().max(1.0);
            self.view.update(|view| view.pan(by, len));
        }
    }

    pub(super) fn key(&self, event: &ev::KeyboardEvent) {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let is_zoomed = || {
            self.address
                .get_value()
                .is_some_and(|it| untrack(|| it.is_zoomed()))
        };
        if event.key() == "Escape" && is_zoomed() {
            event.prevent_default();
            return self.reset();
        }
        let spec = self.spec.read_untracked();
        let (mut view, mut cursor) = (self.view.get_untracked(), self.cursor.get_untracked());
        match cursor.key(&event.key(), event.shift_key(), &spec, &mut view) {
            KeyOutcome::Ignored => return,
            KeyOutcome::Press(key) => press_control(event, key),
            KeyOutcome::Read => {
                self.announce(match cursor.bucket {
                    Some(bucket) => spec.spoken(bucket, cursor.series),
                    None => spec.summary(),
                });
                self.point_at(|now| *now = cursor);
            }
            KeyOutcome::Viewed => {
                let shown = view.shown(spec.len);
                self.announce(spec.spoken_range(shown));
                self.view.set(view);
                self.point_at(|now| *now = cursor);
            }
        }
        event.prevent_default();
    }

    /// Says it once the keys rest.
    fn announce(&self, text: String) {
        let spoken = self.spoken;
        let handle = set_timeout_with_handle(move || spoken.set(text), QUIET).ok();
        let before = self
            .announcement
            .try_update_value(|it| std::mem::replace(it, handle));
        if let Some(before) = before.flatten() {
            before.clear();
        }
    }
}

/// Presses the control of the chart's card that has this key.
fn press_control(event: &web_sys::KeyboardEvent, key: &str) {
    let canvas = event
        .current_target()
        .and_then(|it| it.dyn_into::<web_sys::Element>().ok());
    let card = canvas.and_then(|canvas| canvas.closest(".card").ok()?);
    let control = card.and_then(|card| {
        let selector = format!("[aria-keyshortcuts=\"{key}\"]");
        card.query_selector(&selector).ok()?
    });
    if let Some(control) = control.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
        // A menu is left and used from where it was opened.
        let _ = control.focus();
        control.click();
    }
}
