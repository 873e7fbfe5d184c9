//! The harness of a test: GitHub, the database, the recorded responses and the processes.

use std::collections::BTreeMap;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::{ConnectionId, Day, Trigger};
use engine::{Credential, Engine, NewConnection, RepositorySelection, SetUp};
use simulator::{
    Asset, Bucket, Clock, DayTraffic, Endpoint, Fault, RecordedResponse, Release, Repository, Role,
    Running, Scope, Simulator, Source, Token, User,
};

use crate::databases::TestDatabase;
use crate::faults;
use crate::oracle::Oracle;
use crate::process::{OPERATOR, WorkerOptions, origin, tenant};
use crate::rng::Rng;

const TOKEN: &str = "ghp_octocat";
const START: &str = "2026-03-20T06:00:00Z";
pub const REPOSITORIES: u64 = 5;
/// The most repositories, including those created under old names.
const MAX_REPOSITORIES: u64 = 15;
/// The most runs after the last round.
const MAX_FINAL_RUNS: usize = 10;
/// The days of traffic at GitHub, before and during the test.
const DAYS_OF_TRAFFIC: i64 = 2_000;

pub struct Harness {
    rng: Rng,
    pub github: Running,
    responses: Receiver<RecordedResponse>,
    /// The responses to processes that completed: they must be stored.
    pub confirmed: Oracle,
    /// The responses to all processes, including those killed before they stored them.
    pub possible: Oracle,
    /// The current names of the repositories.
    names: Vec<String>,
    /// How many were created so far, which is the last id.
    pub created_repositories: u64,
    /// How many were deleted and recreated under the same name.
    pub recreated: usize,
    /// Whether there may be repositories that are not tracked yet.
    is_untracked: bool,
    connection: Option<ConnectionId>,
    /// An entry that stays wrong, and the index of its repository.
    persistent_fault: (usize, Endpoint, Fault),
    /// In how many rounds each fault was switched on.
    pub faults: BTreeMap<String, u32>,
    database: TestDatabase,
    /// How long a process usually takes if it is not killed.
    typical_duration: Duration,
    pub killed: u32,
}

impl Harness {
    pub async fn new(database: TestDatabase, mut rng: Rng) -> Self {
        let start: DateTime<Utc> = START.parse().expect("a time");
        let names: Vec<String> = (1..=REPOSITORIES).map(|id| format!("acme/r{id}")).collect();
        let github = Simulator::builder(Clock::fixed(start))
            .user(User::new(1, "octocat").hourly_limit(1_000_000))
            .token(Token::classic(TOKEN, "octocat", ["repo"]));
        let github = names.iter().zip(1..).fold(github, |github, (name, id)| {
            let source = traffic(&mut rng, start.date_naive());
            github.repository(repository(id, name, source, start))
        });
        let github = github
            .build()
            .serve("127.0.0.1:0")
            .await
            .expect("a free port");
        let responses = github.control().record_responses();
        let (endpoint, fault) = faults::persistent_fault(&mut rng);
        let mut harness = Self {
            rng,
            persistent_fault: (0, endpoint, fault),
            github,
            responses,
            confirmed: Oracle::default(),
            possible: Oracle::default(),
            names,
            created_repositories: REPOSITORIES,
            recreated: 0,
            is_untracked: false,
            connection: None,
            faults: BTreeMap::new(),
            database,
            typical_duration: Duration::from_millis(700),
            killed: 0,
        };
        harness.create_tenant().await;
        harness
    }

    /// Creates a tenant that tracks everything.
    async fn create_tenant(&mut self) {
        let engine = self.worker_options(1, Trigger::Manual).open().await;
        let set_up = SetUp {
            email: "mona@example.org".parse().expect("an address"),
            name: "Mona".into(),
            password: "correct horse battery".into(),
            tenant: "Lab".into(),
        };
        engine.set_up(set_up, origin()).await.expect("set up");
        let tenant = tenant(&engine).await;
        let connection = NewConnection {
            name: "GitHub".into(),
            api_url: None,
            credential: Credential::Token(TOKEN.into()),
        };
        let connection = engine.connect(&OPERATOR, tenant, connection).await;
        self.connection = Some(connection.expect("connected").id);
        let tracked = self.track_all(&engine).await;
        assert_eq!(tracked.expect("tracked"), REPOSITORIES);
        engine.shutdown().await;
    }

    /// Tracks the untracked repositories, and returns how many there were.
    async fn track_all(&self, engine: &Engine) -> engine::Result<u64> {
        let tenant = tenant(engine).await;
        let id = self.connection.expect("connected");
        let tracked = engine
            .track_many(&OPERATOR, tenant, id, RepositorySelection::All)
            .await?;
        Ok(tracked.tracked.into())
    }

    /// Tracks new repositories, unless GitHub still refuses.
    async fn track_new(&mut self) {
        if self.is_untracked {
            let engine = self.worker_options(1, Trigger::Manual).open().await;
            self.is_untracked = self.track_all(&engine).await.is_err();
            engine.shutdown().await;
        }
    }

    pub fn worker_options(&self, worker: u32, trigger: Trigger) -> WorkerOptions {
        WorkerOptions {
            database: self.database.url.clone(),
            github: self.github.url().to_owned(),
            worker: format!("chaos:{worker}"),
            now: self.github.control().now(),
            trigger,
        }
    }

    /// Advances the clock by some hours, injects faults, and collects with one or two processes, which
    /// may be killed.
    pub async fn run_round(&mut self) {
        let hours = *self.rng.one_of(&[1, 2, 6, 12, 12, 18, 24]);
        self.github.control().advance(TimeDelta::hours(hours));
        self.github.control().stop_faults();
        self.change_repositories();
        self.track_new().await;
        self.keep_persistent_fault();
        for fault in faults::inject(&mut self.rng, self.github.control(), &self.names) {
            *self.faults.entry(fault).or_default() += 1;
        }
        let mut processes = Vec::new();
        for worker in 1..=if self.rng.happens(20) { 2 } else { 1 } {
            let trigger = *self.rng.one_of(&[Trigger::Manual, Trigger::Api]);
            let kill_delay = self.kill_delay();
            let process = self.worker_options(worker, trigger).start();
            processes.push(async move {
                match kill_delay {
                    Some(delay) => (process.kill_after(delay).await, None),
                    None => (false, Some(process.wait().await)),
                }
            });
        }
        let is_only_process = processes.len() == 1;
        let mut any_killed = false;
        for (killed, duration) in futures::future::join_all(processes).await {
            self.killed += u32::from(killed);
            any_killed |= duration.is_none();
            if let Some(duration) = duration.filter(|_| is_only_process) {
                // The load of the machine may change.
                self.typical_duration = (self.typical_duration * 3 + duration) / 4;
            }
        }
        self.read_responses(any_killed);
    }

    /// Keeps the persistent fault, and replaces it about every other month.
    fn keep_persistent_fault(&mut self) {
        if self.rng.happens(1) {
            let last = u64::try_from(self.names.len()).expect("few") - 1;
            let index = usize::try_from(self.rng.between(0, last)).expect("an index");
            let (endpoint, fault) = faults::persistent_fault(&mut self.rng);
            self.persistent_fault = (index, endpoint, fault);
        }
        let (index, endpoint, fault) = &self.persistent_fault;
        let scope = Scope::everywhere()
            .repository(&self.names[*index])
            .endpoint(*endpoint);
        self.github.control().fault(fault.clone(), scope);
    }

    /// When to kill a process; `None` for half of them.
    fn kill_delay(&mut self) -> Option<Duration> {
        if !self.rng.happens(50) {
            return None;
        }
        let thousandths = u32::try_from(self.rng.between(20, 900)).expect("few");
        Some(self.typical_duration * thousandths / 1_000)
    }

    /// Renames, hides, archives or recreates a repository.
    fn change_repositories(&mut self) {
        let github = self.github.control();
        let last = u64::try_from(self.names.len()).expect("few") - 1;
        let index = usize::try_from(self.rng.between(0, last)).expect("an index");
        let name = &mut self.names[index];
        match self.rng.between(1, 20) {
            1 => {
                let new = format!("acme/r{}-{}", index + 1, self.rng.between(1, 1_000_000));
                github.rename_repository(name, &new).expect("renamed");
                *name = new;
            }
            2 => github.hide_repository(name, true).expect("hidden"),
            4..=8 => github.hide_repository(name, false).expect("shown"),
            3 => {
                let archived = self.rng.happens(50);
                github.archive_repository(name, archived).expect("archived");
            }
            9 | 10 if self.created_repositories < MAX_REPOSITORIES => self.recreate(index),
            _ => {}
        }
    }

    /// Creates another repository under the name of one that is deleted or renamed.
    fn recreate(&mut self, index: usize) {
        self.created_repositories += 1;
        let id = self.created_repositories;
        let now = self.github.control().now();
        let source = traffic(&mut self.rng, now.date_naive());
        let github = self.github.control();
        let name = self.names[index].clone();
        if self.rng.happens(50) {
            github
                .recreate_repository(&name, id, source)
                .expect("recreated");
            self.recreated += 1;
            let id = i64::try_from(id).expect("an id");
            self.confirmed.created.insert(id, Day::of(now));
        } else {
            let moved = format!("{name}-moved-{id}");
            github.rename_repository(&name, &moved).expect("renamed");
            github.add_repository(repository(id, &name, source, now));
            self.names.push(moved);
        }
        self.is_untracked = true;
    }

    /// Reads the responses recorded since the last call.
    fn read_responses(&mut self, any_killed: bool) {
        for response in self.responses.try_iter() {
            self.possible.record(&response);
            if !any_killed {
                self.confirmed.record(&response);
            }
        }
    }

    /// Collects without faults, with all repositories visible, until one run has all of them: a
    /// manual run leaves out what due and resumed runs collect at the same time.
    pub async fn run_without_faults(&mut self) {
        let github = self.github.control();
        github.stop_faults();
        github.set_latency(Duration::ZERO);
        for name in &self.names {
            github.hide_repository(name, false).expect("shown");
        }
        github.advance(TimeDelta::hours(25));
        self.track_new().await;
        assert!(!self.is_untracked, "new repositories are not tracked");
        for _ in 0..MAX_FINAL_RUNS {
            self.worker_options(1, Trigger::Manual).start().wait().await;
            self.read_responses(false);
            if self.last_run_has_all().await {
                return;
            }
        }
        panic!("none of {MAX_FINAL_RUNS} runs had all repositories");
    }

    async fn last_run_has_all(&self) -> bool {
        let engine = self.worker_options(1, Trigger::Manual).open().await;
        let tenant = tenant(&engine).await;
        let runs = engine.runs(&OPERATOR, tenant, 1).await.expect("runs");
        engine.shutdown().await;
        u64::from(runs[0].repositories_total) == self.created_repositories
    }
}

fn repository(id: u64, name: &str, source: Source, now: DateTime<Utc>) -> Repository {
    let release = Release {
        id,
        tag: "v1".into(),
        published_at: now - TimeDelta::days(9),
        prerelease: false,
        assets: vec![Asset {
            id,
            name: "anvil.zip".into(),
            size: 1_024,
            uploaded_at: None,
            download_count: 5,
            daily: 2,
        }],
    };
    Repository::new(id, name)
        .access("octocat", Role::Admin)
        .source(source)
        .release(release)
        .stars((now - TimeDelta::days(40)).date_naive(), 12)
}

/// Traffic on most days.
fn traffic(rng: &mut Rng, from: NaiveDate) -> Source {
    let days = (-30..DAYS_OF_TRAFFIC).map(|offset| {
        let day = from + TimeDelta::days(offset);
        let mut bucket = |max| {
            if rng.happens(20) {
                return Bucket::default();
            }
            let count = rng.between(1, max);
            let uniques = rng.between(1, count);
            Bucket::new(count, uniques)
        };
        (day, DayTraffic::new(bucket(400), bucket(40)))
    });
    let days: Vec<_> = days.collect();
    let row = |name: &str| simulator::SnapshotRow::new(name, Bucket::new(12, 4));
    Source::series(days)
        .with_referrers([row("github.com"), row("news.ycombinator.com")])
        .with_paths([row("/acme/anvil")])
}
