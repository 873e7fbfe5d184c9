//! Collecting from a faithful GitHub over HTTP, on SQLite and on PostgreSQL alike.

/// Tests that run on a fresh database of each kind.
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($database:ident) $body:block)+) => {$(
        $(#[$doc])*
        mod $name {
            #[allow(unused_imports, reason = "not every test needs everything")]
            use super::*;

            async fn test($database: crate::databases::TestDatabase) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                test(crate::databases::sqlite()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                if let Some(database) = crate::databases::postgres().await {
                    test(database).await;
                }
            }
        }
    )+};
}

mod anomalies;
mod apps;
mod connections;
#[path = "../support/databases.rs"]
#[expect(dead_code, reason = "these tests run on each kind apart")]
mod databases;
mod duplicates;
mod events;
mod expected;
mod failure_kinds;
mod failures;
mod fixture;
mod follow_checks;
mod follow_rules;
mod limits;
mod listings;
mod manifests;
mod outage;
mod policies;
mod publishing;
mod redirects;
mod releases;
mod replay;
mod requests;
#[path = "../support/rewriting.rs"]
mod rewriting;
mod runs;
mod schedules;
mod secret_key;
mod servers;
mod tags_and_stars;
mod unreadable;
mod windows;
