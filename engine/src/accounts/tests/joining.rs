//! Making an account with an invitation.

use domain::{ExternalIdentity, ProblemKind};

use super::*;
use crate::NewAccount;

fn account(name: &str) -> NewAccount {
    NewAccount {
        name: name.to_owned(),
        email: format!("{name}@Example.org"),
        password: PASSWORD.into(),
    }
}

#[tokio::test]
async fn an_invitation_makes_one_account_and_no_refusal_uses_it_up() {
    for house in houses().await {
        let engine = &house.engine;
        let owner = house.owner().await;
        let token = house.invite(&owner, Role::Viewer).await;
        let register = async |account| engine.register(&token, account, Origin::default()).await;

        let clash = refused(register(account("Olga")).await);
        assert_eq!(clash.kind, ProblemKind::Conflict);
        let nameless = NewAccount {
            name: "  ".into(),
            ..account("ada")
        };
        assert_eq!(refused(register(nameless).await).kind, ProblemKind::Invalid);
        let odd = NewAccount {
            email: "ada".into(),
            ..account("ada")
        };
        assert_eq!(refused(register(odd).await).kind, ProblemKind::Invalid);
        let weak = NewAccount {
            password: "short".into(),
            ..account("ada")
        };
        assert_eq!(refused(register(weak).await).kind, ProblemKind::Invalid);

        let (user, slug) = register(account("Ada")).await.expect("registered");
        assert_eq!(slug.map(String::from), Some("lab".into()));
        assert_eq!(house.role(user).await, Some((Role::Viewer, vec![])));
        let again = refused(register(account("Bob")).await);
        assert_eq!(again, refused(engine.invitation(&token).await));
        let signed_in = engine
            .sign_in("ADA@example.org", PASSWORD.into(), Origin::default())
            .await;
        assert_eq!(signed_in.expect("signed in"), user);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_who_register_at_once_one_gets_an_account() {
    for house in houses().await {
        let engine = &house.engine;
        let token = engine
            .invite_to_installation(&OPERATOR, None, true, false)
            .await;
        let token = token.expect("an invitation");
        let (one, other) = tokio::join!(
            engine.register(&token, account("Ada"), Origin::default()),
            engine.register(&token, account("Bob"), Origin::default()),
        );
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        let (user, slug) = one.or(other).expect("one of them");
        assert_eq!(slug, None);
        let Viewer::Person(person) = house.viewer(user).await else {
            unreachable!("a person is a person");
        };
        assert!(person.administrator && !person.maintainer);
        assert_eq!(house.logged(AuditAction::AccountCreated).await, 1);
        assert_eq!(house.logged(AuditAction::Joined).await, 1);
    }
}

#[tokio::test]
async fn an_outside_identity_makes_an_account_that_it_signs_in() {
    for house in houses().await {
        let engine = &house.engine;
        let owner = house.owner().await;
        let token = house.invite(&owner, Role::Viewer).await;
        let identity = ExternalIdentity {
            issuer: "https://github.com".into(),
            subject: "583231".into(),
            label: "octocat".into(),
            name: None,
            email: Some(address("Mona")),
        };
        let nameless = ExternalIdentity {
            email: None,
            ..identity.clone()
        };
        let of_olga = ExternalIdentity {
            email: Some(address("Olga")),
            ..identity.clone()
        };
        let register = async |token, identity| {
            engine
                .register_with(token, identity, Origin::default())
                .await
        };
        let refusal = refused(register(&token, &nameless).await);
        assert_eq!(refusal.kind, ProblemKind::Invalid);
        // An address from the provider gives access to no account.
        let refusal = refused(register(&token, &of_olga).await);
        assert_eq!(refusal.kind, ProblemKind::Conflict);

        let (mona, slug) = register(&token, &identity).await.expect("registered");
        assert_eq!(slug.map(String::from), Some("lab".into()));
        let Viewer::Person(person) = house.viewer(mona).await else {
            unreachable!("a person is a person");
        };
        assert_eq!(person.name, "octocat");
        let signed_in = engine.sign_in_with(&identity, Origin::default()).await;
        assert_eq!(signed_in.expect("signed in"), mona);

        let second = house.invite(&owner, Role::Viewer).await;
        let elsewhere = ExternalIdentity {
            email: Some(address("Other")),
            ..identity.clone()
        };
        let refusal = refused(register(&second, &elsewhere).await);
        assert_eq!(refusal.kind, ProblemKind::Conflict);
        engine.invitation(&second).await.expect("nothing half done");
        let used = refused(register(&token, &elsewhere).await);
        assert_eq!(used.kind, ProblemKind::NotFound);
    }
}
