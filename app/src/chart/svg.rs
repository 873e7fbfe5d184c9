//! The drawing on the server: SVGs that take their colours from the stylesheet's tokens, so that
//! one page serves both themes, with scripts or without.

mod document;
mod paths;

use std::fmt::Write;

use plotters::backend::SVGBackend;
use plotters::drawing::IntoDrawingArea;
use plotters::style::{Color, RGBColor};

use super::draw::{FONT, Medium, UNITS, draw};
use super::layout::{HEIGHT, Layout};
use super::spec::ChartSpec;
use super::theme::Theme;
use super::viewport::Viewport;

pub use document::document;

/// The widths drawn, in CSS pixels, and their classes. The stylesheet shows the widest one that
/// fits, so that text keeps its size.
const WIDTHS: [(&str, u32); 3] = [("narrow", 366), ("medium", 720), ("wide", 1118)];

/// The chart in the served page: one SVG for each width, one of which the stylesheet shows.
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
    let view = Viewport::default();
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

/// Replaces the placeholder colours by their tokens.
fn with_tokens(shapes: &str) -> String {
    let mut text = shapes
        .replace(">\n", ">")
        .replace("\n<", "<")
        .replace(" \"", "\"");
    for (token, color) in Theme::STAND_INS.tokens() {
        text = text.replace(&hex(color), &format!("var({token})"));
        let (red, green, blue) = Theme::dashed(color.to_rgba()).rgb();
        let stand_in = format!("stroke=\"{}\"", hex(RGBColor(red, green, blue)));
        let pattern = format!("stroke=\"var({token})\" stroke-dasharray=\"50 30\"");
        text = text.replace(&stand_in, &pattern);
    }
    let text = text.replace(" opacity=\"1\"", "");
    paths::with_paths(&text.replace(&font(), ""))
}

/// The font as the back end writes it for each text. The page has the same one.
fn font() -> String {
    format!(" font-family=\"{}\"", FONT.replace('\'', "&apos;"))
}

/// As the SVG back end writes it.
fn hex(RGBColor(red, green, blue): RGBColor) -> String {
    let mut text = String::with_capacity(7);
    let _ = write!(text, "#{red:02X}{green:02X}{blue:02X}");
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests;
