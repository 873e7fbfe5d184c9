//! The process that collects and is killed: this test binary again, in another part.

use std::env;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use domain::{Limit, Origin, RunId, TenantId, Trigger, Viewer};
use engine::{Clock, Engine, SecretKey, Settings};
use futures::FutureExt;
use futures::future::BoxFuture;

/// Holds all that the process is told.
const PART: &str = "TIDEMARK_CHAOS_PART";
/// All processes share the database, and so a key.
const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
/// A run that takes longer hangs.
const LONGEST: Duration = Duration::from_mins(1);

pub const OPERATOR: Viewer = Viewer::Operator;

/// What a process is told.
#[derive(Clone)]
pub struct Part {
    pub database: String,
    pub github: String,
    pub worker: String,
    pub now: DateTime<Utc>,
    pub trigger: Trigger,
}

/// A process that collects.
pub struct Collecting(Child);

impl Part {
    pub fn start(&self) -> Collecting {
        let told = [
            self.database.as_str(),
            &self.github,
            &self.worker,
            &self.now.to_rfc3339(),
            self.trigger.as_str(),
        ];
        let child = Command::new(env::current_exe().expect("this program"))
            .args([
                "--ignored",
                "--exact",
                "a_process_that_collects",
                "--nocapture",
            ])
            .env(PART, told.join("\n"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn();
        Collecting(child.expect("a process"))
    }

    pub async fn open(&self) -> Engine {
        let settings = Settings {
            database: self.database.parse().expect("a database address"),
            secret_key: SecretKey::from_base64(&KEY.into()).expect("a key"),
            github_api_url: self.github.parse().expect("an address"),
            collect_concurrency: 4,
            collect_max_wait: Duration::from_hours(3),
            keep_answers_days: 30,
            worker: self.worker.clone(),
        };
        let clock = Arc::new(LeapingClock::at(self.now));
        Engine::open(settings, clock).await.expect("opened")
    }
}

impl Collecting {
    /// Lets it end by itself, and says how long that took. It ends well, whatever GitHub does.
    pub async fn ends(mut self) -> Duration {
        let began = Instant::now();
        loop {
            match self.0.try_wait().expect("a child") {
                Some(status) if status.success() => return began.elapsed(),
                Some(status) => panic!("the process ended with {status}"),
                None if began.elapsed() > LONGEST => panic!("the process never ended"),
                None => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    }

    /// Kills it at this moment, as `kill -9` does; whether it was still at work.
    pub async fn dies_after(mut self, moment: Duration) -> bool {
        tokio::time::sleep(moment).await;
        let at_work = self.0.try_wait().expect("a child").is_none();
        self.0.kill().expect("killed");
        self.0.wait().expect("gone");
        at_work
    }
}

impl Drop for Collecting {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Does what the process was started for.
pub fn main() {
    #[expect(
        clippy::disallowed_methods,
        reason = "the test that starts it tells it"
    )]
    let Ok(told) = env::var(PART) else { return };
    let told: Vec<&str> = told.split('\n').collect();
    let [database, github, worker, now, trigger] = told[..] else {
        panic!("told {told:?}")
    };
    let part = Part {
        database: database.into(),
        github: github.into(),
        worker: worker.into(),
        now: now.parse().expect("a time"),
        trigger: trigger.parse().expect("a trigger"),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(collect(&part));
}

/// What a server does from its start to the end of a run: its own, what is due, and what others
/// left.
async fn collect(part: &Part) {
    let engine = part.open().await;
    let tenant = tenant(&engine).await;
    engine.start().await.expect("started");
    let run = begin(&engine, tenant, part.trigger).await;
    engine
        .wait_for_run(&OPERATOR, tenant, run)
        .await
        .expect("a run");
    engine.shutdown().await;
}

/// Begins a run for what no running one collects. Where killed processes left so many that there
/// is no room for another one, it waits until those have ended.
async fn begin(engine: &Engine, tenant: TenantId, trigger: Trigger) -> RunId {
    loop {
        match engine.start_run(&OPERATOR, tenant, trigger, None).await {
            Ok(run) => return run,
            Err(error) => {
                let problem = error.into_problem();
                assert_eq!(problem, Limit::ManualRuns.exceeded(2), "not started");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }
}

pub async fn tenant(engine: &Engine) -> TenantId {
    engine.tenant(&OPERATOR, "lab").await.expect("the tenant")
}

pub fn origin() -> Origin {
    Origin::default()
}

/// A clock that goes on as time does, and leaps to whatever is waited for: limits of an hour pass
/// in no time.
struct LeapingClock {
    start: DateTime<Utc>,
    began: Instant,
    leapt_us: AtomicI64,
}

impl LeapingClock {
    fn at(start: DateTime<Utc>) -> Self {
        Self {
            start,
            began: Instant::now(),
            leapt_us: AtomicI64::new(0),
        }
    }
}

impl Clock for LeapingClock {
    fn now(&self) -> DateTime<Utc> {
        let elapsed = TimeDelta::from_std(self.began.elapsed()).expect("a short time");
        let leapt = TimeDelta::microseconds(self.leapt_us.load(Ordering::SeqCst));
        (self.start + elapsed + leapt).trunc_subsecs(6)
    }

    fn sleep_until(&self, moment: DateTime<Utc>) -> BoxFuture<'_, ()> {
        async move {
            tokio::time::sleep(Duration::from_millis(2)).await;
            let ahead = (moment - self.now()).num_microseconds().unwrap_or_default();
            if ahead > 0 {
                self.leapt_us.fetch_add(ahead + 1, Ordering::SeqCst);
            }
        }
        .boxed()
    }

    fn sleep(&self, _short_while: Duration) -> BoxFuture<'_, ()> {
        tokio::time::sleep(Duration::from_millis(2)).boxed()
    }
}
