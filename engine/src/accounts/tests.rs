//! People, tenants and who belongs to them, on SQLite and on PostgreSQL alike.

mod forgetting;
mod identities;
mod invitations;
mod joining;
mod limits;
mod log;
mod members;
mod people;
mod profile;
mod refusals;
mod revocation;
mod sessions;
mod set_up;
mod sign_in;
mod system_log;
mod tenants;
mod tokens;
mod untracking;

use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use domain::report::AuditQuery;
use domain::{
    AuditAction, Email, Origin, Permission, Problem, RepositoryId, Role, TenantId, UserId, Viewer,
};

use crate::store::NewConnectionRecord;
use crate::{Clock, Engine, NewUser, Result, SecretKey, Settings, databases};

const OPERATOR: Viewer = Viewer::Operator;
const PASSWORD: &str = "correct horse battery";

/// A clock that tests move.
#[derive(Clone)]
struct TestClock(Arc<Mutex<DateTime<Utc>>>);

impl TestClock {
    fn pass(&self, time: TimeDelta) {
        *self.0.lock().expect("no test panicked") += time;
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().expect("no test panicked")
    }
}

/// An installation with the tenants Lab and Rival.
struct House {
    engine: Engine,
    clock: TestClock,
    lab: TenantId,
    rival: TenantId,
    _database: databases::TestDatabase,
}

/// One on a fresh database of each kind.
async fn houses() -> Vec<House> {
    let mut houses = Vec::new();
    for database in databases::fresh().await {
        let clock = TestClock(Arc::new(Mutex::new(
            "2026-11-23T12:00:00Z".parse().expect("a moment"),
        )));
        let settings = Settings {
            database: database.url.parse().expect("a database address"),
            secret_key: SecretKey::generate().expect("a key"),
            github_api_url: "http://127.0.0.1:9".parse().expect("an address"),
            collect_concurrency: 1,
            collect_max_wait: std::time::Duration::from_hours(3),
            keep_responses_days: 30,
            worker: "tests".into(),
        };
        let engine = Engine::open(settings, Arc::new(clock.clone()))
            .await
            .expect("the database opens");
        let mut tenants = Vec::new();
        for name in ["Lab", "Rival"] {
            let made = engine.create_tenant(&OPERATOR, name, None).await;
            let slug = made.expect("a tenant").slug;
            let tenant = engine.tenant(&OPERATOR, slug.as_str()).await;
            tenants.push(tenant.expect("the tenant"));
        }
        houses.push(House {
            engine,
            clock,
            lab: tenants[0],
            rival: tenants[1],
            _database: database,
        });
    }
    houses
}

impl House {
    /// An account of this name, a member of the Lab where a role is given.
    async fn person(&self, name: &str, role: Option<Role>) -> UserId {
        let user = NewUser {
            email: address(name),
            name: name.to_owned(),
            password: PASSWORD.into(),
            administrator: false,
            maintainer: false,
            membership: role.map(|role| ("lab".to_owned(), role)),
        };
        let made = self.engine.create_user(&OPERATOR, user).await;
        made.expect("an account")
    }

    /// The person as they ask now.
    async fn viewer(&self, user: UserId) -> Viewer {
        let person = self.engine.person(user, Origin::default()).await;
        Viewer::Person(person.expect("looked up").expect("an account"))
    }

    async fn owner(&self) -> Viewer {
        let user = self.person("Olga", Some(Role::Owner)).await;
        self.viewer(user).await
    }

    async fn repository(&self, tenant: TenantId, number: i64) -> RepositoryId {
        let now = self.clock.now();
        let connection = NewConnectionRecord {
            name: &format!("GitHub {number}"),
            api_url: "http://127.0.0.1:9",
            login: "mona",
            github_user_id: 1,
            token_expires_at: None,
        };
        let mut transaction = self.engine.0.store.begin().await.expect("begun");
        let connection = transaction
            .insert_connection(tenant, &connection, now)
            .await
            .expect("a connection");
        let name = format!("mona/r{number}").parse().expect("a name");
        let added = transaction
            .track_repositories(tenant, connection, &[(number, &name)], now)
            .await
            .expect("a repository");
        let id = added[0].0;
        transaction.commit().await.expect("committed");
        id
    }

    /// What a person is in the Lab, and what they see of it, as the database says now.
    async fn role(&self, user: UserId) -> Option<(Role, Vec<RepositoryId>)> {
        let Viewer::Person(person) = self.viewer(user).await else {
            unreachable!("a person is a person");
        };
        person
            .member_of(self.lab)
            .map(|membership| (membership.role, membership.granted.clone()))
    }

    /// How often the log tells of an action.
    async fn logged(&self, action: AuditAction) -> usize {
        let log = self
            .engine
            .system_log(&OPERATOR, &AuditQuery::default())
            .await;
        let entries = log.expect("the log").entries;
        entries.iter().filter(|line| line.action == action).count()
    }
}

fn address(name: &str) -> Email {
    format!("{}@example.org", name.to_lowercase())
        .parse()
        .expect("an address")
}

fn refused<T: std::fmt::Debug>(result: Result<T>) -> Problem {
    result.expect_err("refused").into_problem()
}

fn hidden() -> Problem {
    crate::Error::not_found().into_problem()
}
