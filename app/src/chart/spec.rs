//! A chart as plain data, built from a report and free of pixels.

mod layers;
mod texts;

use domain::{Day, DayRange, Interval};
use serde::{Deserialize, Serialize};

pub use self::layers::{
    ChartEvent, ComparedLines, EventKind, Remark, Shade, ShadeKind, UsualBand, usual_band,
};

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
    /// Releases, tags, notes and the like, in the order of their days.
    pub events: Vec<ChartEvent>,
    /// Remarks on single buckets.
    pub remarks: Vec<Remark>,
    /// The first of the last buckets that still grow, since GitHub has not published all of their
    /// days; `None` where all are final.
    pub growing: Option<usize>,
    /// Whether long ranges of days show a centred 7-day mean over faint days. Not for totals, which
    /// need none.
    pub has_mean: bool,
    /// What the lines are compared with.
    pub compared: Option<ComparedLines>,
    /// The usual range of a series.
    pub usual: Option<UsualBand>,
    /// What the lines are like, in a sentence.
    pub description: Option<String>,
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
            events: Vec::new(),
            remarks: Vec::new(),
            growing: None,
            has_mean: false,
            compared: None,
            usual: None,
            description: None,
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
        self.interval.bucket(self.start_after(self.first, index))
    }

    /// The first day of the bucket so many places after the one that starts on the day `first`.
    fn start_after(&self, first: Day, index: i64) -> Day {
        match self.interval {
            Interval::Day => first.plus(index),
            Interval::Week => first.plus(7 * index),
            Interval::Month => add_months(first, index),
        }
    }

    /// The days compared with the bucket at a place, when those of the first bucket begin on the
    /// day `first`.
    fn bucket_after(&self, first: Day, index: usize) -> DayRange {
        let index = i64::try_from(index).unwrap_or(i64::MAX);
        DayRange {
            from: self.start_after(first, index),
            to: self.start_after(first, index.saturating_add(1)).plus(-1),
        }
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

    /// The place of the bucket that contains the day, if the chart has one.
    #[must_use]
    pub fn bucket_of(&self, day: Day) -> Option<usize> {
        let place = usize::try_from(self.index_of(day)).ok()?;
        (place < self.len).then_some(place)
    }

    /// Whether any series knows the bucket.
    #[must_use]
    pub fn is_known(&self, index: usize) -> bool {
        (self.series.iter()).any(|series| series.values.get(index).copied().flatten().is_some())
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
