//! What lies behind and below the lines: shaded days, the usual range and the lane of events.

use domain::{Day, DayRange, Interval};
use plotters::element::{Circle, PathElement, Polygon, Rectangle};
use plotters::prelude::{Color, DrawingBackend, RGBColor};
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::super::float::amount;
use super::super::lane::arranged;
use super::super::spec::{EventKind, Series, ShadeKind};
use super::super::ticks::label_width;
use super::{Outcome, Picture, place, stroke, units};

/// The usual low and high of a bucket.
type UsualRange = Option<(u64, u64)>;

/// Between the labels above the plot.
const LABEL_GAP: f64 = 8.0;
/// Narrower buckets are too dense for a band that follows the days of the week.
const MIN_BAND_BUCKET: f64 = 2.5;
/// Half the size of a symbol in the lane.
const SYMBOL: f64 = 4.5;

impl<DB: DrawingBackend> Picture<'_, DB> {
    pub(super) fn shades(&self) -> Outcome<DB> {
        let blank = (self.spec.shades.iter()).flat_map(|shade| {
            let days = self.blank(shade.days).into_iter();
            days.map(move |days| (shade.kind, days))
        });
        // Labels end left of this; the newest come first.
        let mut room = self.layout.right;
        let blank: Vec<_> = blank.collect();
        for (kind, days) in blank.into_iter().rev() {
            let left = self.layout.day_edge(self.spec, days.from);
            let right = self.layout.day_edge(self.spec, days.to.plus(1));
            // A single lost day among years must stay visible.
            if left >= right {
                continue;
            }
            let (color, opacity) = match kind {
                ShadeKind::Lost => (self.theme.lost, 0.13),
                ShadeKind::Unpublished | ShadeKind::Late => (self.theme.unpublished, 0.1),
            };
            self.rectangle((left, right.max(left + 1.0)), color, opacity)?;
            let label = match kind {
                ShadeKind::Lost if days.len() == 1 => "1 day lost".to_owned(),
                ShadeKind::Lost => format!("{} days lost", days.len()),
                ShadeKind::Unpublished => "not published yet".to_owned(),
                ShadeKind::Late => "GitHub is late".to_owned(),
            };
            let end = room.min((left + label_width(&label)).max(right));
            let start = end - label_width(&label);
            if start >= self.layout.left && start <= right + LABEL_GAP {
                room = start - LABEL_GAP;
                let color = match kind {
                    ShadeKind::Lost => self.theme.lost,
                    ShadeKind::Unpublished | ShadeKind::Late => self.theme.text,
                };
                let anchor = Pos::new(HPos::Right, VPos::Bottom);
                self.text(&label, (end, self.layout.top - 5.0), color, anchor)?;
            }
        }
        Ok(())
    }

    /// The ranges of these days without a value in any visible line. Views and clones are known
    /// separately, and a drawn day is not lost. A week or month may be lost in part.
    fn blank(&self, days: DayRange) -> Vec<DayRange> {
        if self.spec.interval != Interval::Day {
            return vec![days];
        }
        let is_drawn = |day: Day| {
            let index = usize::try_from(self.spec.index_of(day)).unwrap_or(usize::MAX);
            let mut shown = self.spec.series.iter().filter(|it| self.is_visible(it));
            shown.any(|series| series.values.get(index).copied().flatten().is_some())
        };
        let mut stretches: Vec<DayRange> = Vec::new();
        for day in days.days().filter(|day| !is_drawn(*day)) {
            match stretches.last_mut() {
                Some(last) if last.to.plus(1) == day => last.to = day,
                _ => stretches.push(DayRange { from: day, to: day }),
            }
        }
        stretches
    }

    /// The usual range of its series, where that is shown and there is room for it.
    pub(super) fn usual(&self) -> Outcome<DB> {
        let Some((usual, _)) = self.usual_series() else {
            return Ok(());
        };
        let shown: Vec<_> = (self.layout.shown.clone())
            .map(|index| Some((index, usual.get(index).copied().flatten()?)))
            .collect();
        for run in shown.split(Option::is_none).filter(|run| run.len() > 1) {
            let run = run.iter().flatten();
            let at = |index: usize, value: u64| {
                let y = self.layout.y(amount(value)).max(self.layout.top);
                place((self.layout.x(index), y))
            };
            let high = run.clone().map(|(index, (_, high))| at(*index, *high));
            let low = run.rev().map(|(index, (low, _))| at(*index, *low));
            let outline: Vec<_> = high.chain(low).collect();
            self.root.draw(&Polygon::new(outline, self.theme.usual))?;
        }
        Ok(())
    }

    /// A dot on each day outside its usual range.
    pub(super) fn unusual(&self) -> Outcome<DB> {
        let Some((usual, series)) = self.usual_series() else {
            return Ok(());
        };
        let color = self.theme.series[series.slot.index()];
        for index in self.layout.shown.clone() {
            let range = usual.get(index).copied().flatten();
            let value = series.values.get(index).copied().flatten();
            if let Some(((low, high), value)) = range.zip(value)
                && !(low..=high).contains(&value)
                && !self.spec.is_growing(index)
            {
                let middle = place((self.layout.x(index), self.layout.y(amount(value))));
                let ground = self.theme.surface.filled();
                self.root.draw(&Circle::new(middle, units(4.0), ground))?;
                self.root
                    .draw(&Circle::new(middle, units(2.8), color.filled()))?;
            }
        }
        Ok(())
    }

    fn usual_series(&self) -> Option<(&[UsualRange], &Series)> {
        let usual = self.spec.usual.as_ref()?;
        let mut series = self.spec.series.iter();
        let series = series.find(|it| it.key == usual.series && self.is_visible(it))?;
        (self.layout.bucket_width() >= MIN_BAND_BUCKET).then_some((&usual.ranges, series))
    }

    /// The lane of events.
    pub(super) fn events(&self) -> Outcome<DB> {
        let Some(middle) = self.layout.lane else {
            return Ok(());
        };
        for group in arranged(self.spec, self.layout) {
            for (kind, left, right) in &group.events {
                self.symbol(*kind, (*left, *right), middle)?;
            }
            let color = match group.events.first() {
                Some((EventKind::Release | EventKind::Tag, ..)) => self.theme.series[3],
                _ => self.theme.text,
            };
            let anchor = Pos::new(HPos::Left, VPos::Center);
            self.text(&group.label, (group.label_left, middle), color, anchor)?;
        }
        Ok(())
    }

    fn symbol(&self, kind: EventKind, (left, right): (f64, f64), middle: f64) -> Outcome<DB> {
        if left < right {
            let color = match kind {
                EventKind::Lost => self.theme.lost,
                EventKind::Note => self.theme.accent,
                _ => self.theme.text,
            };
            let corners = [(left, middle - 3.0), (right.max(left + 3.0), middle + 3.0)].map(place);
            return self
                .root
                .draw(&Rectangle::new(corners, color.mix(0.4).filled()));
        }
        let outline = |points: &[(f64, f64)], color: RGBColor| {
            let points: Vec<_> = (points.iter())
                .map(|(x, y)| place((left + x, middle + y)))
                .collect();
            self.root
                .draw(&Polygon::new(points.clone(), self.theme.surface))?;
            self.root
                .draw(&PathElement::new(points, stroke(color, 1.5)))
        };
        let (size, half) = (SYMBOL, SYMBOL - 1.5);
        let diamond = |size: f64| {
            [
                (0.0, -size),
                (size, 0.0),
                (0.0, size),
                (-size, 0.0),
                (0.0, -size),
            ]
        };
        match kind {
            EventKind::Release => outline(&diamond(size), self.theme.series[3]),
            EventKind::Tag => outline(&diamond(half), self.theme.series[3]),
            EventKind::Note => outline(
                &[
                    (-half, -half),
                    (half, -half),
                    (half, half),
                    (-half, half),
                    (-half, -half),
                ],
                self.theme.accent,
            ),
            EventKind::Renamed
            | EventKind::MadePublic
            | EventKind::GithubLate
            | EventKind::Lost => {
                let middle = place((left, middle));
                let ring = stroke(self.theme.text, 1.5);
                self.root.draw(&Circle::new(middle, units(half), ring))
            }
        }
    }
}
