//! What a starting server finds due, and that only one of several runs it.

use chrono::{DateTime, TimeDelta, Utc};
use domain::report::{Run, ScheduleInput};
use domain::{RunStatus, Trigger};
use engine::{Clock, Engine};

use crate::databases::TestDatabase;
use crate::lab::{Lab, OPERATOR, eventually, true_days};

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
async fn lab_at_noon(database: TestDatabase) -> (Lab, domain::RepositoryId) {
    let (lab, anvil) = Lab::with_anvil(database).await;
    for schedule in lab
        .engine
        .schedules(&OPERATOR, lab.tenant)
        .await
        .expect("schedules")
    {
        lab.engine
            .delete_schedule(&OPERATOR, lab.tenant, schedule.id)
            .await
            .expect("deleted");
    }
    lab.engine
        .create_schedule(&OPERATOR, lab.tenant, daily_at_noon())
        .await
        .expect("a schedule");
    (lab, anvil)
}

/// The runs once none goes on, newest first.
async fn runs(lab: &Lab) -> Vec<Run> {
    let all = || async {
        lab.engine
            .runs(&OPERATOR, lab.tenant, 20)
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
async fn start_and_stop(lab: &Lab, worker: &str) -> Engine {
    let server = lab.process(worker).await;
    server.start().await.expect("started");
    runs(lab).await;
    server.shutdown().await;
    server
}

on_both! {
    async fn what_was_due_while_no_server_ran_is_collected_at_the_start(database) {
        let (lab, anvil) = lab_at_noon(database).await;
        // Nothing is due yet: the schedule was made after yesterday's noon.
        start_and_stop(&lab, "host:1").await;
        assert_eq!(runs(&lab).await, []);

        lab.clock.set(at("2026-11-22T08:00:00Z"));
        start_and_stop(&lab, "host:1").await;
        let [run] = &runs(&lab).await[..] else { panic!("one run") };
        assert_eq!((run.trigger, run.status), (Trigger::Startup, RunStatus::Succeeded));
        assert_eq!(lab.days(anvil).await, true_days("2026-11-08", "2026-11-21"));

        // Noon of the 21st is done, for every server.
        start_and_stop(&lab, "host:1").await;
        start_and_stop(&lab, "host:2").await;
        assert_eq!(runs(&lab).await.len(), 1);
        lab.clock.set(at("2026-11-22T12:01:00Z"));
        start_and_stop(&lab, "host:2").await;
        assert_eq!(runs(&lab).await.len(), 2);
    }

    async fn of_several_servers_one_runs_what_is_due(database) {
        let (lab, _) = lab_at_noon(database).await;
        lab.clock.advance(TimeDelta::days(1));
        let mut servers = Vec::new();
        for number in 0..4 {
            servers.push(lab.process(&format!("host:{number}")).await);
        }
        let starts = servers.iter().map(Engine::start);
        for started in futures::future::join_all(starts).await {
            started.expect("started");
        }
        assert_eq!(runs(&lab).await.len(), 1);
        for server in servers {
            server.shutdown().await;
        }
    }

    async fn a_schedule_that_is_off_or_was_changed_since_is_not_overdue(database) {
        let (lab, _) = lab_at_noon(database).await;
        let id = lab.engine.schedules(&OPERATOR, lab.tenant).await.expect("schedules")[0].id;
        let change = async |enabled| {
            let input = ScheduleInput { enabled, ..daily_at_noon() };
            lab.engine.update_schedule(&OPERATOR, lab.tenant, id, input).await.expect("changed");
        };
        change(false).await;
        lab.clock.advance(TimeDelta::days(1));
        start_and_stop(&lab, "host:1").await;
        // Switched on at six, it does not make up for yesterday's noon.
        change(true).await;
        start_and_stop(&lab, "host:1").await;
        assert_eq!(runs(&lab).await, []);
        lab.clock.advance(TimeDelta::hours(7));
        start_and_stop(&lab, "host:1").await;
        assert_eq!(runs(&lab).await.len(), 1);
    }

    async fn a_run_that_a_dead_server_left_does_not_hold_up_its_schedule(database) {
        let (lab, anvil) = lab_at_noon(database).await;
        lab.clock.set(at("2026-11-20T13:00:00Z"));
        let stall = simulator::Fault::Stall(std::time::Duration::from_mins(2));
        lab.github.control().fault(stall, simulator::Scope::everywhere());
        let process = tokio::runtime::Runtime::new().expect("a runtime");
        let (settings, clock) = (lab.settings("host:1"), lab.clock.clone());
        let server = process.spawn(async move {
            let server = Engine::open(settings, std::sync::Arc::new(clock)).await.expect("opened");
            server.start().await.expect("started");
            server
        });
        let server = server.await.expect("started");
        let left = lab.engine.runs(&OPERATOR, lab.tenant, 20).await.expect("runs");
        assert_eq!(left[0].status, RunStatus::Running);
        process.shutdown_background();
        drop(server);
        lab.github.control().stop_faults();

        lab.clock.set(at("2026-11-21T13:00:00Z"));
        lab.age_workers(40).await;
        start_and_stop(&lab, "host:2").await;
        let runs = runs(&lab).await;
        let statuses: Vec<_> = runs.iter().map(|run| run.status).collect();
        assert_eq!(statuses, [RunStatus::Succeeded, RunStatus::Interrupted]);
        assert_eq!(runs[1].finished_at, Some(lab.clock.now()));
        assert_eq!(lab.days(anvil).await.len(), 14);
    }
}
