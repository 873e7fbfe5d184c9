//! A small trend line, for a table's row or a figure's card: one SVG path, no axis.

use std::fmt::Write;

use leptos::prelude::*;

use super::float::{amount, float};

const EDGE: f64 = 2.0;

/// Points nearer to each other than this many CSS pixels blur into a band.
const MIN_STEP: f64 = 2.0;

/// A small trend line; unknown values are gaps. It says nothing that the numbers beside it do
/// not, so a screen reader passes it by.
#[component]
pub fn Sparkline(
    /// One value for each bucket, oldest first.
    values: Vec<Option<u64>>,
    /// Its width in CSS pixels.
    #[prop(default = 96)]
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
            viewBox=format!("0 0 {width} {height}")
            aria-hidden="true"
        >
            <path class="area" d=shape.area />
            <path class="line" d=shape.line />
        </svg>
    }
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
                (EDGE + float(*index) * step, y)
            })
        };
        let indexed: Vec<_> = values.into_iter().enumerate().collect();
        let mut shape = Self::default();
        for run in indexed.split(|(_, value)| value.is_none()) {
            let points: Vec<_> = run.iter().filter_map(place).collect();
            shape.add(&points, ground);
        }
        shape
    }

    /// Adds one stretch of known values.
    fn add(&mut self, points: &[(f64, f64)], ground: f64) {
        let (Some((first, y)), Some((last, _))) = (points.first(), points.last()) else {
            return;
        };
        let _ = write!(self.line, "M{first:.1} {y:.1}");
        let _ = write!(self.area, "M{first:.1} {ground:.1}");
        for (x, y) in points {
            let _ = write!(self.area, "L{x:.1} {y:.1}");
        }
        for (x, y) in &points[1..] {
            let _ = write!(self.line, "L{x:.1} {y:.1}");
        }
        if points.len() == 1 {
            // A line of no length with round ends is a dot.
            self.line.push_str("h0");
        }
        let _ = write!(self.area, "L{last:.1} {ground:.1}Z");
    }
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
            coarsened(values.clone(), 10.0),
            [Some(9), Some(3), Some(6), None, Some(2)]
        );
        assert_eq!(coarsened(values.clone(), 18.0), values);
    }

    #[test]
    fn a_gap_splits_the_line_and_a_single_day_is_a_dot() {
        let values = vec![Some(0), Some(10), None, Some(5), None, None];
        let shape = Shape::of(values, 54.0, 24.0);
        assert_eq!(shape.line, "M2.0 22.0L12.0 2.0M32.0 12.0h0");
        assert_eq!(
            shape.area,
            "M2.0 22.0L2.0 22.0L12.0 2.0L12.0 22.0ZM32.0 22.0L32.0 12.0L32.0 22.0Z"
        );
    }

    #[test]
    fn nothing_known_draws_nothing() {
        assert_eq!(Shape::of(vec![None, None], 96.0, 24.0), Shape::default());
        assert_eq!(Shape::of(Vec::new(), 96.0, 24.0), Shape::default());
    }
}
