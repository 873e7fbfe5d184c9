//! The viewport of a chart: zoom, hidden lines and cursor. Pure, so that keys and drags are tested
//! without a browser.

use std::ops::Range;

use domain::Interval;

use super::spec::{ChartSpec, Series};

/// The fewest buckets that a zoom shows.
const MIN_ZOOM: usize = 2;

/// Zoom, hidden lines and cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Viewport {
    /// The first bucket shown and the one after the last; `None` shows all.
    pub zoom: Option<(usize, usize)>,
    /// The bucket under the cursor.
    pub cursor: Option<usize>,
    /// Where a drag began and where it is now.
    pub brush: Option<(usize, usize)>,
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

    /// Resets zoom and cursor; toggled series stay.
    pub fn reset(&mut self) {
        self.zoom = None;
        self.cursor = None;
        self.brush = None;
    }

    /// Ends a drag and zooms to its range. A click has none.
    pub fn end_brush(&mut self) {
        if let Some((start, end)) = self.brush.take()
            && start.abs_diff(end) + 1 >= MIN_ZOOM
        {
            self.zoom = Some((start.min(end), start.max(end) + 1));
        }
    }

    /// Handles a key; `false` if it has no meaning here.
    pub fn key(&mut self, key: &str, shift: bool, spec: &ChartSpec) -> bool {
        let shown = self.shown(spec.len);
        let Some(last) = shown.end.checked_sub(1) else {
            return false;
        };
        let leap = match spec.interval {
            Interval::Day => 7,
            Interval::Week => 4,
            Interval::Month => 12,
        };
        let step = if shift { leap } else { 1 };
        let back = |by: usize| {
            let from = self.cursor.unwrap_or(shown.end);
            from.saturating_sub(by).max(shown.start).min(last)
        };
        let forth = |by: usize| match self.cursor {
            Some(from) => (from + by).clamp(shown.start, last),
            None => shown.start,
        };
        let target = match key {
            "ArrowLeft" => back(step),
            "ArrowRight" => forth(step),
            "PageUp" => back(leap),
            "PageDown" => forth(leap),
            "Home" => shown.start,
            "End" => last,
            "+" | "=" => return self.scale(&shown, true, spec.len),
            "-" => return self.scale(&shown, false, spec.len),
            "Escape" => return self.escape(),
            _ => return false,
        };
        self.cursor = Some(target);
        true
    }

    /// Undoes one thing: the drag, the zoom or the cursor.
    fn escape(&mut self) -> bool {
        if self.brush.take().is_some() || self.zoom.take().is_some() {
            return true;
        }
        self.cursor.take().is_some()
    }

    /// Halves or doubles the number of buckets shown, around the cursor.
    fn scale(&mut self, shown: &Range<usize>, closer: bool, len: usize) -> bool {
        let wanted = if closer {
            (shown.len() / 2).max(MIN_ZOOM)
        } else {
            shown.len() * 2
        };
        if wanted >= len {
            self.zoom = None;
            return true;
        }
        let middle = self
            .cursor
            .unwrap_or(usize::midpoint(shown.start, shown.end));
        let start = middle.saturating_sub(wanted / 2).min(len - wanted);
        self.zoom = Some((start, start + wanted));
        true
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::chart::spec::ChartSpec;

    fn days(len: usize) -> ChartSpec {
        ChartSpec::new("T", Interval::Day, "2026-07-06".parse().unwrap(), len)
    }

    #[test]
    fn arrows_move_by_a_day_and_with_shift_by_a_week() {
        let (spec, mut view) = (days(30), Viewport::default());
        assert!(view.key("ArrowLeft", false, &spec));
        assert_eq!(
            view.cursor,
            Some(29),
            "the first arrow enters at the newest day"
        );
        view.key("ArrowLeft", true, &spec);
        assert_eq!(view.cursor, Some(22));
        view.key("PageDown", false, &spec);
        view.key("ArrowRight", false, &spec);
        assert_eq!(view.cursor, Some(29), "the end stops");
        view.key("Home", false, &spec);
        assert_eq!(view.cursor, Some(0));
        assert!(!view.key("a", false, &spec), "other keys are left alone");
    }

    #[test]
    fn a_drag_zooms_a_click_does_not_and_escape_takes_back_one_thing_at_a_time() {
        let (spec, mut view) = (days(30), Viewport::default());
        view.brush = Some((7, 7));
        view.end_brush();
        assert_eq!(view.shown(30), 0..30);
        view.brush = Some((20, 10));
        view.end_brush();
        assert_eq!(view.shown(30), 10..21);
        view.key("End", false, &spec);
        assert_eq!(view.cursor, Some(20), "the cursor stays within the zoom");
        assert!(view.key("Escape", false, &spec));
        assert_eq!((view.shown(30), view.cursor), (0..30, Some(20)));
        assert!(view.key("Escape", false, &spec));
        assert_eq!(view.cursor, None);
        assert!(
            !view.key("Escape", false, &spec),
            "nothing left: the key is free"
        );
    }

    #[test]
    fn a_zoom_that_no_longer_fits_shows_all() {
        let view = Viewport {
            zoom: Some((10, 21)),
            ..Viewport::default()
        };
        assert_eq!(view.shown(15), 0..15);
    }

    proptest! {
        #[test]
        fn no_key_ever_leaves_the_chart(
            len in 0..60_usize,
            keys in proptest::collection::vec(("ArrowLeft|ArrowRight|PageUp|PageDown|Home|End|\\+|-|Escape", any::<bool>()), 0..40),
        ) {
            let (spec, mut view) = (days(len), Viewport::default());
            for (key, shift) in keys {
                view.key(&key, shift, &spec);
                prop_assert!(view.shown(len).end <= len);
                prop_assert!(view.cursor.is_none_or(|cursor| cursor < len));
            }
        }
    }
}
