//! Days, and how they merge and add up.

use domain::{Anomaly, AnomalyKind, DayTraffic};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::*;
use crate::store::traffic::Merged;

/// Windows of up to fourteen days each, as GitHub might report them.
pub(super) fn windows() -> impl Strategy<Value = Vec<(Measure, Vec<(Day, Counts)>)>> {
    let counts = (0..50_u32, 0..20_u32).prop_map(|(count, uniques)| Counts::new(count, uniques));
    let window = (
        any::<bool>(),
        0..30_i64,
        proptest::collection::vec(counts, 1..15),
    )
        .prop_map(|(views, start, counts)| {
            let measure = if views {
                Measure::Views
            } else {
                Measure::Clones
            };
            let first = day("2026-01-01").plus(start);
            (
                measure,
                (0..)
                    .zip(counts)
                    .map(|(i, counts)| (first.plus(i), counts))
                    .collect(),
            )
        });
    proptest::collection::vec(window, 1..12)
}

#[tokio::test]
async fn the_store_merges_as_the_rule_says_in_any_order_and_again() {
    let mut runner = TestRunner::deterministic();
    for fixture in fixtures().await {
        let Fixture { store, tenant, .. } = &fixture;
        for round in 0..8 {
            let (_, repository) = a_repository(store, "lab", 100 + round).await;
            let windows = windows().new_tree(&mut runner).expect("windows").current();
            let mut expected = std::collections::BTreeMap::<Day, DayTraffic>::new();
            for (measure, days) in &windows {
                for (day, counts) in days {
                    let known = expected.entry(*day).or_default();
                    *known = known.merge(DayTraffic::only(*measure, *counts));
                }
            }
            let expected: Vec<_> = expected.into_iter().collect();
            for (measure, days) in &windows {
                store
                    .merge_days(*tenant, repository, *measure, days)
                    .await
                    .expect("merged");
            }
            let stored = store
                .days(*tenant, repository, always())
                .await
                .expect("days");
            assert_eq!(stored, expected);

            for (measure, days) in windows.iter().rev() {
                let merged = store
                    .merge_days(*tenant, repository, *measure, days)
                    .await
                    .expect("merged");
                assert_eq!(merged, 0, "nothing is left to write");
            }
            let again = store
                .days(*tenant, repository, always())
                .await
                .expect("days");
            assert_eq!(again, expected);
        }
    }
}

#[tokio::test]
async fn a_downward_revision_is_told_and_not_stored() {
    for Fixture {
        store,
        tenant,
        repository,
        ..
    } in &fixtures().await
    {
        let monday = day("2026-11-16");
        let known = Counts::new(73, 20);
        let reported = Counts::new(18, 5);
        let merge = async |counts: Counts| {
            let answer = DailyResponse {
                measure: Measure::Views,
                days: &[(monday, counts)],
                total: Some(counts),
                unread: &BTreeSet::new(),
                undated: false,
                given_on: Day::of(now()),
                captured_at: now(),
                raw: None,
            };
            let kept = store.merge_daily(*tenant, *repository, &answer).await;
            kept.expect("kept")
        };
        let merged = |written, anomalies| Merged { written, anomalies };
        assert_eq!(merge(known).await, merged(1, vec![]));
        let anomaly = Anomaly {
            kind: AnomalyKind::Truncated,
            day: monday,
            known: Some(known),
            reported,
        };
        assert_eq!(merge(reported).await, merged(0, vec![anomaly]));
        let days = store
            .days(*tenant, *repository, always())
            .await
            .expect("days");
        assert_eq!(days, [(monday, DayTraffic::only(Measure::Views, known))]);
    }
}

#[tokio::test]
async fn sums_know_what_they_do_not_know() {
    for Fixture {
        store,
        tenant,
        repository,
        ..
    } in &fixtures().await
    {
        let (_, second) = a_repository(store, "lab", 2).await;
        let monday = day("2026-11-16");
        let merge = async |id, measure, days: &[(Day, Counts)]| {
            store
                .merge_days(*tenant, id, measure, days)
                .await
                .expect("merged")
        };
        let two_days = [
            (monday, Counts::new(5, 2)),
            (monday.plus(1), Counts::new(0, 0)),
        ];
        merge(*repository, Measure::Views, &two_days).await;
        merge(second, Measure::Views, &[(monday, Counts::new(7, 3))]).await;
        merge(second, Measure::Clones, &[(monday, Counts::new(1, 1))]).await;

        let range = DayRange {
            from: monday,
            to: monday.plus(6),
        };
        let days = store
            .day_sums(*tenant, &RepositoryScope::All, range)
            .await
            .expect("sums");
        assert_eq!(days.len(), 2, "a day that nobody knows is left out");
        assert_eq!((days[0].views, days[0].clones), (Some(12), Some(1)));
        assert_eq!((days[1].views, days[1].clones), (Some(0), None));

        let sums = store
            .range_sums(*tenant, &RepositoryScope::All, [range])
            .await
            .expect("sums");
        let ([first_sums], [second_sums]) = (sums[repository], sums[&second]);
        assert_eq!((first_sums.views, first_sums.views_known), (5, 2));
        assert_eq!((second_sums.clones, second_sums.clones_known), (1, 1));
        assert_eq!(
            (first_sums.days_known, second_sums.days_known),
            (0, 1),
            "a day is wholly known with both measures"
        );

        let record = store
            .repository(*tenant, &RepositoryScope::All, second)
            .await
            .expect("found")
            .expect("there");
        assert_eq!(record.freshness.newest_whole_day, Some(monday));
        let record = store
            .repository(*tenant, &RepositoryScope::All, *repository)
            .await
            .expect("found")
            .expect("there");
        assert_eq!(record.repository.last_day, Some(monday.plus(1)));
        assert_eq!(record.freshness.newest_whole_day, None);
    }
}
