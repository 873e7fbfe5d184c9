//! The lines of a chart: solid where their values are final, dashed where they still grow, and
//! faint below their mean.

use plotters::element::{Circle, PathElement, Polygon};
use plotters::prelude::{Color, DrawingBackend, RGBColor};
use plotters::style::ShapeStyle;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::super::float::{amount, float};
use super::super::layout::Layout;
use super::super::mean::centred_mean;
use super::super::spec::{Line, Series};
use super::super::theme::Theme;
use super::super::ticks::label_width;
use super::{Medium, Outcome, Picture, place, units};

const LINE_WIDTH: f64 = 1.8;
/// Where days are as narrow as the line itself.
const CROWDED_LINE_WIDTH: f64 = 1.2;
const CROWDED: f64 = 2.0;
/// Days below their mean.
const FAINT: f64 = 0.3;
const FAINT_LINE_WIDTH: f64 = 1.0;
/// The label of an unfinished week or month.
const SO_FAR: &str = "so far";
/// Below this many CSS pixels for each bucket, lines are thinned to what can be seen.
const DENSE: f64 = 0.5;
/// The width of a column of thinned values, in CSS pixels. An SVG is part of the page, so it has
/// fewer: a peak and a dip every three pixels are as much as an eye tells apart.
const CANVAS_COLUMN: f64 = 1.0;
const SVG_COLUMN: f64 = 3.0;

/// A bucket and its value.
type Point = (usize, f64);

impl<DB: DrawingBackend> Picture<'_, DB> {
    pub(super) fn series(&self, series: &Series) -> Outcome<DB> {
        let color = self.theme.series[series.slot.index()];
        let value = |index: usize| series.values.get(index).copied().flatten().map(amount);
        let runs = runs(self.layout, &self.medium, value);
        if self.layout.has_mean {
            let faint = ShapeStyle {
                color: color.mix(FAINT),
                ..stroke(color, FAINT_LINE_WIDTH)
            };
            for run in runs {
                self.path(&run, faint)?;
            }
            let dashed = series.line == Line::Dashed;
            return self.mean(&series.values, stroke(color, LINE_WIDTH), dashed);
        }
        if series.line == Line::Area {
            // All areas before all lines: an SVG then has one path of each.
            for run in runs.iter().filter(|run| run.len() > 1) {
                self.area(run, color)?;
            }
        }
        let crowded = self.layout.bucket_width() < CROWDED;
        let width = if crowded {
            CROWDED_LINE_WIDTH
        } else {
            LINE_WIDTH
        };
        for run in runs {
            self.run(series.line, &run, stroke(color, width), color)?;
        }
        Ok(())
    }

    /// The centred 7-day mean of these days.
    pub(super) fn mean(
        &self,
        values: &[Option<u64>],
        stroke: ShapeStyle,
        dashed: bool,
    ) -> Outcome<DB> {
        for run in runs(self.layout, &self.medium, |index| {
            centred_mean(values, index)
        }) {
            if dashed {
                self.dashed(&run, stroke)?;
            } else {
                self.path(&run, stroke)?;
            }
        }
        Ok(())
    }

    /// The values of another period, repository or tag, or their mean where the lines have one.
    pub(super) fn compared(&self) -> Outcome<DB> {
        let Some(compared) = &self.spec.compared else {
            return Ok(());
        };
        let style = stroke(self.theme.compared, CROWDED_LINE_WIDTH);
        for (_, values) in compared.values.iter().filter(|(key, _)| {
            (self.spec.series.iter()).any(|series| series.key == *key && self.is_visible(series))
        }) {
            if self.layout.has_mean {
                self.mean(values, style, true)?;
                continue;
            }
            let value = |index: usize| values.get(index).copied().flatten().map(amount);
            for run in runs(self.layout, &self.medium, value) {
                self.dashed(&run, style)?;
            }
        }
        Ok(())
    }

    /// One stretch of known buckets.
    fn run(&self, line: Line, run: &[Point], stroke: ShapeStyle, color: RGBColor) -> Outcome<DB> {
        let grows = |point: &&Point| self.spec.is_growing(point.0);
        if let [point] = run {
            if grows(&point) {
                return self.hollow(*point, color);
            }
            // One known day between two gaps has no line to lie on.
            return self
                .root
                .draw(&Circle::new(self.point(*point), units(2.0), color.filled()));
        }
        // Solid up to the last final bucket, dashed from there on.
        let last = run.iter().take_while(|point| !grows(point)).count();
        let (all_final, growing) = (&run[..last], &run[last.saturating_sub(1)..]);
        match line {
            Line::Dashed => self.dashed(run, stroke)?,
            Line::Area | Line::Solid if last == run.len() => self.path(run, stroke)?,
            Line::Area | Line::Solid => {
                if all_final.len() > 1 {
                    self.path(all_final, stroke)?;
                }
                self.dashed(growing, stroke)?;
            }
        }
        for point in run.iter().filter(grows) {
            self.hollow(*point, color)?;
        }
        Ok(())
    }

    fn area(&self, run: &[Point], color: RGBColor) -> Outcome<DB> {
        let mut outline: Vec<_> = self
            .upper_edge(run)
            .iter()
            .map(|it| self.point(*it))
            .collect();
        let ends = run.last().into_iter().chain(run.first());
        outline.extend(ends.map(|(index, _)| place((self.layout.x(*index), self.layout.bottom))));
        self.root.draw(&Polygon::new(outline, color.mix(0.1)))
    }

    /// The upper edge of an area: without the dips of a thinned line, which are as narrow as it.
    fn upper_edge(&self, run: &[Point]) -> Vec<Point> {
        let mut edge = run.to_vec();
        if !self.medium.is_canvas() && is_thinned(self.layout.bucket_width(), SVG_COLUMN) {
            let is_dip = |index: usize| {
                let beside = [index.wrapping_sub(1), index + 1].map(|it| run.get(it));
                matches!(beside, [Some(a), Some(b)] if run[index].1 < a.1 && run[index].1 < b.1)
            };
            let mut index = 0..;
            edge.retain(|_| !index.next().is_some_and(is_dip));
        }
        edge
    }

    fn path(&self, points: &[Point], stroke: ShapeStyle) -> Outcome<DB> {
        let points: Vec<_> = points.iter().map(|point| self.point(*point)).collect();
        self.root.draw(&PathElement::new(points, stroke))
    }

    fn dashed(&self, points: &[Point], stroke: ShapeStyle) -> Outcome<DB> {
        match self.medium {
            Medium::Canvas(dash) => {
                dash(true);
                let outcome = self.path(points, stroke);
                dash(false);
                outcome
            }
            Medium::Svg => {
                let color = Theme::dashed(stroke.color);
                self.path(points, ShapeStyle { color, ..stroke })
            }
        }
    }

    /// A point whose value still grows.
    fn hollow(&self, point: Point, color: RGBColor) -> Outcome<DB> {
        let (middle, ground) = (self.point(point), self.theme.surface.filled());
        self.root.draw(&Circle::new(middle, units(3.0), ground))?;
        let ring = stroke(color, 1.5);
        self.root.draw(&Circle::new(middle, units(3.0), ring))
    }

    fn point(&self, (index, value): Point) -> (i32, i32) {
        place((self.layout.x(index), self.layout.y(value)))
    }

    /// Labels the newest bucket "so far".
    pub(super) fn so_far(&self) -> Outcome<DB> {
        let known = |index: &usize| {
            let shown = self.spec.series.iter().filter(|s| self.is_visible(s));
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
        let y = self.layout.y(amount(highest)) - 8.0;
        let anchor = Pos::new(HPos::Center, VPos::Bottom);
        self.text(SO_FAR, (x, y), self.theme.text, anchor)
    }
}

fn stroke(color: RGBColor, width: f64) -> ShapeStyle {
    super::stroke(color, width)
}

/// The shown known values, as stretches without gaps, thinned to what the medium can show.
fn runs(layout: &Layout, medium: &Medium, value: impl Fn(usize) -> Option<f64>) -> Vec<Vec<Point>> {
    let mut runs = Vec::new();
    let mut run: Vec<Point> = Vec::new();
    let column = medium.column_width();
    let mut end = |run: &mut Vec<Point>| {
        if !run.is_empty() {
            let points = std::mem::take(run);
            runs.push(thinned(points, layout.bucket_width(), column));
        }
    };
    for index in layout.shown.clone() {
        match value(index) {
            Some(value) => run.push((index, value)),
            None => end(&mut run),
        }
    }
    end(&mut run);
    runs
}

impl Medium<'_> {
    const fn is_canvas(&self) -> bool {
        matches!(self, Self::Canvas(_))
    }

    const fn column_width(&self) -> f64 {
        match self {
            Self::Canvas(_) => CANVAS_COLUMN,
            Self::Svg => SVG_COLUMN,
        }
    }
}

/// Whether buckets of this width are thinned to columns of that one.
fn is_thinned(bucket_width: f64, column_width: f64) -> bool {
    bucket_width < DENSE * column_width
}

/// Keeps of each column the lowest and the highest value, and of a canvas's also the first and the
/// last, which draws the same line (Jugel et al., "M4: A Visualization-Oriented Time Series Data
/// Aggregation", 2014). The ends of the run stay, so that a gap keeps its width.
fn thinned(run: Vec<Point>, bucket_width: f64, column_width: f64) -> Vec<Point> {
    if !is_thinned(bucket_width, column_width) {
        return run;
    }
    let keeps_ends = column_width <= CANVAS_COLUMN;
    let column = |index: usize| units(float(index) * bucket_width) / units(column_width);
    let (first_of_run, last_of_run) = (run.first(), run.last());
    let mut kept: Vec<Point> = Vec::new();
    for pixels in run.chunk_by(|a, b| column(a.0) == column(b.0)) {
        let [first, .., last] = pixels else {
            kept.extend(pixels);
            continue;
        };
        let (mut lowest, mut highest) = (first, first);
        for point in pixels {
            if point.1 < lowest.1 {
                lowest = point;
            }
            if point.1 > highest.1 {
                highest = point;
            }
        }
        let (earlier, later) = if lowest.0 < highest.0 {
            (lowest, highest)
        } else {
            (highest, lowest)
        };
        for (point, is_kept) in [
            (first, keeps_ends || Some(first) == first_of_run),
            (earlier, true),
            (later, true),
            (last, keeps_ends || Some(last) == last_of_run),
        ] {
            if is_kept && kept.last().is_none_or(|before| before.0 < point.0) {
                kept.push(*point);
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn thinning_keeps_the_ends_the_peaks_and_little_more(
            values in proptest::collection::vec(0..10_000_u32, 1..4_000),
            width in 100.0..1200.0_f64,
        ) {
            let run: Vec<_> = values.iter().copied().map(f64::from).enumerate().collect();
            let extreme = |run: &[Point], of: fn(f64, f64) -> f64| run.iter().map(|it| it.1).reduce(of);
            for (column, most) in [(CANVAS_COLUMN, 4.0), (SVG_COLUMN, 1.0)] {
                let kept = thinned(run.clone(), width / float(run.len()), column);
                prop_assert_eq!(kept.first(), run.first());
                prop_assert_eq!(kept.last(), run.last());
                prop_assert_eq!(extreme(&kept, f64::max), extreme(&run, f64::max));
                prop_assert_eq!(extreme(&kept, f64::min), extreme(&run, f64::min));
                prop_assert!(kept.windows(2).all(|pair| pair[0].0 < pair[1].0));
                prop_assert!(float(kept.len()) <= most * width + 4.0);
            }
        }
    }
}
