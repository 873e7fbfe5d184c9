//! When schedules run, on SQLite and on PostgreSQL alike.

use std::sync::Mutex as StdMutex;

use chrono::TimeDelta;
use domain::report::Run;
use domain::{ItemOutcome, RunStatus, TenantId};

use super::*;
use crate::clients::Clients;
use crate::secrets::Vault;
use crate::store::ScheduleFields;
use crate::{Clock, SecretKey, SystemClock, databases};

/// A clock that tests move.
#[derive(Clone)]
struct TestClock(Arc<StdMutex<DateTime<Utc>>>);

impl TestClock {
    fn set(&self, text: &str) {
        *self.0.lock().expect("no test panicked") = at(text);
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().expect("no test panicked")
    }
}

struct Fixture {
    store: Store,
    scheduler: Scheduler,
    clock: TestClock,
    tenant: TenantId,
    _database: databases::TestDatabase,
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

/// A tenant without repositories on a fresh database of each kind, at 2026-11-20 06:00.
async fn fixtures() -> Vec<Fixture> {
    let mut fixtures = Vec::new();
    for database in databases::fresh().await {
        let url = database.url.parse().expect("a database address");
        let store = Store::open(&url, &|_, _| {})
            .await
            .expect("the database opens");
        let clock = TestClock(Arc::new(StdMutex::new(at("2026-11-20T06:00:00Z"))));
        let shared: SharedClock = Arc::new(clock.clone());
        let vault = Vault::new(SecretKey::generate().expect("a key"));
        let clients = Clients::new(store.clone(), Arc::clone(&shared), vault);
        let collector = Collector::new(
            store.clone(),
            Arc::clone(&shared),
            clients,
            1,
            Duration::from_hours(3),
            0,
            "tests".into(),
        );
        let mut transaction = store.begin().await.expect("begun");
        let slug = "lab".parse().expect("a slug");
        let tenant = transaction
            .insert_tenant(&slug, "Lab", clock.now())
            .await
            .expect("a tenant");
        transaction.commit().await.expect("committed");
        fixtures.push(Fixture {
            scheduler: Scheduler::new(store.clone(), shared, collector),
            store,
            clock,
            tenant,
            _database: database,
        });
    }
    fixtures
}

impl Fixture {
    async fn schedule(&self, cron: &str, zone: &str) -> ScheduleRecord {
        let cron: domain::Cron = cron.parse().expect("an expression");
        let timezone = zone.parse().expect("a zone");
        let fields = ScheduleFields {
            name: cron.as_str(),
            cron: &cron,
            timezone,
            enabled: true,
        };
        let now = self.clock.now();
        let mut transaction = self.store.begin().await.expect("begun");
        let id = transaction
            .insert_schedule(self.tenant, &fields, now)
            .await
            .expect("a schedule");
        transaction.commit().await.expect("committed");
        self.read(id).await
    }

    async fn read(&self, id: ScheduleId) -> ScheduleRecord {
        self.store
            .schedule(self.tenant, id)
            .await
            .expect("an answer")
            .expect("a schedule")
    }

    /// The schedules are read again.
    async fn refresh(&self) {
        let read = self.scheduler.refresh(Trigger::Schedule).await;
        read.expect("read");
    }

    /// The runs once none is active, newest first.
    async fn runs(&self) -> Vec<Run> {
        for _ in 0..500 {
            let runs = self.store.runs(self.tenant, None, 20).await.expect("runs");
            if runs.iter().all(|run| run.status != RunStatus::Running) {
                return runs;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("a run goes on and on");
    }

    /// The library's id of a schedule's job, and when it runs next.
    async fn job(&self, id: ScheduleId) -> Option<(Uuid, Option<DateTime<Utc>>)> {
        let mut table = self.scheduler.0.table.lock().await;
        let table = table.as_mut().expect("started");
        let job = table.jobs.get(&id)?.id;
        Some((
            job,
            table
                .library
                .next_tick_for_job(job)
                .await
                .expect("an answer"),
        ))
    }
}

#[tokio::test]
async fn a_jobs_next_time_is_the_schedules() {
    for fixture in fixtures().await {
        let berlin = fixture.schedule("30 4 * * 1-5", "Europe/Berlin").await;
        let both_days = fixture.schedule("0 6 1 * 1", "UTC").await;
        fixture.scheduler.start().await.expect("started");
        for schedule in [berlin, both_days] {
            let (cron, zone) = (&schedule.cron, schedule.zone);
            let (_, next) = fixture.job(schedule.id).await.expect("a job");
            let jitter = cron.jitter(schedule.id);
            let due = cron.next_run(zone, SystemClock.now() - jitter);
            assert_eq!(next, due.map(|due| due + jitter), "{}", schedule.cron);
        }
        fixture.scheduler.stop().await;
    }
}

#[tokio::test]
async fn changes_take_effect_at_once() {
    for fixture in fixtures().await {
        let mut schedule = fixture.schedule("0 6 * * *", "UTC").await;
        // Before the start nothing happens, and nothing fails.
        fixture
            .scheduler
            .sync(&schedule)
            .await
            .expect("nothing to do");
        fixture.scheduler.start().await.expect("started");
        let (job, _) = fixture.job(schedule.id).await.expect("a job");
        fixture.scheduler.sync(&schedule).await.expect("set");
        assert_eq!(
            fixture.job(schedule.id).await.map(|(id, _)| id),
            Some(job),
            "unchanged"
        );

        schedule.cron = "0 7 * * *".parse().expect("valid");
        fixture.scheduler.sync(&schedule).await.expect("set");
        let (changed, next) = fixture.job(schedule.id).await.expect("a job");
        assert_ne!(changed, job);
        let (cron, zone) = (&schedule.cron, schedule.zone);
        let jitter = cron.jitter(schedule.id);
        let due = cron.next_run(zone, SystemClock.now() - jitter);
        assert_eq!(next, due.map(|due| due + jitter));

        schedule.enabled = false;
        fixture.scheduler.sync(&schedule).await.expect("taken away");
        assert_eq!(fixture.job(schedule.id).await, None);
        schedule.enabled = true;
        fixture.scheduler.sync(&schedule).await.expect("set");
        assert!(fixture.job(schedule.id).await.is_some());
        fixture
            .scheduler
            .remove(schedule.id)
            .await
            .expect("removed");
        assert_eq!(fixture.job(schedule.id).await, None);
        fixture.scheduler.stop().await;
    }
}

#[tokio::test]
async fn a_run_begins_its_schedules_own_few_seconds_after_it_is_due() {
    for fixture in fixtures().await {
        let hourly = fixture.schedule("0 * * * *", "UTC").await;
        let every_minute = fixture.schedule("* * * * *", "UTC").await;
        let cron = &hourly.cron;
        let jitter = cron.jitter(hourly.id);
        assert!(jitter > TimeDelta::zero());
        let due = at("2026-11-20T07:00:00Z");
        let runs_at = async |moment, schedule: &ScheduleRecord| {
            *fixture.clock.0.lock().expect("no test panicked") = moment;
            let woken = fixture.scheduler.woken(fixture.tenant, schedule.id).await;
            woken.expect("woken");
            fixture.runs().await;
            fixture.read(schedule.id).await.last_due_at
        };
        assert_eq!(runs_at(due, &every_minute).await, Some(due), "at once");
        let early = due + jitter - TimeDelta::seconds(1);
        assert_eq!(runs_at(early, &hourly).await, None);
        assert_eq!(runs_at(due + jitter, &hourly).await, Some(due));
    }
}

#[tokio::test]
async fn what_other_processes_change_is_seen_when_the_schedules_are_read_again() {
    for fixture in fixtures().await {
        fixture.scheduler.start().await.expect("started");
        let made = fixture.schedule("0 6 * * *", "UTC").await;
        assert_eq!(fixture.job(made.id).await, None);
        fixture.refresh().await;
        assert!(fixture.job(made.id).await.is_some());

        // What became due without anybody being woken is run, too.
        fixture.clock.set("2026-11-21T06:01:00Z");
        fixture.refresh().await;
        assert_eq!(fixture.runs().await[0].trigger, Trigger::Schedule);

        let mut transaction = fixture.store.begin().await.expect("begun");
        let deleted = transaction.delete_schedule(fixture.tenant, made.id).await;
        assert!(deleted.expect("deleted").is_some());
        transaction.commit().await.expect("committed");
        fixture.refresh().await;
        assert_eq!(fixture.job(made.id).await, None);
        fixture.scheduler.stop().await;
    }
}

#[tokio::test]
async fn a_suspended_tenant_is_not_collected_and_is_caught_up_on_when_it_goes_on() {
    for fixture in fixtures().await {
        let suspend = async |since| {
            let mut transaction = fixture.store.begin().await.expect("begun");
            let set = transaction.set_suspended(fixture.tenant, since).await;
            set.expect("set");
            transaction.commit().await.expect("committed");
        };
        let schedule = fixture.schedule("0 6 * * *", "UTC").await;
        fixture.scheduler.reread().await;
        fixture.scheduler.start().await.expect("started");
        suspend(Some(fixture.clock.now())).await;
        fixture.clock.set("2026-11-21T06:00:00Z");
        // Neither a job that was set before wakes it, nor a reading.
        let woken = fixture.scheduler.woken(fixture.tenant, schedule.id).await;
        woken.expect("nothing to do");
        fixture.scheduler.reread().await;
        assert_eq!(fixture.job(schedule.id).await, None);
        fixture.clock.set("2026-11-23T07:00:00Z");
        fixture.scheduler.reread().await;
        assert_eq!(fixture.runs().await.len(), 0);

        suspend(None).await;
        fixture.scheduler.reread().await;
        fixture.scheduler.reread().await;
        assert_eq!(fixture.runs().await.len(), 1, "the last time, once");
        assert!(fixture.job(schedule.id).await.is_some());
        fixture.scheduler.stop().await;
    }
}

/// The library would keep the offset that the zone had when the job was created.
#[tokio::test]
async fn a_job_is_made_anew_when_the_clocks_change() {
    for fixture in fixtures().await {
        let berlin = fixture.schedule("0 6 * * *", "Europe/Berlin").await;
        let utc = fixture.schedule("0 7 * * *", "UTC").await;
        fixture.clock.set("2027-03-28T00:59:00Z");
        fixture.scheduler.start().await.expect("started");
        let before = [fixture.job(berlin.id).await, fixture.job(utc.id).await];
        fixture.clock.set("2027-03-28T01:00:00Z");
        fixture.refresh().await;
        assert_ne!(fixture.job(berlin.id).await, before[0]);
        assert_eq!(fixture.job(utc.id).await, before[1]);
        fixture.scheduler.stop().await;
    }
}

#[tokio::test]
async fn the_librarys_tick_starts_a_run_once() {
    for fixture in fixtures().await {
        let schedule = fixture.schedule("0 12 * * *", "UTC").await;
        fixture.scheduler.start().await.expect("started");
        fixture.clock.set("2026-11-20T12:01:00Z");
        let (job, _) = fixture.job(schedule.id).await.expect("a job");
        for _ in 0..2 {
            // It ticks in real time, twice a second.
            let metadata = {
                let table = fixture.scheduler.0.table.lock().await;
                Arc::clone(
                    &table
                        .as_ref()
                        .expect("started")
                        .library
                        .context
                        .metadata_storage,
                )
            };
            let now = Some(SystemClock.now());
            let set = metadata
                .write()
                .await
                .set_next_and_last_tick(job, now, None)
                .await;
            set.expect("due now");
            tokio::time::sleep(Duration::from_millis(1_500)).await;
        }
        let runs = fixture.runs().await;
        assert_eq!(runs.len(), 1);
        assert_eq!(
            (runs[0].trigger, runs[0].status),
            (Trigger::Schedule, RunStatus::Succeeded)
        );
        fixture.scheduler.stop().await;
    }
}

#[tokio::test]
async fn two_runs_of_one_schedule_never_overlap_and_what_was_due_is_caught_up_on() {
    for fixture in fixtures().await {
        let schedule = fixture.schedule("0 * * * *", "UTC").await;
        let began = at("2026-11-20T07:00:00Z");
        let due = Some((schedule.id, Some(began)));
        let running = fixture.store.begun(fixture.tenant, due, "another", began);
        let running = running.await.expect("a run");
        fixture.clock.set("2026-11-20T09:30:00Z");
        fixture
            .scheduler
            .woken(fixture.tenant, schedule.id)
            .await
            .expect("woken");
        assert_eq!(
            fixture
                .store
                .runs(fixture.tenant, None, 20)
                .await
                .expect("runs")
                .len(),
            1
        );

        let now = fixture.clock.now();
        let outcome = ItemOutcome::Succeeded;
        fixture
            .store
            .complete_all(fixture.tenant, running, outcome, &[], now)
            .await;
        for moment in ["2026-11-20T09:30:00.25Z", "2026-11-20T09:30:01.5Z"] {
            fixture.clock.set(moment);
            fixture
                .scheduler
                .woken(fixture.tenant, schedule.id)
                .await
                .expect("woken");
            assert_eq!(fixture.runs().await.len(), 2);
        }
        assert_eq!(
            fixture.read(schedule.id).await.last_due_at,
            Some(at("2026-11-20T09:00:00Z"))
        );
    }
}
