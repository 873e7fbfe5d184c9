//! Connecting outside identities, and never losing the last way in.

use domain::ProblemKind;

use super::sign_in::identity;
use super::*;
use crate::store::NewUserRecord;

impl House {
    /// An account without a password.
    async fn without_password(&self, name: &str) -> UserId {
        let user = NewUserRecord {
            email: &address(name),
            name,
            password_hash: None,
            administrator: false,
            maintainer: false,
        };
        let mut transaction = self.engine.0.store.begin().await.expect("begun");
        let id = transaction.insert_user(&user, self.clock.now()).await;
        transaction.commit().await.expect("committed");
        id.expect("an account")
    }
}

#[tokio::test]
async fn an_identity_belongs_to_one_account() {
    for house in houses().await {
        let engine = &house.engine;
        let (ada, bob) = (
            house.person("Ada", None).await,
            house.person("Bob", None).await,
        );
        let (ada, bob) = (house.viewer(ada).await, house.viewer(bob).await);
        let github = identity("1");
        let connect = async |viewer: &Viewer| engine.connect_identity(viewer, &github).await;
        connect(&ada).await.expect("connected");
        connect(&ada).await.expect("again is no harm");
        assert_eq!(house.logged(AuditAction::IdentityConnected).await, 1);
        assert_eq!(refused(connect(&bob).await).kind, ProblemKind::Conflict);
        assert_eq!(refused(connect(&OPERATOR).await), hidden());

        let profile = engine.profile(&ada, "").await.expect("a profile");
        let id = profile.identities[0].id;
        let by_bob = engine.disconnect_identity(&bob, id).await;
        assert_eq!(refused(by_bob), hidden());
        let by_ada = engine.disconnect_identity(&ada, id).await;
        by_ada.expect("a password is left");
        let line = house.last_line().await;
        assert_eq!(
            (line.action, line.subject.as_str()),
            (
                AuditAction::IdentityDisconnected,
                "login-1 at https://github.com"
            )
        );
        connect(&bob).await.expect("free again");
    }
}

#[tokio::test]
async fn of_two_identities_disconnected_at_once_one_stays() {
    for house in houses().await {
        let engine = &house.engine;
        for round in 0..8 {
            let ada = house.without_password(&format!("Ada{round}")).await;
            let ada = house.viewer(ada).await;
            for subject in ["a", "b"] {
                let identity = identity(&format!("{subject}{round}"));
                let connected = engine.connect_identity(&ada, &identity).await;
                connected.expect("connected");
            }
            let profile = engine.profile(&ada, "").await.expect("a profile");
            assert!(!profile.has_password);
            let [a, b] = [profile.identities[0].id, profile.identities[1].id];
            let (a, b) = tokio::join!(
                engine.disconnect_identity(&ada, a),
                engine.disconnect_identity(&ada, b)
            );
            assert_ne!(a.is_ok(), b.is_ok());
            let problem = refused(a.and(b));
            assert_eq!(problem.kind, ProblemKind::Conflict);
            assert!(problem.message.contains("password"), "{problem}");
            let profile = engine.profile(&ada, "").await.expect("a profile");
            assert_eq!(profile.identities.len(), 1);
        }
    }
}

#[tokio::test]
async fn who_has_no_password_chooses_one_without_any() {
    for house in houses().await {
        let engine = &house.engine;
        let ada = house.without_password("Ada").await;
        let viewer = house.viewer(ada).await;
        let email = address("Ada");
        let sign_in = async || {
            engine
                .sign_in(email.as_str(), PASSWORD.into(), Origin::default())
                .await
        };
        refused(sign_in().await);
        let chosen = engine.change_password(&viewer, None, PASSWORD.into(), "");
        chosen.await.expect("chosen");
        assert_eq!(sign_in().await.ok(), Some(ada));
        let again = engine.change_password(&viewer, None, "another password".into(), "");
        assert_eq!(refused(again.await).kind, ProblemKind::Invalid);
    }
}
