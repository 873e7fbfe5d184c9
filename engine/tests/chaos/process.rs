//! The worker process: this test binary, started again with other arguments.

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

/// The environment variable with the options of the process.
const OPTIONS: &str = "TIDEMARK_CHAOS_PART";
/// All processes share a database and therefore a key.
const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
/// A run that takes longer counts as hanging.
const TIMEOUT: Duration = Duration::from_mins(1);

pub const OPERATOR: Viewer = Viewer::Operator;

/// The options of a worker process.
#[derive(Clone)]
pub struct WorkerOptions {
    pub database: String,
    pub github: String,
    pub worker: String,
    pub now: DateTime<Utc>,
    pub trigger: Trigger,
}

/// A running worker process.
pub struct WorkerProcess(Child);

impl WorkerOptions {
    pub fn start(&self) -> WorkerProcess {
        let values = [
            self.database.as_str(),
            &self.github,
            &self.worker,
            &self.now.to_rfc3339(),
            self.trigger.as_str(),
        ];
        let child = Command::new(env::current_exe().expect("this program"))
            .args(["--ignored", "--exact", "worker_process", "--nocapture"])
            .env(OPTIONS, values.join("\n"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn();
        WorkerProcess(child.expect("a process"))
    }

    pub async fn open(&self) -> Engine {
        let settings = Settings {
            database: self.database.parse().expect("a database address"),
            secret_key: SecretKey::from_base64(&KEY.into()).expect("a key"),
            github_api_url: self.github.parse().expect("an address"),
            collect_concurrency: 4,
            collect_max_wait: Duration::from_hours(3),
            keep_responses_days: 30,
            worker: self.worker.clone(),
        };
        let clock = Arc::new(SkippingClock::at(self.now));
        Engine::open(settings, clock).await.expect("opened")
    }
}

impl WorkerProcess {
    /// Waits until it ends, and returns how long that took. It succeeds whatever GitHub does.
    pub async fn wait(mut self) -> Duration {
        let began = Instant::now();
        loop {
            match self.0.try_wait().expect("a child") {
                Some(status) if status.success() => return began.elapsed(),
                Some(status) => panic!("the process ended with {status}"),
                None if began.elapsed() > TIMEOUT => panic!("the process never ended"),
                None => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    }

    /// Kills it after this time like `kill -9`, and returns whether it was still running.
    pub async fn kill_after(mut self, delay: Duration) -> bool {
        tokio::time::sleep(delay).await;
        let was_running = self.0.try_wait().expect("a child").is_none();
        self.0.kill().expect("killed");
        self.0.wait().expect("gone");
        was_running
    }
}

impl Drop for WorkerProcess {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs the worker if the options are set.
pub fn main() {
    #[expect(
        clippy::disallowed_methods,
        reason = "set by the test that starts the process"
    )]
    let Ok(values) = env::var(OPTIONS) else {
        return;
    };
    let values: Vec<&str> = values.split('\n').collect();
    let [database, github, worker, now, trigger] = values[..] else {
        panic!("invalid options: {values:?}")
    };
    let options = WorkerOptions {
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
    runtime.expect("a runtime").block_on(collect(&options));
}

/// Runs a server until its own run ends; it also starts due runs and resumes abandoned ones.
async fn collect(options: &WorkerOptions) {
    let engine = options.open().await;
    let tenant = tenant(&engine).await;
    engine.start().await.expect("started");
    let run = begin(&engine, tenant, options.trigger).await;
    engine
        .wait_for_run(&OPERATOR, tenant, run)
        .await
        .expect("a run");
    engine.shutdown().await;
}

/// Starts a run. If killed processes left so many runs that the limit is reached, waits until those
/// have ended.
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

/// A clock that advances in real time and skips to the end of each sleep, so that waiting an hour
/// takes no time.
struct SkippingClock {
    start: DateTime<Utc>,
    began: Instant,
    skipped_us: AtomicI64,
}

impl SkippingClock {
    fn at(start: DateTime<Utc>) -> Self {
        Self {
            start,
            began: Instant::now(),
            skipped_us: AtomicI64::new(0),
        }
    }
}

impl Clock for SkippingClock {
    fn now(&self) -> DateTime<Utc> {
        let elapsed = TimeDelta::from_std(self.began.elapsed()).expect("a short time");
        let skipped = TimeDelta::microseconds(self.skipped_us.load(Ordering::SeqCst));
        (self.start + elapsed + skipped).trunc_subsecs(6)
    }

    fn sleep_until(&self, time: DateTime<Utc>) -> BoxFuture<'_, ()> {
        async move {
            tokio::time::sleep(Duration::from_millis(2)).await;
            let ahead = (time - self.now()).num_microseconds().unwrap_or_default();
            if ahead > 0 {
                self.skipped_us.fetch_add(ahead + 1, Ordering::SeqCst);
            }
        }
        .boxed()
    }

    fn sleep(&self, _duration: Duration) -> BoxFuture<'_, ()> {
        tokio::time::sleep(Duration::from_millis(2)).boxed()
    }
}
