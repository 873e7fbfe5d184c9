//! A tenant that is connected to a simulated GitHub.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::report::{Connection, RepositoryPage, Run};
use domain::{
    Day, DayTraffic, Endpoint, Membership, Origin, Period, Person, Problem, RepositoryId, RunId,
    RunStatus, TenantId, Theme, Trigger, UserId, Viewer,
};
use engine::{Clock, Credential, Engine, NewConnection, SecretKey, SetUp, Settings, TrafficFilter};
use futures::future::BoxFuture;
use futures::{FutureExt, TryStreamExt};
use simulator::{Builder, Running, Simulator, Token, User};

use tokio::sync::watch;

use crate::databases::TestDatabase;
pub use crate::expected::{expected, repository, true_days};

/// A Friday, before dawn.
pub const NOW: &str = "2026-11-20T06:00:00Z";
pub const OPERATOR: Viewer = Viewer::Operator;
pub const TOKEN: &str = "ghp_octocat";

/// A repository's first collection: itself, six of its traffic, releases, tags and stars.
pub const REQUESTS: u32 = 10;

/// A clock that tests move, for Tidemark and GitHub alike. What waits for a moment waits until a
/// test moves the clock there; the short pauses between attempts pass at once.
#[derive(Clone)]
pub struct TestClock(Arc<watch::Sender<DateTime<Utc>>>);

impl TestClock {
    fn at(time: &str) -> Self {
        Self(Arc::new(watch::Sender::new(time.parse().expect("a time"))))
    }

    pub fn set(&self, time: DateTime<Utc>) {
        self.0.send_replace(time);
    }

    pub fn advance(&self, by: TimeDelta) {
        self.set(self.now() + by);
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.borrow()
    }

    fn sleep_until(&self, moment: DateTime<Utc>) -> BoxFuture<'_, ()> {
        let mut times = self.0.subscribe();
        async move {
            let reached = times.wait_for(|now| *now >= moment).await;
            drop(reached.expect("the clock outlives its test"));
        }
        .boxed()
    }

    fn sleep(&self, short_while: Duration) -> BoxFuture<'_, ()> {
        assert!(
            short_while < Duration::from_secs(30),
            "this is no short while"
        );
        tokio::task::yield_now().boxed()
    }
}

pub struct Fixture {
    pub engine: Engine,
    pub github: Running,
    pub clock: TestClock,
    pub tenant: TenantId,
    /// Where Tidemark finds GitHub.
    address: String,
    pub database: TestDatabase,
    secret_key: SecretKey,
}

impl Fixture {
    /// GitHub with one repository, `acme/anvil`, that is tracked.
    pub async fn with_anvil(database: TestDatabase) -> (Self, RepositoryId) {
        let fixture = Self::new(database, |github| {
            github.repository(repository(1, "acme/anvil"))
        })
        .await;
        let anvil = fixture.track("acme/anvil").await;
        (fixture, anvil)
    }

    /// GitHub with whatever is added to it, and a tenant that nothing is tracked in yet.
    pub async fn new(database: TestDatabase, add: impl FnOnce(Builder) -> Builder) -> Self {
        Self::with_concurrency(database, 8, add).await
    }

    pub async fn with_concurrency(
        database: TestDatabase,
        concurrency: usize,
        add: impl FnOnce(Builder) -> Builder,
    ) -> Self {
        Self::behind(database, concurrency, add, async |github| {
            github.url().to_owned()
        })
        .await
    }

    /// The same, with something between Tidemark and GitHub, which answers at an address of its
    /// own.
    pub async fn behind(
        database: TestDatabase,
        concurrency: usize,
        add: impl FnOnce(Builder) -> Builder,
        between: impl AsyncFnOnce(&Running) -> String,
    ) -> Self {
        let clock = TestClock::at(NOW);
        let githubs = clock.clone();
        let github = Simulator::builder(simulator::Clock::new(move || githubs.now()))
            .user(User::new(1, "octocat").hourly_limit(1_000_000))
            .token(Token::classic(TOKEN, "octocat", ["repo"]));
        let github = add(github)
            .build()
            .serve("127.0.0.1:0")
            .await
            .expect("a free port");
        let secret_key = SecretKey::generate().expect("a key");
        let address = between(&github).await;
        let settings = Settings {
            collect_concurrency: concurrency,
            ..settings(&database, &secret_key, &address, "lab:1")
        };
        let engine = Engine::open(settings, Arc::new(clock.clone()))
            .await
            .expect("opened");
        let set_up = SetUp {
            email: "mona@example.org".parse().expect("an address"),
            name: "Mona".into(),
            password: "correct horse battery".into(),
            tenant: "Lab".into(),
        };
        engine
            .set_up(set_up, domain::Origin::default())
            .await
            .expect("set up");
        let tenant = engine.tenant(&OPERATOR, "lab").await.expect("the tenant");
        let connection = NewConnection {
            name: "GitHub".into(),
            api_url: None,
            credential: Credential::Token(TOKEN.into()),
        };
        engine
            .connect(&OPERATOR, tenant, connection)
            .await
            .expect("connected");
        Self {
            engine,
            github,
            clock,
            tenant,
            address,
            database,
            secret_key,
        }
    }

    /// The settings of another process on the same database.
    pub fn settings(&self, worker: &str) -> Settings {
        settings(&self.database, &self.secret_key, &self.address, worker)
    }

    /// Another process on the same database.
    pub async fn process(&self, worker: &str) -> Engine {
        let clock = Arc::new(self.clock.clone());
        Engine::open(self.settings(worker), clock)
            .await
            .expect("opened")
    }

    /// Makes the other processes' heartbeats this much older, by the database's clock.
    pub async fn age_workers(&self, seconds: u8) {
        assert_eq!(seconds % 20, 0, "two steps are known");
        for _ in 0..seconds / 20 {
            self.database
                .execute(
                    "update workers set heartbeat_at = datetime(heartbeat_at, 'subsec', '-20 seconds')",
                    "update workers set heartbeat_at = heartbeat_at - interval '20 seconds'",
                )
                .await;
        }
    }

    /// The oldest connection.
    pub async fn connection(&self) -> Connection {
        let report = self.engine.connections(&OPERATOR, self.tenant).await;
        report.expect("a report").connections.swap_remove(0)
    }

    pub async fn track(&self, name: &str) -> RepositoryId {
        let name = name.parse().expect("a name");
        self.engine
            .track(&OPERATOR, self.tenant, &name)
            .await
            .expect("tracked")
            .id
    }

    pub async fn start(&self) -> RunId {
        self.engine
            .start_run(&OPERATOR, self.tenant, Trigger::Manual, None)
            .await
            .expect("started")
    }

    /// All repositories, by name.
    pub async fn ids(&self) -> Vec<RepositoryId> {
        let report = self.engine.repositories(&OPERATOR, self.tenant).await;
        let repositories = report.expect("a report").repositories;
        repositories.iter().map(|found| found.id).collect()
    }

    /// Starts a run of only these repositories.
    pub async fn start_of(&self, ids: &[RepositoryId]) -> RunId {
        self.engine
            .start_run(&OPERATOR, self.tenant, Trigger::Manual, Some(ids.to_vec()))
            .await
            .expect("started")
    }

    pub async fn wait(&self, run: RunId) -> Run {
        let run = self.engine.wait_for_run(&OPERATOR, self.tenant, run);
        tokio::time::timeout(Duration::from_mins(1), run)
            .await
            .expect("in time")
            .expect("a run")
    }

    pub async fn collect(&self) -> Run {
        let run = self.start().await;
        self.wait(run).await
    }

    /// Collects everything, with nothing going wrong.
    pub async fn collect_well(&self) -> Run {
        let run = self.collect().await;
        assert_eq!(
            (run.status, run.failures.as_slice()),
            (RunStatus::Succeeded, &[][..])
        );
        run
    }

    /// Everything that is known of a repository's days.
    pub async fn days(&self, id: RepositoryId) -> Vec<(Day, DayTraffic)> {
        days(&self.engine, self.tenant, id).await
    }

    /// A repository's page.
    pub async fn page(&self, name: &str) -> RepositoryPage {
        let name = name.parse().expect("a name");
        self.engine
            .repository_page(&OPERATOR, self.tenant, &name, Period::Days14.into())
            .await
            .expect("a page")
    }

    /// The repository as the pages show it.
    pub async fn repository(&self, id: RepositoryId) -> domain::report::Repository {
        let report = self
            .engine
            .repositories(&OPERATOR, self.tenant)
            .await
            .expect("a report");
        report
            .repositories
            .into_iter()
            .find(|found| found.id == id)
            .expect("the repository")
    }
}

fn settings(
    database: &TestDatabase,
    secret_key: &SecretKey,
    github: &str,
    worker: &str,
) -> Settings {
    Settings {
        database: database.url.parse().expect("a database address"),
        secret_key: secret_key.clone(),
        github_api_url: github.parse().expect("an address"),
        collect_concurrency: 8,
        collect_max_wait: Duration::from_hours(3),
        keep_responses_days: 30,
        worker: worker.into(),
    }
}

/// Somebody who is this in a tenant, and nothing else.
pub fn member(tenant: TenantId, role: domain::Role) -> Viewer {
    let membership = Membership {
        tenant,
        slug: "lab".parse().expect("a slug"),
        name: "Lab".into(),
        role,
        suspended: false,
        granted: Vec::new(),
    };
    person(false, vec![membership])
}

/// An administrator, who belongs to no tenant. The account is the one that the set-up made.
pub fn administrator() -> Viewer {
    person(true, Vec::new())
}

fn person(administrator: bool, memberships: Vec<Membership>) -> Viewer {
    Viewer::Person(Person {
        id: UserId::new(1),
        name: "Mona".into(),
        email: "mona@example.org".parse().expect("an address"),
        administrator,
        maintainer: false,
        memberships,
        theme: Theme::System,
        timezone: "UTC".to_owned(),
        origin: Origin::default(),
    })
}

/// What a use case told instead of doing it.
pub fn problem<T>(outcome: engine::Result<T>) -> Problem {
    match outcome {
        Ok(_) => panic!("it was done"),
        Err(error) => error.into_problem(),
    }
}

/// Another GitHub at the same time, where the same token is octocat's too.
pub async fn another_github(fixture: &Fixture, add: impl FnOnce(Builder) -> Builder) -> Running {
    let clock = fixture.clock.clone();
    let github = Simulator::builder(simulator::Clock::new(move || clock.now()))
        .user(User::new(1, "octocat"))
        .token(Token::classic(TOKEN, "octocat", ["repo"]));
    let served = add(github).build().serve("127.0.0.1:0").await;
    served.expect("a free port")
}

/// Everything that is known of a repository's days, as a process sees it.
pub async fn days(engine: &Engine, tenant: TenantId, id: RepositoryId) -> Vec<(Day, DayTraffic)> {
    let filter = TrafficFilter {
        repository: Some(id),
        ..TrafficFilter::default()
    };
    let chunks = engine
        .traffic_days(&OPERATOR, tenant, filter)
        .await
        .expect("days");
    let chunks: Vec<_> = chunks.try_collect().await.expect("days");
    chunks
        .into_iter()
        .flatten()
        .flat_map(|part| part.days)
        .collect()
}

pub fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// Which endpoints failed, in the order of the record.
pub fn failed(run: &Run) -> Vec<Endpoint> {
    run.failures
        .iter()
        .map(|failure| failure.endpoint)
        .collect()
}

/// Whether a condition comes true within a few seconds; it is looked at again and again, since
/// what it waits for happens in other tasks.
pub async fn eventually(what: &str, condition: impl AsyncFn() -> bool) {
    let wait = async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), wait)
        .await
        .unwrap_or_else(|_| panic!("never {what}"));
}
