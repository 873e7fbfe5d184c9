//! A request for a run joins the running ones that collect the same repositories.

use std::time::Duration;

use domain::{Limit, RunStatus, Trigger};
use futures::future::join_all;

use simulator::{Fault, Scope};

use crate::fixture::{Fixture, OPERATOR, REQUESTS, eventually, problem, repository};

/// Three repositories, of which GitHub takes its time to tell.
async fn lab_of_three(database: crate::databases::TestDatabase) -> Fixture {
    let fixture = Fixture::new(database, |github| {
        (1..=3).fold(github, |github, number| {
            github.repository(repository(number, &format!("acme/r{number}")))
        })
    })
    .await;
    for number in 1..=3 {
        fixture.track(&format!("acme/r{number}")).await;
    }
    fixture.github.control().forget_requests();
    fixture
        .github
        .control()
        .set_latency(Duration::from_millis(100));
    fixture
}

on_both! {
    async fn two_commands_and_two_requests_at_once_collect_everything_once(database) {
        let fixture = lab_of_three(database).await;
        let (one, other) = (fixture.process("command:1").await, fixture.process("command:2").await);
        let requested = |engine: engine::Engine, trigger| {
            let tenant = fixture.tenant;
            Box::pin(async move {
                engine.start_run(&OPERATOR, tenant, trigger, None).await.expect("a run")
            })
        };
        let runs = join_all([
            requested(one.clone(), Trigger::Manual),
            requested(other.clone(), Trigger::Manual),
            requested(fixture.engine.clone(), Trigger::Api),
            requested(fixture.engine.clone(), Trigger::Api),
        ])
        .await;
        assert!(runs.iter().all(|run| *run == runs[0]), "{runs:?}");
        let run = fixture.wait(runs[0]).await;
        assert_eq!((run.status, run.repositories_done), (RunStatus::Succeeded, 3));
        assert_eq!(fixture.github.control().requests(), u64::from(3 * REQUESTS));
        let all = fixture.engine.runs(&OPERATOR, fixture.tenant, 10).await.expect("runs");
        assert_eq!(all.len(), 1);
        // Once it has ended, a request starts another.
        assert_ne!(fixture.start().await, run.id);
    }

    async fn two_requests_at_once_for_the_same_repository_are_one_run(database) {
        let fixture = lab_of_three(database).await;
        let ids = fixture.ids().await;
        let (one, other) = tokio::join!(fixture.start_of(&ids[..1]), fixture.start_of(&ids[..1]));
        assert_eq!(one, other);
        let run = fixture.wait(one).await;
        assert_eq!((run.repositories_total, run.requests), (1, REQUESTS));
    }

    async fn a_run_begins_only_for_what_no_running_one_collects(database) {
        let fixture = lab_of_three(database).await;
        let ids = fixture.ids().await;
        let first = fixture.start_of(&ids[..2]).await;
        let runs = fixture.engine.collect_all(&OPERATOR, fixture.tenant, Trigger::Manual).await;
        let runs = runs.expect("runs");
        assert_eq!((runs.len(), runs[1]), (2, first));
        // Now everything is being collected: the run with the most of it answers.
        assert_eq!(fixture.start().await, first);
        assert_eq!(fixture.start_of(&ids[2..]).await, runs[0]);
        let (first, rest) = (fixture.wait(first).await, fixture.wait(runs[0]).await);
        assert_eq!((first.repositories_total, rest.repositories_total), (2, 1));
        assert_eq!(fixture.github.control().requests(), u64::from(3 * REQUESTS));
    }

    async fn a_repository_that_a_waiting_run_has_failed_at_is_collected_by_another(database) {
        let fixture = lab_of_three(database).await;
        let ids = fixture.ids().await;
        let github = fixture.github.control();
        let fault = github.fault(
            Fault::MissingPushAccess,
            Scope::everywhere().repository("acme/r1"),
        );
        github.fault(
            Fault::Stall(Duration::from_secs(3)),
            Scope::everywhere().repository("acme/r2"),
        );
        let waiting = fixture.start_of(&ids[..2]).await;
        eventually("the first repository has failed", async || {
            let page = fixture.engine.run(&OPERATOR, fixture.tenant, waiting).await.expect("a run");
            page.repositories_failed == 1
        })
        .await;
        github.stop_fault(fault);
        let again = fixture.start_of(&ids[..1]).await;
        assert_ne!(again, waiting);
        assert_eq!(fixture.wait(again).await.status, RunStatus::Succeeded);
        assert_eq!(fixture.start_of(&ids[1..2]).await, waiting, "the other one is still collected");
    }

    async fn a_third_manual_run_at_once_is_refused_and_a_request_that_joins_one_is_not(database) {
        let fixture = lab_of_three(database).await;
        let ids = fixture.ids().await;
        // Of three at once for different repositories, one is too many.
        let attempts = ids.iter().map(|id| {
            let only = Some(vec![*id]);
            fixture.engine.start_run(&OPERATOR, fixture.tenant, Trigger::Api, only)
        });
        let (begun, refused): (Vec<_>, Vec<_>) =
            join_all(attempts).await.into_iter().partition(Result::is_ok);
        assert_eq!((begun.len(), refused.len()), (2, 1));
        for refused in refused {
            assert_eq!(problem(refused), Limit::ManualRuns.exceeded(2));
        }
        let begun: Vec<_> = begun.into_iter().map(|run| run.expect("begun")).collect();
        let running = fixture.wait(begun[0]).await;
        assert_eq!(running.repositories_total, 1);
        fixture.wait(begun[1]).await;
        // There is room again.
        for id in &ids {
            let run = fixture.start_of(&[*id]).await;
            assert_eq!(fixture.start_of(&[*id]).await, run, "it is joined");
            fixture.wait(run).await;
        }
    }
}
