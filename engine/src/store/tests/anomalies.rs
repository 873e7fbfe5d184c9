//! What is in doubt, and the answers that figures came from.

use domain::coverage::WINDOW_DAYS;
use domain::report::AnomalyRecord;
use domain::{Anomaly, AnomalyKind, Endpoint};
use futures::TryStreamExt;

use super::*;
use crate::store::traffic::AnomalyFilter;

/// Keeps an answer about these days, given so many hours from now, whose total is their sum.
async fn answer(fixture: &Fixture, hours: i64, days: &[(Day, Counts)]) -> Vec<AnomalyKind> {
    let counts = || days.iter().map(|(_, counts)| counts);
    let uniques = counts().map(|it| it.uniques.get()).max();
    let answer = DailyResponse {
        measure: Measure::Views,
        days,
        total: Some(Counts::new(
            counts().map(|it| it.count).sum(),
            uniques.unwrap_or_default(),
        )),
        unread: &BTreeSet::new(),
        undated: false,
        given_on: Day::of(now() + TimeDelta::hours(hours)),
        captured_at: now() + TimeDelta::hours(hours),
        raw: None,
    };
    kept(fixture, &answer).await
}

async fn kept(fixture: &Fixture, answer: &DailyResponse<'_>) -> Vec<AnomalyKind> {
    let Fixture {
        store,
        tenant,
        repository,
        ..
    } = fixture;
    let merged = store.merge_daily(*tenant, *repository, answer).await;
    let anomalies = merged.expect("kept").anomalies;
    anomalies.into_iter().map(|anomaly| anomaly.kind).collect()
}

async fn observations(fixture: &Fixture, open: Option<bool>) -> Vec<AnomalyRecord> {
    let filter = AnomalyFilter {
        repository: Some(fixture.repository),
        open,
        after: None,
    };
    let read = fixture
        .store
        .anomalies(fixture.tenant, &RepositoryScope::All, filter, 100);
    read.await.expect("read")
}

#[tokio::test]
async fn an_observation_is_counted_settled_and_opened_again() {
    for fixture in &fixtures().await {
        let (sunday, monday) = (day("2026-11-15"), day("2026-11-16"));
        let reports = async |hours, count| {
            let days = [(sunday, Counts::new(5, 1)), (monday, Counts::new(count, 1))];
            answer(fixture, hours, &days).await
        };
        let hour = |hours| now() + TimeDelta::hours(hours);
        assert_eq!(reports(0, 73).await, []);
        assert_eq!(observations(fixture, None).await, []);
        assert_eq!(reports(1, 18).await, [AnomalyKind::Revised]);
        assert_eq!(reports(2, 60).await, [AnomalyKind::Revised]);
        let expected = AnomalyRecord {
            repository_id: fixture.repository,
            full_name: "mona/r1".parse().expect("a name"),
            measure: Measure::Views,
            anomaly: Anomaly {
                kind: AnomalyKind::Revised,
                day: monday,
                known: Some(Counts::new(73, 1)),
                reported: Counts::new(60, 1),
            },
            first_seen_at: hour(1),
            last_seen_at: hour(2),
            times_seen: 2,
            settled_at: None,
        };
        assert_eq!(
            observations(fixture, Some(true)).await,
            std::slice::from_ref(&expected)
        );

        assert_eq!(reports(3, 80).await, []);
        let settled = AnomalyRecord {
            settled_at: Some(hour(3)),
            ..expected.clone()
        };
        assert_eq!(observations(fixture, Some(true)).await, []);
        assert_eq!(observations(fixture, Some(false)).await, [settled]);

        assert_eq!(reports(4, 79).await, [AnomalyKind::Revised]);
        let again = observations(fixture, None).await;
        assert_eq!(again.len(), 1);
        assert_eq!((again[0].times_seen, again[0].settled_at), (3, None));
        assert_eq!(again[0].anomaly.known, Some(Counts::new(80, 1)));
    }
}

#[tokio::test]
async fn a_window_that_cannot_be_is_kept_as_an_observation_and_its_days_as_days() {
    for fixture in &fixtures().await {
        let first = day("2026-11-02");
        let days = |from: Day, days: i64| -> Vec<(Day, Counts)> {
            let range = DayRange::ending(from.plus(days - 1), days);
            range.days().map(|day| (day, Counts::new(7, 3))).collect()
        };
        let whole = days(first, WINDOW_DAYS);
        assert_eq!(answer(fixture, 0, &whole).await, []);
        let wrong = DailyResponse {
            measure: Measure::Views,
            days: &whole,
            total: Some(Counts::new(99, 50)),
            unread: &BTreeSet::new(),
            undated: false,
            given_on: Day::of(now()),
            captured_at: now(),
            raw: None,
        };
        let both = [AnomalyKind::WrongTotal, AnomalyKind::WrongUniques];
        assert_eq!(kept(fixture, &wrong).await, both);
        let earlier = days(first.plus(-1), WINDOW_DAYS);
        assert_eq!(
            answer(fixture, 1, &earlier).await,
            [AnomalyKind::WindowRegressed]
        );
        let more_people = [(first.plus(WINDOW_DAYS), Counts::new(1, 2))];
        let absurd = [AnomalyKind::UniquesAboveCount, AnomalyKind::WrongUniques];
        assert_eq!(answer(fixture, 2, &more_people).await, absurd);

        let open: Vec<_> = (observations(fixture, Some(true)).await.into_iter())
            .map(|it| it.anomaly.kind)
            .collect();
        assert_eq!(open, absurd, "later windows settled the earlier ones");
        let stored = fixture
            .store
            .days(fixture.tenant, fixture.repository, always());
        assert_eq!(stored.await.expect("days").len(), 16);
    }
}

#[tokio::test]
async fn false_zeros_are_noted_where_days_are_known() {
    for fixture in &fixtures().await {
        let Fixture {
            store,
            tenant,
            repository,
            ..
        } = fixture;
        let (_, quiet) = a_repository(store, "lab", 2).await;
        let (_, unknown) = a_repository(store, "lab", 3).await;
        let (other, foreign) = a_repository(store, "other", 4).await;
        let monday = day("2026-11-16");
        let merge = async |tenant, id, count| {
            let days = [(monday, Counts::new(count, count))];
            let merged = store.merge_days(tenant, id, Measure::Views, &days).await;
            merged.expect("merged");
        };
        merge(*tenant, *repository, 9).await;
        merge(*tenant, quiet, 0).await;
        merge(other, foreign, 0).await;
        // The first one's day was revised to zero.
        let days = [
            (monday.plus(-1), Counts::new(1, 1)),
            (monday, Counts::default()),
        ];
        assert_eq!(answer(fixture, 0, &days).await, [AnomalyKind::Revised]);

        let stored: Vec<_> = store
            .reported_days(*tenant, DayRange::ending(monday, 1))
            .try_collect()
            .await
            .expect("read");
        let stored: Vec<_> = stored
            .into_iter()
            .map(|(id, day)| (id, day.of(Measure::Views).map(|it| (it.known, it.silent))))
            .collect();
        assert_eq!(
            stored,
            [(*repository, Some((9, true))), (quiet, Some((0, true)))]
        );

        let all = [*repository, quiet, unknown, foreign];
        for _ in 0..2 {
            let noted = store.record_false_zeros(*tenant, Measure::Views, monday, &all, now());
            noted.await.expect("noted");
        }
        let noted = store
            .anomalies(*tenant, &RepositoryScope::All, AnomalyFilter::default(), 9)
            .await
            .expect("read");
        let noted: Vec<_> = noted
            .iter()
            .map(|it| {
                (
                    it.repository_id,
                    it.anomaly.kind,
                    it.anomaly.known,
                    it.times_seen,
                )
            })
            .collect();
        let known = Some(Counts::new(9, 9));
        assert_eq!(
            noted,
            [
                (*repository, AnomalyKind::FalseZero, known, 1),
                (quiet, AnomalyKind::FalseZero, None, 1)
            ]
        );
        let count = async |scope: &RepositoryScope, since| {
            let counted = store
                .count_open_anomalies(*tenant, scope, None, since)
                .await;
            counted.expect("counted")
        };
        assert_eq!(count(&RepositoryScope::All, now()).await, (2, 2));
        assert_eq!(
            count(&RepositoryScope::Only(vec![quiet]), now()).await,
            (1, 1)
        );
        let later = now() + TimeDelta::days(1);
        assert_eq!(count(&RepositoryScope::All, later).await, (0, 0));
    }
}

#[tokio::test]
async fn an_answer_is_kept_as_it_came_until_it_is_old() {
    for Fixture {
        store,
        tenant,
        repository,
        ..
    } in &fixtures().await
    {
        let body = br#"{"count":5,"uniques":2,"views":[]}"#.repeat(40);
        let keep = async |at: DateTime<Utc>| {
            let weekly = WeeklyResponse {
                measure: Measure::Clones,
                weeks: &[],
                raw: Some(NewResponse::new(
                    Endpoint::WeeklyClones,
                    at,
                    &Body::new(body.clone()),
                )),
            };
            let kept = store.merge_weekly(*tenant, *repository, &weekly).await;
            kept.expect("kept");
        };
        for hour in 0..3 {
            keep(now() + TimeDelta::hours(hour)).await;
        }
        let (other, _) = a_repository(store, "other", 9).await;
        let read = async |tenant, from: i64, until: i64| {
            let time = now() + TimeDelta::hours(from)..now() + TimeDelta::hours(until);
            let pair = |answer, body| (answer, body);
            let read = store.map_responses(tenant, *repository, time, 9, pair);
            read.await.expect("read")
        };
        let kept = read(*tenant, 0, 2).await;
        assert_eq!(kept.len(), 2);
        assert_eq!(kept[0].0.captured_at, now() + TimeDelta::hours(1));
        assert_eq!(
            (kept[1].0.endpoint, &kept[1].1),
            (Endpoint::WeeklyClones, &body)
        );
        assert_eq!(read(other, 0, 9).await, []);
        let one = async |tenant, id| {
            let read = store.response(tenant, *repository, id).await;
            read.expect("read")
        };
        assert_eq!(one(*tenant, kept[0].0.id).await.as_ref(), Some(&kept[0]));
        assert_eq!(one(other, kept[0].0.id).await, None);

        let more = store.unscoped_prune_responses(now() + TimeDelta::hours(2));
        assert!(!more.await.expect("swept"));
        assert_eq!(read(*tenant, 0, 9).await.len(), 1);
        let mut transaction = store.begin().await.expect("begun");
        let deleted = transaction.delete_repository(*tenant, *repository).await;
        assert!(deleted.expect("deleted"));
        transaction.commit().await.expect("committed");
        assert_eq!(read(*tenant, 0, 9).await, []);
        let later = now() + TimeDelta::days(99);
        let left = store.unscoped_prune_responses(later).await;
        assert!(!left.expect("swept"), "nothing was left to sweep");
    }
}

#[tokio::test]
async fn kept_answers_are_looked_through_up_to_a_bound_of_all_together() {
    for Fixture {
        store,
        tenant,
        repository,
        ..
    } in &fixtures().await
    {
        // White space compresses a thousandfold.
        let large = vec![b' '; 15 * 1024 * 1024];
        for hour in 0..6 {
            let at = now() + TimeDelta::hours(hour);
            let body = Body::new(large.clone());
            let weekly = WeeklyResponse {
                measure: Measure::Clones,
                weeks: &[],
                raw: Some(NewResponse::new(Endpoint::WeeklyClones, at, &body)),
            };
            let kept = store.merge_weekly(*tenant, *repository, &weekly).await;
            kept.expect("kept");
        }
        let time = now()..now() + TimeDelta::hours(9);
        let length = |_, body: Vec<u8>| body.len();
        let read = store.map_responses(*tenant, *repository, time, 2_000, length);
        assert_eq!(read.await.expect("read"), [large.len(); 4]);
    }
}
