//! The first start, which happens once.

use domain::ProblemKind;

use super::sign_in::from;
use super::*;
use crate::SetUp;

fn by(name: &str) -> SetUp {
    SetUp {
        email: address(name),
        name: name.into(),
        password: PASSWORD.into(),
        tenant: format!("{name}'s place"),
    }
}

#[tokio::test]
async fn of_two_who_set_up_at_once_one_wins() {
    for house in houses().await {
        let engine = &house.engine;
        assert!(!engine.is_set_up().await.expect("looked up"));
        let existing = SetUp {
            tenant: "Lab".into(),
            ..by("Eve")
        };
        let problem = refused(engine.set_up(existing, Origin::default()).await);
        assert_eq!(problem.kind, ProblemKind::Conflict);
        assert!(!engine.is_set_up().await.expect("looked up"));
        let (ada, bob) = tokio::join!(
            engine.set_up(by("Ada"), from("192.0.2.7")),
            engine.set_up(by("Bob"), from("192.0.2.7"))
        );
        assert_ne!(ada.is_ok(), bob.is_ok(), "{ada:?} {bob:?}");
        let winner = *ada.as_ref().or(bob.as_ref()).expect("one won");
        let Viewer::Person(person) = house.viewer(winner).await else {
            unreachable!("a person is a person");
        };
        assert!(person.administrator && person.maintainer);
        assert_eq!(person.memberships[0].role, Role::Owner);
        let line = house.last_line().await;
        assert_eq!(
            (line.action, &line.actor),
            (AuditAction::SetUp, &person.name)
        );
        assert_eq!(line.tenant, Some(person.memberships[0].name.clone()));
        assert_eq!(line.address.as_deref(), Some("192.0.2.7"));
        let again = engine.set_up(by("Eve"), Origin::default()).await;
        assert_eq!(refused(again).kind, ProblemKind::Conflict);
    }
}

/// Accounts may be made on the command line before: then the set-up page is closed.
#[tokio::test]
async fn set_up_closes_once_an_account_exists() {
    for house in houses().await {
        let engine = &house.engine;
        assert!(!engine.is_set_up().await.expect("looked up"));
        house.person("Olga", Some(Role::Owner)).await;
        assert!(engine.is_set_up().await.expect("looked up"));
        let late = engine.set_up(by("Eve"), Origin::default()).await;
        assert_eq!(refused(late).kind, ProblemKind::Conflict);
    }
}
