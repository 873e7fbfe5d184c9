//! A chart in words, for the reading row, the table and screen readers.

use domain::Interval;

use super::{ChartEvent, ChartSpec, EventKind, ShadeKind};
use crate::chart::format;

/// So many events of one kind in a bucket are named.
const MOST_NAMED: usize = 5;

/// The kinds of events, in the order in which a remark names them.
const KINDS: [EventKind; 7] = [
    EventKind::Release,
    EventKind::Tag,
    EventKind::Renamed,
    EventKind::MadePublic,
    EventKind::Note,
    EventKind::GithubLate,
    EventKind::Lost,
];

impl ChartSpec {
    /// The bucket in words: `Monday, 6 July 2026`.
    #[must_use]
    pub fn when(&self, index: usize) -> String {
        format::bucket(self.interval, self.bucket_at(index))
    }

    /// The events on the days of a bucket.
    pub fn events_at(&self, index: usize) -> impl DoubleEndedIterator<Item = &ChartEvent> {
        let days = self.bucket_at(index);
        (self.events.iter())
            .filter(move |event| event.days.from <= days.to && days.from <= event.days.to)
    }

    /// The remark on a bucket: its events, and what is unknown.
    #[must_use]
    pub fn remark(&self, index: usize) -> Option<String> {
        let events = (KINDS.into_iter()).filter_map(|kind| self.event_names(index, kind));
        events
            .chain(self.gap(index))
            .reduce(|all, remark| format!("{all} · {remark}"))
    }

    /// The events of one kind in a bucket: the last few, and how many more.
    fn event_names(&self, index: usize, kind: EventKind) -> Option<String> {
        let mut names = String::new();
        let mut count = 0;
        for event in self.events_at(index).rev().filter(|it| it.kind == kind) {
            count += 1;
            if count <= MOST_NAMED {
                names.push_str(if count > 1 { ", " } else { "" });
                names.push_str(&event.label);
            }
        }
        if count > MOST_NAMED {
            let more = count - MOST_NAMED;
            names = format!("{names} and {more} more");
        }
        let named = match kind.prefix() {
            Some(prefix) => format!("{prefix}: {names}"),
            None => names,
        };
        (count > 0).then_some(named)
    }

    /// What is unknown about the bucket, and why.
    fn gap(&self, index: usize) -> Option<String> {
        if let Some(remark) = self.remarks.iter().find(|remark| remark.bucket == index) {
            return Some(remark.text.clone());
        }
        if self.is_known(index) {
            return None;
        }
        let text = match self.shade_at(index) {
            Some(ShadeKind::Lost) => "Lost (not collected in time)",
            Some(ShadeKind::Late) => "Not yet published (GitHub is late)",
            Some(ShadeKind::Unpublished) => "Not yet published by GitHub",
            None => "Unknown",
        };
        Some(text.to_owned())
    }

    /// A bucket with all its values as one sentence, for a screen reader.
    #[must_use]
    pub fn spoken(&self, index: usize) -> String {
        let values = self.series.iter().filter_map(|series| {
            let value = series.values.get(index).copied().flatten()?;
            Some(format!("{} {}", series.label, format::number(value)))
        });
        let parts: Vec<_> = values.chain(self.remark(index)).collect();
        format!("{}: {}.", self.when(index), parts.join(", "))
    }

    /// The chart in one sentence. It names each line's highest value and adds nothing up, since
    /// uniques cannot be added.
    #[must_use]
    pub fn summary(&self) -> String {
        let Some(days) = self.days() else {
            return format!("{}: no days yet.", self.title);
        };
        let unit = self.interval.as_str();
        let peaks = self.series.iter().filter(|s| s.visible).map(|series| {
            let peak = (series.values.iter().enumerate())
                .filter_map(|(index, value)| value.map(|value| (index, value)))
                .reduce(|best, next| if next.1 > best.1 { next } else { best });
            match peak {
                Some((index, value)) => format!(
                    "{} up to {} ({})",
                    series.label,
                    format::number(value),
                    format::day(self.bucket_at(index).from)
                ),
                None => format!("{} unknown", series.label),
            }
        });
        let peaks: Vec<_> = peaks.collect();
        let is_version =
            |event: &&ChartEvent| matches!(event.kind, EventKind::Release | EventKind::Tag);
        let versions = self.events.iter().filter(is_version);
        let last = versions.clone().next_back().map(|last| {
            let (many, day) = (versions.count(), format::day(last.days.from));
            format!(
                " {many} releases and tags, most recently {} ({day}).",
                last.label
            )
        });
        format!(
            "{} by {unit}, {}: {}.{}",
            self.title,
            format::days(days),
            peaks.join(", "),
            last.unwrap_or_default()
        )
    }

    /// The days that a bucket is compared with, in words: `Tue 23 Jun 2026`; `None` without a
    /// comparison.
    #[must_use]
    pub fn compared_when(&self, index: usize) -> Option<String> {
        let compared = self.compared.as_ref()?;
        let days = self.bucket_after(compared.first, index);
        Some(match self.interval {
            Interval::Day => format::weekday_and_day(days.from),
            Interval::Week => format::days(days),
            Interval::Month => format::month(days.from),
        })
    }
}
