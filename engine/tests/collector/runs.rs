//! The life of a run: how much is in flight at once, how it ends, and what becomes of it when its
//! process dies.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use domain::report::Run;
use domain::{ItemOutcome, RunId, RunStatus, Trigger};
use engine::{Clock, Engine};
use futures::StreamExt;
use simulator::{Fault, Scope};

use crate::databases::TestDatabase;
use crate::fixture::{
    Fixture, OPERATOR, REQUESTS, days, eventually, problem, repository, true_days,
};

pub async fn lab_of(database: TestDatabase, concurrency: usize, repositories: u64) -> Fixture {
    let fixture = Fixture::with_concurrency(database, concurrency, |github| {
        (1..=repositories).fold(github, |github, number| {
            github.repository(repository(number, &format!("acme/r{number}")))
        })
    })
    .await;
    for number in 1..=repositories {
        fixture.track(&format!("acme/r{number}")).await;
    }
    fixture.github.control().forget_requests();
    fixture
}

async fn run_of(fixture: &Fixture, run: RunId) -> Run {
    fixture
        .engine
        .run(&OPERATOR, fixture.tenant, run)
        .await
        .expect("a run")
}

/// A run whose process dies in the midst of it, after `acme/r1` was collected.
pub async fn interrupted_by_death(fixture: &Fixture, worker: &str) -> RunId {
    let stall = Fault::Stall(Duration::from_mins(2));
    fixture
        .github
        .control()
        .fault(stall, Scope::everywhere().repository("acme/r2"));
    // A runtime of its own dies as a process does: all its work stops, and nothing shuts down.
    let process = tokio::runtime::Runtime::new().expect("a runtime");
    let (settings, clock, tenant) = (
        fixture.settings(worker),
        fixture.clock.clone(),
        fixture.tenant,
    );
    let started = process.spawn(async move {
        let engine = Engine::open(settings, Arc::new(clock))
            .await
            .expect("opened");
        engine
            .start_run(&OPERATOR, tenant, Trigger::Manual, None)
            .await
            .expect("started")
    });
    let run = started.await.expect("started");
    eventually("the first repository done", async || {
        run_of(fixture, run).await.repositories_done == 1
    })
    .await;
    process.shutdown_background();
    fixture.github.control().stop_faults();
    run
}

/// The run that took up what another left, once it has ended.
pub async fn taken_up(fixture: &Fixture) -> Run {
    let runs = fixture.engine.runs(&OPERATOR, fixture.tenant, 1).await;
    let newest = runs.expect("runs").remove(0);
    assert_eq!(newest.trigger, Trigger::Startup);
    fixture.wait(newest.id).await
}

on_both! {
    async fn no_more_requests_are_in_flight_than_the_connection_allows(database) {
        let fixture = lab_of(database, 3, 12).await;
        fixture.github.control().set_latency(Duration::from_millis(5));
        // Two runs share the connection, and its limit.
        let ids = fixture.ids().await;
        let (one, other) = (fixture.start_of(&ids[..6]).await, fixture.start_of(&ids[6..]).await);
        for run in [fixture.wait(one).await, fixture.wait(other).await] {
            assert_eq!((run.status, run.requests), (RunStatus::Succeeded, 6 * REQUESTS));
        }
        assert_eq!(fixture.github.control().most_at_once(), 3);
        assert_eq!(fixture.github.control().requests(), u64::from(12 * REQUESTS));
    }

    async fn progress_is_visible_during_a_run(database) {
        let fixture = lab_of(database, 2, 20).await;
        fixture.github.control().set_latency(Duration::from_millis(20));
        let news = fixture.engine.watch_runs(&OPERATOR, fixture.tenant).expect("news");
        let mut news = std::pin::pin!(news);
        let run = fixture.start().await;
        let mut seen = Vec::new();
        let watching = async {
            while let Some(runs) = news.next().await {
                let Some(newest) = runs.expect("runs").into_iter().next() else { continue };
                assert_eq!((newest.id, newest.repositories_total), (run, 20));
                seen.push(newest.repositories_done);
                if newest.status != RunStatus::Running {
                    break;
                }
            }
        };
        tokio::time::timeout(Duration::from_mins(1), watching).await.expect("in time");
        assert!(seen.is_sorted() && seen.last() == Some(&20), "{seen:?}");
        let between = seen.iter().filter(|done| (1..20).contains(*done)).count();
        assert!(between >= 2, "{seen:?}");
    }

    async fn only_the_named_repositories_are_collected(database) {
        let fixture = lab_of(database, 8, 3).await;
        let report = fixture.engine.repositories(&OPERATOR, fixture.tenant).await.expect("a report");
        let second = report.repositories[1].id;
        let run = fixture
            .engine
            .start_run(&OPERATOR, fixture.tenant, Trigger::Api, Some(vec![second]))
            .await
            .expect("started");
        let run = fixture.wait(run).await;
        assert_eq!((run.trigger, run.repositories_total, run.requests), (Trigger::Api, 1, REQUESTS));
        for repository in report.repositories {
            let known = !fixture.days(repository.id).await.is_empty();
            assert_eq!(known, repository.id == second);
        }
    }

    async fn a_tenant_without_repositories_has_runs_that_succeed(database) {
        let fixture = lab_of(database, 8, 0).await;
        let run = fixture.collect_well().await;
        assert_eq!((run.repositories_total, run.requests), (0, 0));
    }

    async fn a_server_that_is_away_is_left_alone_and_tried_until_it_is_back(database) {
        let fixture = lab_of(database, 8, 12).await;
        let github = fixture.github.control();
        github.fault(Fault::ConnectionReset, Scope::everywhere());
        let run = fixture.start().await;
        let waits = async |minutes| {
            let until = fixture.clock.now() + TimeDelta::minutes(minutes);
            eventually("the run waits", async || {
                let run = run_of(&fixture, run).await;
                let away = Some("GitHub is not responding");
                run.waiting_until == Some(until) && run.waiting_for.as_deref() == away
            })
            .await;
            until
        };
        let until = waits(1).await;
        let requests_before = github.requests();
        // Twenty-four questions, each with three attempts at most, and what was in flight then.
        assert!((24..=80).contains(&requests_before), "{requests_before}");
        fixture.clock.set(until);
        // One request tries; up to seven more were on their way when they were counted.
        let until = waits(2).await;
        let tried = github.requests() - requests_before;
        assert!((1..=8).contains(&tried), "{tried}");
        github.stop_faults();
        fixture.clock.set(until);
        // What failed before has its second round.
        let run = fixture.wait(run).await;
        assert_eq!((run.status, run.failures.as_slice()), (RunStatus::Succeeded, &[][..]));
        assert_eq!(u64::from(run.requests), github.requests());
        for repository in fixture.engine.repositories(&OPERATOR, fixture.tenant).await.expect("all").repositories {
            assert_eq!(fixture.days(repository.id).await, true_days("2026-11-06", "2026-11-19"));
        }
    }

    async fn a_server_that_stays_away_is_given_up_when_the_time_is_over(database) {
        let fixture = lab_of(database, 8, 12).await;
        fixture.github.control().fault(Fault::ServerError, Scope::everywhere());
        let settings = engine::Settings {
            collect_max_wait: Duration::ZERO,
            ..fixture.settings("host:2")
        };
        let hasty = Engine::open(settings, Arc::new(fixture.clock.clone())).await.expect("opened");
        let run = hasty.start_run(&OPERATOR, fixture.tenant, Trigger::Manual, None).await.expect("started");
        let run = fixture.wait(run).await;
        assert_eq!((run.status, run.repositories_failed), (RunStatus::Failed, 12));
        assert!((24..=80).contains(&run.requests), "{}", run.requests);
        let has_reason = |words: &str| run.failures.iter().any(|failure| failure.reason.contains(words));
        assert!(has_reason("having problems (HTTP 500)"), "{:?}", run.failures);
    }

    async fn a_stopping_process_asks_no_more_and_keeps_what_it_has(database) {
        let fixture = lab_of(database, 2, 20).await;
        fixture.github.control().set_latency(Duration::from_millis(50));
        let run = fixture.start().await;
        eventually("a repository done", async || run_of(&fixture, run).await.repositories_done > 0).await;
        fixture.engine.shutdown().await;
        let requests_before = fixture.github.control().requests();
        let run = run_of(&fixture, run).await;
        assert_eq!(run.status, RunStatus::Interrupted);
        assert!(run.finished_at.is_some());
        assert!((1..20).contains(&run.repositories_done), "{}", run.repositories_done);
        assert_eq!((run.repositories_failed, run.failures.as_slice()), (0, &[][..]));
        assert_eq!(u64::from(run.requests), requests_before);
        let report = fixture.engine.repositories(&OPERATOR, fixture.tenant).await.expect("a report");
        let done = report.repositories.iter().filter(|found| found.last_collected_at.is_some());
        assert_eq!(u32::try_from(done.clone().count()), Ok(run.repositories_done));
        for found in done {
            assert_eq!(fixture.days(found.id).await, true_days("2026-11-06", "2026-11-19"));
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(fixture.github.control().requests(), requests_before);

        let refused = fixture.engine.start_run(&OPERATOR, fixture.tenant, Trigger::Manual, None).await;
        assert!(refused.is_err());
    }

    async fn a_dead_processs_run_is_marked_when_its_successor_starts_and_its_data_stays(database) {
        let fixture = lab_of(database, 8, 2).await;
        let run = interrupted_by_death(&fixture, "host:1").await;
        let successor = fixture.process("host:1").await;
        successor.start().await.expect("started");
        let marked = run_of(&fixture, run).await;
        assert_eq!(marked.status, RunStatus::Interrupted);
        assert_eq!((marked.repositories_done, marked.finished_at), (1, Some(fixture.clock.now())));
        let all = fixture.engine.repositories(&OPERATOR, fixture.tenant).await.expect("all").repositories;
        assert_eq!(days(&successor, fixture.tenant, all[0].id).await, true_days("2026-11-06", "2026-11-19"));

        // The rest is resumed automatically.
        let rest = taken_up(&fixture).await;
        assert_eq!((rest.status, rest.repositories_total), (RunStatus::Succeeded, 1));
        assert_eq!(days(&successor, fixture.tenant, all[1].id).await, true_days("2026-11-06", "2026-11-19"));
        successor.shutdown().await;
        // And only once: not by others, and not by the next process to start.
        for worker in ["host:1", "host:2"] {
            let next = fixture.process(worker).await;
            next.start().await.expect("started");
            next.shutdown().await;
        }
        assert_eq!(fixture.engine.runs(&OPERATOR, fixture.tenant, 20).await.expect("runs").len(), 2);
    }

    async fn a_limited_run_of_a_stopped_process_continues_after_the_restart(database) {
        let fixture = lab_of(database, 2, 6).await;
        let github = fixture.github.control();
        // About two repositories, beside the fifty for people.
        github.leave_budget("octocat", 66).expect("a user");
        let first = fixture.process("host:1").await;
        let all = fixture.engine.repositories(&OPERATOR, fixture.tenant).await.expect("all").repositories;
        let chosen: Vec<_> = all[..5].iter().map(|found| found.id).collect();
        let run = first.start_run(&OPERATOR, fixture.tenant, Trigger::Manual, Some(chosen)).await.expect("started");
        eventually("the run waits", async || run_of(&fixture, run).await.waiting_until.is_some()).await;
        first.shutdown().await;
        let left = run_of(&fixture, run).await;
        assert_eq!((left.status, left.waiting_until), (RunStatus::Interrupted, None));
        assert!((1..5).contains(&left.repositories_done), "{}", left.repositories_done);

        let second = fixture.process("host:1").await;
        second.start().await.expect("started");
        let rest = fixture.engine.runs(&OPERATOR, fixture.tenant, 1).await.expect("runs").remove(0);
        let remaining = 5 - left.repositories_done;
        assert_eq!((rest.trigger, rest.repositories_total), (Trigger::Startup, remaining));
        // It meets the limit, and continues when the limit lifts.
        eventually("the rest waits", async || run_of(&fixture, rest.id).await.waiting_until.is_some()).await;
        fixture.clock.advance(TimeDelta::hours(1));
        let rest = taken_up(&fixture).await;
        assert_eq!(rest.status, RunStatus::Succeeded);
        for (found, number) in all.iter().zip(1..) {
            let whole = true_days("2026-11-06", "2026-11-19");
            let expected = if number == 6 { Vec::new() } else { whole };
            assert_eq!(fixture.days(found.id).await, expected, "acme/r{number}");
        }
        second.shutdown().await;
    }

    async fn what_was_interrupted_long_ago_is_left_to_the_schedules(database) {
        let fixture = lab_of(database, 8, 2).await;
        interrupted_by_death(&fixture, "host:1").await;
        fixture.clock.advance(TimeDelta::days(2));
        let next = fixture.process("host:1").await;
        for schedule in next.schedules(&OPERATOR, fixture.tenant).await.expect("schedules") {
            next.delete_schedule(&OPERATOR, fixture.tenant, schedule.id).await.expect("deleted");
        }
        next.start().await.expect("started");
        next.shutdown().await;
        assert_eq!(fixture.engine.runs(&OPERATOR, fixture.tenant, 20).await.expect("runs").len(), 1);
    }

    async fn another_processs_run_is_marked_only_after_half_a_minute_without_a_sign_of_life(database) {
        let fixture = lab_of(database, 8, 2).await;
        let run = interrupted_by_death(&fixture, "host:1").await;
        fixture.age_workers(20).await;
        let early = fixture.process("host:2").await;
        early.start().await.expect("started");
        early.shutdown().await;
        assert_eq!(run_of(&fixture, run).await.status, RunStatus::Running);
        fixture.age_workers(20).await;
        let late = fixture.process("host:3").await;
        late.start().await.expect("started");
        late.shutdown().await;
        assert_eq!(run_of(&fixture, run).await.status, RunStatus::Interrupted);
    }

    async fn a_dead_servers_run_is_taken_over_by_another_that_lives(database) {
        let fixture = lab_of(database, 8, 2).await;
        let other = fixture.process("host:2").await;
        other.start().await.expect("started");
        let run = interrupted_by_death(&fixture, "host:1").await;
        assert_eq!(run_of(&fixture, run).await.status, RunStatus::Running);
        fixture.age_workers(40).await;
        let run = fixture.wait(run).await;
        assert_eq!((run.status, run.repositories_done), (RunStatus::Succeeded, 2));
        assert_eq!(fixture.engine.runs(&OPERATOR, fixture.tenant, 20).await.expect("runs").len(), 1);
        let report = fixture.engine.run_report(&OPERATOR, fixture.tenant, run.id, 0, "").await.expect("a report");
        assert!(report.items.iter().all(|item| item.outcome == Some(ItemOutcome::Succeeded)));
        for found in fixture.engine.repositories(&OPERATOR, fixture.tenant).await.expect("all").repositories {
            assert_eq!(fixture.days(found.id).await, true_days("2026-11-06", "2026-11-19"));
        }
        other.shutdown().await;
    }

    async fn servers_share_a_run_and_each_repository_is_collected_once(database) {
        let fixture = lab_of(database, 8, 60).await;
        let github = fixture.github.control();
        github.set_latency(Duration::from_millis(100));
        let small = |worker: &str| engine::Settings { collect_concurrency: 2, ..fixture.settings(worker) };
        let mut servers = Vec::new();
        for worker in ["host:1", "host:2", "host:3"] {
            let server = Engine::open(small(worker), Arc::new(fixture.clock.clone())).await.expect("opened");
            server.start().await.expect("started");
            servers.push(server);
        }
        let run = servers[0].start_run(&OPERATOR, fixture.tenant, Trigger::Manual, None).await.expect("started");
        let run = fixture.wait(run).await;
        assert_eq!((run.status, run.repositories_done), (RunStatus::Succeeded, 60));
        assert_eq!((u64::from(run.requests), github.requests()), (u64::from(60 * REQUESTS), u64::from(60 * REQUESTS)));
        // Two requests at a time are one server's; more were there.
        assert!(github.most_at_once() > 2, "{}", github.most_at_once());
        for server in servers {
            server.shutdown().await;
        }
    }

    async fn a_run_that_is_called_off_asks_no_more_and_can_be_tried_again(database) {
        let fixture = lab_of(database, 2, 20).await;
        fixture.github.control().set_latency(Duration::from_millis(50));
        let run = fixture.start().await;
        eventually("a repository done", async || run_of(&fixture, run).await.repositories_done > 0).await;
        fixture.engine.cancel_run(&OPERATOR, fixture.tenant, run).await.expect("cancelled");
        let cancelled = run_of(&fixture, run).await;
        assert_eq!(cancelled.status, RunStatus::Interrupted);
        assert_eq!(cancelled.cancelled_by.as_deref(), Some("command line"));
        let again = fixture.engine.cancel_run(&OPERATOR, fixture.tenant, run).await;
        assert!(problem(again).message.contains("already ended"));
        eventually("the last request counted", async || {
            u64::from(run_of(&fixture, run).await.requests) == fixture.github.control().requests()
        })
        .await;
        let requests_before = fixture.github.control().requests();
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(fixture.github.control().requests(), requests_before);

        // Nobody takes up what was called off on purpose; who wants the rest says so.
        let next = fixture.process("host:2").await;
        next.start().await.expect("started");
        next.shutdown().await;
        assert_eq!(fixture.engine.runs(&OPERATOR, fixture.tenant, 20).await.expect("runs").len(), 1);
        let done = run_of(&fixture, run).await.repositories_done;
        let report = fixture.engine.run_report(&OPERATOR, fixture.tenant, run, 0, "").await.expect("a report");
        assert_eq!((report.to_retry, report.may_cancel), (20 - done, false));
        let rest = fixture.engine.retry_run(&OPERATOR, fixture.tenant, run, Trigger::Manual).await.expect("begun");
        let rest = fixture.wait(rest).await;
        assert_eq!((rest.status, rest.repositories_total), (RunStatus::Succeeded, 20 - done));
        let nothing = fixture.engine.retry_run(&OPERATOR, fixture.tenant, rest.id, Trigger::Manual).await;
        assert!(problem(nothing).message.contains("nothing to retry"));
    }

    async fn what_failed_is_tried_again_alone_and_its_cost_is_known(database) {
        let fixture = lab_of(database, 8, 5).await;
        fixture.github.control().fault(Fault::MissingPushAccess, Scope::everywhere().repository("acme/r3"));
        let run = fixture.collect().await;
        assert_eq!((run.status, run.repositories_failed), (RunStatus::Partial, 1));
        let report = fixture.engine.run_report(&OPERATOR, fixture.tenant, run.id, 0, "").await.expect("a report");
        assert_eq!(report.to_retry, 1);
        let first = &report.items[0];
        assert_eq!(first.full_name.to_string(), "acme/r3", "what failed comes first");
        assert!(first.outcome != Some(ItemOutcome::Succeeded) && first.requests > 0);
        let sum: u32 = report.items.iter().map(|item| item.requests).sum();
        assert_eq!(sum, run.requests);
        fixture.github.control().stop_faults();
        let again = fixture.engine.retry_run(&OPERATOR, fixture.tenant, run.id, Trigger::Api).await.expect("begun");
        let again = fixture.wait(again).await;
        assert_eq!((again.status, again.repositories_total), (RunStatus::Succeeded, 1));
        let page = fixture.engine.runs_report(&OPERATOR, fixture.tenant, None, 1).await.expect("a page");
        assert_eq!((page.runs[0].id, page.next), (again.id, Some(again.id)));
        let page = fixture.engine.runs_report(&OPERATOR, fixture.tenant, page.next, 1).await.expect("a page");
        assert_eq!((page.runs[0].id, page.next), (run.id, None));
    }
}
