//! The sums that are kept with the days equal plain scans of them.

use std::collections::BTreeMap;

use domain::DayTraffic;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::traffic::windows;
use super::*;
use crate::store::traffic::RangeSums;

/// The days of each repository, as a plain scan reads them.
type Days = BTreeMap<RepositoryId, BTreeMap<Day, DayTraffic>>;

async fn plain_scan(store: &Store, tenant: TenantId) -> Days {
    let mut days = Days::new();
    for (owner, repository) in store.unscoped_all_repositories().await.expect("listed") {
        if owner == tenant {
            let read = store.days(tenant, repository, always()).await;
            days.insert(repository, read.expect("days").into_iter().collect());
        }
    }
    days
}

fn sum(days: &BTreeMap<Day, DayTraffic>, range: DayRange) -> RangeSums {
    let mut sums = RangeSums::default();
    for (_, traffic) in days.range(range.from..=range.to) {
        if let Some(views) = traffic.views {
            sums.views += u64::from(views.count);
            sums.view_uniques_daily_sum += u64::from(views.uniques.get());
            sums.views_known += 1;
        }
        if let Some(clones) = traffic.clones {
            sums.clones += u64::from(clones.count);
            sums.clones_known += 1;
        }
        sums.days_known += i64::from(traffic.views.is_some() && traffic.clones.is_some());
    }
    sums
}

#[tokio::test]
async fn any_range_of_any_repositories_sums_as_a_plain_scan_does() {
    let mut runner = TestRunner::deterministic();
    for Fixture { store, tenant, .. } in &fixtures().await {
        let tenant = *tenant;
        for round in 0..7 {
            let (_, repository) = a_repository(store, "lab", 300 + round).await;
            let windows = windows().new_tree(&mut runner).expect("windows").current();
            for (measure, days) in &windows {
                let merged = store.merge_days(tenant, repository, *measure, days);
                merged.await.expect("merged");
            }
        }
        let days = plain_scan(store, tenant).await;
        let some: Vec<RepositoryId> = days.keys().copied().step_by(2).collect();
        let ranges = (0..50_i64, 0..50_i64).prop_map(|(from, length)| DayRange {
            from: day("2025-12-28").plus(from),
            to: day("2025-12-28").plus(from + length),
        });
        for _ in 0..25 {
            let range = ranges.new_tree(&mut runner).expect("a range").current();
            for scope in [RepositoryScope::All, RepositoryScope::Only(some.clone())] {
                let scanned: BTreeMap<_, _> = days
                    .iter()
                    .filter(|(id, _)| scope.contains(**id))
                    .map(|(id, days)| (*id, [sum(days, range), sum(days, range.before())]))
                    .filter(|(_, sums)| sums.iter().any(|it| it.views_known + it.clones_known > 0))
                    .collect();
                let both = [range, range.before()];
                let sums = store.range_sums(tenant, &scope, both).await.expect("sums");
                assert_eq!(sums.into_iter().collect::<BTreeMap<_, _>>(), scanned);

                let day_sums = store.day_sums(tenant, &scope, range).await.expect("sums");
                let clones: u64 = scanned.values().map(|[now, _]| now.clones).sum();
                let by_day: u64 = day_sums.iter().filter_map(|it| it.clones).sum();
                assert_eq!(by_day, clones);
            }
        }
    }
}

/// Whether all sums equal plain scans of the days.
async fn sums_are_right(store: &Store, tenant: TenantId) -> bool {
    for (owner, repository) in store.unscoped_all_repositories().await.expect("listed") {
        let right = store.repository_sums_are_right(owner, repository).await;
        if !right.expect("compared") {
            return false;
        }
    }
    let different = store.different_tenant_days(tenant).await;
    different.expect("compared") == 0
}

#[tokio::test]
async fn sums_equal_a_plain_scan_after_any_merges_and_deletions() {
    let mut runner = TestRunner::deterministic();
    for Fixture { store, tenant, .. } in &fixtures().await {
        let mut repositories = Vec::new();
        for round in 0..6 {
            let (_, repository) = a_repository(store, "lab", 200 + round).await;
            repositories.push(repository);
            let windows = windows().new_tree(&mut runner).expect("windows").current();
            // Later windows are years away, as imports are.
            let shift = |index: usize| [0, 0, 400, -900, 21][index % 5];
            for (index, (measure, days)) in windows.iter().enumerate() {
                let days: Vec<_> = days
                    .iter()
                    .map(|(day, counts)| (day.plus(shift(index)), *counts))
                    .collect();
                let merged = store.merge_days(*tenant, repository, *measure, &days);
                merged.await.expect("merged");
                assert!(sums_are_right(store, *tenant).await);
            }
            if round % 2 == 1 {
                let deleted = repositories.remove(0);
                let mut transaction = store.begin().await.expect("begun");
                let deleted = transaction.delete_repository(*tenant, deleted).await;
                assert!(deleted.expect("deleted"));
                transaction.commit().await.expect("committed");
                assert!(sums_are_right(store, *tenant).await);
            }
        }
        // Zeros from before a repository existed are deleted with their known days.
        let repository = repositories[0];
        let zeros: Vec<_> = (0..9)
            .map(|i| (day("2025-03-01").plus(i), Counts::default()))
            .collect();
        let merged = store.merge_days(*tenant, repository, Measure::Views, &zeros);
        merged.await.expect("merged");
        let metadata = RepositoryMetadata {
            full_name: "mona/elsewhere".parse().expect("a name"),
            visibility: None,
            archived: false,
            created_on: Some(day("2025-03-05")),
        };
        let updated = store.update_metadata(*tenant, repository, &metadata, now());
        updated.await.expect("updated");
        let kept = store.days(*tenant, repository, always()).await;
        let kept = kept.expect("days");
        assert!(kept.iter().all(|(at, _)| *at != day("2025-03-04")));
        assert!(sums_are_right(store, *tenant).await);
    }
}

#[tokio::test]
async fn wrong_sums_are_found_and_rebuilt() {
    for Fixture {
        store,
        tenant,
        repository,
        ..
    } in &fixtures().await
    {
        let days: Vec<_> = (0..40)
            .map(|i| (day("2026-09-01").plus(i), Counts::new(7, 3)))
            .collect();
        let merged = store.merge_days(*tenant, *repository, Measure::Clones, &days);
        merged.await.expect("merged");
        for damage in [
            "update running_totals set clones = clones + 1",
            "delete from running_totals where clones > 100",
            "update repository_summaries set clones_known = 39",
            "delete from repository_summaries",
            "update tenant_days set clones = 8",
            "delete from tenant_days",
        ] {
            assert!(sums_are_right(store, *tenant).await);
            on!(&store.db, |pool| sqlx::query(damage)
                .execute(pool)
                .await
                .map(drop))
            .expect("damaged");
            assert!(!sums_are_right(store, *tenant).await, "{damage}");
            let rebuilt = store.rebuild_repository(*tenant, *repository).await;
            assert!(rebuilt.expect("rebuilt"));
            store.rebuild_tenant_days(*tenant).await.expect("rebuilt");
        }
        assert!(sums_are_right(store, *tenant).await);
    }
}

#[tokio::test]
async fn weeks_without_rows_are_filled_at_the_next_start() {
    for database in databases::fresh().await {
        let url: DatabaseUrl = database.url.parse().expect("a database address");
        let store = Store::open(&url, &|_, _| ()).await.expect("opened");
        let (tenant, repository) = a_repository(&store, "lab", 300).await;
        let days: Vec<_> = (0..40)
            .map(|i| (day("2026-09-01").plus(i), Counts::new(7, 3)))
            .collect();
        let merged = store.merge_days(tenant, repository, Measure::Views, &days);
        merged.await.expect("merged");
        on!(&store.db, |pool| sqlx::query("delete from running_totals")
            .execute(pool)
            .await
            .map(drop))
        .expect("deleted");
        store.close().await;

        let store = Store::open(&url, &|_, _| ()).await.expect("opened");
        assert!(sums_are_right(&store, tenant).await);
        let range = DayRange {
            from: day("2026-09-03"),
            to: day("2026-09-09"),
        };
        let all = RepositoryScope::All;
        let sums = store.range_sums(tenant, &all, [range]).await.expect("sums");
        assert_eq!(sums[&repository][0].views, 49);
        store.close().await;
    }
}

#[tokio::test]
async fn concurrent_merges_of_one_repository_keep_the_sums_right() {
    for Fixture {
        store,
        tenant,
        repository,
        ..
    } in &fixtures().await
    {
        let merges = (0..12_u32).map(|round| async move {
            let measure = Measure::ALL[round as usize % 2];
            let first = day("2026-09-01").plus(i64::from(round / 2));
            let days: Vec<_> = (0..14)
                .map(|i| (first.plus(i), Counts::new(round + 1, 1)))
                .collect();
            let merged = store.merge_days(*tenant, *repository, measure, &days);
            merged.await.expect("merged");
        });
        futures::future::join_all(merges).await;
        assert!(sums_are_right(store, *tenant).await);
    }
}

/// Two repositories with days, in a database from before days were summed.
const OLD_ROWS: [&str; 4] = [
    "insert into tenants (slug, name, created_at)
        values ('lab', 'Lab', '2026-01-01T00:00:00Z')",
    "insert into connections
            (tenant_id, name, api_url, sealed_token, login, github_user_id, created_at)
        values (1, 'Main', 'https://api.github.com', $1, 'mona', 1, '2026-01-01T00:00:00Z')",
    "insert into repositories (tenant_id, connection_id, github_id, owner, name, status, added_at)
        values (1, 1, 11, 'mona', 'a', 'active', '2026-01-01T00:00:00Z'),
            (1, 1, 12, 'mona', 'b', 'active', '2026-01-01T00:00:00Z')",
    "insert into traffic_days (repository_id, day, views, view_uniques, clones, clone_uniques)
        values (1, '2025-12-28', 5, 2, null, null), (1, '2026-01-05', 7, 3, 1, 1),
            (2, '2026-01-05', 0, 0, 4, 2)",
];

#[tokio::test]
async fn an_older_database_is_upgraded_and_an_interrupted_upgrade_continues() {
    const BEFORE_TOTALS: i64 = 30;
    for database in databases::fresh().await {
        let url: DatabaseUrl = database.url.parse().expect("a database address");
        let old = Store::connect(&url).await.expect("connected");
        let migrations = old.migrator();
        on!(&old.db, |pool| {
            let mut connection = pool.acquire().await.expect("a connection");
            migrations
                .run_to(BEFORE_TOTALS, &mut *connection)
                .await
                .expect("migrated");
            for text in OLD_ROWS {
                let query = sqlx::query(text);
                let query = if text.contains("$1") {
                    query.bind(vec![0_u8])
                } else {
                    query
                };
                query.execute(&mut *connection).await.expect("inserted");
            }
            // As far as a killed upgrade may have come.
            migrations.run(&mut *connection).await.expect("migrated");
        });
        let (tenant, first) = (TenantId::new(1), RepositoryId::new(1));
        old.sum_repository(tenant, first).await.expect("summed");
        old.close().await;

        let seen = parking_lot::Mutex::new(Vec::new());
        let progress = |done, total| seen.lock().push((done, total));
        let store = Store::open(&url, &progress).await.expect("opened");
        assert_eq!(seen.into_inner(), [(0, 1), (1, 1)]);
        let days = plain_scan(&store, tenant).await;
        let counts = |count, uniques| Some(Counts::new(count, uniques));
        let expected = [
            (
                first,
                vec![
                    (day("2025-12-28"), counts(5, 2), None),
                    (day("2026-01-05"), counts(7, 3), counts(1, 1)),
                ],
            ),
            (
                RepositoryId::new(2),
                vec![(day("2026-01-05"), counts(0, 0), counts(4, 2))],
            ),
        ];
        for (id, expected) in expected {
            let days = days[&id].iter();
            let days: Vec<_> = days.map(|(day, it)| (*day, it.views, it.clones)).collect();
            assert_eq!(days, expected);
        }
        assert!(sums_are_right(&store, tenant).await);
        assert!(!store.has_old_days().await.expect("looked up"));
        store.close().await;
        let again = Store::open(&url, &|_, _| panic!("nothing is left to upgrade")).await;
        again.expect("opened").close().await;
    }
}
