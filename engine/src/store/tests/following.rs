//! Runs whose beginner looks for new repositories.

use domain::FollowFilter;

use super::*;

#[tokio::test]
async fn a_run_ends_for_others_only_once_its_beginner_looked_for_new_repositories_or_died() {
    for fixture in &fixtures().await {
        let (store, tenant) = (&fixture.store, fixture.tenant);
        let connection = store.connections(tenant).await.expect("read")[0].id;
        let filter = FollowFilter {
            patterns: "*".parse().expect("a pattern"),
            forks: false,
            archived: false,
            private: false,
        };
        let mut transaction = store.begin().await.expect("begun");
        let rule = transaction.insert_follow_rule(tenant, connection, &filter, now());
        rule.await.expect("a rule");
        transaction.commit().await.expect("stored");
        let other = store
            .unscoped_register_worker("other", true)
            .await
            .expect("enlisted");
        for dies in [false, true] {
            let (run, worker) = (store.begun(tenant, None, "one", now()).await).expect("begun");
            fixture.claim(run, worker, 9).await;
            assert!(fixture.complete_item(run, worker, fixture.repository).await);
            let collected = store.is_collected(tenant, run, other).await;
            assert!(!collected.expect("asked"));
            let ended = store.end_run(tenant, run, other, now()).await;
            assert_eq!(ended.expect("asked"), None);
            let open = store.unscoped_open_runs(other, true).await.expect("read");
            assert_eq!(open, [], "there is nothing for the other to do");
            if dies {
                store
                    .unscoped_deregister_worker(worker)
                    .await
                    .expect("gone");
            } else {
                let begun = NewRun {
                    tenant,
                    schedule: None,
                    due_at: None,
                    trigger: domain::Trigger::Manual,
                    worker,
                    started_at: now(),
                    scope: RunScope::All,
                };
                let added = store.finish_follow_check(tenant, &begun, run, &[]).await;
                assert_eq!(added.expect("looked"), 0);
            }
            let ended = store.end_run(tenant, run, other, now()).await;
            assert!(ended.expect("asked").is_some(), "dies: {dies}");
        }
    }
}
