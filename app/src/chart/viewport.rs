//! The viewport of a chart: zoom, scale and hidden lines, which decide what is drawn. Pure, so that
//! gestures are tested without a browser.

use std::ops::Range;

use super::float::float;
use super::spec::Series;

/// The fewest buckets that a zoom shows.
const MIN_ZOOM: usize = 2;

/// The scale of the vertical axis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AxisScale {
    /// Equal distances for equal differences.
    #[default]
    Linear,
    /// Equal distances for equal factors, with a zero.
    SymmetricLog,
}

/// Zoom, scale and hidden lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Viewport {
    /// The first bucket shown and the one after the last; `None` shows all.
    pub zoom: Option<(usize, usize)>,
    /// The scale of the vertical axis.
    pub scale: AxisScale,
    /// The keys of the toggled series.
    toggled: Vec<String>,
}

impl Viewport {
    /// The buckets that are shown of `len`.
    #[must_use]
    pub fn shown(&self, len: usize) -> Range<usize> {
        match self.zoom {
            Some((start, end)) if start < end && end <= len => start..end,
            _ => 0..len,
        }
    }

    /// Whether the series is drawn.
    #[must_use]
    pub fn is_visible(&self, series: &Series) -> bool {
        series.visible != self.toggled.contains(&series.key)
    }

    /// Switches a series on or off.
    pub fn toggle(&mut self, key: &str) {
        if let Some(place) = self.toggled.iter().position(|toggled| toggled == key) {
            self.toggled.swap_remove(place);
        } else {
            self.toggled.push(key.to_owned());
        }
    }

    /// Shows one series alone; if it is alone already, all of them.
    pub fn isolate(&mut self, key: &str, all: &[Series]) {
        let is_alone = (all.iter()).all(|series| self.is_visible(series) == (series.key == key));
        let toggled = all
            .iter()
            .filter(|series| series.visible != (is_alone || series.key == key));
        self.toggled = toggled.map(|series| series.key.clone()).collect();
    }

    /// Switches between the scales of the vertical axis.
    pub fn switch_scale(&mut self) {
        self.scale = match self.scale {
            AxisScale::Linear => AxisScale::SymmetricLog,
            AxisScale::SymmetricLog => AxisScale::Linear,
        };
    }

    /// Shows the buckets from `start` up to, and without, `end`; all of them where that is more.
    pub fn zoom_to(&mut self, start: usize, end: usize, len: usize) {
        let end = end.min(len);
        let is_all = start == 0 && end == len;
        self.zoom = (!is_all && start + MIN_ZOOM <= end).then_some((start, end));
    }

    /// Shows `factor` times as many buckets; the one at the part `at` of the width stays there.
    pub fn scale_zoom(&mut self, factor: f64, at: f64, len: usize) {
        let shown = self.shown(len);
        let wide = float(shown.len()) * factor;
        let start = float(shown.start) + (float(shown.len()) - wide) * at;
        self.place(start, wide, len);
    }

    /// Moves the zoom by this many buckets; the ends of the chart stop it.
    pub fn pan(&mut self, by: f64, len: usize) {
        if self.zoom.is_some() {
            let shown = self.shown(len);
            self.place(float(shown.start) + by, float(shown.len()), len);
        }
    }

    /// Keeps two buckets below two fingers, each at a part of the width.
    pub fn pinch(&mut self, buckets: (f64, f64), parts: (f64, f64), len: usize) {
        let distance = parts.1 - parts.0;
        if distance.abs() > f64::EPSILON {
            let wide = (buckets.1 - buckets.0) / distance;
            self.place(buckets.0 - parts.0 * wide, wide, len);
        }
    }

    /// Zooms to about `wide` buckets from about `start` on.
    fn place(&mut self, start: f64, wide: f64, len: usize) {
        let wide = wide.round().clamp(float(MIN_ZOOM.min(len)), float(len));
        let start = start.round().clamp(0.0, float(len) - wide);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to the buckets of the chart"
        )]
        let (start, wide) = (start as usize, wide as usize);
        self.zoom_to(start, start + wide, len);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::chart::spec::{Line, Slot};

    fn series(key: &str, visible: bool) -> Series {
        Series {
            key: key.to_owned(),
            label: key.to_owned(),
            line: Line::Solid,
            slot: Slot::One,
            values: Vec::new(),
            visible,
        }
    }

    #[test]
    fn isolating_a_line_hides_the_others_and_a_second_time_shows_all() {
        let all = [
            series("views", true),
            series("visitors", true),
            series("clones", false),
        ];
        let mut view = Viewport::default();
        let visible = |view: &Viewport| all.each_ref().map(|it| view.is_visible(it));
        view.isolate("clones", &all);
        assert_eq!(visible(&view), [false, false, true]);
        view.isolate("views", &all);
        assert_eq!(visible(&view), [true, false, false]);
        view.isolate("views", &all);
        assert_eq!(visible(&view), [true, true, true]);
    }

    #[test]
    fn a_zoom_that_no_longer_fits_shows_all() {
        let view = Viewport {
            zoom: Some((10, 21)),
            ..Viewport::default()
        };
        assert_eq!(view.shown(15), 0..15);
    }

    #[test]
    fn zooming_keeps_the_place_of_the_pointer_and_panning_the_width() {
        let mut view = Viewport::default();
        view.scale_zoom(0.5, 0.5, 100);
        assert_eq!(view.shown(100), 25..75);
        view.scale_zoom(0.5, 0.0, 100);
        assert_eq!(view.shown(100), 25..50);
        view.pan(-30.0, 100);
        assert_eq!(view.shown(100), 0..25, "the start stops it");
        view.pan(10.0, 100);
        assert_eq!(view.shown(100), 10..35);
        view.scale_zoom(100.0, 0.5, 100);
        assert_eq!(view.zoom, None);
        view.pan(10.0, 100);
        assert_eq!(view.zoom, None, "all is shown");
    }

    #[test]
    fn two_fingers_keep_their_days() {
        let mut view = Viewport::default();
        view.pinch((40.0, 60.0), (0.2, 0.8), 100);
        let shown = view.shown(100);
        assert_eq!((shown.start, shown.len()), (33, 33));
    }

    proptest! {
        #[test]
        fn no_gesture_ever_leaves_the_chart(
            len in 0..60_usize,
            steps in proptest::collection::vec((0..4_u8, -3.0..3.0_f64, 0.0..1.0_f64), 0..40),
        ) {
            let mut view = Viewport::default();
            for (step, by, at) in steps {
                match step {
                    0 => view.scale_zoom(by.exp2(), at, len),
                    1 => view.pan(by * 10.0, len),
                    2 => view.pinch((by, by + 9.0), (at, at + by), len),
                    _ => view.zoom_to(4, 9, len),
                }
                let shown = view.shown(len);
                prop_assert!(shown.end <= len && shown.len() >= MIN_ZOOM.min(len));
            }
        }
    }
}
