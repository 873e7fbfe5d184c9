//! Tests of the anomaly rules.

use proptest::prelude::*;

use super::*;

fn day(offset: i64) -> Day {
    "2026-06-01".parse::<Day>().expect("a day").plus(offset)
}

/// Days from the first of June on.
fn days(counts: &[(u32, u32)]) -> Vec<(Day, Counts)> {
    (0..)
        .zip(counts)
        .map(|(offset, (count, uniques))| (day(offset), Counts::new(*count, *uniques)))
        .collect()
}

/// A total that the days allow.
fn total(days: &[(Day, Counts)]) -> Counts {
    let count = days.iter().map(|(_, counts)| counts.count).sum();
    let uniques = days.iter().map(|(_, counts)| counts.uniques.get()).max();
    Counts::new(count, uniques.unwrap_or_default())
}

fn answer(days: &[(Day, Counts)]) -> ReportedTraffic<'_> {
    ReportedTraffic {
        total: Some(total(days)),
        days,
        given_on: day(40),
    }
}

fn nothing_open(days: &[(Day, Counts)]) -> StoredTraffic<'_> {
    StoredTraffic {
        days,
        newest: None,
        open: &[],
    }
}

fn kinds(anomalies: &[Anomaly]) -> Vec<(AnomalyKind, i64)> {
    anomalies
        .iter()
        .map(|anomaly| (anomaly.kind, anomaly.day.days_since(day(0))))
        .collect()
}

#[test]
fn less_than_before_is_a_cut_on_the_oldest_day_and_a_revision_on_any_other() {
    let before = days(&[(73, 20), (30, 9), (5, 5), (8, 2)]);
    let after = days(&[(18, 5), (30, 8), (6, 5), (8, 2)]);
    let anomalies = answer(&after).anomalies(&nothing_open(&before));
    assert_eq!(
        kinds(&anomalies),
        [(AnomalyKind::Truncated, 0), (AnomalyKind::Revised, 1)]
    );
    assert_eq!(
        anomalies[0].to_string(),
        "GitHub reports 18 (5 unique) for the oldest day in its window. It previously reported 73 (20 unique), which was kept."
    );
}

#[test]
fn a_revised_day_stays_one_when_it_becomes_the_oldest() {
    let before = days(&[(73, 20), (30, 9)]);
    let after = days(&[(18, 5), (30, 9)]);
    let open = [Anomaly {
        kind: AnomalyKind::Revised,
        day: day(0),
        known: Some(Counts::new(73, 20)),
        reported: Counts::new(60, 18),
    }];
    let known = StoredTraffic {
        open: &open,
        ..nothing_open(&before)
    };
    assert_eq!(
        kinds(&answer(&after).anomalies(&known)),
        [(AnomalyKind::Revised, 0)]
    );
}

#[test]
fn a_false_zero_stands_until_something_was_counted() {
    let stored = days(&[(9, 3), (0, 0), (7, 2)]);
    let open = [Anomaly {
        kind: AnomalyKind::FalseZero,
        day: day(1),
        known: None,
        reported: Counts::default(),
    }];
    let known = StoredTraffic {
        open: &open,
        ..nothing_open(&stored)
    };
    let again = answer(&stored);
    let anomalies = again.anomalies(&known);
    assert_eq!(kinds(&anomalies), [(AnomalyKind::FalseZero, 1)]);
    assert_eq!(again.resolved(&open, &anomalies), []);

    let counted = days(&[(9, 3), (8, 1), (7, 2)]);
    let late = answer(&counted);
    let anomalies = late.anomalies(&known);
    assert_eq!(anomalies, []);
    assert_eq!(late.resolved(&open, &anomalies), open);
}

#[test]
fn a_revision_to_zero_that_is_a_false_one_is_settled_by_the_whole_figure_alone() {
    let stored = days(&[(9, 3), (8, 2)]);
    let open = [Anomaly {
        kind: AnomalyKind::FalseZero,
        day: day(1),
        known: Some(Counts::new(8, 2)),
        reported: Counts::default(),
    }];
    let settled = |counts| {
        let days = days(&[(9, 3), counts]);
        let known = StoredTraffic {
            open: &open,
            ..nothing_open(&stored)
        };
        let answer = answer(&days);
        let anomalies = answer.anomalies(&known);
        (kinds(&anomalies), answer.resolved(&open, &anomalies).len())
    };
    assert_eq!(settled((0, 0)), (vec![(AnomalyKind::FalseZero, 1)], 0));
    assert_eq!(settled((4, 2)), (vec![(AnomalyKind::Revised, 1)], 0));
    assert_eq!(settled((8, 2)), (vec![], 1));
}

#[test]
fn sums_that_cannot_be_are_told_with_what_could() {
    let known = nothing_open(&[]);
    let of = |total: Counts, counts: &[(u32, u32)]| {
        let days = days(counts);
        let answer = ReportedTraffic {
            total: Some(total),
            ..answer(&days)
        };
        answer.anomalies(&known)
    };
    assert_eq!(of(Counts::new(12, 5), &[(5, 3), (7, 4)]), []);
    let anomalies = of(Counts::new(13, 5), &[(5, 3), (7, 4)]);
    assert_eq!(kinds(&anomalies), [(AnomalyKind::WrongTotal, 1)]);
    assert_eq!(
        anomalies[0].to_string(),
        "GitHub reports 13 for the whole window, but its days add up to 12."
    );
    let anomalies = of(Counts::new(12, 8), &[(5, 3), (7, 4)]);
    assert_eq!(kinds(&anomalies), [(AnomalyKind::WrongUniques, 1)]);
    assert!(
        anomalies[0].to_string().ends_with("allow 7 at most."),
        "{}",
        anomalies[0]
    );
    let anomalies = of(Counts::new(12, 3), &[(5, 3), (7, 4)]);
    assert!(
        anomalies[0].to_string().ends_with("allow 4 at least."),
        "{}",
        anomalies[0]
    );
    let anomalies = of(Counts::new(5, 5), &[(3, 2), (2, 4)]);
    assert_eq!(kinds(&anomalies), [(AnomalyKind::UniquesAboveCount, 1)]);
    let untold = days(&[(5, 3), (7, 4)]);
    let untold = ReportedTraffic {
        total: None,
        ..answer(&untold)
    };
    assert_eq!(untold.anomalies(&known), [], "a recording without totals");
    // A response that lists nothing has no sum.
    assert_eq!(of(Counts::default(), &[]), []);
    assert_eq!(
        kinds(&of(Counts::new(3, 0), &[])),
        [(AnomalyKind::WrongTotal, 40)]
    );
}

#[test]
fn windows_that_cannot_be_are_told_by_their_last_day() {
    let counts = days(&[(5, 3); 14]);
    let kind = |days: &[(Day, Counts)], newest, given_on| {
        let known = StoredTraffic {
            newest,
            ..nothing_open(&[])
        };
        let answer = ReportedTraffic {
            given_on,
            ..answer(days)
        };
        kinds(&answer.anomalies(&known))
    };
    assert_eq!(kind(&counts, Some(day(13)), day(14)), []);
    assert_eq!(kind(&counts, None, day(13)), [], "today, as before 2026");
    assert_eq!(
        kind(&counts, Some(day(14)), day(15)),
        [(AnomalyKind::WindowRegressed, 13)]
    );
    assert_eq!(
        kind(&counts, None, day(12)),
        [(AnomalyKind::WindowInFuture, 13)]
    );
    assert_eq!(kind(&days(&[(5, 3); 15]), None, day(20)), []);
    assert_eq!(
        kind(&days(&[(5, 3); 16]), None, day(20)),
        [(AnomalyKind::WindowTooLong, 15)]
    );
}

#[test]
fn a_windows_doubt_is_settled_by_the_next_one_without() {
    let good = days(&[(5, 3), (7, 4)]);
    let open = [
        AnomalyKind::WrongTotal,
        AnomalyKind::WindowRegressed,
        AnomalyKind::WrongUniques,
    ]
    .map(|kind| Anomaly {
        kind,
        day: day(0),
        known: None,
        reported: Counts::default(),
    });
    let settled = |answer: ReportedTraffic<'_>| {
        let anomalies = answer.anomalies(&nothing_open(&[]));
        kinds(&answer.resolved(&open, &anomalies)).len()
    };
    assert_eq!(settled(answer(&good)), 3);
    let wrong = ReportedTraffic {
        total: Some(Counts::new(99, 4)),
        ..answer(&good)
    };
    assert_eq!(settled(wrong), 2);
}

fn window() -> impl Strategy<Value = Vec<(Day, Counts)>> {
    let counts = proptest::collection::vec((0..90_u32, 0..30_u32), 1..15);
    (0..5_i64, counts).prop_map(|(start, counts)| {
        (start..)
            .zip(counts)
            .map(|(offset, (count, uniques))| (day(offset), Counts::new(count, uniques.min(count))))
            .collect()
    })
}

fn merged(known: &[(Day, Counts)], reported: &[(Day, Counts)]) -> Vec<(Day, Counts)> {
    let mut days: std::collections::BTreeMap<Day, Counts> = known.iter().copied().collect();
    for (day, counts) in reported {
        let entry = days.entry(*day).or_insert(*counts);
        *entry = entry.merge(*counts);
    }
    days.into_iter().collect()
}

proptest! {
    #[test]
    fn the_figures_of_a_day_are_doubted_exactly_where_the_maximum_is_not_what_is_reported(
        before in window(),
        after in window(),
    ) {
        let anomalies = answer(&after).anomalies(&nothing_open(&before));
        let doubted: Vec<Day> = anomalies
            .iter()
            .filter(|anomaly| anomaly.kind.subject() == AnomalySubject::Figures)
            .map(|anomaly| anomaly.day)
            .collect();
        let stands = merged(&before, &after);
        let lower: Vec<Day> = after
            .iter()
            .filter(|reported| !stands.contains(reported))
            .map(|(day, _)| *day)
            .collect();
        prop_assert_eq!(doubted, lower);
    }

    #[test]
    fn an_answer_that_repeats_what_is_known_doubts_nothing_and_settles_all(
        before in window(),
        lower in window(),
    ) {
        let open = answer(&lower).anomalies(&nothing_open(&before));
        let whole = merged(&before, &lower);
        let again = answer(&whole);
        let known = StoredTraffic { open: &open, ..nothing_open(&whole) };
        let anomalies: Vec<_> = again
            .anomalies(&known)
            .into_iter()
            .filter(|anomaly| anomaly.kind != AnomalyKind::WindowTooLong)
            .collect();
        prop_assert_eq!(&anomalies, &[]);
        prop_assert_eq!(again.resolved(&open, &anomalies), open);
    }

    #[test]
    fn nothing_is_doubted_and_settled_at_once_and_no_subject_doubted_twice(
        before in window(),
        first in window(),
        second in window(),
        total in (0..900_u32, 0..300_u32),
    ) {
        let open = answer(&first).anomalies(&nothing_open(&before));
        let stored = merged(&before, &first);
        let answer = ReportedTraffic { total: Some(Counts::new(total.0, total.1)), ..answer(&second) };
        let known = StoredTraffic { open: &open, newest: Some(day(9)), ..nothing_open(&stored) };
        let anomalies = answer.anomalies(&known);
        let key = |anomaly: &Anomaly| (anomaly.day, anomaly.kind.subject().as_str());
        let keys: std::collections::BTreeSet<_> = anomalies.iter().map(key).collect();
        prop_assert_eq!(keys.len(), anomalies.len());
        for settled in answer.resolved(&open, &anomalies) {
            prop_assert!(!keys.contains(&key(&settled)), "{:?}", settled);
        }
    }

    #[test]
    fn every_doubt_is_at_most_two_sentences(before in window(), after in window(), total in 0..99_u32) {
        let answer = ReportedTraffic { total: Some(Counts::new(total, total * 2)), ..answer(&after) };
        for anomaly in answer.anomalies(&nothing_open(&before)) {
            let text = anomaly.to_string();
            prop_assert!(text.starts_with("GitHub") && text.ends_with('.'), "{}", text);
            prop_assert!(text.matches(". ").count() <= 1 && !text.contains(": "), "{text}");
        }
    }
}
