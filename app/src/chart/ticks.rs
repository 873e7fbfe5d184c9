//! Where the axes are labelled: round numbers upwards; days, weeks, months, quarters or years
//! across, as many as fit.

use std::ops::Range;

use chrono::Datelike;
use domain::{Day, Interval};

use super::float::float;
use super::format;
use super::spec::ChartSpec;

/// The usual width of a character of a label, in CSS pixels; wide enough for any system font.
pub const CHARACTER_WIDTH: f64 = 6.4;

/// The least distance between two labels, in CSS pixels.
const LABEL_GAP: f64 = 10.0;

/// At most this many steps on the vertical axis.
const MAX_STEPS: u64 = 5;

/// A label on the horizontal axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// The bucket it labels.
    pub index: usize,
    /// Its text.
    pub label: String,
}

/// How far apart the labels are on the horizontal axis.
#[derive(Clone, Copy, Debug)]
enum Grain {
    Days(i32),
    Weeks(i32),
    Months(i32),
}

impl Grain {
    const ALL: [Self; 11] = [
        Self::Days(1),
        Self::Days(2),
        Self::Days(3),
        Self::Weeks(1),
        Self::Weeks(2),
        Self::Months(1),
        Self::Months(3),
        Self::Months(12),
        Self::Months(24),
        Self::Months(60),
        Self::Months(120),
    ];

    /// Whether labels this far apart name buckets of this width.
    const fn suits(self, interval: Interval) -> bool {
        match interval {
            Interval::Day => true,
            Interval::Week => matches!(self, Self::Weeks(_) | Self::Months(_)),
            Interval::Month => matches!(self, Self::Months(_)),
        }
    }

    /// The unit containing the day; a tick is placed wherever this changes.
    fn unit(self, day: Day) -> i32 {
        // Day 1 of the era is a Monday.
        let number = day.date().num_days_from_ce() - 1;
        match self {
            Self::Days(days) => number.div_euclid(days),
            Self::Weeks(weeks) => number.div_euclid(7 * weeks),
            Self::Months(months) => {
                let month = day.date().year() * 12 + day.date().month0().cast_signed();
                month.div_euclid(months)
            }
        }
    }

    /// Above this many, a coarser unit reads better: single days soon blur, months do not.
    const fn most(self) -> usize {
        match self {
            Self::Days(_) => 8,
            Self::Weeks(_) => 7,
            Self::Months(_) => 13,
        }
    }

    fn label(self, day: Day) -> String {
        match self {
            Self::Days(_) | Self::Weeks(_) => format::short_day(day),
            Self::Months(months) if months < 12 && day.date().month0() > 0 => {
                format::short_month(day).to_owned()
            }
            Self::Months(_) => day.date().year().to_string(),
        }
    }
}

/// The values at which the vertical axis is labelled: from 0 in equal steps of 1, 2 or 5 times a
/// power of ten until `max` is covered.
#[must_use]
pub fn vertical(max: u64) -> Vec<u64> {
    let mut power: u64 = 1;
    let step = loop {
        let fitting = [1, 2, 5]
            .map(|factor| power.saturating_mul(factor))
            .into_iter()
            .find(|step| max.div_ceil(*step) <= MAX_STEPS);
        match fitting {
            Some(step) => break step,
            None => power = power.saturating_mul(10),
        }
    };
    (0..=max.div_ceil(step).max(1))
        .map(|count| count.saturating_mul(step))
        .collect()
}

/// The values at which a symmetric-logarithmic axis is labelled: 0 and the powers of ten until
/// `max` is covered; the last one is halved where that is enough.
#[must_use]
pub fn logarithmic(max: u64) -> Vec<u64> {
    let mut ticks = vec![0, 1];
    while let Some(last) = ticks.last().copied().filter(|last| *last < max) {
        let next = last.saturating_mul(10);
        if next / 2 >= max && last > 1 {
            ticks.push(next / 2);
            break;
        }
        ticks.push(next);
    }
    ticks
}

/// The labels under the buckets `shown`, each of which is `bucket_width` CSS pixels wide: the
/// finest that do not touch each other.
#[must_use]
pub fn horizontal(spec: &ChartSpec, shown: Range<usize>, bucket_width: f64) -> Vec<Tick> {
    let fits = |ticks: &[Tick]| {
        ticks.windows(2).all(|pair| {
            let [left, right] = pair else { return true };
            let distance = float(right.index - left.index) * bucket_width;
            distance
                >= f64::midpoint(label_width(&left.label), label_width(&right.label)) + LABEL_GAP
        })
    };
    Grain::ALL
        .into_iter()
        .filter(|grain| grain.suits(spec.interval))
        .map(|grain| (grain, at_grain(spec, shown.clone(), grain)))
        .find(|(grain, ticks)| ticks.len() <= grain.most() && fits(ticks))
        .map(|(_, ticks)| ticks)
        .unwrap_or_default()
}

/// How wide a label is, about, in CSS pixels.
#[must_use]
pub fn label_width(label: &str) -> f64 {
    float(label.chars().count()) * CHARACTER_WIDTH
}

fn at_grain(spec: &ChartSpec, shown: Range<usize>, grain: Grain) -> Vec<Tick> {
    let mut before = spec
        .bucket(i64::try_from(shown.start).unwrap_or(i64::MAX) - 1)
        .from;
    let mut ticks = Vec::new();
    for index in shown {
        let start = spec.bucket_at(index).from;
        if grain.unit(start) != grain.unit(before) {
            ticks.push(Tick {
                index,
                label: grain.label(start),
            });
        }
        before = start;
    }
    ticks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn days(first: &str, len: usize) -> ChartSpec {
        ChartSpec::new("Traffic", Interval::Day, first.parse().unwrap(), len)
    }

    fn labels(spec: &ChartSpec, width: f64) -> Vec<String> {
        let bucket_width = width / crate::chart::float::float(spec.len);
        horizontal(spec, 0..spec.len, bucket_width)
            .into_iter()
            .map(|tick| tick.label)
            .collect()
    }

    #[test]
    fn vertical_ticks_are_round() {
        assert_eq!(vertical(0), [0, 1]);
        assert_eq!(vertical(1), [0, 1]);
        assert_eq!(vertical(3), [0, 1, 2, 3]);
        assert_eq!(vertical(6), [0, 2, 4, 6]);
        assert_eq!(vertical(400), [0, 100, 200, 300, 400]);
        assert_eq!(vertical(401), [0, 100, 200, 300, 400, 500]);
        assert_eq!(vertical(19_332), [0, 5_000, 10_000, 15_000, 20_000]);
    }

    #[test]
    fn logarithmic_ticks_are_powers_of_ten_and_cover_the_maximum() {
        assert_eq!(logarithmic(0), [0, 1]);
        assert_eq!(logarithmic(7), [0, 1, 10]);
        assert_eq!(logarithmic(1_000), [0, 1, 10, 100, 1_000]);
        assert_eq!(logarithmic(1_200), [0, 1, 10, 100, 1_000, 5_000]);
        assert_eq!(logarithmic(6_000), [0, 1, 10, 100, 1_000, 10_000]);
    }

    #[test]
    fn horizontal_ticks_follow_the_span_and_the_width() {
        let half_year = days("2026-02-24", 180);
        assert_eq!(
            labels(&half_year, 1020.0),
            ["Mar", "Apr", "May", "Jun", "Jul", "Aug"]
        );
        assert_eq!(labels(&half_year, 130.0), ["Apr", "Jul"]);
        assert_eq!(labels(&days("2026-07-06", 7), 1020.0).len(), 7);
        assert_eq!(labels(&days("2025-08-22", 365), 1020.0).len(), 12);
        assert_eq!(
            labels(&days("2026-07-01", 30), 300.0),
            ["6 Jul", "13 Jul", "20 Jul", "27 Jul"]
        );
        assert_eq!(
            labels(&days("2023-12-20", 800), 300.0),
            [
                "2024", "Apr", "Jul", "Oct", "2025", "Apr", "Jul", "Oct", "2026"
            ]
        );
        assert_eq!(
            labels(&days("2016-06-01", 3650), 300.0),
            ["2018", "2020", "2022", "2024", "2026"].map(str::to_owned)
        );
    }

    #[test]
    fn weeks_and_months_are_labelled_by_what_they_start() {
        let weeks = ChartSpec::new("T", Interval::Week, "2025-12-01".parse().unwrap(), 12);
        assert_eq!(labels(&weeks, 200.0), ["Dec", "2026", "Feb"]);
        let months = ChartSpec::new("T", Interval::Month, "2025-11-01".parse().unwrap(), 4);
        assert_eq!(labels(&months, 300.0), ["Nov", "Dec", "2026", "Feb"]);
    }

    proptest! {
        #[test]
        fn vertical_ticks_are_few_equal_and_cover_the_maximum(max in 0..2_000_000_000_u64) {
            let ticks = vertical(max);
            let (step, top) = (ticks[1], *ticks.last().unwrap());
            prop_assert!(ticks.len() <= 6);
            prop_assert!(top >= max && top < max.max(1) + step);
            prop_assert!(ticks.windows(2).all(|pair| pair[1] - pair[0] == step));
            let mut leading = step;
            while leading.is_multiple_of(10) { leading /= 10; }
            prop_assert!([1, 2, 5].contains(&leading));
        }

        #[test]
        fn horizontal_labels_never_overlap(offset in 0..4_000_i64, len in 1..4_000_usize, width in 120.0..1600.0_f64) {
            let mut spec = days("2015-01-01", len);
            spec.first = spec.first.plus(offset);
            let bucket_width = width / crate::chart::float::float(len);
            let ticks = horizontal(&spec, 0..len, bucket_width);
            for pair in ticks.windows(2) {
                let distance = crate::chart::float::float(pair[1].index - pair[0].index) * bucket_width;
                prop_assert!(distance > f64::midpoint(label_width(&pair[0].label), label_width(&pair[1].label)));
            }
        }
    }
}
