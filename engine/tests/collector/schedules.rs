//! What a starting server finds due, and that only one of several runs it.

use chrono::{DateTime, TimeDelta, Utc};
use domain::report::{Run, ScheduleInput};
use domain::{RunStatus, Trigger};
use engine::{Clock, Engine};

use crate::databases::TestDatabase;
use crate::fixture::{Fixture, OPERATOR, eventually, true_days};
use crate::runs::{interrupted_by_death, lab_of, taken_up};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

fn daily_at_noon() -> ScheduleInput {
    ScheduleInput {
        name: "At noon".into(),
        cron: "0 12 * * *".into(),
        timezone: "UTC".into(),
        enabled: true,
        accept_loss: false,
    }
}

/// A lab with one repository and one schedule, made at six in the morning.
async fn lab_at_noon(database: TestDatabase) -> (Fixture, domain::RepositoryId) {
    let (fixture, anvil) = Fixture::with_anvil(database).await;
    for schedule in fixture
        .engine
        .schedules(&OPERATOR, fixture.tenant)
        .await
        .expect("schedules")
    {
        fixture
            .engine
            .delete_schedule(&OPERATOR, fixture.tenant, schedule.id)
            .await
            .expect("deleted");
    }
    fixture
        .engine
        .create_schedule(&OPERATOR, fixture.tenant, daily_at_noon())
        .await
        .expect("a schedule");
    (fixture, anvil)
}

/// The runs once none is active, newest first.
async fn runs(fixture: &Fixture) -> Vec<Run> {
    let all = || async {
        fixture
            .engine
            .runs(&OPERATOR, fixture.tenant, 20)
            .await
            .expect("runs")
    };
    eventually("all runs ended", async || {
        all()
            .await
            .iter()
            .all(|run| run.status != RunStatus::Running)
    })
    .await;
    all().await
}

/// A server starts on the lab's database, and stops once its runs have ended.
async fn start_and_stop(fixture: &Fixture, worker: &str) -> Engine {
    let server = fixture.process(worker).await;
    server.start().await.expect("started");
    runs(fixture).await;
    server.shutdown().await;
    server
}

on_both! {
    async fn a_schedule_that_cannot_be_read_stops_neither_the_start_nor_what_an_interrupted_run_left(database) {
        let fixture = lab_of(database, 8, 2).await;
        interrupted_by_death(&fixture, "host:1").await;
        let of_schedule = "update runs set schedule_id = (select min(id) from schedules)";
        fixture.database.execute(of_schedule, of_schedule).await;
        let unreadable = "update schedules set cron = 'at noon'";
        fixture.database.execute(unreadable, unreadable).await;

        let successor = fixture.process("host:1").await;
        successor.start().await.expect("started");
        let rest = taken_up(&fixture).await;
        assert_eq!((rest.status, rest.repositories_total), (RunStatus::Succeeded, 1));
        successor.shutdown().await;
    }

    async fn what_was_due_while_no_server_ran_is_collected_at_the_start(database) {
        let (fixture, anvil) = lab_at_noon(database).await;
        // Nothing is due yet: the schedule was made after yesterday's noon.
        start_and_stop(&fixture, "host:1").await;
        assert_eq!(runs(&fixture).await, []);

        fixture.clock.set(at("2026-11-22T08:00:00Z"));
        start_and_stop(&fixture, "host:1").await;
        let [run] = &runs(&fixture).await[..] else { panic!("one run") };
        assert_eq!((run.trigger, run.status), (Trigger::Startup, RunStatus::Succeeded));
        assert_eq!(fixture.days(anvil).await, true_days("2026-11-08", "2026-11-21"));

        // Noon of the 21st is done, for every server.
        start_and_stop(&fixture, "host:1").await;
        start_and_stop(&fixture, "host:2").await;
        assert_eq!(runs(&fixture).await.len(), 1);
        fixture.clock.set(at("2026-11-22T12:01:00Z"));
        start_and_stop(&fixture, "host:2").await;
        assert_eq!(runs(&fixture).await.len(), 2);
    }

    async fn of_several_servers_one_runs_what_is_due(database) {
        let (fixture, _) = lab_at_noon(database).await;
        fixture.clock.advance(TimeDelta::days(1));
        let mut servers = Vec::new();
        for number in 0..4 {
            servers.push(fixture.process(&format!("host:{number}")).await);
        }
        let starts = servers.iter().map(Engine::start);
        for started in futures::future::join_all(starts).await {
            started.expect("started");
        }
        assert_eq!(runs(&fixture).await.len(), 1);
        for server in servers {
            server.shutdown().await;
        }
    }

    async fn a_schedule_that_is_off_or_was_changed_since_is_not_overdue(database) {
        let (fixture, _) = lab_at_noon(database).await;
        let id = fixture.engine.schedules(&OPERATOR, fixture.tenant).await.expect("schedules")[0].id;
        let change = async |enabled| {
            let input = ScheduleInput { enabled, ..daily_at_noon() };
            fixture.engine.update_schedule(&OPERATOR, fixture.tenant, id, input).await.expect("changed");
        };
        change(false).await;
        fixture.clock.advance(TimeDelta::days(1));
        start_and_stop(&fixture, "host:1").await;
        // Switched on at six, it does not make up for yesterday's noon.
        change(true).await;
        start_and_stop(&fixture, "host:1").await;
        assert_eq!(runs(&fixture).await, []);
        fixture.clock.advance(TimeDelta::hours(7));
        start_and_stop(&fixture, "host:1").await;
        assert_eq!(runs(&fixture).await.len(), 1);
    }

    async fn a_run_that_a_dead_server_left_does_not_hold_up_its_schedule(database) {
        let (fixture, anvil) = lab_at_noon(database).await;
        fixture.clock.set(at("2026-11-20T13:00:00Z"));
        let stall = simulator::Fault::Stall(std::time::Duration::from_mins(2));
        fixture.github.control().fault(stall, simulator::Scope::everywhere());
        let process = tokio::runtime::Runtime::new().expect("a runtime");
        let (settings, clock) = (fixture.settings("host:1"), fixture.clock.clone());
        let server = process.spawn(async move {
            let server = Engine::open(settings, std::sync::Arc::new(clock)).await.expect("opened");
            server.start().await.expect("started");
            server
        });
        let server = server.await.expect("started");
        let left = fixture.engine.runs(&OPERATOR, fixture.tenant, 20).await.expect("runs");
        assert_eq!(left[0].status, RunStatus::Running);
        process.shutdown_background();
        drop(server);
        fixture.github.control().stop_faults();

        fixture.clock.set(at("2026-11-21T13:00:00Z"));
        fixture.age_workers(40).await;
        start_and_stop(&fixture, "host:2").await;
        let runs = runs(&fixture).await;
        let statuses: Vec<_> = runs.iter().map(|run| run.status).collect();
        assert_eq!(statuses, [RunStatus::Succeeded, RunStatus::Interrupted]);
        assert_eq!(runs[1].finished_at, Some(fixture.clock.now()));
        assert_eq!(fixture.days(anvil).await.len(), 14);
    }
}
