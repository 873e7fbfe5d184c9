//! Pure geometry in CSS pixels, between the data and the drawing.

use std::ops::Range;

use domain::{Day, DayRange, Interval};

use super::float::{amount, float};
use super::format;
use super::mean::MOST_DAYS_WITHOUT;
use super::spec::ChartSpec;
use super::ticks::{self, Tick, label_width};
use super::viewport::{AxisScale, Viewport};

/// The height of every chart, in CSS pixels; `.chart-plot` has the same.
pub const HEIGHT: f64 = 300.0;

const MARGIN_TOP: f64 = 22.0;
const MARGIN_RIGHT: f64 = 20.0;
const MARGIN_BOTTOM: f64 = 28.0;
/// The lane of events lies below the labels of the horizontal axis.
const LANE_HEIGHT: f64 = 24.0;
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
    /// The middle of the lane of events; `None` where no event is shown.
    pub lane: Option<f64>,
    /// The buckets that are shown.
    pub shown: Range<usize>,
    /// Whether the lines are 7-day means over faint days.
    pub has_mean: bool,
    /// The scale of the vertical axis.
    pub scale: AxisScale,
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
        let vertical = match (highest(spec, view, &shown), view.scale) {
            (max, AxisScale::Linear) => ticks::vertical(max),
            (max, AxisScale::SymmetricLog) => ticks::logarithmic(max),
        };
        let widest = (vertical.iter()).map(|value| label_width(&format::number(*value)));
        let widest = widest.fold(0.0, f64::max);
        let left = (widest + 2.0 * LABEL_DISTANCE).max(MIN_MARGIN_LEFT).round();
        let right = (width - MARGIN_RIGHT).max(left + 1.0);
        let bucket_width = (right - left) / float(shown.len().max(1));
        let mut layout = Self {
            left,
            right,
            top: MARGIN_TOP,
            bottom: height - MARGIN_BOTTOM,
            lane: None,
            horizontal: ticks::horizontal(spec, shown.clone(), bucket_width),
            has_mean: spec.has_mean
                && spec.interval == Interval::Day
                && shown.len() > MOST_DAYS_WITHOUT,
            shown,
            scale: view.scale,
            vertical,
        };
        if (spec.events.iter()).any(|event| layout.shows(spec, event.days)) {
            layout.lane = Some(height - LANE_HEIGHT / 2.0);
            layout.bottom -= LANE_HEIGHT;
        }
        layout
    }

    /// Whether any of these days is shown.
    #[must_use]
    pub fn shows(&self, spec: &ChartSpec, days: DayRange) -> bool {
        let index = |bucket: usize| i64::try_from(bucket).unwrap_or(i64::MAX);
        spec.index_of(days.from) < index(self.shown.end)
            && index(self.shown.start) <= spec.index_of(days.to)
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
    pub fn y(&self, value: f64) -> f64 {
        let top = amount(self.vertical.last().copied().unwrap_or(1).max(1));
        let part = match self.scale {
            AxisScale::Linear => value / top,
            AxisScale::SymmetricLog => value.ln_1p() / top.ln_1p(),
        };
        self.bottom - (self.bottom - self.top) * part.clamp(0.0, 1.0)
    }

    /// Where a horizontal position is, as a part of the plot's width.
    #[must_use]
    pub fn part_at(&self, x: f64) -> f64 {
        ((x - self.left) / (self.right - self.left)).clamp(0.0, 1.0)
    }

    /// The place on the axis at a horizontal position, in buckets.
    #[must_use]
    pub fn place_at(&self, x: f64) -> f64 {
        float(self.shown.start) + self.part_at(x) * float(self.shown.len())
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

/// The highest value shown: of the visible lines and of what they are compared with. The usual range
/// may reach far higher where a day varies much, and would flatten the lines.
fn highest(spec: &ChartSpec, view: &Viewport, shown: &Range<usize>) -> u64 {
    let is_visible =
        |key: &str| (spec.series.iter()).any(|series| series.key == key && view.is_visible(series));
    let series = spec.series.iter().filter(|series| view.is_visible(series));
    let compared = spec.compared.iter().flat_map(|compared| &compared.values);
    let compared = compared.filter(|(key, _)| is_visible(key));
    let lines = (series.map(|series| &series.values)).chain(compared.map(|(_, values)| values));
    let values = lines
        .filter_map(|values| values.get(shown.clone()))
        .flatten();
    values.copied().flatten().max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::chart::spec::{ComparedLines, Line, Series, Slot, UsualBand};

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
    fn the_axis_covers_the_comparison_and_cuts_the_usual_range() {
        let mut spec = spec(vec![Some(3), Some(4)]);
        spec.usual = Some(UsualBand {
            series: "views".to_owned(),
            ranges: vec![None, Some((2, 40))],
            from: None,
        });
        let top = |spec: &ChartSpec| {
            let layout = Layout::of(spec, &Viewport::default(), 1080.0, HEIGHT);
            layout.vertical.last().copied()
        };
        assert_eq!(top(&spec), Some(4), "of the line");
        spec.compared = Some(ComparedLines {
            label: "before".to_owned(),
            first: spec.first.plus(-7),
            values: vec![
                ("views".to_owned(), vec![Some(80), None]),
                ("clones".to_owned(), vec![Some(900), None]),
            ],
        });
        assert_eq!(top(&spec), Some(80), "only of lines that are shown");
    }

    #[test]
    fn a_logarithmic_axis_keeps_zero_and_evens_out_powers() {
        let spec = spec(vec![Some(0), Some(9), Some(1_000)]);
        let mut view = Viewport::default();
        view.switch_scale();
        let layout = Layout::of(&spec, &view, 1080.0, HEIGHT);
        assert_eq!(layout.vertical, [0, 1, 10, 100, 1_000]);
        assert!((layout.y(0.0) - layout.bottom).abs() < 1e-9);
        assert!((layout.y(1_000.0) - layout.top).abs() < 1e-9);
        let steps = [1.0, 10.0, 100.0, 1_000.0].map(|value| layout.y(value));
        assert!((steps[1] - steps[2] - (steps[2] - steps[3])).abs() < 4.0);
    }

    #[test]
    fn long_ranges_of_days_have_means_and_short_ones_none() {
        let has_mean = |len: usize, zoom| {
            let mut spec = spec(vec![Some(1); len]);
            spec.has_mean = true;
            let mut view = Viewport::default();
            view.zoom = zoom;
            Layout::of(&spec, &view, 1080.0, HEIGHT).has_mean
        };
        assert!(!has_mean(60, None) && has_mean(61, None));
        assert!(
            !has_mean(400, Some((0, 30))),
            "a month of days is read day by day"
        );
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
