//! Administering people: finding them, their roles, and removing them.

use domain::ProblemKind;
use domain::report::AuditQuery;

use super::sign_in::identity;
use super::*;
use crate::store::NewUserRecord;

impl House {
    /// An account with roles in the system.
    pub(super) async fn staff(&self, name: &str, administrator: bool, maintainer: bool) -> UserId {
        let user = self.person(name, None).await;
        let raised = self
            .engine
            .set_system_roles(&OPERATOR, user, administrator, maintainer)
            .await;
        raised.expect("raised");
        user
    }

    async fn found(&self, search: &str, page: u32) -> Vec<String> {
        let people = self.engine.people(&OPERATOR, search, page).await;
        let accounts = people.expect("people").accounts;
        accounts.into_iter().map(|account| account.name).collect()
    }
}

#[tokio::test]
async fn people_are_found_by_name_and_address_and_shown_in_pages() {
    for house in houses().await {
        let engine = &house.engine;
        let mut transaction = engine.0.store.begin().await.expect("begun");
        let crowd = (0..120).map(|n| (format!("Person {n:03}"), format!("p{n}@example.org")));
        let named = [("zoë", "z@example.org"), ("ÉMILE", "100%@example.org")];
        let named = named.map(|(name, email)| (name.to_owned(), email.to_owned()));
        for (name, email) in crowd.chain(named) {
            let user = NewUserRecord {
                email: &email.parse().expect("an address"),
                name: &name,
                password_hash: None,
                administrator: false,
                maintainer: false,
            };
            let made = transaction.insert_user(&user, house.clock.now()).await;
            made.expect("an account");
        }
        transaction.commit().await.expect("committed");

        let all = engine.people(&OPERATOR, "", 1).await.expect("people");
        assert_eq!((all.matching, all.pages, all.accounts.len()), (122, 3, 50));
        let mut pages = Vec::new();
        for page in 1..=3 {
            pages.extend(house.found(" ", page).await);
        }
        assert_eq!(pages.len(), 122);
        assert_eq!((&*pages[0], &*pages[119]), ("Person 000", "Person 119"));
        assert_eq!(pages[120..], ["zoë", "ÉMILE"]);
        assert_eq!(house.found("", 0).await, pages[..50]);
        assert_eq!(house.found("", 9).await, pages[100..]);
        assert_eq!(house.found("PERSON 01", 1).await.len(), 10);
        assert_eq!(house.found("P77@", 1).await, ["Person 077"]);
        assert_eq!(house.found("ZOË", 1).await, ["zoë"]);
        assert_eq!(house.found("émile", 1).await, ["ÉMILE"]);
        assert_eq!(house.found("zoe", 1).await, [""; 0]);
        assert_eq!(house.found("%", 1).await, ["ÉMILE"]);
        assert_eq!(house.found("_", 1).await, [""; 0]);
        let none = engine.people(&OPERATOR, "nobody", 1).await.expect("people");
        assert_eq!((none.matching, none.pages), (0, 1));
    }
}

#[tokio::test]
async fn only_administrators_see_people_and_their_roles() {
    for house in houses().await {
        let engine = &house.engine;
        let ada = house.person("Ada", Some(Role::Owner)).await;
        let bob = house.staff("Bob", true, false).await;
        let mai = house.staff("Mai", false, true).await;
        let bob = house.viewer(bob).await;
        let people = engine.people(&bob, "", 1).await.expect("people");
        let shown: Vec<_> = people
            .accounts
            .iter()
            .map(|it| (it.name.as_str(), it.administrator, it.maintainer, it.me))
            .collect();
        assert_eq!(
            shown,
            [
                ("Ada", false, false, false),
                ("Bob", true, false, true),
                ("Mai", false, true, false),
            ]
        );
        assert_eq!(people.accounts[0].tenants, [("Lab".into(), Role::Owner)]);
        let invited = engine.invite_to_installation(&bob, None, false, true).await;
        invited.expect("invited");
        let people = engine.people(&bob, "", 1).await.expect("people");
        assert_eq!(people.invitations.len(), 1);

        for user in [ada, mai] {
            let viewer = house.viewer(user).await;
            assert_eq!(refused(engine.people(&viewer, "", 1).await), hidden());
            let roles = engine.set_system_roles(&viewer, user, true, true).await;
            assert_eq!(refused(roles), hidden());
            assert_eq!(refused(engine.remove_person(&viewer, ada).await), hidden());
        }
    }
}

#[tokio::test]
async fn system_roles_change_but_the_last_administrator_stays() {
    for house in houses().await {
        let engine = &house.engine;
        let (ada, bob) = (
            house.staff("Ada", true, false).await,
            house.person("Bob", None).await,
        );
        let viewer = house.viewer(ada).await;
        let set = async |viewer: &Viewer, user, administrator, maintainer| {
            engine
                .set_system_roles(viewer, user, administrator, maintainer)
                .await
        };
        let last = refused(set(&viewer, ada, false, true).await);
        assert_eq!(last.kind, ProblemKind::Conflict);
        assert_eq!(last, refused(set(&OPERATOR, ada, false, false).await));
        let nobody = UserId::new(4_711);
        assert_eq!(refused(set(&viewer, nobody, true, true).await), hidden());
        set(&viewer, bob, true, true).await.expect("raised");
        let line = house.last_line().await;
        assert_eq!(
            (line.action, line.actor.as_str(), line.subject.as_str()),
            (
                AuditAction::SystemRolesChanged,
                "Ada",
                "Bob: administrator and maintainer (was no system role)"
            )
        );
        let noted = house.logged(AuditAction::SystemRolesChanged).await;
        set(&viewer, bob, true, true).await.expect("nothing to do");
        assert_eq!(house.logged(AuditAction::SystemRolesChanged).await, noted);
        set(&viewer, ada, false, false)
            .await
            .expect("another stays");
        // The viewer is as old as their request; what counts is the database.
        assert_eq!(refused(set(&viewer, ada, true, true).await), hidden());
    }
}

#[tokio::test]
async fn a_person_is_removed_with_all_that_is_theirs_but_their_name_in_the_log() {
    for house in houses().await {
        let engine = &house.engine;
        let (ada, bob) = (
            house.staff("Ada", true, false).await,
            house.person("Bob", Some(Role::Owner)).await,
        );
        let (viewer, bobs) = (house.viewer(ada).await, house.viewer(bob).await);
        house.session(bob, "bob").await;
        let connected = engine.connect_identity(&bobs, &identity("1")).await;
        connected.expect("connected");

        let own = refused(engine.remove_person(&viewer, ada).await);
        assert_eq!(own.kind, ProblemKind::Conflict);
        let last = refused(engine.remove_person(&OPERATOR, ada).await);
        assert!(last.message.contains("only administrator"), "{last}");
        let owner = refused(engine.remove_person(&viewer, bob).await);
        assert_eq!(owner.kind, ProblemKind::Conflict);
        assert!(
            owner.message.contains("Bob is the only owner of “Lab”"),
            "{owner}"
        );
        assert!(house.is_alive("bob").await);

        house.person("Eve", Some(Role::Owner)).await;
        engine.remove_person(&viewer, bob).await.expect("removed");
        let line = house.last_line().await;
        assert_eq!(
            (line.action, line.actor.as_str(), line.subject.as_str()),
            (AuditAction::AccountRemoved, "Ada", "Bob")
        );
        assert!(!house.is_alive("bob").await);
        let gone = engine.person(bob, Origin::default()).await;
        assert_eq!(gone.expect("looked up"), None);
        refused(engine.sign_in_with(&identity("1"), Origin::default()).await);
        let members = engine.members(&OPERATOR, house.lab).await;
        let members = members.expect("members").members;
        assert_eq!(members.len(), 1);
        let log = engine.system_log(&OPERATOR, &AuditQuery::default()).await;
        let log = log.expect("the log").entries;
        assert!(
            log.iter()
                .any(|line| line.action == AuditAction::IdentityConnected && line.actor == "Bob")
        );
        assert_eq!(refused(engine.remove_person(&viewer, bob).await), hidden());
        let late = engine.signed_out(&bobs).await;
        late.expect("told by the name, without the account");
    }
}

#[tokio::test]
async fn of_two_administrators_who_turn_on_each_other_one_stays() {
    for house in houses().await {
        let engine = &house.engine;
        for round in 0..8 {
            let (ada, bob) = (
                house.staff(&format!("Ada{round}"), true, false).await,
                house.staff(&format!("Bob{round}"), true, false).await,
            );
            let (by_ada, by_bob) = (house.viewer(ada).await, house.viewer(bob).await);
            let (first, second) = if round % 2 == 0 {
                tokio::join!(
                    engine.remove_person(&by_ada, bob),
                    engine.remove_person(&by_bob, ada)
                )
            } else {
                tokio::join!(
                    engine.set_system_roles(&by_ada, bob, false, false),
                    engine.set_system_roles(&by_bob, ada, false, false)
                )
            };
            assert_ne!(first.is_ok(), second.is_ok(), "{first:?} {second:?}");
            assert_eq!(
                refused(first.and(second)),
                hidden(),
                "no administrator any more"
            );
        }
        let (ada, bob) = (
            house.staff("Ada", true, false).await,
            house.staff("Bob", true, false).await,
        );
        let others = engine.people(&OPERATOR, "", 1).await.expect("people");
        for account in others.accounts {
            if account.administrator && account.id != ada && account.id != bob {
                let lowered = engine.set_system_roles(&OPERATOR, account.id, false, false);
                lowered.await.expect("lowered");
            }
        }
        let (by_ada, by_bob) = (house.viewer(ada).await, house.viewer(bob).await);
        let (first, second) = tokio::join!(
            engine.set_system_roles(&by_ada, ada, false, false),
            engine.set_system_roles(&by_bob, bob, false, false)
        );
        assert_ne!(first.is_ok(), second.is_ok(), "{first:?} {second:?}");
        assert_eq!(refused(first.and(second)).kind, ProblemKind::Conflict);
    }
}

#[tokio::test]
async fn of_two_owners_who_go_at_once_one_stays() {
    for house in houses().await {
        let engine = &house.engine;
        for round in 0..8 {
            let made = engine
                .create_tenant(&OPERATOR, &format!("Duo {round}"), None)
                .await;
            let slug = made.expect("a tenant").slug;
            let tenant = engine.tenant(&OPERATOR, slug.as_str()).await;
            let tenant = tenant.expect("the tenant");
            let mut owners = Vec::new();
            for name in ["Ada", "Bob"] {
                let owner = house.person(&format!("{name}{round}"), None).await;
                let mut transaction = engine.0.store.begin().await.expect("begun");
                transaction
                    .insert_member(tenant, owner, Role::Owner, house.clock.now())
                    .await
                    .expect("an owner");
                transaction.commit().await.expect("committed");
                owners.push(owner);
            }
            let owner = house.viewer(owners[0]).await;
            let (left, removed) = tokio::join!(
                engine.leave(&owner, tenant),
                engine.remove_person(&OPERATOR, owners[1])
            );
            assert_ne!(left.is_ok(), removed.is_ok(), "{left:?} {removed:?}");
            assert_eq!(refused(left.and(removed)).kind, ProblemKind::Conflict);
            let members = engine.members(&OPERATOR, tenant).await;
            assert_eq!(members.expect("members").members.len(), 1);
        }
    }
}
