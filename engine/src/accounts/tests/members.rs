//! Members: what they may become, and that an owner always stays.

use domain::ProblemKind;

use super::*;

#[tokio::test]
async fn a_tenant_always_keeps_an_owner() {
    for house in houses().await {
        let (engine, lab) = (&house.engine, house.lab);
        let olga = house.person("Olga", Some(Role::Owner)).await;
        let owner = house.viewer(olga).await;
        let vera = house.person("Vera", Some(Role::Viewer)).await;

        let demoted = engine.set_member(&owner, lab, olga, Role::Viewer, vec![]);
        let sentence = refused(demoted.await);
        assert_eq!(sentence.kind, ProblemKind::Conflict);
        let removed = engine.remove_member(&owner, lab, olga).await;
        assert_eq!(refused(removed), sentence);
        assert_eq!(refused(engine.leave(&owner, lab).await), sentence);
        assert_eq!(house.role(olga).await, Some((Role::Owner, vec![])));

        let promoted = engine.set_member(&owner, lab, vera, Role::Owner, vec![]);
        promoted.await.expect("promoted");
        engine.leave(&owner, lab).await.expect("left");
        assert_eq!(house.role(olga).await, None);
        let vera = house.viewer(vera).await;
        assert_eq!(refused(engine.leave(&vera, lab).await), sentence);
    }
}

/// Each of two owners takes the role from the other, or both go, at the same moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_owners_who_go_at_once_one_stays() {
    for house in houses().await {
        let engine = &house.engine;
        let first = house.person("Ada", None).await;
        let second = house.person("Bob", None).await;
        for round in 0..9 {
            let name = format!("Round {round}");
            let made = engine.create_tenant(&OPERATOR, &name, None).await;
            let slug = made.expect("a tenant").slug;
            let tenant = engine.tenant(&OPERATOR, slug.as_str()).await;
            let tenant = tenant.expect("the tenant");
            let mut transaction = engine.0.store.begin().await.expect("begun");
            for user in [first, second] {
                transaction
                    .insert_member(tenant, user, Role::Owner, house.clock.now())
                    .await
                    .expect("an owner");
            }
            transaction.commit().await.expect("committed");

            let (a, b) = (house.viewer(first).await, house.viewer(second).await);
            let (one, other) = match round % 3 {
                0 => tokio::join!(engine.leave(&a, tenant), engine.leave(&b, tenant)),
                1 => tokio::join!(
                    engine.remove_member(&a, tenant, second),
                    engine.remove_member(&b, tenant, first),
                ),
                _ => tokio::join!(
                    engine.set_member(&a, tenant, second, Role::Viewer, vec![]),
                    engine.set_member(&b, tenant, first, Role::RepositoryViewer, vec![]),
                ),
            };
            assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
            let report = engine.members(&OPERATOR, tenant).await.expect("members");
            let owners = report.members.iter().filter(|m| m.role == Role::Owner);
            assert_eq!(owners.count(), 1, "round {round}");
        }
    }
}

#[tokio::test]
async fn grants_are_the_tenants_own_and_end_with_the_role() {
    for house in houses().await {
        let (engine, lab) = (&house.engine, house.lab);
        let owner = house.owner().await;
        let rita = house.person("Rita", Some(Role::Viewer)).await;
        let first = house.repository(lab, 1).await;
        let second = house.repository(lab, 2).await;
        let foreign = house.repository(house.rival, 1).await;
        let set = async |role, granted| engine.set_member(&owner, lab, rita, role, granted).await;

        let stolen = set(Role::RepositoryViewer, vec![first, foreign]).await;
        assert_eq!(refused(stolen), hidden());
        let none_changed = Some((Role::Viewer, vec![]));
        assert_eq!(house.role(rita).await, none_changed, "nothing half done");

        let twice = set(Role::RepositoryViewer, vec![second, first, second]).await;
        twice.expect("granted");
        let granted = Some((Role::RepositoryViewer, vec![first, second]));
        assert_eq!(house.role(rita).await, granted);
        let narrowed = set(Role::RepositoryViewer, vec![second]).await;
        narrowed.expect("narrowed");
        let granted = Some((Role::RepositoryViewer, vec![second]));
        assert_eq!(house.role(rita).await, granted);
        let report = engine.members(&owner, lab).await.expect("members");
        assert_eq!(
            (report.members[0].me, report.members[0].role),
            (true, Role::Owner),
            "owners first"
        );
        assert_eq!(report.members[1].granted, [second]);
        let grantable: Vec<RepositoryId> = report.repositories.iter().map(|r| r.0).collect();
        assert_eq!(grantable, [first, second]);

        set(Role::Viewer, vec![first]).await.expect("widened");
        assert_eq!(house.role(rita).await, Some((Role::Viewer, vec![])));
        set(Role::RepositoryViewer, vec![first]).await.expect("set");
        let removed = engine.remove_member(&owner, lab, rita).await;
        removed.expect("removed");
        assert_eq!(house.role(rita).await, None);
        let again = engine.remove_member(&owner, lab, rita).await;
        assert_eq!(refused(again), hidden());
    }
}

#[tokio::test]
async fn only_owners_reach_members_and_only_their_own() {
    for house in houses().await {
        let (engine, lab) = (&house.engine, house.lab);
        let olga = house.person("Olga", Some(Role::Owner)).await;
        let owner = house.viewer(olga).await;
        let outsider = house.person("Stan", None).await;
        let mut others = vec![house.viewer(outsider).await];
        for role in [Role::Viewer, Role::RepositoryViewer] {
            let user = house.person(role.as_str(), Some(role)).await;
            others.push(house.viewer(user).await);
        }
        for viewer in &others {
            let access = viewer.access(lab, Permission::ManageMembers);
            assert_eq!(access, domain::Access::Hidden);
            assert_eq!(refused(engine.members(viewer, lab).await), hidden());
            let set = engine.set_member(viewer, lab, olga, Role::Viewer, vec![]);
            assert_eq!(refused(set.await), hidden());
            let removed = engine.remove_member(viewer, lab, olga).await;
            assert_eq!(refused(removed), hidden());
        }
        // An owner of another tenant may not change people who are not members there.
        let foreign = engine.set_member(&owner, lab, outsider, Role::Owner, vec![]);
        assert_eq!(refused(foreign.await), hidden());
        let rival = engine.remove_member(&owner, house.rival, olga).await;
        assert_eq!(refused(rival), hidden());
        assert_eq!(refused(engine.leave(&owner, house.rival).await), hidden());
        assert_eq!(refused(engine.leave(&OPERATOR, lab).await), hidden());
        for viewer in &others[1..] {
            engine.leave(viewer, lab).await.expect("anybody may leave");
        }
    }
}
