//! What a repository viewer sees: exactly what they would see if the tenant had no other
//! repositories than the granted ones.

use domain::report::{Overview, Popularity, Repository};
use domain::{
    Membership, Origin, Person, RepositoryName, RepositoryScope, RepositoryStatus, Role, Theme,
};
use futures::TryStreamExt;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::*;
use crate::store::{CollectionOutcome, RepositoryMetadata};
use crate::{RepositoryDays, TrafficFilter};

/// A repository to be, in one or two tenants alike.
#[derive(Clone, Debug)]
struct Plan {
    views: u32,
    /// The first known day is so many days ago, and so many days are known from there on.
    known: Vec<(i64, i64)>,
    stars: Option<u32>,
    collected_today: bool,
    kept: bool,
    granted: bool,
}

fn plans() -> impl Strategy<Value = Vec<Plan>> {
    let known = proptest::collection::vec((1..70_i64, 1..40_i64), 0..3);
    let stars = proptest::option::of(0..1_000_u32);
    let plan = (1..500_u32, known, stars, any::<[bool; 3]>());
    let plan = plan.prop_map(
        |(views, known, stars, [collected_today, kept, granted])| Plan {
            views,
            known,
            stars,
            collected_today,
            kept,
            granted,
        },
    );
    proptest::collection::vec(plan, 1..7)
}

fn name(index: usize) -> String {
    format!("lab/r{index}")
}

impl Fixture {
    async fn another_tenant(&self, slug: &str) -> TenantId {
        let slug = slug.parse().expect("a slug");
        let mut transaction = self.engine.0.store.begin().await.expect("begun");
        let tenant = transaction
            .insert_tenant(&slug, "Lab", self.engine.0.clock.now())
            .await
            .expect("a tenant");
        transaction.commit().await.expect("committed");
        tenant
    }

    async fn carry_out(&self, tenant: TenantId, index: usize, plan: &Plan) -> RepositoryId {
        let store = &self.engine.0.store;
        let today = self.engine.0.clock.today();
        let ranges: Vec<(String, String)> = plan
            .known
            .iter()
            .map(|(ago, days)| {
                let last = (days - ago - 1).min(-1);
                let days = [today.plus(-ago), today.plus(last)];
                (days[0].to_string(), days[1].to_string())
            })
            .collect();
        let ranges: Vec<(&str, &str)> = ranges
            .iter()
            .map(|(from, to)| (from.as_str(), to.as_str()))
            .collect();
        let id = self
            .repository_of(tenant, &name(index), plan.views, &ranges)
            .await;
        if let Some(stars) = plan.stars {
            let popularity = Popularity {
                stars: Some(stars),
                ..Popularity::default()
            };
            let saved = store.save_popularity(tenant, id, today, popularity).await;
            saved.expect("saved");
        }
        if plan.collected_today {
            let now = self.engine.0.clock.now();
            let outcome = CollectionOutcome {
                failure: None,
                pause_reason: None,
                reachable: Some(true),
            };
            let mut transaction = store.begin().await.expect("begun");
            let kept = transaction.save_outcome(tenant, id, &outcome, now).await;
            kept.expect("kept");
            transaction.commit().await.expect("committed");
        }
        if plan.kept {
            let mut transaction = store.begin().await.expect("begun");
            let archived = RepositoryStatus::Archived;
            let set = transaction
                .set_repository_status(tenant, id, archived)
                .await;
            assert!(set.expect("set"));
            transaction.commit().await.expect("committed");
        }
        id
    }

    async fn days(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        filter: TrafficFilter,
    ) -> Vec<RepositoryDays> {
        let chunks = self.engine.traffic_days(viewer, tenant, filter).await;
        let chunks: Vec<_> = chunks.expect("days").try_collect().await.expect("days");
        let mut days: Vec<RepositoryDays> = chunks.into_iter().flatten().collect();
        for part in &mut days {
            part.repository_id = RepositoryId::new(0);
        }
        days
    }

    async fn seen(&self, viewer: &Viewer, tenant: TenantId, query: OverviewQuery) -> Overview {
        let page = self.engine.overview_page(viewer, tenant, query).await;
        let mut overview = page.expect("an overview").overview;
        for row in &mut overview.rows {
            row.id = RepositoryId::new(0);
        }
        overview
    }

    async fn listed(&self, viewer: &Viewer, tenant: TenantId) -> Vec<Repository> {
        let report = self.engine.repositories(viewer, tenant).await;
        let mut repositories = report.expect("a report").repositories;
        for repository in &mut repositories {
            repository.id = RepositoryId::new(0);
        }
        repositories
    }
}

pub(super) fn repository_viewer(tenant: TenantId, granted: Vec<RepositoryId>) -> Viewer {
    Viewer::Person(Person {
        id: domain::UserId::new(1),
        name: "Rita".into(),
        email: "rita@example.org".parse().expect("an address"),
        administrator: false,
        maintainer: false,
        memberships: vec![Membership {
            tenant,
            slug: "lab".parse().expect("a slug"),
            name: "Lab".into(),
            role: Role::RepositoryViewer,
            suspended: false,
            granted,
        }],
        theme: Theme::System,
        timezone: "UTC".to_owned(),
        origin: Origin::default(),
    })
}

/// All that can be asked of the overview matters: totals, chart, gaps, rows, filter and pages.
fn queries() -> Vec<OverviewQuery> {
    let mut queries = Vec::new();
    for period in [Period::Days30, Period::All] {
        for sort in OverviewSort::ALL {
            queries.push(OverviewQuery {
                report: period.into(),
                sort,
                ..OverviewQuery::default()
            });
        }
        queries.push(OverviewQuery {
            report: period.into(),
            filter: domain::RepositoryFilter::by_text("r1"),
            reversed: true,
            page: 7,
            ..OverviewQuery::default()
        });
    }
    queries
}

#[tokio::test]
async fn a_repository_viewer_sees_a_tenant_of_the_granted_repositories_alone() {
    let mut runner = TestRunner::deterministic();
    for fixture in fixtures().await {
        for round in 0..8 {
            let plans = plans().new_tree(&mut runner).expect("plans").current();
            let whole = fixture.another_tenant(&format!("whole-{round}")).await;
            let alone = fixture.another_tenant(&format!("alone-{round}")).await;
            let (mut granted, mut others) = (Vec::new(), Vec::new());
            for (index, plan) in plans.iter().enumerate() {
                let id = fixture.carry_out(whole, index, plan).await;
                if plan.granted {
                    fixture.carry_out(alone, index, plan).await;
                    granted.push((id, name(index)));
                } else {
                    others.push((id, name(index)));
                }
            }
            let ids = granted.iter().map(|(id, _)| *id).collect();
            let rita = repository_viewer(whole, ids);

            for query in queries() {
                let seen = fixture.seen(&rita, whole, query.clone()).await;
                let expected = fixture.seen(&OPERATOR, alone, query).await;
                assert_eq!(seen, expected, "{plans:?}");
            }
            let listed = fixture.listed(&rita, whole).await;
            assert_eq!(listed, fixture.listed(&OPERATOR, alone).await);
            let filter = TrafficFilter::default();
            let days = fixture.days(&rita, whole, filter.clone()).await;
            assert_eq!(days, fixture.days(&OPERATOR, alone, filter).await);
            for (id, name) in &granted {
                fixture.is_shown(&rita, whole, *id, name).await;
            }
            for (id, name) in &others {
                fixture.is_hidden(&rita, whole, *id, name).await;
            }
        }
    }
}

impl Fixture {
    async fn is_shown(&self, viewer: &Viewer, tenant: TenantId, id: RepositoryId, name: &str) {
        let name: RepositoryName = name.parse().expect("a name");
        let found = self.engine.find_repository(viewer, tenant, &name).await;
        assert_eq!(found.expect("found").id, id);
        let page = self
            .engine
            .repository_page(viewer, tenant, &name, Period::All.into());
        assert_eq!(page.await.expect("a page").report.repository.id, id);
        let traffic = self
            .engine
            .traffic(viewer, tenant, id, None, None, Interval::Week);
        assert_eq!(traffic.await.expect("traffic").repository.id, id);
        for list in [
            self.engine.referrers(viewer, tenant, id, None).await,
            self.engine.paths(viewer, tenant, id, None).await,
        ] {
            assert_eq!(list.expect("an answer"), None);
        }
    }

    /// Whatever is asked about it, the answer is the one about what does not exist.
    async fn is_hidden(&self, viewer: &Viewer, tenant: TenantId, id: RepositoryId, name: &str) {
        let name: RepositoryName = name.parse().expect("a name");
        let engine = &self.engine;
        let filter = TrafficFilter {
            repository: Some(id),
            ..TrafficFilter::default()
        };
        let day = Interval::Day;
        let answers = [
            engine.find_repository(viewer, tenant, &name).await.err(),
            engine
                .repository_page(viewer, tenant, &name, Period::All.into())
                .await
                .err(),
            engine
                .traffic(viewer, tenant, id, None, None, day)
                .await
                .err(),
            engine.referrers(viewer, tenant, id, None).await.err(),
            engine.paths(viewer, tenant, id, None).await.err(),
            engine.traffic_days(viewer, tenant, filter).await.err(),
        ];
        let missing: RepositoryName = "lab/missing".parse().expect("a name");
        let missing = engine.find_repository(viewer, tenant, &missing).await;
        let missing = missing.expect_err("missing").into_problem();
        assert_eq!(missing.kind, ProblemKind::NotFound);
        for answer in answers {
            assert_eq!(answer.expect("hidden").into_problem(), missing);
        }
    }
}

/// A maintainer may start collections everywhere, and learns of no repository by naming it.
#[tokio::test]
async fn a_collection_of_chosen_repositories_names_only_what_is_within_reach() {
    for fixture in fixtures().await {
        let granted = fixture.repository("lab/granted", 1, &[]).await;
        let other = fixture.repository("lab/other", 1, &[]).await;
        let Viewer::Person(mut mia) = repository_viewer(fixture.tenant, vec![granted]) else {
            unreachable!("a person is a person");
        };
        mia.maintainer = true;
        let mia = Viewer::Person(mia);
        let start = async |only| {
            let manual = domain::Trigger::Manual;
            let run = fixture.engine.start_run(&mia, fixture.tenant, manual, only);
            run.await.map_err(|error| error.into_problem().kind)
        };
        let hidden = start(Some(vec![granted, other])).await;
        assert_eq!(hidden, Err(ProblemKind::NotFound));
        assert!(start(Some(vec![granted])).await.is_ok());
        assert!(start(None).await.is_ok());
    }
}

/// The name of a repository that is not granted may have been another's, which is.
#[tokio::test]
async fn a_name_is_the_granted_repositorys_where_it_was_two_repositories() {
    for fixture in fixtures().await {
        let older = fixture.repository("lab/name", 1, &[]).await;
        let newer = fixture.repository("lab/other", 1, &[]).await;
        let name: RepositoryName = "lab/name".parse().expect("a name");
        let store = &fixture.engine.0.store;
        let metadata = RepositoryMetadata {
            full_name: name.clone(),
            visibility: None,
            archived: false,
            created_on: None,
        };
        let now = fixture.engine.0.clock.now();
        let renamed = store
            .update_metadata(fixture.tenant, newer, &metadata, now)
            .await;
        renamed.expect("renamed");
        for (scope, expected) in [
            (RepositoryScope::All, Some(newer)),
            (RepositoryScope::Only(vec![older]), Some(older)),
            (RepositoryScope::Only(vec![]), None),
        ] {
            let found = store
                .repository_by_any_name(fixture.tenant, &scope, &name)
                .await;
            let found = found.expect("looked up").map(|record| record.repository.id);
            assert_eq!(found, expected, "{scope:?}");
        }
    }
}
