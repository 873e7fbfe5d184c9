//! The usual range of a day's count: what the same weekday brought over the past eight weeks.
//!
//! Traffic has a weekly rhythm and rare, high peaks. The same weekday removes the rhythm, and the
//! median with the MAD (median absolute deviation) ignores up to half of the weeks, so a peak of
//! last week does not hide one of today. A mean with its standard deviation would: a single peak
//! widens it for eight weeks.
//!
//! Sources: P. J. Rousseeuw and C. Croux, “Alternatives to the median absolute deviation”, Journal
//! of the American Statistical Association 88 (1993), for the factor 1.4826; the same authors,
//! “Time-efficient algorithms for two highly robust estimators of scale” (1992), for the correction
//! of small samples; C. Leys et al., “Detecting outliers”, Journal of Experimental Social
//! Psychology 49 (2013), for the width.

#[cfg(test)]
mod tests;

use crate::day::Day;
use crate::traffic::Measure;

/// How many weeks back the same weekday counts.
pub const WEEKS: i64 = 8;
/// How many of them must be known. With fewer, a single week decides what is usual.
pub const LEAST_WEEKS: usize = 6;

/// How many deviations are usual. Leys et al. call 3 “very conservative”: a page with hundreds of
/// days and repositories must not be full of exceptions.
const WIDTH: f64 = 3.0;
/// Makes the MAD of normally distributed values equal to their standard deviation.
const NORMAL: f64 = 1.4826;
/// The correction for six, seven and eight values, whose MAD is too small on average.
const SMALL_SAMPLE: [f64; 3] = [1.200, 1.140, 1.129];

/// How far from the median notable views are. With 10 instead, twice as many days of recorded
/// repositories are notable, most of them with a handful of visits.
const LEAST_VIEWS: u64 = 30;
/// The same for clones. They come from automation in bursts, so fewer say little about people.
const LEAST_CLONES: u64 = 100;

/// What is usual for a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsualRange {
    /// The lowest usual count.
    pub low: u64,
    /// The median of the same weekday.
    pub median: u64,
    /// The highest usual count.
    pub high: u64,
}

impl UsualRange {
    /// The usual range of a day, from the known counts of earlier days. `None` where fewer than
    /// [`LEAST_WEEKS`] of the same weekday are known; unknown weeks are skipped.
    #[must_use]
    pub fn on(day: Day, known: impl Fn(Day) -> Option<u64>) -> Option<Self> {
        let weeks = (1..=WEEKS).filter_map(|week| known(day.plus(-7 * week)));
        Self::of(weeks.collect())
    }

    /// The usual range after these counts of the same weekday, in any order.
    fn of(mut weeks: Vec<u64>) -> Option<Self> {
        let correction = *SMALL_SAMPLE.get(weeks.len().checked_sub(LEAST_WEEKS)?)?;
        weeks.sort_unstable();
        // Larger counts scatter more. Their square roots scatter alike (see `by_chance`).
        let roots: Vec<f64> = weeks.iter().map(|count| number(*count).sqrt()).collect();
        let center = median(&roots);
        let mut deviations: Vec<f64> = roots.iter().map(|it| (it - center).abs()).collect();
        deviations.sort_unstable_by(f64::total_cmp);
        let scatter = WIDTH * NORMAL * correction * median(&deviations);
        let chance = by_chance(center.powi(2));
        let low = (center - scatter).max(0.0).powi(2).min(chance.0);
        let high = (center + scatter).powi(2).max(chance.1);
        Some(Self {
            low: whole(low.floor()),
            median: whole(median(&weeks.iter().map(|it| number(*it)).collect::<Vec<_>>()).round()),
            high: whole(high.ceil()),
        })
    }

    /// Whether the count is usual.
    #[must_use]
    pub const fn contains(&self, count: u64) -> bool {
        self.low <= count && count <= self.high
    }
}

/// A day's count beside what is usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObservedCount {
    /// The count.
    pub count: u64,
    /// The count a week before, if known.
    pub week_before: Option<u64>,
    /// What is usual, if enough is known.
    pub usual: Option<UsualRange>,
}

impl ObservedCount {
    /// The count of a day and what is usual for it; `None` where the day is unknown.
    #[must_use]
    pub fn on(day: Day, known: impl Fn(Day) -> Option<u64>) -> Option<Self> {
        Some(Self {
            count: known(day)?,
            week_before: known(day.plus(-7)),
            usual: UsualRange::on(day, known),
        })
    }

    /// Whether a person should hear of it: clearly outside the usual range, far from the median in
    /// number, and at least twice or at most half of it.
    ///
    /// A count that just passes the bound is mostly a weekend or a holiday, so it must pass it by
    /// half, or be half of it. Fewer clones are never notable, since automation pauses as it likes.
    /// In a year of four recorded repositories, that leaves 31 of 1,723 days
    /// (`engine/examples/unusual_days.rs`), most of them bursts of clones.
    #[must_use]
    pub fn is_notable(&self, measure: Measure) -> bool {
        let Some(UsualRange { low, median, high }) = self.usual else {
            return false;
        };
        let (least, may_fall) = match measure {
            Measure::Views => (LEAST_VIEWS, true),
            Measure::Clones => (LEAST_CLONES, false),
        };
        let is_high = 2 * self.count >= 3 * high && self.count >= 2 * median;
        let is_low = may_fall && 2 * self.count <= low && 2 * self.count <= median;
        self.count.abs_diff(median) >= least && (is_high || is_low)
    }

    /// How far the count is from the median, in thousandths of the way to the end of the usual
    /// range; negative below it. `None` where too little is known.
    #[must_use]
    pub fn deviation(&self) -> Option<i64> {
        let usual = self.usual?;
        let (distance, reach, sign) = if self.count >= usual.median {
            (self.count - usual.median, usual.high - usual.median, 1)
        } else {
            (usual.median - self.count, usual.median - usual.low, -1)
        };
        let thousandths = distance.saturating_mul(1_000) / reach.max(1);
        Some(sign * i64::try_from(thousandths).unwrap_or(i64::MAX))
    }
}

/// The first day with a usual range, of a history without gaps.
#[must_use]
pub fn first_day_with_range(first_known: Day) -> Day {
    first_known.plus(7 * i64::try_from(LEAST_WEEKS).unwrap_or(WEEKS))
}

/// How far chance alone moves a count around this one: independent visits scatter like a Poisson
/// variable, however equal the past weeks were. Its square root has almost the same deviation for
/// all counts (F. J. Anscombe, Biometrika 35, 1948). So weeks of 1, 1, 2, 1 do not make 4 an
/// exception.
fn by_chance(typical: f64) -> (f64, f64) {
    let root = 2.0 * (typical + 0.375).sqrt();
    let back = |root: f64| (root.max(0.0) / 2.0).powi(2) - 0.375;
    (back(root - WIDTH), back(root + WIDTH))
}

/// The median of sorted values; at least one.
fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    if sorted.len().is_multiple_of(2) {
        f64::midpoint(sorted[middle - 1], sorted[middle])
    } else {
        sorted[middle]
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a count of visits is far below 2^53"
)]
const fn number(count: u64) -> f64 {
    count as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the value is whole, and a cast maps negative ones to 0"
)]
const fn whole(value: f64) -> u64 {
    value as u64
}
