//! The world of a game: GitHub, the database, what was shown, and how long things take.

use std::collections::BTreeMap;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::{Counts, RunStatus, Trigger};
use engine::{Credential, NewConnection, Selection, SetUp, TrafficFilter};
use futures::TryStreamExt;
use simulator::{
    Bucket, Clock, DayTraffic, Repository, Role, Running, Shown, Simulator, Source, Token, User,
};

use crate::databases::TestDatabase;
use crate::dice::Dice;
use crate::history::{History, Key};
use crate::process::{OPERATOR, Part, origin, tenant};
use crate::weather;

const TOKEN: &str = "ghp_octocat";
const BEGINNING: &str = "2026-03-20T06:00:00Z";
const REPOSITORIES: u64 = 5;
/// So many days of traffic are known to GitHub from before the game, and during it.
const DAYS: i64 = 2_000;

pub struct World {
    dice: Dice,
    github: Running,
    shown: Receiver<Shown>,
    /// What processes were told that ended by themselves: it must be stored.
    told: History,
    /// What any process was told, also those that may have died before they stored it.
    shown_at_all: History,
    /// What the repositories are called now.
    names: Vec<String>,
    database: TestDatabase,
    /// How long a process that is left alone takes.
    usual: Duration,
    killed: u32,
}

impl World {
    pub async fn new(database: TestDatabase, mut dice: Dice) -> Self {
        let beginning: DateTime<Utc> = BEGINNING.parse().expect("a time");
        let names: Vec<String> = (1..=REPOSITORIES).map(|id| format!("acme/r{id}")).collect();
        let github = Simulator::builder(Clock::fixed(beginning))
            .user(User::new(1, "octocat").hourly_limit(1_000_000))
            .token(Token::classic(TOKEN, "octocat", ["repo"]));
        let github = names.iter().zip(1..).fold(github, |github, (name, id)| {
            let repository = Repository::new(id, name).access("octocat", Role::Admin);
            github.repository(repository.source(traffic(&mut dice, beginning.date_naive())))
        });
        let github = github
            .build()
            .serve("127.0.0.1:0")
            .await
            .expect("a free port");
        let shown = github.control().witness();
        let world = Self {
            dice,
            github,
            shown,
            told: History::default(),
            shown_at_all: History::default(),
            names,
            database,
            usual: Duration::from_millis(700),
            killed: 0,
        };
        world.found().await;
        world
    }

    /// A tenant that tracks everything.
    async fn found(&self) {
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
        let id = connection.expect("connected").id;
        let tracked = engine
            .track_many(&OPERATOR, tenant, id, Selection::All)
            .await;
        assert_eq!(u64::from(tracked.expect("tracked").tracked), REPOSITORIES);
        engine.shutdown().await;
    }

    fn part(&self, worker: u32, trigger: Trigger) -> Part {
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
        let hours = *self.dice.one_of(&[1, 2, 6, 12, 12, 18, 24]);
        self.github.control().advance(TimeDelta::hours(hours));
        self.something_happens();
        weather::comes(&mut self.dice, self.github.control(), &self.names);
        let mut processes = Vec::new();
        for worker in 1..=if self.dice.happens(20) { 2 } else { 1 } {
            let trigger = *self.dice.one_of(&[Trigger::Manual, Trigger::Api]);
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

    /// When a process is to be killed: somewhere on its way, if at all.
    fn fate(&mut self) -> Option<Duration> {
        if !self.dice.happens(50) {
            return None;
        }
        let thousandths = u32::try_from(self.dice.between(20, 900)).expect("few");
        Some(self.usual * thousandths / 1_000)
    }

    /// What people do to their repositories.
    fn something_happens(&mut self) {
        let github = self.github.control();
        let which = usize::try_from(self.dice.between(0, REPOSITORIES - 1)).expect("an index");
        let name = &mut self.names[which];
        match self.dice.between(1, 20) {
            1 => {
                let new = format!("acme/r{}-{}", which + 1, self.dice.between(1, 1_000_000));
                github.rename_repository(name, &new).expect("renamed");
                *name = new;
            }
            2 => github.hide_repository(name, true).expect("hidden"),
            4..=8 => github.hide_repository(name, false).expect("shown"),
            3 => {
                let archived = self.dice.happens(50);
                github.archive_repository(name, archived).expect("archived");
            }
            _ => {}
        }
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
        self.part(1, Trigger::Manual).start().ends().await;
        self.look(false);
    }

    /// Whether all that was shown is stored once, with the greatest figures, and nothing else.
    pub async fn judge(self, seed: u64) {
        let engine = self.part(1, Trigger::Manual).open().await;
        let tenant = tenant(&engine).await;
        let runs = engine.runs(&OPERATOR, tenant, 1).await.expect("runs");
        assert_eq!(
            runs[0].status,
            RunStatus::Succeeded,
            "{:?}",
            runs[0].failures
        );

        let report = engine
            .repositories(&OPERATOR, tenant)
            .await
            .expect("a report");
        let mut stored: BTreeMap<Key, Counts> = BTreeMap::new();
        for repository in report.repositories {
            let filter = TrafficFilter {
                repository: Some(repository.id),
                ..TrafficFilter::default()
            };
            let rows = engine
                .traffic_rows(&OPERATOR, tenant, filter)
                .await
                .expect("rows");
            let rows: Vec<_> = rows.try_collect().await.expect("rows");
            for row in rows {
                for (measure, counts) in
                    [("views", row.traffic.views), ("clones", row.traffic.clones)]
                {
                    let Some(counts) = counts else { continue };
                    let before = stored.insert((repository.github_id, measure, row.day), counts);
                    assert_eq!(before, None, "{} twice, seed {seed}", row.day);
                }
            }
        }
        let at_least = |greater: Counts, less: Counts| {
            greater.count >= less.count && greater.uniques.get() >= less.uniques.get()
        };
        let lost: Vec<_> = self
            .told
            .0
            .iter()
            .filter(|(key, told)| {
                !stored
                    .get(*key)
                    .is_some_and(|stored| at_least(*stored, **told))
            })
            .map(|(key, told)| format!("{key:?}: told {told:?}, stored {:?}", stored.get(key)))
            .collect();
        assert!(
            lost.is_empty(),
            "seed {seed}, {} are lost:\n{}",
            lost.len(),
            lost.join("\n")
        );
        let invented: Vec<_> = stored
            .iter()
            .filter(|(key, stored)| {
                let shown = self.shown_at_all.0.get(*key);
                !shown.is_some_and(|shown| at_least(*shown, **stored))
            })
            .collect();
        assert!(
            invented.is_empty(),
            "seed {seed}, stored and never shown: {invented:?}"
        );
        assert!(self.told.0.len() > 100, "seed {seed}: too little was told");
        assert!(
            self.killed > 0,
            "seed {seed}: nobody was killed in the midst of it"
        );
        let days = stored.keys().map(|(_, _, day)| *day);
        let (oldest, newest) = (days.clone().min(), days.max());
        eprintln!(
            "{} figures of {oldest:?} to {newest:?} are stored, {} of which had to be; {} processes were killed at work.",
            stored.len(),
            self.told.0.len(),
            self.killed
        );
        engine.shutdown().await;
    }
}

/// Somebody comes on most days.
fn traffic(dice: &mut Dice, from: NaiveDate) -> Source {
    let days = (-30..DAYS).map(|offset| {
        let day = from + TimeDelta::days(offset);
        let mut bucket = |most| {
            if dice.happens(20) {
                return Bucket::default();
            }
            let count = dice.between(1, most);
            let uniques = dice.between(1, count);
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
