//! Tags of repositories, and the filter by them.

use domain::{RepositoryFilter, TagName};

use super::*;

fn tag(name: &str) -> TagName {
    name.parse().expect("a tag")
}

async fn give(store: &Store, tenant: TenantId, name: &str, repositories: &[RepositoryId]) {
    let mut transaction = store.begin().await.expect("begun");
    let id = transaction.repository_tag(tenant, &tag(name)).await;
    let given = transaction.tag_repositories(tenant, id.expect("a tag"), repositories);
    given.await.expect("tagged");
    transaction.commit().await.expect("committed");
}

async fn tags(store: &Store, tenant: TenantId, scope: &RepositoryScope) -> Vec<(String, u32)> {
    let tags = store.repository_tags(tenant, scope, None, 100).await;
    let tags = tags.expect("tags").into_iter();
    tags.map(|tag| (tag.name.to_string(), tag.repositories))
        .collect()
}

#[tokio::test]
async fn a_tag_is_one_whatever_its_case_and_counts_what_is_in_scope() {
    for Fixture {
        store,
        tenant,
        repository: first,
        ..
    } in &fixtures().await
    {
        let (tenant, first) = (*tenant, *first);
        let (_, second) = a_repository(store, "lab", 2).await;
        give(store, tenant, "Überblick", &[first]).await;
        give(store, tenant, "überBLICK", &[first, second]).await;
        give(store, tenant, "docs", &[second]).await;
        let all = RepositoryScope::All;
        let used = |name: &str, count| (name.to_owned(), count);
        assert_eq!(
            tags(store, tenant, &all).await,
            [used("docs", 1), used("Überblick", 2)]
        );
        let only = RepositoryScope::Only(vec![first]);
        assert_eq!(tags(store, tenant, &only).await, [used("Überblick", 1)]);
        let record = store.repository(tenant, &all, second).await.expect("read");
        let names = record.expect("there").repository.tags;
        assert_eq!(names, [tag("docs"), tag("Überblick")]);

        let matching = async |filter: RepositoryFilter| -> Vec<RepositoryId> {
            let facts = store.repository_facts(tenant, &all, &filter, now(), now());
            let facts = facts.await.expect("facts").into_iter();
            facts.filter(|it| it.matches).map(|it| it.id).collect()
        };
        let text = RepositoryFilter::by_text;
        assert_eq!(matching(text("ÜBER")).await, [first, second]);
        assert_eq!(matching(text("doc")).await, [second]);
        let by_tag = |tag: &str| RepositoryFilter {
            tag: tag.to_owned(),
            ..RepositoryFilter::default()
        };
        assert_eq!(matching(by_tag("ÜBERBLICK")).await, [first, second]);
        assert!(matching(by_tag("doc")).await.is_empty(), "the whole name");
        let by_owner = RepositoryFilter {
            owner: "MONA".to_owned(),
            tag: "docs".to_owned(),
            ..RepositoryFilter::default()
        };
        assert_eq!(matching(by_owner).await, [second]);

        let (other, _) = a_repository(store, "other", 3).await;
        assert!(tags(store, other, &all).await.is_empty());
        let mut transaction = store.begin().await.expect("begun");
        let docs = transaction.find_repository_tag(tenant, &tag("DOCS")).await;
        let docs = docs.expect("looked up").expect("there");
        let deleted = transaction.delete_repository_tag(other, docs).await;
        assert_eq!(deleted.expect("tried"), None, "another tenant's");
        let of_second = [second];
        let untagged = transaction.untag_repositories(tenant, docs, &of_second);
        untagged.await.expect("untagged");
        transaction
            .delete_unused_tags(tenant)
            .await
            .expect("deleted");
        let most = transaction.most_tags(tenant, &[first, second]).await;
        assert_eq!(most.expect("counted"), 1);
        transaction.commit().await.expect("committed");
        assert_eq!(tags(store, tenant, &all).await, [used("Überblick", 2)]);
    }
}
