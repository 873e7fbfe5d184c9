//! The store's rules, on SQLite and on PostgreSQL alike.

use chrono::{DateTime, TimeDelta, Utc};
use domain::report::{Popularity, RankingRow};
use domain::{
    Counts, Day, DayRange, DayTraffic, Endpoint, Measure, RepositoryId, RunStatus, TenantId,
    Trigger,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::*;
use crate::databases;

/// A tenant with one repository, in a fresh database.
struct Fixture {
    store: Store,
    tenant: TenantId,
    repository: RepositoryId,
    _database: databases::TestDatabase,
}

async fn fixtures() -> Vec<Fixture> {
    let mut fixtures = Vec::new();
    for database in databases::fresh().await {
        let url = database.url.parse().expect("a database address");
        let store = Store::open(&url).await.expect("the database opens");
        let (tenant, repository) = a_repository(&store, "lab", 1).await;
        fixtures.push(Fixture {
            store,
            tenant,
            repository,
            _database: database,
        });
    }
    fixtures
}

async fn a_repository(store: &Store, slug: &str, github_id: i64) -> (TenantId, RepositoryId) {
    let slug = slug.parse().expect("a slug");
    let mut transaction = store.begin().await.expect("begun");
    let tenant = match transaction.find_tenant(&slug).await.expect("looked up") {
        Some(tenant) => tenant,
        None => transaction
            .insert_tenant(&slug, "Lab", now())
            .await
            .expect("a tenant"),
    };
    let connection = NewConnectionRecord {
        name: &format!("GitHub {github_id}"),
        api_url: "https://api.github.com",
        login: "mona",
        github_user_id: 1,
        token_expires_at: None,
    };
    let connection = transaction
        .insert_connection(tenant, &connection, now())
        .await
        .expect("a connection");
    transaction.commit().await.expect("committed");
    let name = format!("mona/r{github_id}").parse().expect("a name");
    let repository = NewRepository {
        connection,
        github_id,
        name: &name,
    };
    (
        tenant,
        store
            .insert_repository(tenant, &repository, now())
            .await
            .expect("a repository"),
    )
}

fn now() -> DateTime<Utc> {
    "2026-11-23T12:00:00.123456Z".parse().expect("a moment")
}

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn always() -> DayRange {
    DayRange {
        from: day("2000-01-01"),
        to: day("2099-12-31"),
    }
}

/// Windows of up to fourteen days each, as GitHub might report them.
fn windows() -> impl Strategy<Value = Vec<(Measure, Vec<(Day, Counts)>)>> {
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
                assert_eq!(merged.written, 0, "nothing is left to write");
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
        let merge = async |counts| {
            store
                .merge_days(*tenant, *repository, Measure::Views, &[(monday, counts)])
                .await
                .expect("merged")
        };
        assert_eq!(
            merge(known).await,
            Merged {
                written: 1,
                revised: vec![]
            }
        );
        let revision = Revision {
            day: monday,
            known,
            reported,
        };
        assert_eq!(
            merge(reported).await,
            Merged {
                written: 0,
                revised: vec![revision]
            }
        );
        let days = store
            .days(*tenant, *repository, always())
            .await
            .expect("days");
        assert_eq!(days, [(monday, DayTraffic::only(Measure::Views, known))]);
    }
}

#[tokio::test]
async fn nothing_of_a_tenant_is_reached_from_another() {
    for Fixture {
        store,
        tenant,
        repository,
        ..
    } in &fixtures().await
    {
        let (other, _) = a_repository(store, "other", 1).await;
        let days = [(day("2026-11-16"), Counts::new(5, 2))];
        let merged = store
            .merge_days(other, *repository, Measure::Views, &days)
            .await;
        assert_eq!(
            merged.expect("merged"),
            Merged::default(),
            "another's is not written"
        );
        store
            .merge_days(*tenant, *repository, Measure::Views, &days)
            .await
            .expect("merged");
        assert!(
            store
                .days(other, *repository, always())
                .await
                .expect("days")
                .is_empty()
        );
        assert!(
            store
                .repository(other, *repository)
                .await
                .expect("looked up")
                .is_none()
        );
        assert!(
            !store
                .delete_repository(other, *repository)
                .await
                .expect("tried")
        );
        let range = DayRange {
            from: day("2026-11-01"),
            to: day("2026-11-30"),
        };
        assert!(store.day_sums(other, range).await.expect("sums").is_empty());
        assert_eq!(store.day_sums(*tenant, range).await.expect("sums").len(), 1);
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
        let days = store.day_sums(*tenant, range).await.expect("sums");
        assert_eq!(days.len(), 2, "a day that nobody knows is left out");
        assert_eq!((days[0].views, days[0].clones), (Some(12), Some(1)));
        assert_eq!((days[1].views, days[1].clones), (Some(0), None));

        let sums: std::collections::HashMap<_, _> = store
            .range_sums(*tenant, range)
            .await
            .expect("sums")
            .into_iter()
            .collect();
        assert_eq!(
            (sums[repository].views, sums[repository].views_known),
            (5, 2)
        );
        assert_eq!((sums[&second].clones, sums[&second].clones_known), (1, 1));
        let known = store.known_days(*tenant, range).await.expect("known");
        assert_eq!(
            known,
            [(second, 1)],
            "a day is wholly known with both measures"
        );

        let record = store
            .repository(*tenant, second)
            .await
            .expect("found")
            .expect("there");
        assert_eq!(record.newest_whole_day, Some(monday));
        let record = store
            .repository(*tenant, *repository)
            .await
            .expect("found")
            .expect("there");
        assert_eq!(record.repository.last_day, Some(monday.plus(1)));
        assert_eq!(record.newest_whole_day, None);
    }
}

#[tokio::test]
async fn a_ranking_is_replaced_by_a_later_one_of_its_window_only() {
    for Fixture {
        store,
        tenant,
        repository,
        ..
    } in &fixtures().await
    {
        let window = DayRange::ending(day("2026-11-22"), 14);
        let row = |label: &str, count| RankingRow {
            label: label.into(),
            title: Some("A page".into()),
            counts: Counts::new(count, 1),
        };
        let save = async |window, at, rows: &[RankingRow]| {
            store
                .save_ranking(*tenant, *repository, RankingKind::Paths, window, at, rows)
                .await
                .expect("saved");
        };
        save(window, now(), &[row("/a", 9), row("/b", 3)]).await;
        save(window, now() - TimeDelta::hours(1), &[row("/old", 99)]).await;
        let read = async |kind, on| {
            store
                .ranking(*tenant, *repository, kind, on)
                .await
                .expect("read")
        };
        let newest = read(RankingKind::Paths, None).await.expect("a ranking");
        assert_eq!(newest.rows, [row("/a", 9), row("/b", 3)]);
        assert_eq!((newest.window, newest.captured_at), (window, now()));
        save(window, now() + TimeDelta::hours(1), &[]).await;
        assert_eq!(
            read(RankingKind::Paths, None).await.map(|r| r.rows),
            Some(vec![])
        );
        assert_eq!(
            read(RankingKind::Paths, Some(day("2026-11-21"))).await,
            None
        );
        assert_eq!(read(RankingKind::Referrers, None).await, None);
    }
}

#[tokio::test]
async fn a_due_time_is_claimed_once_and_a_dead_workers_run_is_interrupted() {
    for Fixture { store, tenant, .. } in &fixtures().await {
        let fields = ScheduleFields {
            name: "Daily",
            cron: &"0 6 * * *".parse().expect("a cron expression"),
            timezone: domain::TimeZone::UTC,
            enabled: true,
        };
        let schedule = store
            .insert_schedule(*tenant, &fields, now())
            .await
            .expect("a schedule");
        let begin = async |due_at, worker| {
            let run = NewRun {
                tenant: *tenant,
                schedule: Some(schedule),
                due_at: Some(due_at),
                trigger: Trigger::Schedule,
                worker,
                started_at: now(),
                repositories_total: 1,
            };
            store.insert_run(&run).await.expect("inserted")
        };
        let first = begin(now(), "a").await.expect("claimed");
        assert_eq!(begin(now(), "b").await, None, "the due time is claimed");
        let later = now() + TimeDelta::days(1);
        assert_eq!(
            begin(later, "b").await,
            None,
            "a run of the schedule goes on"
        );

        let interrupt = async |worker, stale| {
            store
                .unscoped_interrupt_runs(worker, stale, now())
                .await
                .expect("marked")
        };
        assert_eq!(interrupt(Some("b"), now() - TimeDelta::minutes(1)).await, 0);
        assert_eq!(interrupt(Some("a"), now() - TimeDelta::minutes(1)).await, 1);
        let run = store
            .run(*tenant, first)
            .await
            .expect("read")
            .expect("there");
        assert_eq!(
            (run.status, run.finished_at),
            (RunStatus::Interrupted, Some(now()))
        );
        let finished = store
            .finish_run(
                *tenant,
                first,
                RunStatus::Succeeded,
                RunProgress::default(),
                now(),
            )
            .await;
        finished.expect("tried");
        let run = store
            .run(*tenant, first)
            .await
            .expect("read")
            .expect("there");
        assert_eq!(
            run.status,
            RunStatus::Interrupted,
            "a marked run stays marked"
        );

        let second = begin(later, "b").await.expect("claimed");
        assert_eq!(
            interrupt(None, now() + TimeDelta::seconds(1)).await,
            1,
            "no sign of life"
        );
        let schedules = store.unscoped_enabled_schedules().await.expect("schedules");
        assert_eq!(schedules[0].last_due_at, Some(later));
        assert!(second > first);
    }
}

#[tokio::test]
async fn deleting_a_repository_takes_all_of_it_and_leaves_the_runs() {
    for Fixture {
        store,
        tenant,
        repository,
        ..
    } in &fixtures().await
    {
        let (tenant, repository) = (*tenant, *repository);
        let days = [(day("2026-11-16"), Counts::new(5, 2))];
        store
            .merge_days(tenant, repository, Measure::Views, &days)
            .await
            .expect("merged");
        store
            .merge_weeks(tenant, repository, Measure::Views, &days)
            .await
            .expect("merged");
        let popularity = Popularity {
            stars: 3,
            forks: 2,
            watchers: 1,
            open_issues: 0,
        };
        store
            .save_popularity(tenant, repository, day("2026-11-16"), popularity)
            .await
            .expect("saved");
        let run = NewRun {
            tenant,
            schedule: None,
            due_at: None,
            trigger: Trigger::Manual,
            worker: "a",
            started_at: now(),
            repositories_total: 1,
        };
        let run = store
            .insert_run(&run)
            .await
            .expect("inserted")
            .expect("begun");
        let failure = NewFailure {
            repository,
            repository_name: "mona/r1",
            endpoint: Endpoint::WeeklyViews,
            reason: "GitHub did not answer.",
        };
        store
            .record_failures(tenant, run, &[failure])
            .await
            .expect("recorded");
        let progress = RunProgress {
            done: 1,
            failed: 1,
            requests: 7,
        };
        store
            .finish_run(tenant, run, RunStatus::Failed, progress, now())
            .await
            .expect("ended");

        assert!(
            store
                .delete_repository(tenant, repository)
                .await
                .expect("deleted")
        );
        assert!(
            store
                .days(tenant, repository, always())
                .await
                .expect("days")
                .is_empty()
        );
        assert_eq!(
            store
                .newest_popularity(tenant, repository)
                .await
                .expect("read"),
            None
        );
        let merged = store
            .merge_days(tenant, repository, Measure::Views, &days)
            .await;
        assert_eq!(
            merged.expect("tried"),
            Merged::default(),
            "what is gone takes nothing"
        );
        let runs = store.runs(tenant, 10).await.expect("runs");
        assert_eq!(runs[0].failures[0].repository, "mona/r1");
        assert_eq!(runs[0].failures[0].endpoint, Endpoint::WeeklyViews);
    }
}

#[tokio::test]
async fn a_newer_database_is_refused_and_left_alone() {
    for database in databases::fresh().await {
        let url: DatabaseUrl = database.url.parse().expect("a database address");
        let store = Store::open(&url).await.expect("the database opens");
        on!(&store.db, |pool| sqlx::query(
            "insert into _sqlx_migrations
                (version, description, success, checksum, execution_time)
            values (9999, 'from the future', true, $1, 0)"
        )
        .bind(vec![0_u8])
        .execute(pool)
        .await
        .map(drop))
        .expect("inserted");
        assert!(matches!(
            Store::open(&url).await,
            Err(OpenError::Newer(9999))
        ));
    }
}
