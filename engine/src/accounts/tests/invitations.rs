//! Invitations: what they offer, and that each works once.

use domain::{InvitationId, ProblemKind};
use secrecy::{ExposeSecret, SecretString};

use super::*;
use crate::InvitationInput;

impl House {
    pub(super) async fn invite(&self, viewer: &Viewer, role: Role) -> SecretString {
        let token = self.engine.invite(viewer, self.lab, as_a(role)).await;
        token.expect("an invitation")
    }
}

pub(super) fn as_a(role: Role) -> InvitationInput {
    InvitationInput {
        email: None,
        role,
        granted: Vec::new(),
    }
}

#[tokio::test]
async fn what_opens_nothing_answers_alike_whatever_the_reason() {
    for house in houses().await {
        let (engine, lab) = (&house.engine, house.lab);
        let owner = house.owner().await;
        let user = house.person("Ada", None).await;
        let ada = house.viewer(user).await;

        let spent = house.invite(&owner, Role::Viewer).await;
        let slug = engine.accept_invitation(&ada, &spent).await;
        assert_eq!(
            slug.expect("accepted").map(String::from),
            Some("lab".into())
        );
        let member = house.viewer(user).await;
        engine.leave(&member, lab).await.expect("left");
        let withdrawn = house.invite(&owner, Role::Viewer).await;
        let id = engine
            .members(&owner, lab)
            .await
            .expect("members")
            .invitations[0]
            .id;
        let taken_back = engine.withdraw_invitation(&owner, Some(lab), id).await;
        taken_back.expect("withdrawn");
        let again = engine.withdraw_invitation(&owner, Some(lab), id).await;
        assert_eq!(refused(again), hidden());
        let expired = house.invite(&owner, Role::Viewer).await;
        house.clock.pass(TimeDelta::days(7));
        let suspended = house.invite(&owner, Role::Viewer).await;
        let halted = engine.suspend_tenant(&OPERATOR, lab, true).await;
        halted.expect("suspended");
        let made_up: SecretString = format!("tmi_{}", "A".repeat(43)).into();
        let api_token = "tm_nothing".into();

        let mut answers = Vec::new();
        for token in [
            &spent, &withdrawn, &expired, &suspended, &made_up, &api_token,
        ] {
            answers.push(refused(engine.invitation(token).await));
            answers.push(refused(engine.accept_invitation(&ada, token).await));
        }
        assert_eq!(answers[0].kind, ProblemKind::NotFound);
        assert!(answers.iter().all(|a| *a == answers[0]), "{answers:?}");

        let goes_on = engine.suspend_tenant(&OPERATOR, lab, false).await;
        goes_on.expect("resumed");
        let opens = engine.accept_invitation(&ada, &suspended).await;
        opens.expect("it was only not valid while the tenant was suspended");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_who_accept_at_once_one_comes_in() {
    for house in houses().await {
        let owner = house.owner().await;
        for round in 0..6 {
            let ada = house.person(&format!("A{round}"), None).await;
            let bob = house.person(&format!("B{round}"), None).await;
            let (a, b) = (house.viewer(ada).await, house.viewer(bob).await);
            let token = house.invite(&owner, Role::Viewer).await;
            let (one, other) = tokio::join!(
                house.engine.accept_invitation(&a, &token),
                house.engine.accept_invitation(&b, &token),
            );
            assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
            let roles = [house.role(ada).await, house.role(bob).await];
            assert_eq!(roles.iter().flatten().count(), 1, "round {round}");
        }
    }
}

#[tokio::test]
async fn a_member_leaves_the_invitation_to_others() {
    for house in houses().await {
        let engine = &house.engine;
        let owner = house.owner().await;
        let member = house.person("Vera", Some(Role::Viewer)).await;
        let token = house.invite(&owner, Role::Owner).await;
        let vera = house.viewer(member).await;
        let refusal = refused(engine.accept_invitation(&vera, &token).await);
        assert_eq!(refusal.kind, ProblemKind::Conflict);
        assert_eq!(house.role(member).await, Some((Role::Viewer, vec![])));
        for nobody in [&OPERATOR, &program(house.lab)] {
            let refusal = refused(engine.accept_invitation(nobody, &token).await);
            assert_eq!(refusal, hidden());
        }

        let user = house.person("Ada", None).await;
        let ada = house.viewer(user).await;
        let accepted = engine.accept_invitation(&ada, &token).await;
        accepted.expect("it stayed");
        assert_eq!(house.role(user).await, Some((Role::Owner, vec![])));
    }
}

#[tokio::test]
async fn a_repository_viewer_is_invited_to_the_tenants_own_repositories() {
    for house in houses().await {
        let (engine, lab) = (&house.engine, house.lab);
        let owner = house.owner().await;
        let first = house.repository(lab, 1).await;
        let second = house.repository(lab, 2).await;
        let foreign = house.repository(house.rival, 1).await;
        let to = |granted| InvitationInput {
            email: Some(address("Rita")),
            role: Role::RepositoryViewer,
            granted,
        };
        let stolen = engine.invite(&owner, lab, to(vec![first, foreign])).await;
        assert_eq!(refused(stolen), hidden());
        let open = engine.members(&owner, lab).await.expect("members");
        assert!(open.invitations.is_empty(), "nothing half done");

        let token = engine.invite(&owner, lab, to(vec![first, second])).await;
        let token = token.expect("an invitation");
        let open = engine.members(&owner, lab).await.expect("members");
        let open = &open.invitations[0];
        assert_eq!(
            (&open.granted, &open.email),
            (&vec![first, second], &Some(address("Rita")))
        );
        assert_eq!(open.invited_by.as_deref(), Some("Olga"));
        assert_eq!(open.expires_at, house.clock.now() + TimeDelta::days(7));
        let offer = engine.invitation(&token).await.expect("an offer");
        assert_eq!(
            (
                offer.tenant.as_deref(),
                offer.role,
                offer.invited_by.as_deref()
            ),
            (Some("Lab"), Some(Role::RepositoryViewer), Some("Olga"))
        );

        // A repository deleted meanwhile is not granted, and does not block joining.
        let deleted = engine.untrack(&owner, lab, first, domain::report::History::Delete);
        deleted.await.expect("deleted");
        let user = house.person("Rita", None).await;
        let rita = house.viewer(user).await;
        let accepted = engine.accept_invitation(&rita, &token).await;
        accepted.expect("accepted");
        let role = Some((Role::RepositoryViewer, vec![second]));
        assert_eq!(house.role(user).await, role);
    }
}

#[tokio::test]
async fn invitations_to_the_installation_are_the_administrators() {
    for house in houses().await {
        let engine = &house.engine;
        let owner = house.owner().await;
        let invited = engine
            .invite_to_installation(&owner, None, true, true)
            .await;
        assert_eq!(refused(invited), hidden());
        let token = engine
            .invite_to_installation(&OPERATOR, None, false, true)
            .await;
        let token = token.expect("an invitation");
        let offer = engine.invitation(&token).await.expect("an offer");
        assert_eq!((offer.tenant, offer.role), (None, None));

        let user = house.person("Mia", None).await;
        let mia = house.viewer(user).await;
        let accepted = engine.accept_invitation(&mia, &token).await;
        assert_eq!(accepted.expect("accepted"), None);
        let Viewer::Person(mia) = house.viewer(user).await else {
            unreachable!("a person is a person");
        };
        assert_eq!((mia.administrator, mia.maintainer), (false, true));
        let spare = engine
            .invite_to_installation(&OPERATOR, None, false, true)
            .await;
        let spare = spare.expect("an invitation");
        let refusal = engine.accept_invitation(&Viewer::Person(mia), &spare).await;
        assert_eq!(refused(refusal).kind, ProblemKind::Conflict);

        // Each is taken back where it was made, and nowhere else.
        let open = engine.0.store.unscoped_invitations(house.clock.now()).await;
        let id: InvitationId = open.expect("invitations")[0].id;
        for tenant in [house.lab, house.rival] {
            let wrong = engine
                .withdraw_invitation(&OPERATOR, Some(tenant), id)
                .await;
            assert_eq!(refused(wrong), hidden());
        }
        let wrong = engine.withdraw_invitation(&owner, None, id).await;
        assert_eq!(refused(wrong), hidden());
        let taken_back = engine.withdraw_invitation(&OPERATOR, None, id).await;
        taken_back.expect("withdrawn");
        assert!(engine.invitation(&spare).await.is_err());
    }
}

#[tokio::test]
async fn only_an_owner_invites_and_what_expired_is_forgotten() {
    for house in houses().await {
        let (engine, lab) = (&house.engine, house.lab);
        let owner = house.owner().await;
        let vera = house.person("Vera", Some(Role::Viewer)).await;
        let vera = house.viewer(vera).await;
        for viewer in [&vera, &program(lab)] {
            let invited = engine.invite(viewer, lab, as_a(Role::Owner)).await;
            assert_eq!(refused(invited), hidden());
        }
        let rival = engine.invite(&owner, house.rival, as_a(Role::Owner)).await;
        assert_eq!(refused(rival), hidden());

        let first = house.invite(&owner, Role::Viewer).await;
        assert!(first.expose_secret().starts_with("tmi_"));
        house.clock.pass(TimeDelta::days(8));
        house.invite(&owner, Role::Viewer).await;
        let open = engine.members(&owner, lab).await.expect("members");
        assert_eq!(open.invitations.len(), 1);
    }
}

fn program(tenant: TenantId) -> Viewer {
    Viewer::Token {
        id: domain::TokenId::new(1),
        name: "ci".into(),
        tenant,
        scope: domain::TokenScope::Write,
        origin: Origin::default(),
    }
}
