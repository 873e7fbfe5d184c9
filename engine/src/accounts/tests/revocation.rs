//! What a person created with a role is revoked with the role.

use domain::TokenScope;
use secrecy::SecretString;

use super::*;

impl House {
    async fn opens(&self, invitation: &SecretString) -> bool {
        self.engine.invitation(invitation).await.is_ok()
    }

    async fn works(&self, token: &SecretString) -> bool {
        let viewer = self.engine.token_viewer(token, Origin::default()).await;
        viewer.expect("looked up").is_some()
    }

    async fn token(&self, viewer: &Viewer, name: &str) -> SecretString {
        let made = self
            .engine
            .create_token(viewer, self.lab, name, TokenScope::Write)
            .await;
        made.expect("a token")
    }

    async fn installation(&self, viewer: &Viewer) -> SecretString {
        let made = self.engine.invite_to_installation(viewer, None, true, true);
        made.await.expect("an invitation")
    }
}

#[tokio::test]
async fn an_owner_who_goes_leaves_no_way_back_in() {
    for house in houses().await {
        let (engine, lab) = (&house.engine, house.lab);
        let olga = house.owner().await;
        let hers = (
            house.invite(&olga, Role::Owner).await,
            house.token(&olga, "hers").await,
        );
        for way in ["demoted", "removed", "left", "account removed"] {
            let eve = house.person("Eve", Some(Role::Owner)).await;
            let viewer = house.viewer(eve).await;
            let link = house.invite(&viewer, Role::Owner).await;
            let token = house.token(&viewer, "ci").await;
            assert!(house.opens(&link).await && house.works(&token).await);
            let same = engine.set_member(&olga, lab, eve, Role::Owner, Vec::new());
            same.await.expect("nothing changed");
            assert!(house.opens(&link).await && house.works(&token).await);
            let gone = match way {
                "demoted" => {
                    engine
                        .set_member(&olga, lab, eve, Role::Viewer, Vec::new())
                        .await
                }
                "removed" => engine.remove_member(&olga, lab, eve).await,
                "left" => engine.leave(&viewer, lab).await,
                _ => engine.remove_person(&OPERATOR, eve).await,
            };
            gone.expect(way);
            assert!(!house.opens(&link).await, "{way}");
            assert!(!house.works(&token).await, "{way}");
            assert!(house.opens(&hers.0).await && house.works(&hers.1).await);
            if way != "account removed" {
                let removed = engine.remove_person(&OPERATOR, eve).await;
                removed.expect("removed");
            }
        }
        assert_eq!(house.logged(AuditAction::TokenRevoked).await, 4);
        assert_eq!(house.logged(AuditAction::InvitationWithdrawn).await, 4);
    }
}

#[tokio::test]
async fn an_administrator_who_is_none_any_more_made_no_administrators() {
    for house in houses().await {
        let engine = &house.engine;
        let (ada, eve) = (
            house.staff("Ada", true, false).await,
            house.staff("Eve", true, false).await,
        );
        let (stays, goes) = (house.viewer(ada).await, house.viewer(eve).await);
        let (kept, void) = (
            house.installation(&stays).await,
            house.installation(&goes).await,
        );
        let owner = engine.invite_owner(&goes, house.rival, None).await;
        let owner = owner.expect("invited");
        let raised = engine.set_system_roles(&stays, eve, true, true).await;
        raised.expect("raised");
        assert!(house.opens(&void).await && house.opens(&owner).await);
        let demoted = engine.set_system_roles(&stays, eve, false, true).await;
        demoted.expect("demoted");
        assert!(!house.opens(&void).await && !house.opens(&owner).await);
        assert!(house.opens(&kept).await);
    }
}
