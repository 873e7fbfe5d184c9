//! The lane of events below the lines: where each one lies, and which are named.

use super::layout::Layout;
use super::spec::{ChartEvent, ChartSpec, EventKind};
use super::ticks::label_width;

/// Between a symbol and its label, and between two labels, in CSS pixels.
const GAP: f64 = 9.0;

/// Events that share a label, since their own ones would lie over each other.
#[derive(Clone, Debug, PartialEq)]
pub struct LaneGroup {
    /// Each event's kind, with its left and right edge. A single day has both at its middle.
    pub events: Vec<(EventKind, f64, f64)>,
    /// The label, such as "v2.4.0" or "3 releases".
    pub label: String,
    /// Where the label begins.
    pub label_left: f64,
}

impl LaneGroup {
    /// A group of this label, which is at the right of its symbols; at the edge of the chart, at
    /// the left of them.
    fn new(events: Vec<(EventKind, f64, f64)>, label: String, layout: &Layout) -> Self {
        let lefts = events.iter().map(|(_, left, _)| *left);
        let after = GAP + right_edge(&events);
        let label_left = if after + label_width(&label) <= layout.right {
            after
        } else {
            lefts.fold(layout.right, f64::min) - GAP - label_width(&label)
        };
        Self {
            events,
            label,
            label_left,
        }
    }

    /// With the events of the next group, and their number for a label.
    fn joined(mut self, next: Vec<(EventKind, f64, f64)>, layout: &Layout) -> Self {
        self.events.extend(next);
        let label = count(&self.events);
        Self::new(self.events, label, layout)
    }

    /// Where its symbols and its label end.
    fn right(&self) -> f64 {
        (self.label_left + label_width(&self.label)).max(right_edge(&self.events))
    }
}

/// Arranges the events that are shown. Labels that would lie over each other become a count.
#[must_use]
pub fn arranged(spec: &ChartSpec, layout: &Layout) -> Vec<LaneGroup> {
    let mut groups: Vec<LaneGroup> = Vec::new();
    for event in spec.events.iter().filter(|it| layout.shows(spec, it.days)) {
        let place = edges(spec, layout, event);
        let mut group = LaneGroup::new(vec![place], event.label.clone(), layout);
        // Its symbol, or its label if that is at the left, may lie over the group before.
        while let Some(before) = groups.pop() {
            if place.1.min(group.label_left) >= before.right() + GAP {
                groups.push(before);
                break;
            }
            group = before.joined(group.events, layout);
        }
        groups.push(group);
    }
    groups
}

fn right_edge(events: &[(EventKind, f64, f64)]) -> f64 {
    events
        .iter()
        .fold(0.0, |edge, (_, _, right)| right.max(edge))
}

fn edges(spec: &ChartSpec, layout: &Layout, event: &ChartEvent) -> (EventKind, f64, f64) {
    let days = event.days;
    if days.from == days.to {
        let middle = usize::try_from(spec.index_of(days.from)).map_or(0.0, |it| layout.x(it));
        (event.kind, middle, middle)
    } else {
        let left = layout.day_edge(spec, days.from);
        let right = layout.day_edge(spec, days.to.plus(1));
        (event.kind, left, right)
    }
}

/// "3 releases", or "3 events" of several kinds.
fn count(events: &[(EventKind, f64, f64)]) -> String {
    let words = match events.first() {
        Some((kind, ..)) if events.iter().all(|(other, ..)| other == kind) => kind.plural(),
        _ => "events",
    };
    format!("{} {words}", events.len())
}

#[cfg(test)]
mod tests {
    use domain::{Day, DayRange, Interval};

    use super::*;
    use crate::chart::layout::HEIGHT;
    use crate::chart::viewport::Viewport;

    fn first() -> Day {
        "2026-07-06".parse().unwrap()
    }

    fn event(from: i64, to: i64, label: &str, kind: EventKind) -> ChartEvent {
        ChartEvent {
            kind,
            days: DayRange {
                from: first().plus(from),
                to: first().plus(to),
            },
            label: label.to_owned(),
            link: None,
        }
    }

    fn arranged(events: Vec<ChartEvent>) -> Vec<LaneGroup> {
        let spec = ChartSpec::new("T", Interval::Day, first(), 90).with_events(events);
        let layout = Layout::of(&spec, &Viewport::default(), 1080.0, HEIGHT);
        super::arranged(&spec, &layout)
    }

    fn labels(groups: &[LaneGroup]) -> Vec<&str> {
        groups.iter().map(|group| group.label.as_str()).collect()
    }

    #[test]
    fn labels_that_would_lie_over_each_other_become_a_count() {
        let release = |day, label| event(day, day, label, EventKind::Release);
        let groups = arranged(vec![
            release(10, "v1.0"),
            release(40, "v1.8"),
            release(41, "v1.9"),
            event(42, 42, "Talk", EventKind::Note),
            release(70, "v2.0"),
            release(71, "v2.1"),
        ]);
        assert_eq!(labels(&groups), ["v1.0", "3 events", "2 releases"]);
        assert_eq!(groups[1].events.len(), 3, "each keeps its symbol");
    }

    #[test]
    fn a_span_reaches_from_its_first_day_to_its_last() {
        let groups = arranged(vec![event(30, 34, "GitHub late", EventKind::GithubLate)]);
        let (_, left, right) = groups[0].events[0];
        assert!(
            (right - left - 5.0 * 1028.0 / 90.0).abs() < 0.5,
            "{groups:?}"
        );
        assert!(groups[0].label_left > right);
    }

    #[test]
    fn at_the_right_edge_the_label_is_left_of_its_symbol() {
        let groups = arranged(vec![event(89, 89, "v2.4.1", EventKind::Release)]);
        assert!(groups[0].label_left < groups[0].events[0].1, "{groups:?}");
    }

    #[test]
    fn a_label_at_the_left_lies_over_no_symbol() {
        let release = |day| event(day, day, "v2", EventKind::Release);
        let groups = arranged(vec![release(80), release(85), release(88), release(89)]);
        let last = groups.last().expect("a group");
        let label = last.label_left..last.label_left + label_width(&last.label);
        let symbols = groups.iter().flat_map(|group| &group.events);
        for (_, left, _) in symbols {
            assert!(!label.contains(left), "{groups:?}");
        }
    }

    #[test]
    fn an_event_that_is_not_shown_takes_no_place() {
        assert!(arranged(vec![event(-5, -5, "v0.1", EventKind::Release)]).is_empty());
        assert_eq!(
            arranged(vec![event(-5, 3, "late", EventKind::GithubLate)]).len(),
            1
        );
    }
}
