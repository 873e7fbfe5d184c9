//! Lists read a page at a time are the whole list, on both databases.

use domain::{
    Anomaly, AnomalyKind, ConnectionId, FollowFilter, RepositoryFilter, RepositoryScope, TokenId,
    TokenScope,
};
use futures::TryStreamExt;

use super::*;
use crate::ListPage;
use crate::store::PastAnomaly;

/// All pages of a list, of two rows each.
async fn pages<T, K: Clone>(
    mut read: impl AsyncFnMut(Option<K>) -> crate::Result<ListPage<T, K>>,
) -> Vec<T> {
    let (mut rows, mut after) = (Vec::new(), None);
    loop {
        let page = read(after).await.expect("a page");
        assert!(page.rows.len() <= 2);
        rows.extend(page.rows);
        if page.next.is_none() {
            return rows;
        }
        after = page.next;
    }
}

#[tokio::test]
async fn repositories_are_paged_by_name() {
    for fixture in fixtures().await {
        let (engine, tenant) = (&fixture.engine, fixture.tenant);
        let two = "2".parse().expect("a size");
        for name in ["Zoo/a", "acme/Zeta", "acme/alpha", "zoo/B", "acme/beta"] {
            let range = [("2026-11-20", "2026-11-22")];
            fixture.repository(name, 1, &range).await;
        }
        let whole = engine.repositories(&OPERATOR, tenant).await;
        let whole = whole.expect("a list").repositories;
        let names: Vec<_> = (whole.iter()).map(|it| it.full_name.to_string()).collect();
        assert_eq!(
            names,
            ["acme/alpha", "acme/beta", "acme/Zeta", "Zoo/a", "zoo/B"]
        );
        let paged = pages(async |after| {
            engine
                .list_repositories(
                    &OPERATOR,
                    tenant,
                    RepositoryFilter::default(),
                    two,
                    after.as_ref(),
                )
                .await
        });
        assert_eq!(paged.await, whole);
        let streamed = engine
            .stream_repositories(&OPERATOR, tenant, RepositoryFilter::default())
            .await;
        let streamed = streamed.expect("a stream").try_concat().await;
        assert_eq!(streamed.expect("repositories"), whole);

        let elsewhere = Viewer::Token {
            id: TokenId::new(1),
            name: "ci".into(),
            origin: domain::Origin::default(),
            tenant: TenantId::new(tenant.get() + 1),
            scope: TokenScope::Read,
        };
        let hidden = engine
            .list_repositories(&elsewhere, tenant, RepositoryFilter::default(), two, None)
            .await;
        let hidden = hidden.expect_err("hidden").into_problem();
        assert_eq!(hidden.kind, ProblemKind::NotFound);

        // A page of what is in scope is full, whatever lies between.
        let store = &engine.0.store;
        let scope = RepositoryScope::Only(vec![whole[1].id, whole[4].id]);
        let keys = store.repository_keys(tenant, &scope, None, 2).await;
        let ids: Vec<_> = keys.expect("keys").into_iter().map(|key| key.id).collect();
        assert_eq!(ids, [whole[1].id, whole[4].id]);
    }
}

#[tokio::test]
async fn schedules_and_follow_rules_are_paged() {
    for fixture in fixtures().await {
        let (engine, tenant) = (&fixture.engine, fixture.tenant);
        let two = "2".parse().expect("a size");
        for name in ["älter", "Zulu", "alpha", "Ärger"] {
            let made = engine.create_schedule(&OPERATOR, tenant, schedule(name, "0 7 * * *"));
            made.await.expect("a schedule");
        }
        let whole = engine.schedules(&OPERATOR, tenant).await.expect("a list");
        assert_eq!(whole.len(), 5);
        let paged = pages(async |after| {
            engine
                .list_schedules(&OPERATOR, tenant, two, after.as_ref())
                .await
        });
        assert_eq!(paged.await, whole);

        fixture.repository("lab/a", 1, &[]).await;
        let connections = engine.0.store.connections(tenant).await;
        let connection: ConnectionId = connections.expect("connections")[0].id;
        let mut transaction = engine.0.store.begin().await.expect("begun");
        for patterns in ["a/*", "b/*", "c/*", "d/*"] {
            let filter = FollowFilter {
                patterns: patterns.parse().expect("patterns"),
                forks: false,
                archived: false,
                private: false,
            };
            let now = engine.0.clock.now();
            let made = transaction.insert_follow_rule(tenant, connection, &filter, now);
            made.await.expect("a rule");
        }
        transaction.commit().await.expect("committed");
        let whole = engine.follow_rules(&OPERATOR, tenant).await;
        let whole = whole.expect("a list").rules;
        assert_eq!(whole.len(), 4);
        let paged = pages(async |after| {
            engine
                .list_follow_rules(&OPERATOR, tenant, two, after)
                .await
        });
        assert_eq!(paged.await, whole);
    }
}

/// Anomalies of the same moment, and of the same day, are told apart.
#[tokio::test]
async fn anomalies_are_paged_newest_first() {
    for fixture in fixtures().await {
        let (engine, tenant) = (&fixture.engine, fixture.tenant);
        let two = "2".parse().expect("a size");
        let id = fixture.repository("lab/a", 1, &[]).await;
        let other = fixture.repository("lab/b", 1, &[]).await;
        let moment = |text: &str| text.parse().expect("a moment");
        let kinds = [AnomalyKind::Revised, AnomalyKind::UniquesAboveCount];
        let mut past = Vec::new();
        for (seen, date) in [
            ("2026-11-20T06:00:00Z", "2026-11-18"),
            ("2026-11-20T06:00:00Z", "2026-11-19"),
            ("2026-11-20T06:00:00.000123Z", "2026-11-17"),
        ] {
            past.extend(kinds.map(|kind| PastAnomaly {
                anomaly: Anomaly {
                    kind,
                    day: day(date),
                    known: Some(Counts::new(2, 1)),
                    reported: Counts::new(1, 1),
                },
                first_seen_at: moment("2026-11-19T06:00:00Z"),
                last_seen_at: moment(seen),
                times_seen: 1,
                settled_at: (kind == AnomalyKind::Revised).then(|| moment("2026-11-22T06:00:00Z")),
            }));
        }
        let store = &engine.0.store;
        for repository in [id, other] {
            for measure in Measure::ALL {
                let loaded = store.load_anomalies(tenant, repository, measure, &past);
                loaded.await.expect("loaded");
            }
        }
        let whole = engine.anomalies(&OPERATOR, tenant, Some(id)).await;
        let whole = whole.expect("a list");
        let mut expected: Vec<_> = whole.open.into_iter().chain(whole.settled).collect();
        expected.sort_by_key(|it| {
            let newest = std::cmp::Reverse((it.last_seen_at, it.anomaly.day));
            let subject = it.anomaly.kind.subject().as_str();
            (newest, it.measure.as_str(), subject)
        });
        assert_eq!(expected.len(), 12);
        let paged = pages(async |after| {
            engine
                .list_anomalies(&OPERATOR, tenant, id, two, after)
                .await
        });
        assert_eq!(paged.await, expected);
    }
}
