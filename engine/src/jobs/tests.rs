//! Jobs on several engines of one database, with a clock that is moved by hand.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use super::*;
use crate::{Clock, Error, SecretKey, Settings, databases};

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

#[derive(Clone)]
struct TestClock(Arc<Mutex<DateTime<Utc>>>);

impl TestClock {
    fn at(time: &str) -> Self {
        Self(Arc::new(Mutex::new(time.parse().expect("a time"))))
    }

    fn set(&self, time: &str) {
        *self.0.lock().expect("no test panicked") = time.parse().expect("a time");
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().expect("no test panicked")
    }
}

/// How often the jobs of a test ran.
type Runs = Arc<AtomicU32>;

fn count(runs: &Runs) -> u32 {
    runs.load(Ordering::SeqCst)
}

fn hourly(scope: JobScope) -> Job<Runs> {
    Job {
        name: "count",
        interval: Duration::from_hours(1),
        scope,
        run: |runs| {
            Box::pin(async move {
                runs.fetch_add(1, Ordering::SeqCst);
                Ok(())
            })
        },
    }
}

async fn open(database: &databases::TestDatabase, clock: &TestClock, worker: &str) -> Engine {
    let settings = Settings {
        database: database.url.parse().expect("a database address"),
        secret_key: SecretKey::from_base64(&KEY.into()).expect("a key"),
        github_api_url: "http://127.0.0.1:9".parse().expect("an address"),
        collect_concurrency: 1,
        collect_max_wait: Duration::from_hours(3),
        keep_responses_days: 30,
        worker: worker.into(),
    };
    let opened = Engine::open(settings, Arc::new(clock.clone())).await;
    opened.expect("the database opens")
}

#[tokio::test]
async fn of_two_servers_one_runs_a_job_in_each_interval() {
    for database in databases::fresh().await {
        let clock = TestClock::at("2026-11-23T11:20:00Z");
        let first = open(&database, &clock, "one").await;
        let second = open(&database, &clock, "two").await;
        let (job, runs) = (hourly(JobScope::OneServer), Runs::default());
        let both = async || {
            let one = first.run_job(&job, runs.clone());
            let two = second.run_job(&job, runs.clone());
            tokio::join!(one, two);
        };
        both().await;
        assert_eq!(count(&runs), 1, "it never ran before");
        both().await;
        clock.set("2026-11-23T11:59:59Z");
        both().await;
        assert_eq!(count(&runs), 1, "it ran in this hour");
        clock.set("2026-11-23T12:00:00Z");
        both().await;
        assert_eq!(count(&runs), 2, "the next hour began");
        clock.set("2026-11-25T08:30:00Z");
        both().await;
        assert_eq!(count(&runs), 3, "missed intervals are not made up for");
        first.close().await;
        second.close().await;
    }
}

#[tokio::test]
async fn every_server_runs_a_job_about_itself() {
    let database = databases::sqlite();
    let clock = TestClock::at("2026-11-23T11:20:00Z");
    let first = open(&database, &clock, "one").await;
    let second = open(&database, &clock, "two").await;
    let (job, runs) = (hourly(JobScope::EveryServer), Runs::default());
    for engine in [&first, &second] {
        engine.run_job(&job, runs.clone()).await;
    }
    assert_eq!(count(&runs), 2);
}

#[tokio::test]
async fn a_job_that_fails_runs_again_in_the_next_interval() {
    let failing = Job {
        run: |runs: Runs| {
            Box::pin(async move {
                match runs.fetch_add(1, Ordering::SeqCst) {
                    0 => Err(Error::not_found()),
                    1 => panic!("the second time"),
                    _ => Ok(()),
                }
            })
        },
        ..hourly(JobScope::OneServer)
    };
    for database in databases::fresh().await {
        let clock = TestClock::at("2026-11-23T11:20:00Z");
        let (engine, runs) = (open(&database, &clock, "one").await, Runs::default());
        for (hour, expected) in [("11:20", 1), ("11:40", 1), ("12:00", 2), ("13:05", 3)] {
            clock.set(&format!("2026-11-23T{hour}:00Z"));
            engine.run_job(&failing, runs.clone()).await;
            assert_eq!(count(&runs), expected, "{hour}");
        }
        engine.close().await;
    }
}

#[tokio::test]
async fn a_claim_of_a_clock_that_was_wrong_holds_nothing_up() {
    for database in databases::fresh().await {
        let clock = TestClock::at("2031-01-01T00:00:00Z");
        let engine = open(&database, &clock, "one").await;
        let (job, runs) = (hourly(JobScope::OneServer), Runs::default());
        engine.run_job(&job, runs.clone()).await;
        clock.set("2026-11-23T11:20:00Z");
        engine.run_job(&job, runs.clone()).await;
        engine.run_job(&job, runs.clone()).await;
        assert_eq!(count(&runs), 2);
        engine.close().await;
    }
}

#[tokio::test]
async fn a_command_runs_what_one_worker_is_enough_for() {
    let database = databases::sqlite();
    let clock = TestClock::at("2026-11-23T11:20:00Z");
    let engine = open(&database, &clock, "one").await;
    engine.run_due_jobs().await;
    for job in JOBS.iter().filter(|job| job.scope != JobScope::EveryServer) {
        let left = engine.claim_job(job).await.expect("claimed");
        assert_eq!(left, job.scope == JobScope::OneServer, "{}", job.name);
    }
}

#[test]
fn jobs_have_names_of_their_own() {
    let names: std::collections::BTreeSet<_> = JOBS.iter().map(|job| job.name).collect();
    assert_eq!(names.len(), JOBS.len());
}
