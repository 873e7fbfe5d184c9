//! A chart as plain data, built from a report and free of pixels.

use domain::report::{Marker, MarkerKind};
use domain::{Day, DayRange, Interval};
use serde::{Deserialize, Serialize};

use super::format;

/// So many releases or tags of a bucket are named.
const MOST_NAMED: usize = 5;

/// A chart over consecutive buckets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartSpec {
    /// Its heading, such as "Traffic".
    pub title: String,
    /// The width of the buckets.
    pub interval: Interval,
    /// The first day of the first bucket.
    pub first: Day,
    /// How many buckets there are; every series has as many values.
    pub len: usize,
    /// The lines, in the order of the legend.
    pub series: Vec<Series>,
    /// Days that are marked as lost or as not yet published.
    pub shades: Vec<Shade>,
    /// The releases and tags, in the order of their days.
    pub markers: Vec<Marker>,
    /// Notes about single buckets.
    pub notes: Vec<Note>,
    /// The first of the last buckets that still grow, since GitHub has not published all of their
    /// days; `None` where all are final.
    pub growing: Option<usize>,
}

/// One line of a chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    /// Its identity across periods and intervals.
    pub key: String,
    /// Its name in the legend.
    pub label: String,
    /// How it is drawn.
    pub line: Line,
    /// Its colour.
    pub slot: Slot,
    /// One value for each bucket; `None` is unknown and drawn as a gap, never as zero.
    pub values: Vec<Option<u64>>,
    /// Whether it is visible at first.
    pub visible: bool,
}

/// How a series is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// A line with its area.
    Area,
    /// A line.
    Solid,
    /// A dashed line.
    Dashed,
}

/// A colour of the palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    /// Blue.
    One,
    /// Orange.
    Two,
    /// Green.
    Three,
    /// Purple.
    Four,
}

impl Slot {
    /// Its place in a palette.
    #[must_use]
    pub const fn index(self) -> usize {
        match self {
            Self::One => 0,
            Self::Two => 1,
            Self::Three => 2,
            Self::Four => 3,
        }
    }

    /// The class that gives an element its colour.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::One => "key-1",
            Self::Two => "key-2",
            Self::Three => "key-3",
            Self::Four => "key-4",
        }
    }
}

/// Days that are marked behind the lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shade {
    /// Which days.
    pub days: DayRange,
    /// As what.
    pub kind: ShadeKind,
}

/// Why days have no values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShadeKind {
    /// Not collected in time.
    Lost,
    /// GitHub can still publish them.
    Unpublished,
    /// GitHub has not published them yet and is later than usual.
    Late,
}

/// A note about one bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Which bucket.
    pub bucket: usize,
    /// A short sentence, such as "5 of 7 days known".
    pub text: String,
}

impl Series {
    /// The legend's part of it.
    #[must_use]
    pub fn without_values(&self) -> Self {
        Self {
            key: self.key.clone(),
            label: self.label.clone(),
            values: Vec::new(),
            ..*self
        }
    }
}

impl ChartSpec {
    /// An empty chart of `len` buckets, the first of which contains the day `first`.
    #[must_use]
    pub fn new(title: impl Into<String>, interval: Interval, first: Day, len: usize) -> Self {
        Self {
            title: title.into(),
            interval,
            first: interval.bucket(first).from,
            len,
            series: Vec::new(),
            shades: Vec::new(),
            markers: Vec::new(),
            notes: Vec::new(),
            growing: None,
        }
    }

    /// Whether the bucket's values still grow, so that it is drawn dashed and labelled "so far".
    #[must_use]
    pub fn is_growing(&self, index: usize) -> bool {
        self.growing.is_some_and(|first| first <= index)
    }

    /// The days of a bucket, which may lie beyond either end of the chart.
    #[must_use]
    pub fn bucket(&self, index: i64) -> DayRange {
        let start = match self.interval {
            Interval::Day => self.first.plus(index),
            Interval::Week => self.first.plus(7 * index),
            Interval::Month => add_months(self.first, index),
        };
        self.interval.bucket(start)
    }

    /// The days of the bucket at a place in the series.
    #[must_use]
    pub fn bucket_at(&self, index: usize) -> DayRange {
        self.bucket(i64::try_from(index).unwrap_or(i64::MAX))
    }

    /// All days of the chart; `None` where it has none.
    #[must_use]
    pub fn days(&self) -> Option<DayRange> {
        let last = self.len.checked_sub(1)?;
        DayRange::new(self.first, self.bucket_at(last).to)
    }

    /// Which bucket contains the day; negative before the first one.
    #[must_use]
    pub fn index_of(&self, day: Day) -> i64 {
        use chrono::Datelike;
        let months = |day: Day| i64::from(day.date().year()) * 12 + i64::from(day.date().month0());
        match self.interval {
            Interval::Day => day.days_since(self.first),
            Interval::Week => day.days_since(self.first).div_euclid(7),
            Interval::Month => months(day) - months(self.first),
        }
    }

    /// Why the bucket has no values, if a shade says so.
    #[must_use]
    pub fn shade_at(&self, index: usize) -> Option<ShadeKind> {
        let bucket = self.bucket_at(index);
        self.shades
            .iter()
            .find(|shade| shade.days.from <= bucket.to && bucket.from <= shade.days.to)
            .map(|shade| shade.kind)
    }

    /// The bucket in words: `Monday, 6 July 2026`.
    #[must_use]
    pub fn when(&self, index: usize) -> String {
        format::bucket(self.interval, self.bucket_at(index))
    }

    /// The remark on a bucket: its releases and tags, and what is unknown.
    #[must_use]
    pub fn remark(&self, index: usize) -> Option<String> {
        let released = self
            .marker_names(index, MarkerKind::Release)
            .map(|names| format!("Released: {names}"));
        let tagged = self
            .marker_names(index, MarkerKind::Tag)
            .map(|names| format!("Tagged: {names}"));
        let remarks = [released, tagged, self.anomaly(index)];
        (remarks.into_iter().flatten()).reduce(|all, remark| format!("{all} · {remark}"))
    }

    /// The releases or tags of a bucket: the last few, and how many more.
    fn marker_names(&self, index: usize, kind: MarkerKind) -> Option<String> {
        let days = self.bucket_at(index);
        let of_bucket = |marker: &&Marker| marker.kind == kind && days.contains(marker.day);
        let mut names = String::new();
        let mut count = 0;
        for marker in self.markers.iter().rev().filter(of_bucket) {
            count += 1;
            if count <= MOST_NAMED {
                names.push_str(if count > 1 { ", " } else { "" });
                names.push_str(&marker.label);
            }
        }
        if count > MOST_NAMED {
            let more = count - MOST_NAMED;
            names = format!("{names} and {more} more");
        }
        (count > 0).then_some(names)
    }

    /// What is unknown about the bucket, and why.
    fn anomaly(&self, index: usize) -> Option<String> {
        let known = self
            .series
            .iter()
            .any(|series| series.values.get(index).copied().flatten().is_some());
        if let Some(note) = self.notes.iter().find(|note| note.bucket == index) {
            return Some(note.text.clone());
        }
        match self.shade_at(index) {
            Some(ShadeKind::Lost) if !known => Some("Lost (not collected in time)".to_owned()),
            Some(ShadeKind::Late) if !known => Some(
                "Not yet published (GitHub is \
                                                     late)"
                    .to_owned(),
            ),
            Some(ShadeKind::Unpublished) if !known => {
                Some("Not yet published by GitHub".to_owned())
            }
            _ if !known => Some("Unknown".to_owned()),
            _ => None,
        }
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
        let last = self.markers.last().map(|last| {
            let (many, day) = (self.markers.len(), format::day(last.day));
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
}

fn add_months(day: Day, months: i64) -> Day {
    let distance = chrono::Months::new(u32::try_from(months.unsigned_abs()).unwrap_or(u32::MAX));
    let moved = if months < 0 {
        day.date().checked_sub_months(distance)
    } else {
        day.date().checked_add_months(distance)
    };
    moved.map_or(day, Day::new)
}

#[cfg(test)]
mod tests;
