//! What the keys do on a chart. Pure, so that they are tested without a browser.

use std::ops::Range;

use domain::Interval;

use super::spec::{ChartSpec, Series};
use super::viewport::Viewport;

/// What a visitor points at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    /// The bucket under it.
    pub bucket: Option<usize>,
    /// Whether it stays there when the pointer leaves.
    pub is_kept: bool,
    /// Where a drag began and where it is now.
    pub brush: Option<(usize, usize)>,
    /// The series that the keys read; `None` reads all.
    pub series: Option<usize>,
}

/// What a key did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyOutcome {
    /// Nothing: it has no meaning here.
    Ignored,
    /// It moved the cursor, or changed what is read.
    Read,
    /// It changed what is shown.
    Viewed,
    /// It presses the control of the same card with this `aria-keyshortcuts`.
    Press(&'static str),
}

impl Cursor {
    /// A cursor that keeps this bucket, or the one that points nowhere.
    #[must_use]
    pub fn kept(bucket: Option<usize>) -> Self {
        Self {
            bucket,
            is_kept: bucket.is_some(),
            ..Self::default()
        }
    }

    /// Ends a drag: the buckets from where it began to where it ended, or `None` for a click.
    pub fn end_brush(&mut self) -> Option<Range<usize>> {
        let (start, end) = self.brush.take()?;
        (start != end).then(|| start.min(end)..start.max(end) + 1)
    }

    /// Handles a key.
    pub fn key(
        &mut self,
        key: &str,
        shift: bool,
        spec: &ChartSpec,
        view: &mut Viewport,
    ) -> KeyOutcome {
        let shown = view.shown(spec.len);
        let Some(last) = shown.end.checked_sub(1) else {
            return KeyOutcome::Ignored;
        };
        let leap = match spec.interval {
            Interval::Day => 7,
            Interval::Week => 4,
            Interval::Month => 12,
        };
        let step = if shift { leap } else { 1 };
        let bucket = self.bucket.filter(|bucket| shown.contains(bucket));
        let back = |by: usize| {
            let from = bucket.unwrap_or(shown.end);
            Some(from.saturating_sub(by).max(shown.start).min(last))
        };
        let forth = |by: usize| match bucket {
            Some(from) => Some((from + by).clamp(shown.start, last)),
            None => Some(shown.start),
        };
        let target = match key {
            "ArrowLeft" => back(step),
            "ArrowRight" => forth(step),
            "PageUp" => back(leap),
            "PageDown" => forth(leap),
            "Home" => Some(shown.start),
            "End" => Some(last),
            "ArrowUp" => return self.next_series(spec, view, false),
            "ArrowDown" => return self.next_series(spec, view, true),
            "[" => event_buckets(spec, &shown).rfind(|it| bucket.is_none_or(|from| *it < from)),
            "]" => event_buckets(spec, &shown).find(|it| bucket.is_none_or(|from| *it > from)),
            "h" => self.read_series(spec, view).and_then(|it| {
                { known(it, &shown).reduce(|best, next| if next.1 > best.1 { next } else { best }) }
                    .map(|(index, _)| index)
            }),
            "l" => self.read_series(spec, view).and_then(|it| {
                { known(it, &shown).reduce(|best, next| if next.1 < best.1 { next } else { best }) }
                    .map(|(index, _)| index)
            }),
            "Enter" | " " => {
                self.bucket = bucket.or(Some(last));
                self.is_kept = !self.is_kept || bucket.is_none();
                return KeyOutcome::Read;
            }
            "+" | "=" | "-" => {
                let middle = bucket.unwrap_or(usize::midpoint(shown.start, shown.end));
                scale(view, &shown, middle, key != "-", spec.len);
                return KeyOutcome::Viewed;
            }
            "c" | "C" => return KeyOutcome::Press("c"),
            "t" | "T" => return KeyOutcome::Press("t"),
            "?" => return KeyOutcome::Press("?"),
            "Escape" => return self.escape(view),
            _ => return KeyOutcome::Ignored,
        };
        // Where there is no event or value to go to, the cursor stays.
        if target.is_some() {
            self.bucket = target;
        }
        KeyOutcome::Read
    }

    /// The series that the keys read: the chosen one, else the first that is shown.
    #[must_use]
    pub fn read_series<'a>(&self, spec: &'a ChartSpec, view: &Viewport) -> Option<&'a Series> {
        let chosen = self.series.and_then(|index| spec.series.get(index));
        let chosen = chosen.filter(|series| view.is_visible(series));
        chosen.or_else(|| spec.series.iter().find(|series| view.is_visible(series)))
    }

    /// Reads the series above or below; beyond the last one, all of them.
    fn next_series(&mut self, spec: &ChartSpec, view: &Viewport, down: bool) -> KeyOutcome {
        let mut visible = (0..spec.series.len()).filter(|it| view.is_visible(&spec.series[*it]));
        self.series = match (self.series, down) {
            (None, true) => visible.next(),
            (None, false) => visible.next_back(),
            (Some(now), true) => visible.find(|it| *it > now),
            (Some(now), false) => visible.rfind(|it| *it < now),
        };
        self.bucket = self.bucket.or(view.shown(spec.len).next_back());
        KeyOutcome::Read
    }

    /// Undoes one thing: the drag, the kept day, the cursor or the zoom.
    fn escape(&mut self, view: &mut Viewport) -> KeyOutcome {
        if self.brush.take().is_some() || view.zoom.take().is_some() {
            return KeyOutcome::Viewed;
        }
        if self.bucket.take().is_some() {
            self.is_kept = false;
            return KeyOutcome::Read;
        }
        KeyOutcome::Ignored
    }
}

/// Halves or doubles the number of buckets shown, around one of them.
fn scale(view: &mut Viewport, shown: &Range<usize>, middle: usize, closer: bool, len: usize) {
    let wanted = if closer {
        (shown.len() / 2).max(2)
    } else {
        (shown.len() * 2).min(len)
    };
    let start = middle
        .saturating_sub(wanted / 2)
        .min(len.saturating_sub(wanted));
    view.zoom_to(start, start + wanted, len);
}

/// The buckets shown in which an event begins, in their order.
fn event_buckets(spec: &ChartSpec, shown: &Range<usize>) -> impl DoubleEndedIterator<Item = usize> {
    let begins = |index: &usize| {
        let days = spec.bucket_at(*index);
        (spec.events.iter()).any(|event| days.contains(event.days.from))
    };
    shown.clone().filter(begins)
}

/// The known values of the buckets shown.
fn known(series: &Series, shown: &Range<usize>) -> impl Iterator<Item = (usize, u64)> {
    (shown.clone()).filter_map(|it| Some((it, series.values.get(it).copied().flatten()?)))
}

#[cfg(test)]
mod tests {
    use domain::DayRange;
    use proptest::prelude::*;

    use super::*;
    use crate::chart::spec::{ChartEvent, EventKind, Line, Slot};

    fn days(len: usize) -> ChartSpec {
        let mut spec = ChartSpec::new("T", Interval::Day, "2026-07-06".parse().unwrap(), len);
        for (key, visible) in [("views", true), ("clones", false), ("visitors", true)] {
            spec.series.push(Series {
                key: key.to_owned(),
                label: key.to_owned(),
                line: Line::Solid,
                slot: Slot::One,
                values: (0..len)
                    .map(|day| Some(u64::try_from(day * 7 % 11).unwrap()))
                    .collect(),
                visible,
            });
        }
        spec
    }

    /// Presses keys one after another; a capital arrow has Shift.
    fn press(cursor: &mut Cursor, view: &mut Viewport, spec: &ChartSpec, keys: &[&str]) {
        for key in keys {
            assert_ne!(
                cursor.key(key, false, spec, view),
                KeyOutcome::Ignored,
                "{key}"
            );
        }
    }

    #[test]
    fn arrows_move_by_a_day_and_with_shift_by_a_week() {
        let (spec, mut view, mut cursor) = (days(30), Viewport::default(), Cursor::default());
        press(&mut cursor, &mut view, &spec, &["ArrowLeft"]);
        assert_eq!(
            cursor.bucket,
            Some(29),
            "the first arrow enters at the newest day"
        );
        cursor.key("ArrowLeft", true, &spec, &mut view);
        assert_eq!(cursor.bucket, Some(22));
        press(&mut cursor, &mut view, &spec, &["PageDown", "ArrowRight"]);
        assert_eq!(cursor.bucket, Some(29), "the end stops");
        press(&mut cursor, &mut view, &spec, &["Home"]);
        assert_eq!(cursor.bucket, Some(0));
        assert_eq!(
            cursor.key("a", false, &spec, &mut view),
            KeyOutcome::Ignored,
            "other keys are left alone"
        );
    }

    #[test]
    fn a_drag_zooms_a_click_does_not_and_escape_takes_back_one_thing_at_a_time() {
        let (spec, mut view, mut cursor) = (days(30), Viewport::default(), Cursor::default());
        cursor.brush = Some((7, 7));
        assert_eq!(cursor.end_brush(), None);
        cursor.brush = Some((20, 10));
        assert_eq!(cursor.end_brush(), Some(10..21));
        view.zoom_to(10, 21, 30);
        press(&mut cursor, &mut view, &spec, &["End"]);
        assert_eq!(cursor.bucket, Some(20), "the cursor stays within the zoom");
        press(&mut cursor, &mut view, &spec, &["Escape"]);
        assert_eq!((view.shown(30), cursor.bucket), (0..30, Some(20)));
        press(&mut cursor, &mut view, &spec, &["Escape"]);
        assert_eq!(cursor.bucket, None);
        assert_eq!(
            cursor.key("Escape", false, &spec, &mut view),
            KeyOutcome::Ignored,
            "nothing left: the key is free"
        );
    }

    #[test]
    fn up_and_down_choose_a_line_that_is_shown_and_beyond_the_last_all_are_read() {
        let (spec, mut view, mut cursor) = (days(30), Viewport::default(), Cursor::default());
        let mut chosen = Vec::new();
        for key in ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp"] {
            press(&mut cursor, &mut view, &spec, &[key]);
            chosen.push(cursor.series);
        }
        assert_eq!(chosen, [Some(0), Some(2), None, Some(2)]);
        assert_eq!(cursor.bucket, Some(29));
    }

    #[test]
    fn brackets_go_to_events_and_h_and_l_to_the_highest_and_the_lowest() {
        let (mut spec, mut view, mut cursor) = (days(30), Viewport::default(), Cursor::default());
        spec.events = [3, 20]
            .map(|day| ChartEvent {
                kind: EventKind::Release,
                days: DayRange {
                    from: spec.first.plus(day),
                    to: spec.first.plus(day),
                },
                label: "v1".to_owned(),
                link: None,
            })
            .into();
        let mut places = Vec::new();
        for key in ["[", "[", "[", "]", "h", "l"] {
            press(&mut cursor, &mut view, &spec, &[key]);
            places.push(cursor.bucket.unwrap());
        }
        assert_eq!(places, [20, 3, 3, 20, 3, 0]);
    }

    #[test]
    fn enter_keeps_the_day_and_lets_it_go() {
        let (spec, mut view, mut cursor) = (days(30), Viewport::default(), Cursor::default());
        press(&mut cursor, &mut view, &spec, &["Home", "Enter"]);
        assert!(cursor.is_kept);
        press(&mut cursor, &mut view, &spec, &["Enter"]);
        assert!(!cursor.is_kept && cursor.bucket == Some(0));
    }

    proptest! {
        #[test]
        fn no_key_ever_leaves_the_chart(
            len in 0..60_usize,
            keys in proptest::collection::vec((r"ArrowLeft|ArrowRight|ArrowUp|ArrowDown|PageUp|PageDown|Home|End|\+|-|h|l|\[|\]|Enter|Escape", any::<bool>()), 0..40),
        ) {
            let (spec, mut view, mut cursor) = (days(len), Viewport::default(), Cursor::default());
            for (key, shift) in keys {
                cursor.key(&key, shift, &spec, &mut view);
                prop_assert!(view.shown(len).end <= len);
                prop_assert!(cursor.bucket.is_none_or(|bucket| bucket < len));
                prop_assert!(cursor.series.is_none_or(|series| view.is_visible(&spec.series[series])));
            }
        }
    }
}
