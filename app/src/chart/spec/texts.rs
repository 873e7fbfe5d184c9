//! A chart in words, for the reading row, the table and screen readers.

use std::ops::Range;

use domain::{DayRange, Interval};

use super::{ChartEvent, ChartSpec, EventKind, Series, ShadeKind};
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

    /// The bucket in few words: `Mon 6 Jul 2026`.
    #[must_use]
    pub fn short_when(&self, index: usize) -> String {
        self.short_days(self.bucket_at(index))
    }

    fn short_days(&self, days: DayRange) -> String {
        match self.interval {
            Interval::Day => format::weekday_and_day(days.from),
            Interval::Week => format::days(days),
            Interval::Month => format::month(days.from),
        }
    }

    /// The events on the days of a bucket.
    #[must_use]
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
        let remark = match kind.prefix() {
            Some(prefix) => format!("{prefix}: {names}"),
            None => names,
        };
        (count > 0).then_some(remark)
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

    /// A bucket with its values as one sentence, for a screen reader: of all series, or of one.
    #[must_use]
    pub fn spoken(&self, index: usize, only: Option<usize>) -> String {
        let series = self.series.iter().enumerate();
        let read = series.filter(|(place, _)| only.is_none_or(|only| only == *place));
        let values = read.filter_map(|(_, series)| {
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
        let description = self.description.iter().map(|it| format!(" {it}"));
        format!(
            "{} by {unit}, {}: {}.{}{}",
            self.title,
            format::days(days),
            peaks.join(", "),
            description.collect::<String>(),
            last.unwrap_or_default()
        )
    }

    /// The days that a bucket is compared with, in words: `Tue 23 Jun 2026`; `None` without a
    /// comparison.
    #[must_use]
    pub fn compared_when(&self, index: usize) -> Option<String> {
        let compared = self.compared.as_ref()?;
        Some(self.short_days(self.bucket_after(compared.first, index)))
    }

    /// What a bucket of a series is compared with; `None` if unknown.
    #[must_use]
    pub fn compared_value(&self, series: &str, index: usize) -> Option<u64> {
        let compared = self.compared.as_ref()?;
        let (_, values) = compared.values.iter().find(|(key, _)| key == series)?;
        values.get(index).copied().flatten()
    }

    /// The change of a bucket in percent; `None` where a day of either side is unknown or still to
    /// come, or where nothing is compared.
    #[must_use]
    pub fn change(&self, series: &Series, index: usize) -> Option<i64> {
        let before = i128::from(self.compared_value(&series.key, index)?);
        let now = i128::from(series.values.get(index).copied().flatten()?);
        let is_part = self.is_growing(index) || self.remarks.iter().any(|it| it.bucket == index);
        if is_part || before == 0 {
            return None;
        }
        i64::try_from((200 * (now - before) + before).div_euclid(2 * before)).ok()
    }

    /// The range shown as a sentence, for a screen reader.
    #[must_use]
    pub fn spoken_range(&self, shown: Range<usize>) -> String {
        let (from, to) = (self.bucket_at(shown.start), shown.end.saturating_sub(1));
        let days = DayRange::new(from.from, self.bucket_at(to).to);
        format!("Showing {}.", days.map(format::days).unwrap_or_default())
    }
}
