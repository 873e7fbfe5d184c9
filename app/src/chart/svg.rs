//! The drawing on the server: SVGs that take their colours from the stylesheet's tokens, so that
//! one page serves both themes, with scripts or without.

use std::fmt::Write;

use plotters::backend::SVGBackend;
use plotters::drawing::IntoDrawingArea;
use plotters::style::RGBColor;

use super::draw::{Medium, UNITS, draw};
use super::layout::{HEIGHT, Layout};
use super::spec::ChartSpec;
use super::theme::Theme;
use super::view::View;

/// The widths that are drawn, in CSS pixels, and their classes: the stylesheet shows the one that
/// is nearest below the room there is, so that text keeps its size.
const WIDTHS: [(&str, u32); 3] = [("narrow", 366), ("medium", 720), ("wide", 1118)];

/// The chart as the page is served: one SVG for each width, of which the stylesheet shows one.
///
/// Empty where it could not be drawn; the page then lacks a picture, not its numbers.
#[must_use]
pub fn first_paint(spec: &ChartSpec) -> String {
    let mut html = String::new();
    for (class, width) in WIDTHS {
        html.push_str(&svg(spec, class, width).unwrap_or_default());
    }
    html
}

/// The chart as one SVG, `width` CSS pixels wide.
fn svg(spec: &ChartSpec, class: &str, width: u32) -> Option<String> {
    let view = View::default();
    let layout = Layout::of(spec, &view, f64::from(width), HEIGHT);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the height is a small constant"
    )]
    let (wide, high) = (width * UNITS, HEIGHT as u32 * UNITS);
    let mut drawing = String::new();
    {
        let root = SVGBackend::with_string(&mut drawing, (wide, high)).into_drawing_area();
        let outcome = draw(&root, spec, &view, &layout, &Theme::STAND_INS, Medium::Svg);
        outcome.and_then(|()| root.present()).ok()?;
    }
    // The back end opens with its own size in pixels; the stylesheet decides here.
    let shapes = drawing.split_once('>')?.1;
    let mut svg = format!(
        r#"<svg class="{class}" role="img" aria-label="{}" viewBox="0 0 {wide} {high}">"#,
        escaped(&spec.summary())
    );
    svg.push_str(&with_tokens(shapes));
    Some(svg)
}

/// Turns the stand-in colours into the tokens that they stand for.
fn with_tokens(shapes: &str) -> String {
    let mut text = shapes.replace(">\n", ">").replace("\n<", "<").replace(" \"", "\"");
    for (token, color) in Theme::STAND_INS.tokens() {
        text = text.replace(&hex(color), &format!("var({token})"));
    }
    let dashed = Theme::STAND_INS.dashed.into_iter().zip(1..);
    for (color, slot) in dashed {
        let stand_in = format!("stroke=\"{}\"", hex(color));
        let pattern = format!("stroke=\"var(--chart-{slot})\" stroke-dasharray=\"50 30\"");
        text = text.replace(&stand_in, &pattern);
    }
    text
}

/// As the SVG back end writes it.
fn hex(RGBColor(red, green, blue): RGBColor) -> String {
    let mut text = String::with_capacity(7);
    let _ = write!(text, "#{red:02X}{green:02X}{blue:02X}");
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
