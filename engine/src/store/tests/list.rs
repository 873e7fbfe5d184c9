//! The list of repositories, a page at a time.

use domain::report::{RepositoriesQuery, RepositoriesSort};
use domain::{RepositoryFilter, RepositoryStatus};

use super::*;

/// The names of a page of two.
async fn page(fixture: &Fixture, scope: &RepositoryScope, query: RepositoriesQuery) -> Vec<String> {
    let store = &fixture.store;
    let page = store.repositories_on_page(fixture.tenant, scope, &query, 2);
    let mut names = Vec::new();
    for (id, name_taken) in page.await.expect("a page") {
        let found = store.repository(fixture.tenant, scope, id).await;
        let name = found.expect("read").expect("in scope").repository.name;
        names.push(if name_taken {
            format!("{name} (former)")
        } else {
            name
        });
    }
    names
}

fn by(sort: RepositoriesSort, reversed: bool, page: u32) -> RepositoriesQuery {
    RepositoriesQuery {
        sort,
        reversed,
        filter: RepositoryFilter::default(),
        page,
        ..RepositoriesQuery::default()
    }
}

#[tokio::test]
async fn a_page_has_its_repositories_in_order_and_no_other_tenants() {
    use RepositoriesSort::{Collected, Name, Status};

    for fixture in &fixtures().await {
        let (store, tenant, first) = (&fixture.store, fixture.tenant, fixture.repository);
        let all = &RepositoryScope::All;
        let (_, second) = a_repository(store, "lab", 2).await;
        let (_, third) = a_repository(store, "lab", 3).await;
        let (_, last) = a_repository(store, "lab", 4).await;
        a_repository(store, "other", 5).await;
        let mut transaction = store.begin().await.expect("begun");
        transaction
            .set_repository_status(tenant, first, RepositoryStatus::Archived)
            .await
            .expect("archived");
        transaction.commit().await.expect("committed");

        assert_eq!(page(fixture, all, by(Name, false, 1)).await, ["r2", "r3"]);
        assert_eq!(
            page(fixture, all, by(Name, false, 2)).await,
            ["r4", "r1"],
            "those no longer tracked come last"
        );
        assert_eq!(page(fixture, all, by(Name, true, 1)).await, ["r4", "r3"]);
        assert_eq!(page(fixture, all, by(Status, false, 1)).await, ["r2", "r3"]);
        assert_eq!(
            page(fixture, all, by(Collected, true, 1)).await,
            ["r2", "r3"]
        );
        assert!(page(fixture, all, by(Name, false, 3)).await.is_empty());

        let some = &RepositoryScope::Only(vec![second, last]);
        assert_eq!(page(fixture, some, by(Name, false, 1)).await, ["r2", "r4"]);
        let count = |scope| store.count_in_scope(tenant, scope);
        assert_eq!(count(all).await.expect("counted"), (4, 3));
        assert_eq!(count(some).await.expect("counted"), (2, 2));

        let matching = async |filter: RepositoryFilter| -> Vec<RepositoryId> {
            let facts = store.repository_facts(tenant, all, &filter, now(), now());
            let facts = facts.await.expect("facts").into_iter();
            facts.filter(|it| it.matches).map(|it| it.id).collect()
        };
        let text = RepositoryFilter::by_text;
        assert_eq!(matching(text(" ONA/R3 ")).await, [third]);
        assert!(matching(text("_")).await.is_empty(), "no wildcard");
        assert!(matching(text("ä")).await.is_empty());
        let renamed = RepositoryMetadata {
            full_name: "mona/R4".parse().expect("a name"),
            visibility: None,
            archived: false,
            created_on: None,
        };
        let updated = store.update_metadata(tenant, third, &renamed, now()).await;
        updated.expect("renamed");
        assert_eq!(
            page(fixture, all, by(Name, false, 1)).await,
            ["r2", "R4 (former)"],
            "the newer one of this name has it"
        );
    }
}
