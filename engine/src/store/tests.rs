//! The store's rules, on SQLite and on PostgreSQL alike.

mod anomalies;
mod dump;
mod following;
mod labels;
mod list;
mod log;
mod made_up;
mod rankings;
mod repository_tags;
mod runs;
mod schema;
mod secrets;
mod totals;
mod traffic;

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use domain::report::RankingRow;
use domain::{Counts, Day, DayRange, Measure, RepositoryId, RepositoryScope, TenantId};

use super::*;
use crate::databases;
use crate::github::Body;

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
        let store = Store::open(&url, &|_, _| {})
            .await
            .expect("the database opens");
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
    let name = format!("mona/r{github_id}").parse().expect("a name");
    let added = transaction
        .track_repositories(tenant, connection, &[(github_id, &name)], now())
        .await
        .expect("a repository");
    transaction.commit().await.expect("committed");
    (tenant, added[0].0)
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
        assert_eq!(merged.expect("merged"), 0, "another's is not written");
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
                .repository(other, &RepositoryScope::All, *repository)
                .await
                .expect("looked up")
                .is_none()
        );
        let mut transaction = store.begin().await.expect("begun");
        let deleted = transaction.delete_repository(other, *repository).await;
        assert!(!deleted.expect("tried"));
        transaction.commit().await.expect("committed");
        let range = DayRange {
            from: day("2026-11-01"),
            to: day("2026-11-30"),
        };
        assert!(
            store
                .day_sums(other, &RepositoryScope::All, range)
                .await
                .expect("sums")
                .is_empty()
        );
        let own = store.day_sums(*tenant, &RepositoryScope::All, range).await;
        assert_eq!(own.expect("sums").len(), 1);
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
            let ranking = NewRanking {
                kind: RankingKind::Paths,
                window,
                captured_at: at,
                rows,
                raw: None,
            };
            let saved = store.save_ranking(*tenant, *repository, &ranking).await;
            saved.expect("saved");
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
async fn a_newer_database_is_refused_and_left_alone() {
    for database in databases::fresh().await {
        let url: DatabaseUrl = database.url.parse().expect("a database address");
        let store = Store::open(&url, &|_, _| {})
            .await
            .expect("the database opens");
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
            Store::open(&url, &|_, _| {}).await,
            Err(OpenError::Newer(9999))
        ));
    }
}
