//! The one drawing routine, for any plotters back end.
//!
//! Distances are CSS pixels, given to the back end in tenths: back ends take whole numbers, and a
//! line through hundreds of days needs finer ones. So an SVG has a view box of tenths, and a
//! canvas is scaled down by ten (and up by the density of the screen).

mod lines;

use domain::{Day, DayRange, Interval};
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::element::{Circle, PathElement, Rectangle, Text};
use plotters::prelude::{Cartesian2d, Color, DrawingArea, DrawingBackend, IntoFont, RGBColor};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{ShapeStyle, TextStyle};

use super::float::{amount, float};
use super::format;
use super::layout::Layout;
use super::spec::{ChartSpec, ShadeKind};
use super::theme::Theme;
use super::ticks::label_width;
use super::viewport::Viewport;

/// Back-end units in one CSS pixel.
pub const UNITS: u32 = 10;

/// The font of the page.
pub const FONT: &str =
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif";
const FONT_SIZE: f64 = 11.5;
/// Between the names of two markers.
const LABEL_GAP: f64 = 8.0;
/// A band narrower than this has no room for its label.
const LABELLED_WIDTH: f64 = 90.0;

/// The drawing target, as far as back ends differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Medium {
    /// A canvas; dashes are drawn one by one.
    Canvas,
    /// An SVG. The caller turns [`Theme::dashed`] colours into a dash pattern, since thousands of
    /// dashes would bloat the page. The back end shrinks text by the factor 1.24 (`plotters-svg`,
    /// `draw_text`).
    Svg,
}

type Outcome<DB> =
    Result<(), plotters::drawing::DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;
type Plot<DB> = DrawingArea<DB, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

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
    medium: Medium,
) -> Outcome<DB> {
    let picture = Picture {
        root,
        plot: plot_area(root, layout),
        spec,
        view,
        layout,
        theme,
        medium,
    };
    picture.shades()?;
    picture.brush()?;
    picture.axes()?;
    // The first series lies on top of the others.
    for series in spec.series.iter().rev() {
        if view.is_visible(series) {
            picture.series(series)?;
        }
    }
    picture.markers()?;
    picture.so_far()?;
    picture.cursor()
}

/// The coordinates of the plot: buckets from edge to edge, values from zero.
fn plot_area<DB: DrawingBackend>(root: &DrawingArea<DB, Shift>, layout: &Layout) -> Plot<DB> {
    let start = float(layout.shown.start) - 0.5;
    let end = start + float(layout.shown.len().max(1));
    let top = amount(layout.vertical.last().copied().unwrap_or(1));
    root.apply_coord_spec(Cartesian2d::new(
        start..end,
        0.0..top,
        (
            units(layout.left)..units(layout.right),
            units(layout.bottom)..units(layout.top),
        ),
    ))
}

struct Picture<'a, DB: DrawingBackend> {
    root: &'a DrawingArea<DB, Shift>,
    plot: Plot<DB>,
    spec: &'a ChartSpec,
    view: &'a Viewport,
    layout: &'a Layout,
    theme: &'a Theme,
    medium: Medium,
}

impl<DB: DrawingBackend> Picture<'_, DB> {
    fn shades(&self) -> Outcome<DB> {
        let blank = (self.spec.shades.iter()).flat_map(|shade| {
            self.blank(shade.days)
                .into_iter()
                .map(move |days| (shade, days))
        });
        for (shade, days) in blank {
            let left = self.layout.day_edge(self.spec, days.from);
            let right = self.layout.day_edge(self.spec, days.to.plus(1));
            let (color, opacity) = match shade.kind {
                ShadeKind::Lost => (self.theme.lost, 0.13),
                ShadeKind::Unpublished | ShadeKind::Late => (self.theme.unpublished, 0.1),
            };
            let label = match shade.kind {
                ShadeKind::Lost => None,
                ShadeKind::Unpublished => Some("not published"),
                ShadeKind::Late => Some("GitHub is late"),
            };
            // A single lost day among years must stay visible.
            if left < right {
                self.rectangle((left, right.max(left + 1.0)), color, opacity)?;
                if let Some(label) = label.filter(|_| right - left >= LABELLED_WIDTH) {
                    let middle = f64::midpoint(left, right);
                    self.text(
                        label,
                        (middle, self.layout.top + 4.0),
                        Pos::new(HPos::Center, VPos::Top),
                    )?;
                }
            }
        }
        Ok(())
    }

    /// The ranges of these days without a value in any visible line. Views and clones are known
    /// separately, and a drawn day is not lost. A week or month may be lost in part.
    fn blank(&self, days: DayRange) -> Vec<DayRange> {
        if self.spec.interval != Interval::Day {
            return vec![days];
        }
        let is_drawn = |day: Day| {
            let index = usize::try_from(self.spec.index_of(day)).unwrap_or(usize::MAX);
            let mut shown = self
                .spec
                .series
                .iter()
                .filter(|it| self.view.is_visible(it));
            shown.any(|series| series.values.get(index).copied().flatten().is_some())
        };
        let mut stretches: Vec<DayRange> = Vec::new();
        for day in days.days().filter(|day| !is_drawn(*day)) {
            match stretches.last_mut() {
                Some(last) if last.to.plus(1) == day => last.to = day,
                _ => stretches.push(DayRange { from: day, to: day }),
            }
        }
        stretches
    }

    fn axes(&self) -> Outcome<DB> {
        let Layout {
            left,
            right,
            bottom,
            ..
        } = *self.layout;
        for value in &self.layout.vertical {
            let y = crisp(self.layout.y(*value));
            let color = if *value == 0 {
                self.theme.axis
            } else {
                self.theme.grid
            };
            self.line([(left, y), (right, y)], color)?;
            self.text(
                &format::number(*value),
                (left - 8.0, y),
                Pos::new(HPos::Right, VPos::Center),
            )?;
        }
        for tick in &self.layout.horizontal {
            let x = crisp(self.layout.x(tick.index));
            self.line([(x, bottom), (x, bottom + 4.0)], self.theme.axis)?;
            self.text(
                &tick.label,
                (x, bottom + 9.0),
                Pos::new(HPos::Center, VPos::Top),
            )?;
        }
        Ok(())
    }

    /// A line at each day of a release or tag, and its name where there is room: the newest ones
    /// first, and none over another.
    fn markers(&self) -> Outcome<DB> {
        let color = self.theme.series[3];
        let mut room = f64::INFINITY;
        let mut before = None;
        for marker in self.spec.events.iter().rev() {
            let Some(index) = usize::try_from(self.spec.index_of(marker.days.from)).ok() else {
                continue;
            };
            if !self.layout.shown.contains(&index) || before == Some(index) {
                continue;
            }
            before = Some(index);
            let x = crisp(self.layout.x(index));
            let path = [(x, self.layout.top), (x, self.layout.bottom)].map(place);
            let style = color.mix(0.5).stroke_width(UNITS);
            self.root.draw(&PathElement::new(path.to_vec(), style))?;
            let half = label_width(&marker.label) / 2.0;
            let middle = x.clamp(half, (self.layout.right - half).max(half));
            if middle + half + LABEL_GAP > room {
                continue;
            }
            room = middle - half;
            let style = self.text_style(color, Pos::new(HPos::Center, VPos::Bottom));
            self.root.draw(&Text::new(
                marker.label.as_str(),
                place((middle, self.layout.top - 4.0)),
                style,
            ))?;
        }
        Ok(())
    }

    fn brush(&self) -> Outcome<DB> {
        let Some((from, to)) = self.view.brush else {
            return Ok(());
        };
        let half = self.layout.bucket_width() / 2.0;
        let left = self.layout.x(from.min(to)) - half;
        let right = self.layout.x(from.max(to)) + half;
        self.rectangle((left, right), self.theme.accent, 0.15)
    }

    fn cursor(&self) -> Outcome<DB> {
        let cursor = self.view.cursor.filter(|at| self.layout.shown.contains(at));
        let Some(index) = cursor else {
            return Ok(());
        };
        let x = crisp(self.layout.x(index));
        let line = [(x, self.layout.top), (x, self.layout.bottom)].map(place);
        let style = self.theme.text.mix(0.6).stroke_width(UNITS);
        self.root.draw(&PathElement::new(line.to_vec(), style))?;
        for series in self.spec.series.iter().filter(|s| self.view.is_visible(s)) {
            let Some(value) = series.values.get(index).copied().flatten() else {
                continue;
            };
            let middle = place((x, self.layout.y(value)));
            let color = self.theme.series[series.slot.index()];
            self.root.draw(&Circle::new(
                middle,
                units(5.0),
                self.theme.surface.filled(),
            ))?;
            self.root
                .draw(&Circle::new(middle, units(3.5), color.filled()))?;
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

    fn text(&self, text: &str, at: (f64, f64), anchor: Pos) -> Outcome<DB> {
        self.root.draw(&Text::new(
            text,
            place(at),
            self.text_style(self.theme.text, anchor),
        ))
    }

    fn text_style(&self, color: RGBColor, anchor: Pos) -> TextStyle<'static> {
        let factor = match self.medium {
            Medium::Canvas => 1.0,
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
