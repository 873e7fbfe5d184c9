//! What is not asked again, and what costs nothing: entity tags, and what moves once a day.

use chrono::TimeDelta;
use domain::report::Run;
use domain::{RunStatus, Trigger};
use engine::{Clock, Credential};
use simulator::{Endpoint, Fault, Scope, Token};

use crate::databases::TestDatabase;
use crate::lab::{Lab, OPERATOR, TOKEN, repository, true_days};

const REPOSITORIES: u32 = 30;

async fn lab_of_many(database: TestDatabase) -> Lab {
    let lab = Lab::new(database, |github| {
        (1..=REPOSITORIES).fold(github, |github, number| {
            github.repository(repository(number.into(), &format!("acme/r{number}")))
        })
    })
    .await;
    for number in 1..=REPOSITORIES {
        lab.track(&format!("acme/r{number}")).await;
    }
    lab.github.control().forget_requests();
    lab
}

/// Collects as an outside event or a schedule does: not by hand.
async fn collect_by_itself(lab: &Lab) -> Run {
    lab.github.control().forget_requests();
    let run = lab
        .engine
        .start_run(&OPERATOR, lab.tenant, Trigger::Api, None)
        .await;
    let run = lab.wait(run.expect("started")).await;
    assert_eq!(
        (run.status, run.failures.as_slice()),
        (RunStatus::Succeeded, &[][..])
    );
    assert_eq!(u64::from(run.requests), lab.github.control().requests());
    run
}

on_both! {
    async fn a_second_run_on_the_same_day_costs_next_to_nothing(database) {
        let lab = lab_of_many(database).await;
        let github = lab.github.control();
        let first = collect_by_itself(&lab).await;
        assert_eq!((first.requests, github.answers_with(200)), (300, 300));

        lab.clock.advance(TimeDelta::minutes(50));
        // One repository's newest day has grown meanwhile, by day.
        let grown = Scope::everywhere().repository("acme/r7").endpoint(Endpoint::Views);
        github.fault(Fault::GrowingNewest { percent: 50 }, grown);
        let second = collect_by_itself(&lab).await;
        assert_eq!(second.requests, 2 * REPOSITORIES);
        // Whatever is no 304 is taken from the budget; of the first run's 300 requests it was all.
        let spent = u64::from(second.requests) - github.answers_with(304);
        assert!(spent * 20 < u64::from(second.requests), "{spent} of {}", second.requests);
        assert_eq!((spent, github.answers_with(200)), (1, 1));
        github.stop_faults();

        // By hand everything is asked, and what has not changed costs nothing either.
        github.forget_requests();
        let by_hand = lab.collect_well().await;
        assert_eq!((by_hand.requests, github.answers_with(200)), (300, 1));
        for repository in lab.engine.repositories(&OPERATOR, lab.tenant).await.expect("all").repositories {
            assert_eq!(lab.days(repository.id).await, true_days("2026-11-06", "2026-11-19"));
            assert_eq!(repository.last_collected_at, Some(lab.clock.now()));
        }
    }

    async fn what_moves_once_a_day_is_asked_again_after_midnight(database) {
        let (lab, anvil) = Lab::with_anvil(database).await;
        collect_by_itself(&lab).await;
        // At 23:59 it was answered today.
        lab.clock.advance(TimeDelta::minutes(17 * 60 + 59));
        assert_eq!(collect_by_itself(&lab).await.requests, 2);
        lab.clock.advance(TimeDelta::minutes(1));
        // The history of stars holds a week.
        assert_eq!(collect_by_itself(&lab).await.requests, 9);
        assert_eq!(lab.days(anvil).await, true_days("2026-11-06", "2026-11-20"));
        // What GitHub says has not changed stands for the new day as well.
        let page = lab.page("acme/anvil").await;
        let referrers = page.referrers.expect("referrers");
        assert_eq!(referrers.window.to.to_string(), "2026-11-20");
        assert_eq!(referrers.rows.len(), 2);
        assert_eq!(page.popularity.expect("popularity").stars, Some(42));
    }

    async fn what_failed_is_asked_again_on_the_same_day(database) {
        let (lab, anvil) = Lab::with_anvil(database).await;
        collect_by_itself(&lab).await;
        let paths = Scope::everywhere().endpoint(Endpoint::Paths);
        lab.github.control().fault(Fault::ServerError, paths);
        // By hand, since nothing else would ask for them today.
        assert_eq!(lab.collect().await.status, RunStatus::Partial);
        lab.github.control().stop_faults();
        let run = collect_by_itself(&lab).await;
        assert_eq!((run.requests, lab.github.control().requests_to(Endpoint::Paths)), (3, 1));
        assert_eq!(lab.repository(anvil).await.failure, None);
    }

    async fn another_token_asks_for_everything_anew(database) {
        let (lab, _) = Lab::with_anvil(database).await;
        let github = lab.github.control();
        lab.collect_well().await;
        github.forget_requests();
        lab.collect_well().await;
        assert_eq!((github.answers_with(304), github.answers_with(200)), (10, 0));

        github.add_token(Token::classic("ghp_next", "octocat", ["repo"]));
        let id = lab.connection().await.id;
        let replace = async |token: &str| {
            let credential = Credential::Token(token.into());
            let replaced = lab.engine.replace_credential(&OPERATOR, lab.tenant, id, credential);
            replaced.await.expect("replaced");
            github.forget_requests();
            lab.collect_well().await;
            (github.answers_with(304), github.answers_with(200))
        };
        assert_eq!(replace("ghp_next").await, (0, 10));
        // The former one's tags are gone, too.
        assert_eq!(replace(TOKEN).await, (0, 10));
    }

    async fn a_history_that_was_deleted_comes_back_whole(database) {
        let (lab, anvil) = Lab::with_anvil(database).await;
        lab.collect_well().await;
        let deleted = lab
            .engine
            .untrack(&OPERATOR, lab.tenant, anvil, domain::report::History::Delete)
            .await;
        deleted.expect("deleted");
        let anvil = lab.track("acme/anvil").await;
        collect_by_itself(&lab).await;
        assert_eq!(lab.github.control().answers_with(304), 0);
        assert_eq!(lab.days(anvil).await, true_days("2026-11-06", "2026-11-19"));
    }

    async fn a_repository_that_vanishes_during_the_day_is_noticed_on_that_day(database) {
        let (lab, anvil) = Lab::with_anvil(database).await;
        collect_by_itself(&lab).await;
        lab.github.control().hide_repository("acme/anvil", true).expect("hidden");
        let run = lab.engine.start_run(&OPERATOR, lab.tenant, Trigger::Api, None).await;
        let run = lab.wait(run.expect("started")).await;
        assert_eq!((run.status, run.failures.len(), run.requests), (RunStatus::Failed, 1, 4));
        assert!(run.failures[0].reason.contains("no longer shows"));
        let found = lab.repository(anvil).await;
        assert_eq!(found.status, domain::RepositoryStatus::Unreachable);
    }
}
