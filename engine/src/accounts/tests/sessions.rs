//! Sessions: ending them, and that they stay ended.

use domain::SessionId;

use super::*;
use crate::SessionRecord;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

impl House {
    /// Begins a person's session under this key.
    pub(super) async fn session(&self, user: UserId, key: &str) {
        let now = self.clock.now();
        let sessions = self.engine.sessions();
        let begun = sessions.create(&record(user, key, now), now).await;
        assert!(begun.expect("begun"));
    }

    pub(super) async fn is_alive(&self, key: &str) -> bool {
        let sessions = self.engine.sessions();
        let data = sessions.load(key, self.clock.now()).await;
        data.expect("looked up").is_some()
    }

    async fn id_of(&self, user: UserId, key: &str) -> SessionId {
        let viewer = self.viewer(user).await;
        let profile = self.engine.profile(&viewer, key).await.expect("a profile");
        let current = profile.sessions.iter().find(|session| session.current);
        current.expect("the session").id
    }
}

fn record(user: UserId, key: &str, now: DateTime<Utc>) -> SessionRecord<'_> {
    SessionRecord {
        key,
        user: Some(user),
        data: "{}",
        agent: FIREFOX,
        address: "192.0.2.7",
        expires_at: now + TimeDelta::days(30),
    }
}

#[tokio::test]
async fn sessions_are_shown_with_their_device_the_current_one_first() {
    for house in houses().await {
        let (engine, ada) = (&house.engine, house.person("Ada", None).await);
        let start = house.clock.now();
        house.session(ada, "first").await;
        house.clock.pass(TimeDelta::minutes(1));
        house.session(ada, "second").await;
        house.clock.pass(TimeDelta::minutes(1));
        house.session(ada, "third").await;
        let bob = house.person("Bob", None).await;
        house.session(bob, "bob").await;
        house.clock.pass(TimeDelta::minutes(1));
        let now = house.clock.now();
        let used = SessionRecord {
            agent: "",
            address: "2001:db8::7",
            ..record(ada, "first", now)
        };
        let saved = engine.sessions().save(&used, now).await;
        assert!(saved.expect("saved"));

        let viewer = house.viewer(ada).await;
        let profile = engine.profile(&viewer, "second").await.expect("a profile");
        let shown: Vec<_> = profile
            .sessions
            .iter()
            .map(|it| (it.device.as_str(), it.address.as_str(), it.current))
            .collect();
        assert_eq!(
            shown,
            [
                ("Firefox on Linux", "192.0.2.7", true),
                ("Unknown device", "2001:db8::7", false),
                ("Firefox on Linux", "192.0.2.7", false),
            ]
        );
        let first = &profile.sessions[1];
        assert_eq!((first.started_at, first.last_used_at), (start, now));
        house
            .clock
            .pass(TimeDelta::days(30) - TimeDelta::minutes(1));
        let profile = engine.profile(&viewer, "").await.expect("a profile");
        assert_eq!(profile.sessions.len(), 1, "the others have expired");
        let stored = engine.0.store.unscoped_texts().await;
        assert!(stored.contains("Firefox") && !stored.contains("second"));
    }
}

#[tokio::test]
async fn one_ends_ones_own_sessions_only_and_they_stay_ended() {
    for house in houses().await {
        let engine = &house.engine;
        let (ada, bob) = (
            house.person("Ada", None).await,
            house.person("Bob", None).await,
        );
        for (user, key) in [(ada, "a1"), (ada, "a2"), (ada, "a3"), (bob, "b1")] {
            house.session(user, key).await;
        }
        let viewer = house.viewer(ada).await;
        let bobs = house.id_of(bob, "b1").await;
        assert_eq!(refused(engine.end_session(&viewer, bobs).await), hidden());
        assert!(house.is_alive("b1").await);

        let own = house.id_of(ada, "a2").await;
        engine.end_session(&viewer, own).await.expect("ended");
        assert!(!house.is_alive("a2").await);
        let now = house.clock.now();
        let late = engine.sessions().save(&record(ada, "a2", now), now).await;
        assert!(!late.expect("tried"), "a request that was under way");
        assert!(!house.is_alive("a2").await);
        assert_eq!(refused(engine.end_session(&viewer, own).await), hidden());

        let ended = engine.end_other_sessions(&viewer, "a1").await;
        assert_eq!(ended.expect("ended"), 1);
        assert!(house.is_alive("a1").await && !house.is_alive("a3").await);
        assert!(house.is_alive("b1").await, "nobody else's");
        assert_eq!(house.logged(AuditAction::SessionsEnded).await, 2);
    }
}

#[tokio::test]
async fn a_session_begins_under_no_other_sessions_key() {
    for house in houses().await {
        let (ada, bob) = (
            house.person("Ada", None).await,
            house.person("Bob", None).await,
        );
        house.session(ada, "key").await;
        let now = house.clock.now();
        let sessions = house.engine.sessions();
        let again = sessions.create(&record(bob, "key", now), now).await;
        assert!(!again.expect("tried"));
        house.id_of(ada, "key").await;
        let anonymous = SessionRecord {
            user: None,
            ..record(ada, "nobody", now)
        };
        let begun = sessions.create(&anonymous, now).await;
        assert!(begun.expect("begun"), "before anybody signs in");
        assert!(house.is_alive("nobody").await);
    }
}

#[tokio::test]
async fn administrators_end_the_sessions_of_a_person_and_so_does_a_new_password() {
    for house in houses().await {
        let engine = &house.engine;
        let (ada, bob) = (
            house.person("Ada", Some(Role::Owner)).await,
            house.staff("Bob", true, false).await,
        );
        house.session(ada, "a").await;
        house.session(bob, "b").await;
        let (owner, administrator) = (house.viewer(ada).await, house.viewer(bob).await);
        assert_eq!(refused(engine.end_sessions_of(&owner, bob).await), hidden());
        let nobody = UserId::new(4_711);
        let missing = engine.end_sessions_of(&administrator, nobody).await;
        assert_eq!(refused(missing), hidden());
        let ended = engine.end_sessions_of(&administrator, ada).await;
        ended.expect("ended");
        assert!(!house.is_alive("a").await && house.is_alive("b").await);
        let line = house.last_line().await;
        assert_eq!(
            (line.action, line.actor.as_str(), line.subject.as_str()),
            (AuditAction::SessionsEnded, "Bob", "Ada")
        );

        house.session(ada, "a").await;
        let email = address("Ada");
        let reset = engine.reset_password(&OPERATOR, email.as_str(), "another password".into());
        reset.await.expect("reset");
        assert!(!house.is_alive("a").await && house.is_alive("b").await);
        let line = house.last_line().await;
        assert_eq!(
            (line.action, line.actor.as_str(), line.subject.as_str()),
            (AuditAction::PasswordChanged, "command line", "Ada")
        );
        let by_others = engine.reset_password(&administrator, email.as_str(), PASSWORD.into());
        assert_eq!(refused(by_others.await), hidden());
    }
}

/// A request that proved the old password may store its session after all others were ended.
#[tokio::test]
async fn a_session_older_than_the_password_is_not_valid() {
    for house in houses().await {
        let engine = &house.engine;
        let ada = house.person("Ada", None).await;
        let viewer = house.viewer(ada).await;
        let (email, addy) = (address("Ada"), house.staff("Addy", true, false).await);
        let administrator = house.viewer(addy).await;
        let signs_in = async |since: DateTime<Utc>, user: UserId| {
            let person = engine.session_person(user, since, Origin::default()).await;
            person.expect("looked up").is_some()
        };
        for way in ["changed", "reset", "others", "everywhere"] {
            let before = house.clock.now();
            assert!(signs_in(before, ada).await, "{way}");
            house.clock.pass(TimeDelta::seconds(1));
            match way {
                "changed" => {
                    let old = Some(PASSWORD.into());
                    let changed = engine.change_password(&viewer, old, PASSWORD.into(), "");
                    changed.await.expect("changed");
                }
                "reset" => {
                    let reset = engine.reset_password(&OPERATOR, email.as_str(), PASSWORD.into());
                    reset.await.expect("reset");
                }
                "others" => {
                    engine.end_other_sessions(&viewer, "").await.expect("ended");
                }
                _ => {
                    let ended = engine.end_sessions_of(&administrator, ada).await;
                    ended.expect("ended");
                }
            }
            assert!(!signs_in(before, ada).await, "{way}");
            assert!(signs_in(house.clock.now(), ada).await, "{way}");
            assert!(signs_in(before, addy).await, "nobody else's");
        }
    }
}
