//! Signing in: who is let in, and that refusals tell nothing.

use std::time::{Duration, Instant};

use domain::report::{AuditEntry, AuditQuery};
use domain::{ExternalIdentity, ProblemKind, Theme};

use super::invitations::as_a;
use super::*;
use crate::{InvitationInput, ProfileInput};

/// An account with a provider outside.
pub(super) fn identity(subject: &str) -> ExternalIdentity {
    ExternalIdentity {
        issuer: "https://github.com".into(),
        subject: subject.into(),
        label: format!("login-{subject}"),
        name: None,
        email: None,
    }
}

pub(super) fn from(address: &str) -> Origin {
    Origin(Some(address.parse().expect("a network address")))
}

impl House {
    /// The newest line of the log.
    pub(super) async fn last_line(&self) -> AuditEntry {
        let log = self
            .engine
            .system_log(&OPERATOR, &AuditQuery::default())
            .await;
        let mut entries = log.expect("the log").entries;
        entries.drain(..).next().expect("a line")
    }
}

#[tokio::test]
async fn refusals_do_not_reveal_whether_an_account_exists() {
    for house in houses().await {
        let engine = &house.engine;
        let ada = house.person("Ada", None).await;
        let origin = from("192.0.2.7");
        let try_it = async |email: &str, password: &str| {
            engine.sign_in(email, password.into(), origin).await
        };
        assert_eq!(try_it(" ADA@example.org ", PASSWORD).await.ok(), Some(ada));
        let line = house.last_line().await;
        assert_eq!(
            (line.action, line.actor.as_str(), line.subject.as_str()),
            (AuditAction::SignedIn, "Ada", "with a password")
        );
        assert_eq!(line.address.as_deref(), Some("192.0.2.7"));

        let wrong = refused(try_it("ada@example.org", "not the password").await);
        assert_eq!(wrong.kind, ProblemKind::Unauthenticated);
        let line = house.last_line().await;
        assert_eq!(
            (line.action, line.subject.as_str()),
            (AuditAction::SignInRefused, "Ada")
        );
        let endless = "x".repeat(100_000);
        for (email, password) in [
            ("eve@example.org", PASSWORD),
            ("a secret typed into the wrong field", PASSWORD),
            ("", ""),
            ("ada@example.org", ""),
            ("ada@example.org", &endless),
        ] {
            assert_eq!(refused(try_it(email, password).await), wrong, "{email}");
        }
        let line = house.last_line().await;
        assert_eq!(
            (line.action, line.subject.as_str()),
            (AuditAction::SignInRefused, "an unknown account")
        );
        let stored = engine.0.store.unscoped_texts().await;
        assert!(!stored.contains("wrong field") && !stored.contains("eve@example.org"));
    }
}

#[tokio::test]
async fn an_unknown_account_takes_as_long_as_a_wrong_password() {
    let houses = houses().await;
    let engine = &houses[0].engine;
    houses[0].person("Ada", None).await;
    let fastest = async |email: &str| {
        let mut fastest = Duration::MAX;
        for _ in 0..4 {
            let start = Instant::now();
            let answer = engine.sign_in(email, "wrong".into(), Origin::default());
            refused(answer.await);
            fastest = fastest.min(start.elapsed());
        }
        fastest
    };
    let (known, unknown) = (
        fastest("ada@example.org").await,
        fastest("eve@example.org").await,
    );
    // Without the work of a hash, an answer takes a small part of this.
    assert!(
        unknown * 4 > known && known * 4 > unknown,
        "{known:?} {unknown:?}"
    );
}

#[tokio::test]
async fn the_right_password_reveals_that_all_tenants_are_suspended() {
    for house in houses().await {
        let engine = &house.engine;
        let ada = house.person("Ada", Some(Role::Owner)).await;
        house.person("Nobody", None).await;
        let suspended = engine.suspend_tenant(&OPERATOR, house.lab, true).await;
        suspended.expect("suspended");
        let try_it = async |name: &str, password: &str| {
            let email = address(name);
            engine
                .sign_in(email.as_str(), password.into(), Origin::default())
                .await
        };
        let wrong = refused(try_it("Ada", "wrong").await);
        assert_eq!(wrong, refused(try_it("Unknown", "wrong").await));
        let problem = refused(try_it("Ada", PASSWORD).await);
        assert_eq!(problem.kind, ProblemKind::Forbidden);
        assert!(problem.message.contains("suspended"), "{problem}");
        let line = house.last_line().await;
        assert_eq!(
            (line.action, line.actor.as_str(), line.subject.as_str()),
            (AuditAction::SignInRefused, "Ada", "Ada")
        );
        engine
            .connect_identity(&house.viewer(ada).await, &identity("1"))
            .await
            .expect("connected");
        let outside = engine.sign_in_with(&identity("1"), Origin::default()).await;
        assert_eq!(refused(outside), problem);

        assert!(try_it("Nobody", PASSWORD).await.is_ok(), "may be invited");
        let promoted = engine.set_system_roles(&OPERATOR, ada, false, true).await;
        promoted.expect("promoted");
        assert!(try_it("Ada", PASSWORD).await.is_ok(), "has a role beside");
        let demoted = engine.set_system_roles(&OPERATOR, ada, false, false).await;
        demoted.expect("demoted");
        refused(try_it("Ada", PASSWORD).await);
        let resumed = engine.suspend_tenant(&OPERATOR, house.lab, false).await;
        resumed.expect("resumed");
        assert!(try_it("Ada", PASSWORD).await.is_ok());
    }
}

#[tokio::test]
async fn an_identity_signs_in_only_its_linked_account_and_never_by_address() {
    for house in houses().await {
        let engine = &house.engine;
        let ada = house.person("Ada", None).await;
        let mut github = identity("583231");
        github.email = Some(address("Ada"));
        let sign_in = async |identity: &ExternalIdentity| {
            engine.sign_in_with(identity, from("192.0.2.7")).await
        };
        let problem = refused(sign_in(&github).await);
        assert_eq!(problem.kind, ProblemKind::Unauthenticated);
        assert!(problem.message.contains("invitation"), "{problem}");
        let line = house.last_line().await;
        assert_eq!(
            (line.action, line.subject.as_str()),
            (AuditAction::SignInRefused, "an unknown account")
        );

        let viewer = house.viewer(ada).await;
        let connected = engine.connect_identity(&viewer, &github).await;
        connected.expect("connected");
        house.clock.pass(TimeDelta::hours(1));
        let renamed = ExternalIdentity {
            label: "mona-lisa".into(),
            email: None,
            ..github.clone()
        };
        assert_eq!(sign_in(&renamed).await.ok(), Some(ada));
        let line = house.last_line().await;
        assert_eq!(
            (line.action, line.subject.as_str()),
            (
                AuditAction::SignedIn,
                "with https://github.com as mona-lisa"
            )
        );
        let profile = engine.profile(&viewer, "").await.expect("a profile");
        let known = &profile.identities[0];
        assert_eq!(known.label, "mona-lisa");
        assert_eq!(known.last_used_at, Some(house.clock.now()));

        let elsewhere = ExternalIdentity {
            issuer: "https://github.example.org".into(),
            ..github
        };
        assert_eq!(refused(sign_in(&elsewhere).await), problem);
    }
}

#[tokio::test]
async fn the_last_visit_is_recorded_every_ten_minutes() {
    for house in houses().await {
        let ada = house.person("Ada", None).await;
        let seen = async || {
            let people = house.engine.people(&OPERATOR, "ada", 1).await;
            people.expect("people").accounts[0].last_seen_at
        };
        assert_eq!(seen().await, None);
        let start = house.clock.now();
        house.viewer(ada).await;
        assert_eq!(seen().await, Some(start));
        house.clock.pass(TimeDelta::minutes(9));
        house.viewer(ada).await;
        assert_eq!(seen().await, Some(start));
        house.clock.pass(TimeDelta::minutes(1));
        house.viewer(ada).await;
        assert_eq!(seen().await, Some(start + TimeDelta::minutes(10)));
    }
}

#[tokio::test]
async fn signing_out_is_logged() {
    for house in houses().await {
        let ada = house.person("Ada", None).await;
        let ada = house.viewer(ada).await;
        house.engine.signed_out(&ada).await.expect("told");
        let line = house.last_line().await;
        assert_eq!(
            (line.action, line.actor.as_str()),
            (AuditAction::SignedOut, "Ada")
        );
        assert_eq!(refused(house.engine.signed_out(&OPERATOR).await), hidden());
    }
}

/// What is let in today may be stricter than what was when the account was made.
#[tokio::test]
async fn an_account_with_an_old_invalid_address_can_still_sign_in() {
    for house in houses().await {
        let engine = &house.engine;
        let odd = Email::stored("\"Mona\"@[127.0.0.1]".into());
        assert!(odd.as_str().parse::<Email>().is_err());
        let account = NewUser {
            email: odd.clone(),
            name: "Mona".into(),
            password: PASSWORD.into(),
            administrator: false,
            maintainer: false,
            membership: Some(("lab".into(), Role::Owner)),
        };
        let mona = engine.create_user(&OPERATOR, account).await;
        let mona = mona.expect("an account");
        let typed = " \"mona\"@[127.0.0.1]";
        let signed_in = engine.sign_in(typed, PASSWORD.into(), Origin::default());
        assert_eq!(signed_in.await.ok(), Some(mona));

        let viewer = house.viewer(mona).await;
        let input = InvitationInput {
            email: Some(odd.clone()),
            ..as_a(Role::Viewer)
        };
        let invited = engine.invite(&viewer, house.lab, input).await;
        let offer = engine.invitation(&invited.expect("invited")).await;
        assert_eq!(offer.expect("an offer").email.as_ref(), Some(&odd));
        let members = engine.members(&viewer, house.lab).await.expect("members");
        assert_eq!(members.members[0].email, odd);
        assert_eq!(members.invitations[0].email.as_ref(), Some(&odd));
        let people = engine.people(&OPERATOR, "mona", 1).await.expect("people");
        assert_eq!(people.accounts[0].email, odd);

        let same = ProfileInput {
            name: "Mona Lisa".into(),
            email: odd.as_str().into(),
            timezone: "UTC".into(),
            theme: Theme::default(),
            password: None,
        };
        let renamed = engine.update_profile(&viewer, same).await;
        renamed.expect("the address stays as it is");
        let another = "another password";
        let reset = engine.reset_password(&OPERATOR, typed, another.into());
        reset.await.expect("reset");
        let signed_in = engine.sign_in(typed, another.into(), Origin::default());
        assert_eq!(signed_in.await.ok(), Some(mona));
        let zero = engine.sign_in("mona\0@x", PASSWORD.into(), Origin::default());
        assert_eq!(refused(zero.await).kind, ProblemKind::Unauthenticated);
    }
}

/// More than the pool has connections: a request that held one and waited for another would wait for all
/// the others who do the same.
#[tokio::test]
async fn many_sign_in_at_once() {
    for house in houses().await {
        let engine = &house.engine;
        let ada = house.person("Ada", None).await;
        let viewer = house.viewer(ada).await;
        let connected = engine.connect_identity(&viewer, &identity("1")).await;
        connected.expect("connected");
        let mine = identity("1");
        let attempts = (0..24).map(|_| engine.sign_in_with(&mine, Origin::default()));
        let all = futures::future::try_join_all(attempts);
        let soon = tokio::time::timeout(Duration::from_secs(8), all).await;
        let users = soon.expect("nobody waits for ever").expect("signed in");
        assert_eq!(users, [ada; 24]);
    }
}
