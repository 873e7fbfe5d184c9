//! The lines of a chart: solid where their values are final, dashed where they still grow.

use plotters::element::{Circle, DashedPathElement, PathElement, Polygon};
use plotters::prelude::{Color, DrawingBackend, RGBColor};
use plotters::style::ShapeStyle;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::super::float::{amount, float};
use super::super::layout::Layout;
use super::super::spec::{Line, Series};
use super::super::ticks::label_width;
use super::{Medium, Outcome, Picture, stroke, units};

const LINE_WIDTH: f64 = 1.8;
/// Where days are as narrow as the line itself.
const CROWDED_LINE_WIDTH: f64 = 1.2;
const CROWDED: f64 = 2.0;
const DASH: f64 = 5.0;
const DASH_GAP: f64 = 3.0;
/// The label of an unfinished week or month.
const SO_FAR: &str = "so far";
/// Below this many CSS pixels for each bucket, lines are thinned to what can be seen.
const DENSE: f64 = 0.5;
/// The width of a column of thinned values, in CSS pixels. An SVG is part of the page, so it has
/// fewer: a peak and a dip every three pixels are as much as an eye tells apart.
const CANVAS_COLUMN: f64 = 1.0;
const SVG_COLUMN: f64 = 3.0;

impl<DB: DrawingBackend> Picture<'_, DB> {
    pub(super) fn series(&self, series: &Series) -> Outcome<DB> {
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
        let runs = runs(series, self.layout, self.medium);
        if series.line == Line::Area {
            // All areas before all lines: an SVG then has one path of each.
            for run in runs.iter().filter(|run| run.len() > 1) {
                let ends = run.first().into_iter().chain(run.last());
                let ground = ends.rev().map(|(index, _)| (*index, 0.0));
                let edge = self.upper_edge(run).into_iter();
                let outline: Vec<_> = edge.chain(ground).collect();
                self.plot.draw(&Polygon::new(outline, color.mix(0.1)))?;
            }
        }
        for run in runs {
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
            // Solid up to the last final bucket, dashed from there on.
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

    /// The upper edge of an area: without the dips of a thinned line, which are as narrow as it.
    fn upper_edge(&self, run: &[(f64, f64)]) -> Vec<(f64, f64)> {
        let mut edge = run.to_vec();
        if self.medium == Medium::Svg && is_thinned(self.layout.bucket_width(), SVG_COLUMN) {
            let is_dip = |index: usize| {
                let beside = [index.wrapping_sub(1), index + 1].map(|it| run.get(it));
                matches!(beside, [Some(a), Some(b)] if run[index].1 < a.1 && run[index].1 < b.1)
            };
            let mut index = 0..;
            edge.retain(|_| !index.next().is_some_and(is_dip));
        }
        edge
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

    /// Labels the newest bucket "so far".
    pub(super) fn so_far(&self) -> Outcome<DB> {
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
}

/// The visible known values, as ranges without gaps.
fn runs(series: &Series, layout: &Layout, medium: Medium) -> Vec<Vec<(f64, f64)>> {
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
            (thinned(&run, layout.bucket_width(), medium).into_iter())
                .map(|(index, value)| (float(index), amount(value)))
                .collect()
        })
        .collect()
}

/// Whether buckets of this width are thinned to columns of that one.
fn is_thinned(bucket_width: f64, column_width: f64) -> bool {
    bucket_width < DENSE * column_width
}

/// Keeps of each column the lowest and the highest value, and of a canvas's also the first and the
/// last, which draws the same line (Jugel et al., "M4: A Visualization-Oriented Time Series Data
/// Aggregation", 2014). The ends of the run stay, so that a gap keeps its width.
fn thinned(run: &[(usize, u64)], bucket_width: f64, medium: Medium) -> Vec<(usize, u64)> {
    let width = match medium {
        Medium::Canvas => CANVAS_COLUMN,
        Medium::Svg => SVG_COLUMN,
    };
    if !is_thinned(bucket_width, width) {
        return run.to_vec();
    }
    let column = |index: usize| units(float(index) * bucket_width) / units(width);
    let mut kept = Vec::new();
    for pixels in run.chunk_by(|a, b| column(a.0) == column(b.0)) {
        let lowest = pixels.iter().min_by_key(|(_, value)| *value);
        let highest = pixels.iter().max_by_key(|(_, value)| *value);
        let (first, last) = (pixels.first(), pixels.last());
        let mut points: Vec<_> = [
            first.filter(|it| medium == Medium::Canvas || Some(*it) == run.first()),
            lowest,
            highest,
            last.filter(|it| medium == Medium::Canvas || Some(*it) == run.last()),
        ]
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
            for (medium, most) in [(Medium::Canvas, 4.0), (Medium::Svg, 1.0)] {
                let kept = thinned(&run, width / float(run.len()), medium);
                prop_assert_eq!(kept.first(), run.first());
                prop_assert_eq!(kept.last(), run.last());
                prop_assert_eq!(kept.iter().map(|p| p.1).max(), values.iter().copied().max());
                prop_assert_eq!(kept.iter().map(|p| p.1).min(), values.iter().copied().min());
                prop_assert!(kept.windows(2).all(|pair| pair[0].0 < pair[1].0));
                prop_assert!(float(kept.len()) <= most * width + 4.0);
            }
        }
    }
}
