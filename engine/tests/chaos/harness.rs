//! The world of a game: GitHub, the database, what was shown, and how long things take.

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
use crate::process::{OPERATOR, Part, origin, tenant};
use crate::rng::Rng;

const TOKEN: &str = "ghp_octocat";
const BEGINNING: &str = "2026-03-20T06:00:00Z";
pub const REPOSITORIES: u64 = 5;
/// No more come under old names than make this many.
const MOST_REPOSITORIES: u64 = 15;
/// So many days of traffic are known to GitHub from before the game, and during it.
const DAYS: i64 = 2_000;

pub struct Harness {
    rng: Rng,
    pub github: Running,
    shown: Receiver<RecordedResponse>,
    /// What processes were told that ended by themselves: it must be stored.
    pub told: Oracle,
    /// What any process was told, also those that may have died before they stored it.
    pub shown_at_all: Oracle,
    /// What the repositories are called now.
    names: Vec<String>,
    /// How many there have ever been, and so the last one's id.
    pub made: u64,
    /// How many were deleted for another one of their name.
    pub recreated: usize,
    /// Whether some may be there that are not tracked yet.
    is_untracked: bool,
    connection: Option<ConnectionId>,
    /// An entry that stays wrong, and the repository whose it is.
    lasting: (usize, Endpoint, Fault),
    /// In how many rounds each fault was switched on.
    pub faults: BTreeMap<String, u32>,
    database: TestDatabase,
    /// How long a process that is left alone takes.
    usual: Duration,
    pub killed: u32,
}

impl Harness {
    pub async fn new(database: TestDatabase, mut rng: Rng) -> Self {
        let beginning: DateTime<Utc> = BEGINNING.parse().expect("a time");
        let names: Vec<String> = (1..=REPOSITORIES).map(|id| format!("acme/r{id}")).collect();
        let github = Simulator::builder(Clock::fixed(beginning))
            .user(User::new(1, "octocat").hourly_limit(1_000_000))
            .token(Token::classic(TOKEN, "octocat", ["repo"]));
        let github = names.iter().zip(1..).fold(github, |github, (name, id)| {
            let source = traffic(&mut rng, beginning.date_naive());
            github.repository(repository(id, name, source, beginning))
        });
        let github = github
            .build()
            .serve("127.0.0.1:0")
            .await
            .expect("a free port");
        let shown = github.control().record_responses();
        let (endpoint, fault) = faults::lasting(&mut rng);
        let mut harness = Self {
            rng,
            lasting: (0, endpoint, fault),
            github,
            shown,
            told: Oracle::default(),
            shown_at_all: Oracle::default(),
            names,
            made: REPOSITORIES,
            recreated: 0,
            is_untracked: false,
            connection: None,
            faults: BTreeMap::new(),
            database,
            usual: Duration::from_millis(700),
            killed: 0,
        };
        harness.found().await;
        harness
    }

    /// A tenant that tracks everything.
    async fn found(&mut self) {
        let engine = self.part(1, Trigger::Manual).open().await;
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

    /// Tracks what is not tracked yet; how many that are.
    async fn track_all(&self, engine: &Engine) -> engine::Result<u64> {
        let tenant = tenant(engine).await;
        let id = self.connection.expect("connected");
        let tracked = engine
            .track_many(&OPERATOR, tenant, id, RepositorySelection::All)
            .await?;
        Ok(tracked.tracked.into())
    }

    /// Tracks new repositories, unless GitHub still lets nobody in.
    async fn track_new(&mut self) {
        if self.is_untracked {
            let engine = self.part(1, Trigger::Manual).open().await;
            self.is_untracked = self.track_all(&engine).await.is_err();
            engine.shutdown().await;
        }
    }

    pub fn part(&self, worker: u32, trigger: Trigger) -> Part {
        Part {
            database: self.database.url.clone(),
            github: self.github.url().to_owned(),
            worker: format!("chaos:{worker}"),
            now: self.github.control().now(),
            trigger,
        }
    }

    /// Some hours pass, something befalls GitHub, and one process collects, or two; each may be
    /// killed.
    pub async fn play_round(&mut self) {
        let hours = *self.rng.one_of(&[1, 2, 6, 12, 12, 18, 24]);
        self.github.control().advance(TimeDelta::hours(hours));
        self.github.control().stop_faults();
        self.something_happens();
        self.track_new().await;
        self.keep_wrong();
        for fault in faults::comes(&mut self.rng, self.github.control(), &self.names) {
            *self.faults.entry(fault).or_default() += 1;
        }
        let mut processes = Vec::new();
        for worker in 1..=if self.rng.happens(20) { 2 } else { 1 } {
            let trigger = *self.rng.one_of(&[Trigger::Manual, Trigger::Api]);
            let fate = self.fate();
            let process = self.part(worker, trigger).start();
            processes.push(async move {
                match fate {
                    Some(moment) => (process.dies_after(moment).await, None),
                    None => (false, Some(process.ends().await)),
                }
            });
        }
        let alone = processes.len() == 1;
        let mut anybody_died = false;
        for (killed, took) in futures::future::join_all(processes).await {
            self.killed += u32::from(killed);
            anybody_died |= took.is_none();
            if let Some(took) = took.filter(|_| alone) {
                // The machine may be busier now than it was.
                self.usual = (self.usual * 3 + took) / 4;
            }
        }
        self.look(anybody_died);
    }

    /// The entry that is wrong stays wrong; about every other month it is another one.
    fn keep_wrong(&mut self) {
        if self.rng.happens(1) {
            let last = u64::try_from(self.names.len()).expect("few") - 1;
            let which = usize::try_from(self.rng.between(0, last)).expect("an index");
            let (endpoint, fault) = faults::lasting(&mut self.rng);
            self.lasting = (which, endpoint, fault);
        }
        let (which, endpoint, fault) = &self.lasting;
        let scope = Scope::everywhere()
            .repository(&self.names[*which])
            .endpoint(*endpoint);
        self.github.control().fault(fault.clone(), scope);
    }

    /// When a process is to be killed: somewhere on its way, if at all.
    fn fate(&mut self) -> Option<Duration> {
        if !self.rng.happens(50) {
            return None;
        }
        let thousandths = u32::try_from(self.rng.between(20, 900)).expect("few");
        Some(self.usual * thousandths / 1_000)
    }

    /// What people do to their repositories.
    fn something_happens(&mut self) {
        let github = self.github.control();
        let last = u64::try_from(self.names.len()).expect("few") - 1;
        let which = usize::try_from(self.rng.between(0, last)).expect("an index");
        let name = &mut self.names[which];
        match self.rng.between(1, 20) {
            1 => {
                let new = format!("acme/r{}-{}", which + 1, self.rng.between(1, 1_000_000));
                github.rename_repository(name, &new).expect("renamed");
                *name = new;
            }
            2 => github.hide_repository(name, true).expect("hidden"),
            4..=8 => github.hide_repository(name, false).expect("shown"),
            3 => {
                let archived = self.rng.happens(50);
                github.archive_repository(name, archived).expect("archived");
            }
            9 | 10 if self.made < MOST_REPOSITORIES => self.recreate(which),
            _ => {}
        }
    }

    /// Another repository comes under the name of one that was deleted or moved away.
    fn recreate(&mut self, which: usize) {
        self.made += 1;
        let id = self.made;
        let now = self.github.control().now();
        let source = traffic(&mut self.rng, now.date_naive());
        let github = self.github.control();
        let name = self.names[which].clone();
        if self.rng.happens(50) {
            github
                .recreate_repository(&name, id, source)
                .expect("recreated");
            self.recreated += 1;
            let id = i64::try_from(id).expect("an id");
            self.told.created.insert(id, Day::of(now));
        } else {
            let moved = format!("{name}-moved-{id}");
            github.rename_repository(&name, &moved).expect("renamed");
            github.add_repository(repository(id, &name, source, now));
            self.names.push(moved);
        }
        self.is_untracked = true;
    }

    /// Takes in what was shown since it last looked.
    fn look(&mut self, anybody_died: bool) {
        for shown in self.shown.try_iter() {
            self.shown_at_all.learn(&shown);
            if !anybody_died {
                self.told.learn(&shown);
            }
        }
    }

    /// A quiet day: all is there, nothing is wrong, nobody is killed.
    pub async fn clear_up(&mut self) {
        let github = self.github.control();
        github.stop_faults();
        github.set_latency(Duration::ZERO);
        for name in &self.names {
            github.hide_repository(name, false).expect("shown");
        }
        github.advance(TimeDelta::hours(25));
        self.track_new().await;
        assert!(!self.is_untracked, "new repositories are not tracked");
        self.part(1, Trigger::Manual).start().ends().await;
        self.look(false);
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

/// Somebody comes on most days.
fn traffic(rng: &mut Rng, from: NaiveDate) -> Source {
    let days = (-30..DAYS).map(|offset| {
        let day = from + TimeDelta::days(offset);
        let mut bucket = |most| {
            if rng.happens(20) {
                return Bucket::default();
            }
            let count = rng.between(1, most);
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
