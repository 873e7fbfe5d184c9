//! The browser's half of a chart: a canvas that is redrawn when its data, view, width or theme
//! change.

use leptos::html::Canvas;
use leptos::prelude::*;
use leptos::web_sys;
use plotters::drawing::IntoDrawingArea;
use plotters::style::RGBColor;
use plotters_canvas::CanvasBackend;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{
    CanvasRenderingContext2d, HtmlCanvasElement, MediaQueryList, MutationObserver,
    MutationObserverInit, ResizeObserver,
};

use web_sys::js_sys;

use super::draw::{Medium, UNITS, draw};
use super::interaction::Interaction;
use super::layout::HEIGHT;
use super::subpixel::Subpixel;
use super::theme::Theme;

/// A dash and the gap after it, in units of the drawing.
const DASH: f64 = 50.0;
const DASH_GAP: f64 = 30.0;

/// Draws the chart whenever something about it changes, from the moment the canvas has a width.
///
/// The width comes from an observer, so a canvas that is not laid out yet (as after a navigation
/// in the browser) is drawn as soon as it is.
pub(super) fn attach_canvas(canvas: NodeRef<Canvas>, chart: Interaction) {
    let theme = RwSignal::new(Theme::LIGHT);
    let watch = StoredValue::new_local(None);
    Effect::new(move |_| {
        if let Some(canvas) = canvas.get() {
            watch.set_value(Watch::over(&canvas, chart.width, theme));
        }
    });
    Effect::new(move |_| {
        let width = chart.width.get();
        let Some(canvas) = canvas.get().filter(|_| width > 0.0) else {
            return;
        };
        if paint(&canvas, chart, width, &theme.get()).is_some() && !chart.on_canvas.get_untracked()
        {
            chart.on_canvas.set(true);
        }
    });
}

/// Draws the whole canvas at the density of the screen; `None` where the browser cannot.
fn paint(canvas: &HtmlCanvasElement, chart: Interaction, width: f64, theme: &Theme) -> Option<()> {
    let density = window().device_pixel_ratio();
    let (wide, high) = (pixels(width * density), pixels(HEIGHT * density));
    // Setting the size, even to the same, clears the canvas and forgets the transformation.
    canvas.set_width(wide);
    canvas.set_height(high);
    let context = canvas.get_context("2d").ok()??;
    let context: CanvasRenderingContext2d = context.dyn_into().ok()?;
    let backend = CanvasBackend::with_canvas_object(canvas.clone())?;
    let units = f64::from(UNITS);
    let root =
        Subpixel::new(backend, (pixels(width * units), pixels(HEIGHT * units))).into_drawing_area();
    context.scale(density / units, density / units).ok()?;
    context.set_line_join("round");
    let (dashes, none) = (
        js_sys::Array::of2(&DASH.into(), &DASH_GAP.into()),
        js_sys::Array::new(),
    );
    let dash = |on: bool| {
        // Fails only for lengths that are no numbers.
        let _ = context.set_line_dash(if on { &dashes } else { &none });
    };
    let (spec, view, layout) = (chart.spec.read(), chart.view.read(), chart.layout.read());
    draw(&root, &spec, &view, &layout, theme, Medium::Canvas(&dash)).ok()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the size of a canvas is positive and far smaller"
)]
fn pixels(length: f64) -> u32 {
    length.round() as u32
}

/// Observers of a canvas, disconnected on drop.
struct Watch {
    size: ResizeObserver,
    choice: MutationObserver,
    media: [MediaQueryList; 3],
    /// Kept alive for the observers above, which call them.
    _resized: Closure<dyn FnMut()>,
    themed: Closure<dyn FnMut()>,
}

impl Watch {
    fn over(
        canvas: &HtmlCanvasElement,
        width: RwSignal<f64>,
        theme: RwSignal<Theme>,
    ) -> Option<Self> {
        let scheme = window()
            .match_media("(prefers-color-scheme: dark)")
            .ok()??;
        let print = window().match_media("print").ok()??;
        let forced = window().match_media("(forced-colors: active)").ok()??;
        let media = [scheme, print, forced];
        let set_theme = {
            let (media, canvas) = (media.clone(), canvas.clone());
            move || {
                let chosen = chosen_theme(&media, &canvas);
                if theme.with_untracked(|theme| *theme != chosen) {
                    theme.set(chosen);
                }
            }
        };
        set_theme();
        let themed = Closure::<dyn FnMut()>::new(set_theme);
        let listener = themed.as_ref().unchecked_ref();
        for query in &media {
            query
                .add_event_listener_with_callback("change", listener)
                .ok()?;
        }
        let choice = MutationObserver::new(listener).ok()?;
        let attributes = MutationObserverInit::new();
        attributes.set_attributes(true);
        let html = document().document_element()?;
        choice.observe_with_options(&html, &attributes).ok()?;

        let resized = Closure::<dyn FnMut()>::new({
            let canvas = canvas.clone();
            move || {
                let now = f64::from(canvas.client_width());
                if now > 0.0 {
                    width.set(now);
                }
            }
        });
        let size = ResizeObserver::new(resized.as_ref().unchecked_ref()).ok()?;
        size.observe(canvas);
        Some(Self {
            size,
            choice,
            media,
            _resized: resized,
            themed,
        })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.size.disconnect();
        self.choice.disconnect();
        let listener = self.themed.as_ref().unchecked_ref();
        for query in &self.media {
            // Removing a missing listener is harmless.
            let _ = query.remove_event_listener_with_callback("change", listener);
        }
    }
}

/// The theme that `data-theme` asks for, else the system's; paper is light.
fn chosen_theme(
    [scheme, print, forced]: &[MediaQueryList; 3],
    canvas: &HtmlCanvasElement,
) -> Theme {
    if print.matches() {
        return Theme::LIGHT;
    }
    if forced.matches() {
        return Theme::LIGHT.recolored(|token| token_color(canvas, token));
    }
    let chosen = document()
        .document_element()
        .and_then(|html| html.get_attribute("data-theme"));
    let dark = match chosen.as_deref() {
        Some("dark") => true,
        Some("light") => false,
        _ => scheme.matches(),
    };
    if dark { Theme::DARK } else { Theme::LIGHT }
}

/// The colour that a token has now, which forced colours take from the system.
fn token_color(canvas: &HtmlCanvasElement, token: &str) -> Option<RGBColor> {
    let value = format!("var({token})");
    web_sys::HtmlElement::style(canvas)
        .set_property("color", &value)
        .ok()?;
    let style = window().get_computed_style(canvas).ok()??;
    let color = style.get_property_value("color").ok()?;
    let mut parts = color
        .trim_start_matches(|sign: char| !sign.is_ascii_digit())
        .split(|sign: char| !sign.is_ascii_digit())
        .filter_map(|part| part.parse().ok());
    Some(RGBColor(parts.next()?, parts.next()?, parts.next()?))
}
