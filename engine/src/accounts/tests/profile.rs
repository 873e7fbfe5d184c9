//! One's own account, and who may change what of it.

use domain::{ProblemKind, Theme};
use secrecy::SecretString;

use super::*;
use crate::ProfileInput;

fn ada() -> ProfileInput {
    ProfileInput {
        name: "Ada".into(),
        email: "ada@example.org".into(),
        timezone: "UTC".into(),
        theme: Theme::System,
        password: None,
    }
}

#[tokio::test]
async fn preferences_are_kept_and_odd_ones_refused() {
    for house in houses().await {
        let engine = &house.engine;
        let user = house.person("Ada", Some(Role::Viewer)).await;
        let viewer = house.viewer(user).await;
        let lines = house.logged(AuditAction::AccountChanged).await;
        let preferred = ProfileInput {
            timezone: " Europe/Berlin ".into(),
            theme: Theme::Dark,
            ..ada()
        };
        let changed = engine.update_profile(&viewer, preferred).await;
        changed.expect("changed");
        assert_eq!(house.logged(AuditAction::AccountChanged).await, lines);
        let viewer = house.viewer(user).await;
        let profile = engine.profile(&viewer, "").await.expect("a profile");
        assert_eq!(profile.timezone, "Europe/Berlin");
        assert_eq!(profile.theme, Theme::Dark);
        assert!(profile.has_password);
        assert_eq!(profile.memberships.len(), 1);

        for (odd, about) in [
            (
                ProfileInput {
                    name: " ".into(),
                    ..ada()
                },
                "name",
            ),
            (
                ProfileInput {
                    name: "A\nda".into(),
                    ..ada()
                },
                "control",
            ),
            (
                ProfileInput {
                    email: "ada".into(),
                    ..ada()
                },
                "email",
            ),
            (
                ProfileInput {
                    timezone: "Mars/Olympus".into(),
                    ..ada()
                },
                "Unknown time zone",
            ),
        ] {
            let problem = refused(engine.update_profile(&viewer, odd).await);
            assert_eq!(problem.kind, ProblemKind::Invalid, "{problem}");
            assert!(problem.message.contains(about), "{problem}");
        }
        let undecided = ProfileInput {
            timezone: " ".into(),
            ..ada()
        };
        let changed = engine.update_profile(&viewer, undecided).await;
        changed.expect("the browser’s zone");
        let profile = engine.profile(&viewer, "").await.expect("a profile");
        assert_eq!(profile.timezone, "");
        let renamed = ProfileInput {
            name: " Ada Lovelace ".into(),
            ..ada()
        };
        let changed = engine.update_profile(&viewer, renamed).await;
        changed.expect("changed");
        let line = house.last_line().await;
        assert_eq!(line.subject, "Ada Lovelace: name (was “Ada”)");
        assert_eq!(refused(engine.profile(&OPERATOR, "").await), hidden());
        let as_operator = engine.update_profile(&OPERATOR, ada()).await;
        assert_eq!(refused(as_operator), hidden());
    }
}

#[tokio::test]
async fn a_new_email_address_needs_the_password_and_must_be_unused() {
    for house in houses().await {
        let engine = &house.engine;
        let user = house.person("Ada", None).await;
        house.person("Bob", None).await;
        let move_to = async |email: &str, password: Option<&str>| {
            let viewer = house.viewer(user).await;
            let input = ProfileInput {
                email: email.into(),
                password: password.map(SecretString::from),
                ..ada()
            };
            engine.update_profile(&viewer, input).await
        };
        let wanted = "lovelace@example.org";
        let without = refused(move_to(wanted, None).await);
        assert_eq!(without.kind, ProblemKind::Invalid);
        let wrong = refused(move_to(wanted, Some("wrong password")).await);
        assert_eq!(wrong.kind, ProblemKind::Invalid);
        let taken = refused(move_to("BOB@example.org", Some(PASSWORD)).await);
        assert_eq!(taken.kind, ProblemKind::Conflict);
        assert_eq!(house.logged(AuditAction::AccountChanged).await, 0);
        let sign_in = async |email: &str| {
            engine
                .sign_in(email, PASSWORD.into(), Origin::default())
                .await
        };
        assert_eq!(sign_in("ada@example.org").await.ok(), Some(user));

        let moved = move_to("Ada@Example.org", None).await;
        moved.expect("the same address needs no password");
        let moved = move_to(wanted, Some(PASSWORD)).await;
        moved.expect("moved");
        let line = house.last_line().await;
        assert_eq!(line.subject, "Ada: email address");
        assert_eq!(sign_in(wanted).await.ok(), Some(user));
        refused(sign_in("ada@example.org").await);
    }
}

#[tokio::test]
async fn a_new_password_needs_the_old_one_and_ends_all_other_sessions() {
    for house in houses().await {
        let engine = &house.engine;
        let (ada, bob) = (
            house.person("Ada", None).await,
            house.person("Bob", None).await,
        );
        for (user, key) in [(ada, "here"), (ada, "there"), (bob, "bob")] {
            house.session(user, key).await;
        }
        let viewer = house.viewer(ada).await;
        let change = async |old: Option<&str>, new: &str| {
            let old = old.map(SecretString::from);
            engine
                .change_password(&viewer, old, new.into(), "here")
                .await
        };
        let new = "a password nobody guesses";
        for (old, new) in [
            (None, new),
            (Some(""), new),
            (Some("wrong password"), new),
            (Some(PASSWORD), "short"),
        ] {
            let problem = refused(change(old, new).await);
            assert_eq!(problem.kind, ProblemKind::Invalid, "{problem}");
        }
        assert!(house.is_alive("there").await);
        change(Some(PASSWORD), new).await.expect("changed");
        assert!(house.is_alive("here").await && house.is_alive("bob").await);
        assert!(!house.is_alive("there").await);
        let sign_in = async |password: &str| {
            engine
                .sign_in("ada@example.org", password.into(), Origin::default())
                .await
        };
        assert_eq!(house.logged(AuditAction::PasswordChanged).await, 1);
        refused(sign_in(PASSWORD).await);
        assert_eq!(sign_in(new).await.ok(), Some(ada));
    }
}
