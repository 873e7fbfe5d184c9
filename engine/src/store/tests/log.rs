//! The system log: how much of it one search reads.

use domain::AuditAction;
use domain::report::AuditQuery;

use super::*;

#[tokio::test]
async fn a_search_reads_so_many_lines_and_says_where_to_go_on() {
    for Fixture { store, .. } in &fixtures().await {
        let mut transaction = store.begin().await.expect("begun");
        for n in 0..120 {
            let subject = if n == 5 { "Ünde" } else { "Ande" };
            let line = NewLogLine {
                at: now(),
                action: AuditAction::Invited,
                actor_id: None,
                actor: "Mona",
                tenant: None,
                subject,
                address: None,
            };
            let added = transaction.unscoped_insert_log_line(&line).await;
            added.expect("added");
        }
        transaction.commit().await.expect("committed");
        let mut query = AuditQuery {
            search: "ü".into(),
            ..AuditQuery::default()
        };
        let mut found = Vec::new();
        for more in [true, true, false] {
            let page = store.unscoped_log(&query, 10, 50).await;
            let (lines, next) = page.expect("a page");
            found.push(lines.len());
            assert_eq!(next.is_some(), more, "{found:?}");
            query.before = next;
        }
        assert_eq!(found, [0, 0, 1]);

        query = AuditQuery::default();
        let (lines, next) = store.unscoped_log(&query, 60, 500).await.expect("a page");
        assert_eq!((lines.len(), next), (60, Some(lines[59].id)));
        query.before = next;
        let (lines, next) = store.unscoped_log(&query, 60, 500).await.expect("a page");
        assert_eq!((lines.len(), next), (60, None));
    }
}
