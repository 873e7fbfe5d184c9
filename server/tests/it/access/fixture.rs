//! A tenant with everything in it, its neighbour, and everybody who may ask; and fast copies.

use std::collections::HashMap;

use domain::{
    DayRange, ExternalIdentity, FollowFilter, NoteInput, Origin, RepositoryId, Role, TenantId,
    TokenScope, Viewer,
};
use engine::{InvitationInput, NewUser};
use secrecy::ExposeSecret;
use simulator::Running;

use super::actors::Actor;
use crate::service::{Options, PASSWORD, Service, cookie};

/// A service with all that can be asked about.
pub struct Fixture {
    pub service: Service,
    pub tenant: TenantId,
    pub neighbour: TenantId,
    pub world: RepositoryId,
    cookies: HashMap<Actor, String>,
    tokens: HashMap<Actor, String>,
    viewers: HashMap<Actor, Viewer>,
    words: HashMap<&'static str, String>,
    /// Servers beside the configured one: one that is allowed, and one that is not yet.
    allowed: Running,
    other: Running,
}

impl Fixture {
    pub async fn set() -> Self {
        let service = Service::empty().await;
        let engine = &service.engine;
        let operator = &Viewer::Operator;
        let lab = service.tenant("Lab", "owner@example.org", false).await.id;
        let rival = service
            .tenant("Rival", "neighbour@example.org", false)
            .await
            .id;
        let spare = crate::service::connection("spare");
        let spare = engine.connect(operator, lab, spare).await.unwrap().id;

        let mut ids = Vec::new();
        for name in ["octo/hello", "octo/world"] {
            let name = name.parse().unwrap();
            ids.push(engine.track(operator, lab, &name).await.unwrap().id);
        }
        let (hello, world) = (ids[0], ids[1]);
        let run = service
            .collect(&crate::service::Tenant { id: lab })
            .await
            .id;

        let mut fixture = Self {
            tenant: lab,
            neighbour: rival,
            world,
            cookies: HashMap::new(),
            tokens: HashMap::new(),
            viewers: HashMap::new(),
            words: HashMap::new(),
            allowed: crate::service::github(service.engine.clock().clone()).await,
            other: crate::service::github(service.engine.clock().clone()).await,
            service,
        };
        fixture.people(hello).await;
        fixture.programs().await;
        fixture.objects().await;
        fixture.word("hello", hello);
        fixture.word("world", world);
        fixture.word("run", run);
        for (word, name) in [
            ("hello-answer", "octo/hello"),
            ("world-answer", "octo/world"),
        ] {
            let name = name.parse().unwrap();
            let traced = fixture
                .service
                .engine
                .trace(operator, lab, &name, None)
                .await;
            let answer = traced.unwrap().sources[0].answer.id;
            fixture.word(word, answer);
        }
        fixture.word("spare", spare);
        let filter = FollowFilter {
            patterns: "octo/nothing-*".parse().unwrap(),
            forks: false,
            archived: false,
            private: false,
        };
        let rule =
            fixture
                .service
                .engine
                .create_follow_rule(operator, lab, Some(spare), filter, None);
        let rule = rule.await.unwrap().rule.id;
        fixture.word("rule", rule);
        let engine = &fixture.service.engine;
        let core = "core".parse().unwrap();
        let tag = engine.add_tag(operator, lab, &core, vec![hello, world]);
        let tag = tag.await.unwrap().id;
        fixture.word("tag", tag);
        let note = NoteInput {
            repository: Some(world),
            days: "2026-11-12"
                .parse()
                .map(|day| DayRange::ending(day, 1))
                .unwrap(),
            text: "Talk at NavConf".parse().unwrap(),
        };
        let note = fixture.service.engine.add_note(operator, lab, &note).await;
        fixture.word("note", note.unwrap().id);
        fixture
    }

    fn word(&mut self, word: &'static str, value: impl std::fmt::Display) {
        self.words.insert(word, value.to_string());
    }

    async fn people(&mut self, granted: RepositoryId) {
        let engine = self.service.engine.clone();
        for (visitor, name, membership) in [
            (Actor::Owner, "owner", None),
            (Actor::Neighbour, "neighbour", None),
            (Actor::Viewer, "viewer", Some(Role::Viewer)),
            (
                Actor::RepositoryViewer,
                "repository-viewer",
                Some(Role::RepositoryViewer),
            ),
            (Actor::Administrator, "administrator", None),
            (Actor::Maintainer, "maintainer", None),
            (Actor::Nobody, "nobody", None),
        ] {
            let email = format!("{name}@example.org");
            if !matches!(visitor, Actor::Owner | Actor::Neighbour) {
                let person = NewUser {
                    email: email.parse().unwrap(),
                    name: name.to_owned(),
                    password: PASSWORD.into(),
                    administrator: visitor == Actor::Administrator,
                    maintainer: visitor == Actor::Maintainer,
                    membership: membership.map(|role| ("lab".to_owned(), role)),
                };
                engine.create_user(&Viewer::Operator, person).await.unwrap();
            }
            let user = engine
                .sign_in(&email, PASSWORD.into(), Origin::default())
                .await
                .unwrap();
            if visitor == Actor::RepositoryViewer {
                engine
                    .set_member(
                        &Viewer::Operator,
                        self.tenant,
                        user,
                        Role::RepositoryViewer,
                        vec![granted],
                    )
                    .await
                    .unwrap();
            }
            let person = engine
                .person(user, Origin::default())
                .await
                .unwrap()
                .unwrap();
            self.viewers.insert(visitor, Viewer::Person(person));
            let browser = self.service.browser();
            let answer = browser.sign_in(&email, PASSWORD, "").await;
            let cookie = cookie(&answer, "tidemark_session");
            let cookie = cookie.split(';').next().unwrap();
            self.cookies.insert(visitor, cookie.to_owned());
            match visitor {
                Actor::Viewer => self.word("member", user),
                Actor::Nobody => self.word("nobody", user),
                _ => {}
            }
        }
    }

    async fn programs(&mut self) {
        let engine = self.service.engine.clone();
        for (visitor, tenant, scope) in [
            (Actor::ReadToken, self.tenant, TokenScope::Read),
            (Actor::WriteToken, self.tenant, TokenScope::Write),
            (Actor::NeighbourToken, self.neighbour, TokenScope::Write),
        ] {
            let name = format!("{visitor:?}");
            let token = engine
                .create_token(&Viewer::Operator, tenant, &name, scope)
                .await
                .unwrap();
            let viewer = engine
                .token_viewer(&token, Origin::default())
                .await
                .unwrap();
            self.viewers.insert(visitor, viewer.unwrap());
            self.tokens
                .insert(visitor, token.expose_secret().to_owned());
        }
        let forged = "tm_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        self.tokens.insert(Actor::ForgedToken, forged.to_owned());
    }

    /// What there is to change and to take away.
    async fn objects(&mut self) {
        let engine = self.service.engine.clone();
        let operator = &Viewer::Operator;
        let schedule = engine
            .collection(operator, self.tenant)
            .await
            .unwrap()
            .schedules;
        self.word("schedule", schedule[0].0.id);
        let connections = engine.connections(operator, self.tenant).await.unwrap();
        self.word("connection", connections.connections[0].id);
        let tokens = engine.tokens(operator, self.tenant).await.unwrap();
        self.word("token", tokens[0].id);
        let invitation = InvitationInput {
            email: None,
            role: Role::Viewer,
            granted: Vec::new(),
        };
        let token = engine
            .invite(operator, self.tenant, invitation)
            .await
            .unwrap();
        self.word("invitation-link", token.expose_secret());
        let members = engine.members(operator, self.tenant).await.unwrap();
        self.word("invitation", members.invitations[0].id);
        engine
            .invite_to_installation(operator, None, false, false)
            .await
            .unwrap();
        let people = engine.people(operator, "", 1).await.unwrap();
        self.word("installation-invitation", people.invitations[0].id);
        let invitation = InvitationInput {
            email: None,
            role: Role::Viewer,
            granted: Vec::new(),
        };
        let token = engine
            .invite(operator, self.neighbour, invitation)
            .await
            .unwrap();
        let key = simulator::test_keys().private_pem;
        let key: String = url::form_urlencoded::byte_serialize(key.as_bytes()).collect();
        self.word("app-key", key);
        self.word("rival-link", token.expose_secret());
        self.word("tenant", self.tenant);
        // The command line owns nothing.
        engine
            .create_tenant(operator, "Ownerless", None)
            .await
            .unwrap();
        let tenants = engine.tenants(operator).await.unwrap();
        let ownerless = tenants.iter().find(|it| it.owners.is_empty()).unwrap();
        self.word("ownerless", ownerless.id);
        let server = engine
            .add_server(operator, self.allowed.url())
            .await
            .unwrap();
        self.word("server", server.id.unwrap());
        let other = self.other.url().to_owned();
        self.word("other-github", other);
        let owner = self.viewers[&Actor::Owner].clone();
        let identity = ExternalIdentity {
            issuer: "https://id.example.org".into(),
            subject: "1".into(),
            label: "owner".into(),
            name: None,
            email: None,
        };
        engine.connect_identity(&owner, &identity).await.unwrap();
        let profile = engine.profile(&owner, "").await.unwrap();
        self.word("owners-identity", profile.identities[0].id);
        self.word("owners-session", profile.sessions[0].id);
        let github = self.service.github_url().to_owned();
        self.word("github", github);
    }

    /// A copy of the database as it is now, served by a process of its own.
    pub async fn copy(&self) -> Service {
        Service::with(Options {
            copy_of: Some(&self.service),
            ..Options::default()
        })
        .await
    }

    /// The text with its `<words>` in place.
    pub fn filled(&self, text: &str) -> String {
        let fill = |text: String, (word, value): (&&str, &String)| {
            text.replace(&format!("<{word}>"), value)
        };
        let filled = self.words.iter().fold(text.to_owned(), fill);
        assert!(!filled.contains('<'), "an unknown word in {filled}");
        filled
    }

    pub fn viewer(&self, visitor: Actor) -> Option<&Viewer> {
        self.viewers.get(&visitor)
    }

    pub fn cookie(&self, visitor: Actor) -> Option<&str> {
        self.cookies.get(&visitor).map(String::as_str)
    }

    pub fn token(&self, visitor: Actor) -> Option<&str> {
        self.tokens.get(&visitor).map(String::as_str)
    }
}
