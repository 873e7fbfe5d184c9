//! The one drawing routine, for any plotters back end.
//!
//! Distances are CSS pixels, given to the back end in tenths: back ends take whole numbers, and a
//! line through hundreds of days needs finer ones. So an SVG has a view box of tenths, and a
//! canvas is scaled down by ten (and up by the density of the screen).

use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::element::{Circle, DashedPathElement, PathElement, Polygon, Rectangle, Text};
use plotters::prelude::{Cartesian2d, Color, DrawingArea, DrawingBackend, IntoFont, RGBColor};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{ShapeStyle, TextStyle};

use super::format;
use super::layout::{Layout, amount, float};
use super::spec::{ChartSpec, Line, Series, ShadeKind};
use super::theme::Theme;
use super::ticks::label_width;
use super::view::View;

/// Back-end units in one CSS pixel.
pub const UNITS: u32 = 10;

const FONT: &str = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif";
const FONT_SIZE: f64 = 11.5;
const LINE_WIDTH: f64 = 1.8;
/// Where days are as narrow as the line itself.
const CROWDED_LINE_WIDTH: f64 = 1.2;
const CROWDED: f64 = 2.0;
/// Between the names of two markers.
const LABEL_GAP: f64 = 8.0;
/// A band narrower than this has no room for its label.
const LABELLED_WIDTH: f64 = 90.0;
const DASH: f64 = 5.0;
const DASH_GAP: f64 = 3.0;

/// What is said of a week or month that is not over.
const SO_FAR: &str = "so far";

/// Below this many CSS pixels for each bucket, lines are thinned to what can be seen.
const DENSE: f64 = 0.5;

/// Where a drawing goes, as far as back ends differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Medium {
    /// A canvas; dashes are drawn one by one.
    Canvas,
    /// An SVG: whoever takes it turns [`Theme::dashed`] colours into a dash pattern, since
    /// thousands of dashes would weigh on the page. The back end sets text smaller than it is
    /// asked to, by the factor 1.24 (`plotters-svg`, `draw_text`).
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
    view: &View,
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
    view: &'a View,
    layout: &'a Layout,
    theme: &'a Theme,
    medium: Medium,
}

impl<DB: DrawingBackend> Picture<'_, DB> {
    fn shades(&self) -> Outcome<DB> {
        for shade in &self.spec.shades {
            let left = self.layout.day_edge(self.spec, shade.days.from);
            let right = self.layout.day_edge(self.spec, shade.days.to.plus(1));
            let (color, opacity) = match shade.kind {
                ShadeKind::Lost => (self.theme.lost, 0.13),
                ShadeKind::Unpublished | ShadeKind::Late => (self.theme.unpublished, 0.1),
            };
            let label = match shade.kind {
                ShadeKind::Lost => None,
                ShadeKind::Unpublished => Some("not published"),
                ShadeKind::Late => Some("GitHub is late"),
            };
            // A single lost day among years must be seen.
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

    fn series(&self, series: &Series) -> Outcome<DB> {
        let color = self.theme.series[series.slot.index()];
        let crowded = self.layout.bucket_width() < CROWDED;
        let stroke = stroke(
            color,
            if crowded {
                CROWDED_LINE_WIDTH
            } else {
                LINE_WIDTH
            },
        );
        for run in runs(series, self.layout) {
            if let [(index, value)] = run[..] {
                if self.growing().is_some_and(|from| index >= from) {
                    self.hollow((index, value), color)?;
                    continue;
                }
                // One known day between two gaps has no line to lie on.
                let dot = Circle::new((index, value), units(2.0), color.filled());
                self.plot.draw(&dot)?;
                continue;
            }
            if series.line == Line::Area {
                let ends = run.first().into_iter().chain(run.last());
                let ground = ends.rev().map(|(index, _)| (*index, 0.0));
                let outline: Vec<_> = run.iter().copied().chain(ground).collect();
                self.plot.draw(&Polygon::new(outline, color.mix(0.1)))?;
            }
            // What is final up to the last final bucket, and from there on what still grows.
            let grows = |point: &&(f64, f64)| self.growing().is_some_and(|from| point.0 >= from);
            let last = run.iter().take_while(|point| !grows(point)).count();
            let (all_final, growing) = (&run[..last], &run[last.saturating_sub(1)..]);
            match series.line {
                Line::Dashed => self.dashed(series, run.clone(), stroke)?,
                Line::Area | Line::Solid if last == run.len() => {
                    self.plot.draw(&PathElement::new(run.clone(), stroke))?;
                }
                Line::Area | Line::Solid => {
                    if all_final.len() > 1 {
                        self.plot
                            .draw(&PathElement::new(all_final.to_vec(), stroke))?;
                    }
                    self.dashed(series, growing.to_vec(), stroke)?;
                }
            }
            for point in run.iter().filter(grows) {
                self.hollow(*point, color)?;
            }
        }
        Ok(())
    }

    /// Where the buckets that still grow begin, as a place on the plot's axis.
    fn growing(&self) -> Option<f64> {
        self.spec.growing.map(float)
    }

    fn dashed(&self, series: &Series, points: Vec<(f64, f64)>, stroke: ShapeStyle) -> Outcome<DB> {
        if self.medium == Medium::Svg {
            let stand_in = self.theme.dashed[series.slot.index()];
            let style = ShapeStyle {
                color: stand_in.to_rgba(),
                ..stroke
            };
            self.plot.draw(&PathElement::new(points, style))
        } else {
            self.plot.draw(&DashedPathElement::new(
                points,
                units(DASH),
                units(DASH_GAP),
                stroke,
            ))
        }
    }

    /// A point whose value still grows.
    fn hollow(&self, point: (f64, f64), color: RGBColor) -> Outcome<DB> {
        let ground = self.theme.surface.filled();
        self.plot.draw(&Circle::new(point, units(3.0), ground))?;
        let ring = stroke(color, 1.5);
        self.plot.draw(&Circle::new(point, units(3.0), ring))
    }

    /// Says of the newest bucket that its values are so far.
    fn so_far(&self) -> Outcome<DB> {
        let known = |index: &usize| {
            let shown = self.spec.series.iter().filter(|s| self.view.is_visible(s));
            let values = shown.filter_map(|series| series.values.get(*index).copied().flatten());
            values.max().map(|highest| (*index, highest))
        };
        let growing = self.layout.shown.clone().rev();
        let Some((index, highest)) = growing
            .take_while(|index| self.spec.is_growing(*index))
            .find_map(|index| known(&index))
        else {
            return Ok(());
        };
        let half = label_width(SO_FAR) / 2.0;
        let x = self.layout.x(index).min(self.layout.right - half);
        let y = self.layout.y(highest) - 8.0;
        let anchor = Pos::new(HPos::Center, VPos::Bottom);
        self.text(SO_FAR, (x, y), anchor)
    }

    /// A line at each day of a release or tag, and its name where there is room: the newest ones
    /// first, and none over another.
    fn markers(&self) -> Outcome<DB> {
        let color = self.theme.series[3];
        let mut room = f64::INFINITY;
        let mut before = None;
        for marker in self.spec.markers.iter().rev() {
            let Some(index) = usize::try_from(self.spec.index_of(marker.day)).ok() else {
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

/// The known values that are shown, as stretches without a gap.
fn runs(series: &Series, layout: &Layout) -> Vec<Vec<(f64, f64)>> {
    let values = series.values.get(layout.shown.clone()).unwrap_or_default();
    let known: Vec<(usize, Option<u64>)> =
        layout.shown.clone().zip(values.iter().copied()).collect();
    known
        .split(|(_, value)| value.is_none())
        .filter(|run| !run.is_empty())
        .map(|run| {
            let run: Vec<_> = (run.iter())
                .filter_map(|(index, value)| value.map(|value| (*index, value)))
                .collect();
            (thinned(&run, layout.bucket_width()).into_iter())
                .map(|(index, value)| (float(index), amount(value)))
                .collect()
        })
        .collect()
}

/// Keeps of each pixel's column the first, lowest, highest and last value, which draws the same
/// line (Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation", 2014).
fn thinned(run: &[(usize, u64)], bucket_width: f64) -> Vec<(usize, u64)> {
    if bucket_width >= DENSE {
        return run.to_vec();
    }
    let column = |index: usize| units(float(index) * bucket_width) / units(1.0);
    let mut kept = Vec::new();
    for pixel in run.chunk_by(|a, b| column(a.0) == column(b.0)) {
        let lowest = pixel.iter().min_by_key(|(_, value)| *value);
        let highest = pixel.iter().max_by_key(|(_, value)| *value);
        let mut points: Vec<_> = [pixel.first(), lowest, highest, pixel.last()]
            .into_iter()
            .flatten()
            .copied()
            .collect();
        points.sort_unstable_by_key(|(index, _)| *index);
        points.dedup();
        kept.extend(points);
    }
    kept
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn thinning_keeps_the_ends_the_peaks_and_little_more(
            values in proptest::collection::vec(0..10_000_u64, 1..4_000),
            width in 100.0..1200.0_f64,
        ) {
            let run: Vec<_> = values.iter().copied().enumerate().collect();
            let kept = thinned(&run, width / float(run.len()));
            prop_assert_eq!(kept.first(), run.first());
            prop_assert_eq!(kept.last(), run.last());
            prop_assert_eq!(kept.iter().map(|p| p.1).max(), values.iter().copied().max());
            prop_assert_eq!(kept.iter().map(|p| p.1).min(), values.iter().copied().min());
            prop_assert!(kept.windows(2).all(|pair| pair[0].0 < pair[1].0));
            prop_assert!(float(kept.len()) <= 4.0 * (width + 1.0));
        }
    }
}
