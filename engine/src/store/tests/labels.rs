//! Strings that no list uses now, and those that a list is about to use.
//!
//! On PostgreSQL alone: on SQLite the two transactions cannot be under way at once.

use std::time::Duration;

use super::*;

async fn store() -> Option<(databases::TestDatabase, Store, TenantId, RepositoryId)> {
    let database = databases::postgres().await?;
    let url = database.url.parse().expect("a database address");
    let store = Store::open(&url, &|_, _| {})
        .await
        .expect("the database opens");
    let (tenant, repository) = a_repository(&store, "lab", 1).await;
    let mut transaction = store.begin().await.expect("begun");
    transaction.labels(&["/a"].into()).await.expect("a string");
    transaction.commit().await.expect("committed");
    Some((database, store, tenant, repository))
}

#[tokio::test]
async fn a_string_that_is_about_to_be_used_is_not_deleted() {
    let Some((_database, store, ..)) = store().await else {
        return;
    };
    let mut collecting = store.begin().await.expect("begun");
    let id = collecting.labels(&["/a"].into()).await.expect("known");
    let mut deleting = store.begin().await.expect("begun");
    let deleted = deleting.unscoped_delete_unused_labels();
    let deleted = tokio::time::timeout(Duration::from_secs(10), deleted).await;
    deleted.expect("it does not wait").expect("deleted");
    deleting.commit().await.expect("committed");
    assert_eq!(
        collecting
            .labels(&["/a"].into())
            .await
            .expect("still known"),
        id
    );
}

#[tokio::test]
async fn a_string_that_is_being_deleted_is_stored_anew() {
    let Some((_database, store, tenant, repository)) = store().await else {
        return;
    };
    let mut deleting = store.begin().await.expect("begun");
    let deleted = deleting.unscoped_delete_unused_labels().await;
    deleted.expect("deleted");
    let window = DayRange::ending("2026-11-22".parse().expect("a day"), 14);
    let rows = [RankingRow {
        label: "/a".into(),
        title: None,
        counts: Counts::new(1, 1),
    }];
    let ranking = NewRanking {
        kind: RankingKind::Paths,
        window,
        captured_at: now(),
        rows: &rows,
        raw: None,
    };
    let saving = store.save_ranking(tenant, repository, &ranking);
    let ending = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        deleting.commit().await
    };
    let (saved, ended) = tokio::join!(saving, ending);
    ended.expect("committed");
    saved.expect("saved");
    let kept = store.ranking(tenant, repository, RankingKind::Paths, None);
    let kept = kept.await.expect("read").expect("a ranking");
    assert_eq!(kept.rows, rows);
}
