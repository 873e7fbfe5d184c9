//! The usual ranges behind a chart's lines.

use std::collections::BTreeMap;

use domain::report::{UsualBand, UsualBands};
use domain::{Day, DayRange, DayTraffic, Interval, Measure, UsualRange, usual};

use crate::store::DaySums;

/// How many days before a range its usual ranges need.
pub(super) const HISTORY: i64 = 7 * usual::WEEKS;
/// The longest range with usual ranges. Behind more days, a band is a blur.
const LONGEST: i64 = 120;

/// Views, unique visitors, clones and unique cloners of a day.
type Counts = [Option<u64>; 4];

/// The usual ranges of a repository's days.
pub(super) fn of_days(
    interval: Interval,
    shown: DayRange,
    first: Option<Day>,
    days: &BTreeMap<Day, DayTraffic>,
) -> UsualBands {
    let known = days.iter().map(|(day, traffic)| {
        let of = |measure| {
            let counts = traffic.of(measure);
            let count = counts.map(|counts| u64::from(counts.count));
            (count, counts.map(|counts| counts.uniques.get().into()))
        };
        let [views, clones] = [Measure::Views, Measure::Clones].map(of);
        (*day, [views.0, views.1, clones.0, clones.1])
    });
    bands(interval, shown, first, known)
}

/// The usual ranges of the sums of all repositories.
pub(super) fn of_sums(
    interval: Interval,
    shown: DayRange,
    first: Option<Day>,
    sums: &[DaySums],
) -> UsualBands {
    let known = sums.iter().map(|sums| {
        let uniques = [sums.view_uniques_daily_sum, sums.clone_uniques_daily_sum];
        (sums.day, [sums.views, uniques[0], sums.clones, uniques[1]])
    });
    bands(interval, shown, first, known)
}

fn bands(
    interval: Interval,
    shown: DayRange,
    first: Option<Day>,
    known: impl Iterator<Item = (Day, Counts)>,
) -> UsualBands {
    if interval != Interval::Day || shown.len() > LONGEST {
        return UsualBands::default();
    }
    let known: BTreeMap<Day, Counts> = known.collect();
    let band = |series: usize| {
        let of = |day: Day| known.get(&day)?[series];
        let band: UsualBand = shown.days().map(|day| UsualRange::on(day, of)).collect();
        if band.is_empty() {
            UsualBand::default()
        } else {
            band
        }
    };
    let from = first.map(usual::first_day_with_range);
    UsualBands {
        views: band(0),
        view_uniques: band(1),
        clones: band(2),
        clone_uniques: band(3),
        from: from.filter(|from| *from > shown.to),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a valid day")
    }

    fn sums(first: &str, days: i64, views: u64) -> Vec<DaySums> {
        (0..days)
            .map(|offset| DaySums {
                day: day(first).plus(offset),
                views: Some(views),
                view_uniques_daily_sum: Some(views / 10),
                clones: None,
                clone_uniques_daily_sum: None,
            })
            .collect()
    }

    #[test]
    fn each_shown_day_has_the_range_of_its_weekday() {
        let shown = DayRange::ending(day("2026-11-26"), 14);
        let bands = of_sums(
            Interval::Day,
            shown,
            Some(day("2026-09-01")),
            &sums("2026-09-01", 87, 100),
        );
        assert_eq!(bands.views.low.len(), 14);
        assert_eq!(bands.views.get(13), Some((72, 133)));
        assert_eq!(bands.view_uniques.get(13), Some((2, 22)));
        assert!(bands.clones.is_empty(), "unknown clones have no range");
        assert_eq!(bands.from, None);
    }

    #[test]
    fn a_short_history_has_no_band_and_the_day_from_which_it_will() {
        let shown = DayRange::ending(day("2026-11-26"), 14);
        let bands = of_sums(
            Interval::Day,
            shown,
            Some(day("2026-11-12")),
            &sums("2026-11-12", 15, 100),
        );
        assert_eq!(bands.views, UsualBand::default());
        assert_eq!(bands.from, Some(day("2026-12-24")));
    }

    #[test]
    fn weeks_and_very_long_ranges_have_no_band() {
        let days = BTreeMap::new();
        for (interval, length) in [(Interval::Week, 90), (Interval::Day, 365)] {
            let shown = DayRange::ending(day("2026-11-26"), length);
            let bands = of_days(interval, shown, Some(day("2026-11-12")), &days);
            assert_eq!(bands, UsualBands::default());
        }
    }
}
