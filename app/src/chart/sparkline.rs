//! A small trend line, for a table's row or a figure's card: one SVG path, no axis.

use std::fmt::Write;

use leptos::prelude::*;

use super::float::{amount, float};

const EDGE: f64 = 2.0;

/// The usual width, in CSS pixels.
const WIDTH: u32 = 96;

/// Points nearer to each other than this many CSS pixels blur into a band.
const MIN_STEP: f64 = 3.0;

/// The view box is in tenths of a pixel, so that relative whole numbers are exact enough.
const TENTHS: u32 = 10;

/// A small trend line; unknown values are gaps. It says nothing that the numbers beside it do
/// not, so a screen reader passes it by.
#[component]
pub fn Sparkline(
    /// One value for each bucket, oldest first.
    values: Vec<Option<u64>>,
    /// Its width in CSS pixels.
    #[prop(default = WIDTH)]
    width: u32,
    /// Its height in CSS pixels.
    #[prop(default = 24)]
    height: u32,
) -> impl IntoView {
    let shape = Shape::of(values, f64::from(width), f64::from(height));
    view! {
        <svg
            class="sparkline"
            width=width
            height=height
            viewBox=format!("0 0 {} {}", width * TENTHS, height * TENTHS)
            aria-hidden="true"
        >
            <path class="area" d=shape.area />
            <path class="line" d=shape.line />
        </svg>
    }
}

/// The values that a line of the usual width shows of these, so that a page carries no others.
#[cfg(feature = "ssr")]
#[must_use]
pub fn shown_values(values: Vec<Option<u64>>) -> Vec<Option<u64>> {
    coarsened(values, f64::from(WIDTH))
}

/// The paths of a trend line.
#[derive(Debug, Default, PartialEq, Eq)]
struct Shape {
    line: String,
    area: String,
}

impl Shape {
    fn of(values: Vec<Option<u64>>, width: f64, height: f64) -> Self {
        let values = coarsened(values, width);
        let max = values.iter().flatten().copied().max().unwrap_or(0).max(1);
        let step = (width - 2.0 * EDGE) / float(values.len().saturating_sub(1).max(1));
        let ground = height - EDGE;
        let place = |(index, value): &(usize, Option<u64>)| {
            value.map(|value| {
                let y = ground - (ground - EDGE) * amount(value) / amount(max);
                (tenths(EDGE + float(*index) * step), tenths(y))
            })
        };
        let indexed: Vec<_> = values.into_iter().enumerate().collect();
        let mut shape = Self::default();
        for run in indexed.split(|(_, value)| value.is_none()) {
            let points: Vec<_> = run.iter().filter_map(place).collect();
            shape.add(&points, tenths(ground));
        }
        shape
    }

    /// Adds one stretch of known values.
    fn add(&mut self, points: &[(i32, i32)], ground: i32) {
        let Some((x, y)) = points.first() else {
            return;
        };
        let mut steps = String::new();
        for pair in points.windows(2) {
            let (dx, dy) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
            // A minus sign separates numbers too.
            let space = if dy < 0 { "" } else { " " };
            let _ = write!(steps, "l{dx}{space}{dy}");
        }
        let _ = write!(self.line, "M{x} {y}{steps}");
        if steps.is_empty() {
            // A line of no length with round ends is a dot.
            self.line.push_str("h0");
        }
        let _ = write!(self.area, "M{x} {ground}V{y}{steps}V{ground}Z");
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a trend line is far smaller"
)]
fn tenths(pixels: f64) -> i32 {
    (pixels * f64::from(TENTHS)).round() as i32
}

/// Reduces the values to what the width can resolve: means of equally many neighbours, skipping
/// unknown ones. A group without known values stays a gap.
fn coarsened(values: Vec<Option<u64>>, width: f64) -> Vec<Option<u64>> {
    let mut each = 1;
    while float(values.len().div_ceil(each)) * MIN_STEP > width {
        each += 1;
    }
    if each == 1 {
        return values;
    }
    // The newest neighbours are as many as the others, so that the line does not end in a jump.
    (values.rchunks(each).rev())
        .map(|neighbours| {
            let known = neighbours.iter().flatten();
            let count = u64::try_from(known.clone().count()).unwrap_or(u64::MAX);
            known.sum::<u64>().checked_div(count)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_values_than_the_width_can_show_become_means_of_the_known() {
        let values = vec![
            Some(9),
            Some(2),
            Some(4),
            None,
            Some(6),
            None,
            None,
            Some(1),
            Some(3),
        ];
        assert_eq!(
            coarsened(values.clone(), 15.0),
            [Some(9), Some(3), Some(6), None, Some(2)]
        );
        assert_eq!(coarsened(values.clone(), 27.0), values);
        let shown = coarsened((0..520).map(Some).collect(), 96.0);
        assert_eq!(
            coarsened(shown.clone(), 96.0),
            shown,
            "they stay as they are"
        );
    }

    #[test]
    fn a_gap_splits_the_line_and_a_single_day_is_a_dot() {
        let values = vec![Some(0), Some(10), None, Some(5), None, None];
        let shape = Shape::of(values, 54.0, 24.0);
        assert_eq!(shape.line, "M20 220l100-200M320 120h0");
        assert_eq!(shape.area, "M20 220V220l100-200V220ZM320 220V120V220Z");
    }

    #[test]
    fn nothing_known_draws_nothing() {
        assert_eq!(Shape::of(vec![None, None], 96.0, 24.0), Shape::default());
        assert_eq!(Shape::of(Vec::new(), 96.0, 24.0), Shape::default());
    }
}
