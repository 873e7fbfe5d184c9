//! Examples, recorded traffic and properties of the usual range.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// Views of jonescompneurolab/hnn-core, 23 April to 20 August 2026, as GitHub reported them.
const RECORDED: [u64; 120] = [
    91, 351, 35, 7, 120, 153, 53, 150, 107, 39, 48, 36, 35, 111, 139, 124, 15, 22, 44, 97, 48, 59,
    100, 14, 7, 68, 101, 51, 160, 212, 16, 9, 14, 22, 47, 47, 33, 7, 11, 68, 6, 30, 56, 74, 14, 33,
    77, 32, 22, 14, 85, 32, 12, 52, 9, 116, 207, 13, 4, 1, 53, 49, 116, 91, 48, 3, 5, 30, 71, 34,
    58, 8, 14, 33, 40, 15, 35, 32, 10, 7, 2, 23, 8, 16, 60, 4, 14, 15, 55, 28, 25, 39, 7, 6, 17,
    36, 21, 28, 76, 28, 6, 15, 119, 69, 25, 107, 15, 7, 40, 69, 35, 29, 77, 21, 7, 7, 30, 65, 29,
    29,
];

fn day(text: &str) -> Day {
    text.parse().expect("a valid day")
}

/// The range of a Thursday after these Thursdays, newest first.
fn after(weeks: &[Option<u64>]) -> Option<UsualRange> {
    let thursday = day("2026-11-26");
    let known: BTreeMap<Day, u64> = (1_i64..)
        .zip(weeks)
        .filter_map(|(week, count)| Some((thursday.plus(-7 * week), (*count)?)))
        .collect();
    UsualRange::on(thursday, |day| known.get(&day).copied())
}

const fn range(low: u64, median: u64, high: u64) -> UsualRange {
    UsualRange { low, median, high }
}

#[test]
fn equal_weeks_leave_only_chance() {
    assert_eq!(after(&[Some(100); 8]), Some(range(72, 100, 133)));
    assert_eq!(after(&[Some(0); 8]), Some(range(0, 0, 5)));
    assert_eq!(after(&[Some(1); 8]), Some(range(0, 1, 7)));
}

#[test]
fn scattered_weeks_widen_the_range() {
    let weeks = [100, 130, 90, 110, 80, 120, 105, 95].map(Some);
    assert_eq!(after(&weeks), Some(range(57, 103, 161)));
}

#[test]
fn wild_weeks_of_small_counts_keep_a_readable_range() {
    let weeks = [13, 30, 5, 50, 10, 25, 2, 13].map(Some);
    assert_eq!(after(&weeks), Some(range(0, 13, 112)));
}

#[test]
fn one_peak_among_the_weeks_changes_almost_nothing() {
    let calm = [100, 130, 90, 110, 80, 120, 105, 95].map(Some);
    let mut peak = calm;
    peak[0] = Some(10_000);
    let (calm, peak) = (after(&calm).expect("eight"), after(&peak).expect("eight"));
    assert!(peak.high < 2 * calm.high, "{peak:?}");
    assert!(!peak.contains(10_000));
}

#[test]
fn fewer_than_six_known_weeks_have_no_range() {
    let mut weeks = [Some(50); 8];
    (weeks[0], weeks[4]) = (None, None);
    assert!(after(&weeks).is_some(), "unknown weeks are skipped");
    weeks[7] = None;
    assert_eq!(after(&weeks), None);
    assert_eq!(after(&[]), None);
}

#[test]
fn other_weekdays_and_older_weeks_do_not_count() {
    let thursday = day("2026-11-26");
    let known = |day: Day| match day.days_since(thursday) {
        -56..=-7 if day.weekday() == thursday.weekday() => Some(100),
        _ => Some(9_999),
    };
    assert_eq!(UsualRange::on(thursday, known), Some(range(72, 100, 133)));
}

#[test]
fn a_history_of_six_weeks_has_its_first_range() {
    let first = day("2026-11-12");
    assert_eq!(first_day_with_range(first), day("2026-12-24"));
    let known = |day: Day| (day >= first).then_some(10);
    assert!(UsualRange::on(day("2026-12-24"), known).is_some());
    assert_eq!(UsualRange::on(day("2026-12-23"), known), None);
}

#[test]
fn recorded_traffic_is_rarely_unusual() {
    let first = day("2026-04-23");
    let known: BTreeMap<Day, u64> = (0..).map(|at| first.plus(at)).zip(RECORDED).collect();
    let of = |day: Day| known.get(&day).copied();
    let judged: Vec<(Day, u64, UsualRange)> = known
        .iter()
        .filter_map(|(day, count)| Some((*day, *count, UsualRange::on(*day, of)?)))
        .collect();
    assert_eq!(judged.len(), 120 - 42);
    let unusual: Vec<(String, u64)> = judged
        .iter()
        .filter(|(_, count, range)| !range.contains(*count))
        .map(|(day, count, _)| (day.to_string(), *count))
        .collect();
    let expected = [
        ("2026-06-10", 22),
        ("2026-06-13", 32),
        ("2026-06-17", 116),
        ("2026-06-19", 13),
        ("2026-08-03", 119),
    ];
    assert_eq!(
        unusual,
        expected.map(|(day, count)| (day.to_owned(), count))
    );
}

#[test]
fn what_is_notable_is_unusual_far_and_large() {
    let observed = |weeks: u64, count: u64| ObservedCount {
        count,
        week_before: None,
        usual: after(&[Some(weeks); 8]),
    };
    let notable = |weeks, count| observed(weeks, count).is_notable(Measure::Views);
    assert!(notable(100, 250) && notable(100, 30));
    assert!(!notable(100, 170), "less than twice");
    assert!(
        !notable(100, 40),
        "more than half of the lowest usual count"
    );
    assert!(!notable(2, 20), "a handful");
    let clones = |weeks, count| observed(weeks, count).is_notable(Measure::Clones);
    assert!(clones(200, 500));
    assert!(!clones(200, 0), "automation pauses");
    assert_eq!(observed(100, 133).deviation(), Some(1_000));
    assert_eq!(observed(100, 72).deviation(), Some(-1_000));
    assert_eq!(observed(100, 199).deviation(), Some(3_000));
    let unknown = ObservedCount {
        count: 5,
        week_before: Some(5),
        usual: None,
    };
    assert_eq!(
        (unknown.is_notable(Measure::Views), unknown.deviation()),
        (false, None)
    );
}

proptest! {
    #[test]
    fn the_range_contains_its_median(weeks in prop::collection::vec(0_u64..5_000_000, 6..=8)) {
        let weeks: Vec<_> = weeks.into_iter().map(Some).collect();
        let range = after(&weeks).expect("six weeks");
        prop_assert!(range.low <= range.median && range.median <= range.high, "{range:?}");
    }

    #[test]
    fn the_order_of_the_weeks_does_not_matter(
        weeks in prop::collection::vec(0_u64..10_000, 8).prop_shuffle()
    ) {
        let mut sorted = weeks.clone();
        sorted.sort_unstable();
        let known = |weeks: Vec<u64>| weeks.into_iter().map(Some).collect::<Vec<_>>();
        prop_assert_eq!(after(&known(weeks)), after(&known(sorted)));
    }

    #[test]
    fn three_wild_weeks_of_eight_move_the_range_within_the_others(
        calm in prop::collection::vec(90_u64..110, 5),
        wild in prop::collection::vec(0_u64..1_000_000, 3),
    ) {
        let weeks: Vec<_> = calm.into_iter().chain(wild).map(Some).collect();
        let range = after(&weeks).expect("eight weeks");
        prop_assert!((90..110).contains(&range.median), "{range:?}");
    }
}
