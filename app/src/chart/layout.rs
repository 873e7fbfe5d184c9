//! Pure geometry in CSS pixels, between the data and the drawing.

use std::ops::Range;

use domain::Day;

use super::float::{amount, float};
use super::format;
use super::spec::{ChartEvent, ChartSpec};
use super::ticks::{self, Tick, label_width};
use super::viewport::Viewport;

/// The height of every chart, in CSS pixels; `.chart-plot` has the same.
pub const HEIGHT: f64 = 300.0;

const MARGIN_TOP: f64 = 16.0;
const MARGIN_TOP_WITH_MARKERS: f64 = 30.0;
const MARGIN_RIGHT: f64 = 20.0;
const MARGIN_BOTTOM: f64 = 28.0;
const MIN_MARGIN_LEFT: f64 = 32.0;
const LABEL_DISTANCE: f64 = 8.0;

/// The geometry of a chart at one size.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// The left edge of the plot.
    pub left: f64,
    /// Its right edge.
    pub right: f64,
    /// Its upper edge.
    pub top: f64,
    /// Its lower edge: the zero line.
    pub bottom: f64,
    /// The buckets that are shown.
    pub shown: Range<usize>,
    /// The labels of the vertical axis; at least two.
    pub vertical: Vec<u64>,
    /// The labels of the horizontal axis.
    pub horizontal: Vec<Tick>,
}

impl Layout {
    /// Lays the chart out for a box of this size.
    #[must_use]
    pub fn of(spec: &ChartSpec, view: &Viewport, width: f64, height: f64) -> Self {
        let shown = view.shown(spec.len);
        let max = (spec.series.iter())
            .filter(|series| view.is_visible(series))
            .filter_map(|series| series.values.get(shown.clone()))
            .flat_map(|values| values.iter().copied().flatten())
            .max();
        let vertical = ticks::vertical(max.unwrap_or_default());
        let widest = vertical
            .last()
            .map_or(0.0, |top| label_width(&format::number(*top)));
        let left = (widest + 2.0 * LABEL_DISTANCE).max(MIN_MARGIN_LEFT).round();
        let right = (width - MARGIN_RIGHT).max(left + 1.0);
        let bucket_width = (right - left) / float(shown.len().max(1));
        let is_shown = |event: &ChartEvent| {
            usize::try_from(spec.index_of(event.days.from))
                .is_ok_and(|index| shown.contains(&index))
        };
        Self {
            left,
            right,
            top: if spec.events.iter().any(is_shown) {
                MARGIN_TOP_WITH_MARKERS
            } else {
                MARGIN_TOP
            },
            bottom: height - MARGIN_BOTTOM,
            horizontal: ticks::horizontal(spec, shown.clone(), bucket_width),
            shown,
            vertical,
        }
    }

    /// How wide a bucket is.
    #[must_use]
    pub fn bucket_width(&self) -> f64 {
        (self.right - self.left) / float(self.shown.len().max(1))
    }

    /// The middle of a bucket.
    #[must_use]
    pub fn x(&self, index: usize) -> f64 {
        self.left + (float(index) - float(self.shown.start) + 0.5) * self.bucket_width()
    }

    /// The left edge of a day within its bucket, kept within the plot.
    #[must_use]
    pub fn day_edge(&self, spec: &ChartSpec, day: Day) -> f64 {
        let index = spec.index_of(day);
        let bucket = spec.bucket(index);
        #[expect(clippy::cast_precision_loss, reason = "days and buckets are few")]
        let place = index as f64 + day.days_since(bucket.from) as f64 / bucket.len() as f64;
        (self.left + (place - float(self.shown.start)) * self.bucket_width())
            .clamp(self.left, self.right)
    }

    /// The height of a value.
    #[must_use]
    pub fn y(&self, value: u64) -> f64 {
        let top = self.vertical.last().copied().unwrap_or(1).max(1);
        self.bottom - (self.bottom - self.top) * amount(value) / amount(top)
    }

    /// The bucket nearest to a horizontal position; `None` where nothing is shown.
    #[must_use]
    pub fn index_at(&self, x: f64) -> Option<usize> {
        let last = self.shown.len().checked_sub(1)?;
        let place = ((x - self.left) / self.bucket_width()).clamp(0.0, float(last));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to the buckets that are shown"
        )]
        let offset = place as usize;
        Some(self.shown.start + offset.min(last))
    }
}

#[cfg(test)]
mod tests {
    use domain::Interval;
    use proptest::prelude::*;

    use super::*;
    use crate::chart::spec::{Line, Series, Slot};

    fn spec(values: Vec<Option<u64>>) -> ChartSpec {
        let first = "2026-07-06".parse().unwrap();
        let mut spec = ChartSpec::new("Traffic", Interval::Day, first, values.len());
        spec.series.push(Series {
            key: "views".to_owned(),
            label: "Views".to_owned(),
            line: Line::Area,
            slot: Slot::One,
            values,
            visible: true,
        });
        spec
    }

    #[test]
    fn the_axis_follows_what_is_shown() {
        let spec = spec((0..100).map(Some).collect());
        let mut view = Viewport::default();
        assert_eq!(
            Layout::of(&spec, &view, 1080.0, HEIGHT).vertical.last(),
            Some(&100)
        );
        view.zoom = Some((0, 10));
        assert_eq!(
            Layout::of(&spec, &view, 1080.0, HEIGHT).vertical.last(),
            Some(&10)
        );
        view.toggle("views");
        assert_eq!(Layout::of(&spec, &view, 1080.0, HEIGHT).vertical, [0, 1]);
    }

    #[test]
    fn an_empty_chart_has_axes_and_no_day() {
        let layout = Layout::of(&spec(vec![]), &Viewport::default(), 358.0, HEIGHT);
        assert_eq!(layout.vertical, [0, 1]);
        assert_eq!(layout.index_at(100.0), None);
    }

    #[test]
    fn a_shade_covers_its_days_from_edge_to_edge() {
        let spec = spec(vec![Some(1); 10]);
        let layout = Layout::of(&spec, &Viewport::default(), 1052.0, HEIGHT);
        let day = spec.first.plus(3);
        let middle = f64::midpoint(
            layout.day_edge(&spec, day),
            layout.day_edge(&spec, day.plus(1)),
        );
        assert!((middle - layout.x(3)).abs() < 1e-9);
        assert!((layout.day_edge(&spec, spec.first.plus(-9)) - layout.left).abs() < 1e-9);
        assert!((layout.day_edge(&spec, spec.first.plus(99)) - layout.right).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn a_bucket_is_found_where_it_is_drawn(len in 1..3_000_usize, at in 0.0..1.0_f64, width in 200.0..2000.0_f64) {
            let spec = spec(vec![Some(1); len]);
            let layout = Layout::of(&spec, &Viewport::default(), width, HEIGHT);
            let index = layout.index_at(layout.left + at * (layout.right - layout.left)).unwrap();
            prop_assert!(index < len);
            prop_assert_eq!(layout.index_at(layout.x(index)), Some(index));
        }
    }
}
