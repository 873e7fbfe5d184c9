//! The one drawing routine, for any plotters back end.
//!
//! Distances are CSS pixels, given to the back end in tenths: back ends take whole numbers, and a
//! line through hundreds of days needs finer ones. So an SVG has a view box of tenths, and a
//! canvas is scaled down by ten (and up by the density of the screen).

mod layers;
mod lines;

use plotters::coord::Shift;
use plotters::element::{PathElement, Rectangle, Text};
use plotters::prelude::{Color, DrawingArea, DrawingBackend, IntoFont, RGBColor};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{ShapeStyle, TextStyle};

use super::float::amount;
use super::format;
use super::layout::Layout;
use super::spec::{ChartSpec, Series};
use super::theme::Theme;
use super::viewport::Viewport;

/// Back-end units in one CSS pixel.
pub const UNITS: u32 = 10;

/// The font of the page.
pub const FONT: &str =
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif";
const FONT_SIZE: f64 = 11.5;

/// The drawing target, as far as back ends differ.
#[derive(Clone, Copy)]
pub enum Medium<'a> {
    /// A canvas; the function switches its dashes on and off.
    Canvas(&'a dyn Fn(bool)),
    /// An SVG. The caller turns [`Theme::dashed`] colours into a dash pattern. The back end shrinks
    /// text by the factor 1.24 (`plotters-svg`, `draw_text`).
    Svg,
}

type Outcome<DB> =
    Result<(), plotters::drawing::DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// Draws the chart as `view` looks at it, laid out by `layout`, upon a clear ground.
///
/// # Errors
/// What the back end could not do.
pub fn draw<DB: DrawingBackend>(
    root: &DrawingArea<DB, Shift>,
    spec: &ChartSpec,
    view: &Viewport,
    layout: &Layout,
    theme: &Theme,
    medium: Medium<'_>,
) -> Outcome<DB> {
    let picture = Picture {
        root,
        spec,
        view,
        layout,
        theme,
        medium,
    };
    picture.shades()?;
    picture.usual()?;
    picture.axes()?;
    picture.compared()?;
    // The first series lies on top of the others.
    for series in spec.series.iter().rev() {
        if picture.is_visible(series) {
            picture.series(series)?;
        }
    }
    picture.unusual()?;
    picture.events()?;
    picture.so_far()
}

struct Picture<'a, DB: DrawingBackend> {
    root: &'a DrawingArea<DB, Shift>,
    spec: &'a ChartSpec,
    view: &'a Viewport,
    layout: &'a Layout,
    theme: &'a Theme,
    medium: Medium<'a>,
}

impl<DB: DrawingBackend> Picture<'_, DB> {
    fn is_visible(&self, series: &Series) -> bool {
        self.view.is_visible(series)
    }

    fn axes(&self) -> Outcome<DB> {
        let Layout {
            left,
            right,
            bottom,
            ..
        } = *self.layout;
        for value in &self.layout.vertical {
            let y = crisp(self.layout.y(amount(*value)));
            let color = if *value == 0 {
                self.theme.axis
            } else {
                self.theme.grid
            };
            self.line([(left, y), (right, y)], color)?;
            self.text(
                &format::number(*value),
                (left - 8.0, y),
                self.theme.text,
                Pos::new(HPos::Right, VPos::Center),
            )?;
        }
        for tick in &self.layout.horizontal {
            let x = crisp(self.layout.x(tick.index));
            self.line([(x, bottom), (x, bottom + 4.0)], self.theme.axis)?;
            self.text(
                &tick.label,
                (x, bottom + 9.0),
                self.theme.text,
                Pos::new(HPos::Center, VPos::Top),
            )?;
        }
        Ok(())
    }

    fn rectangle(&self, (left, right): (f64, f64), color: RGBColor, opacity: f64) -> Outcome<DB> {
        let corners = [(left, self.layout.top), (right, self.layout.bottom)].map(place);
        self.root
            .draw(&Rectangle::new(corners, color.mix(opacity).filled()))
    }

    fn line(&self, ends: [(f64, f64); 2], color: RGBColor) -> Outcome<DB> {
        self.root.draw(&PathElement::new(
            ends.map(place).to_vec(),
            stroke(color, 1.0),
        ))
    }

    fn text(&self, text: &str, at: (f64, f64), color: RGBColor, anchor: Pos) -> Outcome<DB> {
        let style = self.text_style(color, anchor);
        self.root.draw(&Text::new(text, place(at), style))
    }

    fn text_style(&self, color: RGBColor, anchor: Pos) -> TextStyle<'static> {
        let factor = match self.medium {
            Medium::Canvas(_) => 1.0,
            Medium::Svg => 1.24,
        };
        let size = FONT_SIZE * f64::from(UNITS) * factor;
        (FONT, size).into_font().color(&color).pos(anchor)
    }
}

fn stroke(color: RGBColor, width: f64) -> ShapeStyle {
    color.stroke_width(units(width).unsigned_abs())
}

fn place((x, y): (f64, f64)) -> (i32, i32) {
    (units(x), units(y))
}

/// The middle of the pixel, where a line of one pixel is sharp.
fn crisp(pixels: f64) -> f64 {
    pixels.floor() + 0.5
}

#[expect(clippy::cast_possible_truncation, reason = "a chart is far smaller")]
fn units(pixels: f64) -> i32 {
    (pixels * f64::from(UNITS)).round() as i32
}
