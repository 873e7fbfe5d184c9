//! Keeps `docs/schema.md` current: `make schema` writes it, and a test compares it.

mod document;
mod groups;
mod introspection;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use super::{Db, Store, databases};
use groups::GROUPS;
use introspection::Table;

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/schema.md")
}

/// The tables of a database that this program has just migrated.
async fn migrated() -> BTreeMap<String, Table> {
    let database = databases::sqlite();
    let store = opened(&database).await;
    let Db::Sqlite(pool) = &store.db else {
        unreachable!("a SQLite database was opened");
    };
    let tables = introspection::tables(pool).await.expect("read");
    store.close().await;
    tables
}

async fn opened(database: &databases::TestDatabase) -> Store {
    let url = database.url.parse().expect("a database address");
    Store::open(&url, &|_, _| {})
        .await
        .expect("the database opens")
}

/// What `docs/schema.md` should hold.
async fn current() -> String {
    let tables = migrated().await;
    let listed: Vec<&str> = (GROUPS.iter())
        .flat_map(|group| group.tables.iter().map(|(name, _)| *name))
        .collect();
    let listed_once: BTreeSet<&str> = listed.iter().copied().collect();
    assert_eq!(listed.len(), listed_once.len(), "a table is listed twice");
    let existing: BTreeSet<&str> = tables.keys().map(String::as_str).collect();
    let changed: Vec<_> = existing.symmetric_difference(&listed_once).collect();
    assert!(
        changed.is_empty(),
        "engine/src/store/tests/schema/groups.rs does not match the migrations: add or remove {changed:?}"
    );
    document::document(&tables)
}

#[tokio::test]
async fn the_committed_schema_is_current() {
    let committed = fs::read_to_string(path()).unwrap_or_default();
    assert!(
        committed == current().await,
        "docs/schema.md does not match the migrations: run `make schema` and commit the result"
    );
}

#[tokio::test]
async fn postgresql_has_the_same_tables_and_columns() {
    let Some(database) = databases::postgres().await else {
        return;
    };
    let store = opened(&database).await;
    let Db::Postgres(pool) = &store.db else {
        unreachable!("a PostgreSQL database was opened");
    };
    let of_postgres = introspection::postgres_columns(pool).await.expect("read");
    let names = |table: Table| {
        table
            .columns
            .into_iter()
            .map(|column| column.name)
            .collect()
    };
    let of_sqlite: BTreeMap<String, BTreeSet<String>> = (migrated().await.into_iter())
        .map(|(name, table)| (name, names(table)))
        .collect();
    assert_eq!(of_postgres, of_sqlite);
    store.close().await;
}

#[tokio::test]
#[ignore = "writes docs/schema.md: run `make schema`"]
async fn write_the_schema() {
    fs::write(path(), current().await).expect("docs/schema.md can be written");
}
