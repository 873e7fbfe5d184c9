//! What is not asked again, and what costs nothing: entity tags, and what moves once a day.

use chrono::TimeDelta;
use domain::report::Run;
use domain::{RunStatus, Trigger};
use engine::{Clock, Credential};
use simulator::{Endpoint, Fault, Scope, Token};

use crate::databases::TestDatabase;
use crate::fixture::{Fixture, OPERATOR, TOKEN, repository, true_days};

const REPOSITORIES: u32 = 30;

async fn lab_of_many(database: TestDatabase) -> Fixture {
    let fixture = Fixture::new(database, |github| {
        (1..=REPOSITORIES).fold(github, |github, number| {
            github.repository(repository(number.into(), &format!("acme/r{number}")))
        })
    })
    .await;
    for number in 1..=REPOSITORIES {
        fixture.track(&format!("acme/r{number}")).await;
    }
    fixture.github.control().forget_requests();
    fixture
}

/// Collects as an outside event or a schedule does: not by hand.
async fn collect_by_api_trigger(fixture: &Fixture) -> Run {
    fixture.github.control().forget_requests();
    let run = fixture
        .engine
        .start_run(&OPERATOR, fixture.tenant, Trigger::Api, None)
        .await;
    let run = fixture.wait(run.expect("started")).await;
    assert_eq!(
        (run.status, run.failures.as_slice()),
        (RunStatus::Succeeded, &[][..])
    );
    assert_eq!(u64::from(run.requests), fixture.github.control().requests());
    run
}

on_both! {
    async fn a_second_run_on_the_same_day_costs_next_to_nothing(database) {
        let fixture = lab_of_many(database).await;
        let github = fixture.github.control();
        let first = collect_by_api_trigger(&fixture).await;
        assert_eq!((first.requests, github.answers_with(200)), (300, 300));

        fixture.clock.advance(TimeDelta::minutes(50));
        // One repository's newest day has grown meanwhile, by day.
        let grown = Scope::everywhere().repository("acme/r7").endpoint(Endpoint::Views);
        github.fault(Fault::GrowingNewest { percent: 50 }, grown);
        let second = collect_by_api_trigger(&fixture).await;
        assert_eq!(second.requests, 2 * REPOSITORIES);
        // Whatever is no 304 is taken from the budget; of the first run's 300 requests it was all.
        let spent = u64::from(second.requests) - github.answers_with(304);
        assert!(spent * 20 < u64::from(second.requests), "{spent} of {}", second.requests);
        assert_eq!((spent, github.answers_with(200)), (1, 1));
        github.stop_faults();

        // By hand everything is asked, and what has not changed costs nothing either.
        github.forget_requests();
        let by_hand = fixture.collect_well().await;
        assert_eq!((by_hand.requests, github.answers_with(200)), (300, 1));
        for repository in fixture.engine.repositories(&OPERATOR, fixture.tenant).await.expect("all").repositories {
            assert_eq!(fixture.days(repository.id).await, true_days("2026-11-06", "2026-11-19"));
            assert_eq!(repository.last_collected_at, Some(fixture.clock.now()));
        }
    }

    async fn what_moves_once_a_day_is_asked_again_after_midnight(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        collect_by_api_trigger(&fixture).await;
        // At 23:59 it was answered today.
        fixture.clock.advance(TimeDelta::minutes(17 * 60 + 59));
        assert_eq!(collect_by_api_trigger(&fixture).await.requests, 2);
        fixture.clock.advance(TimeDelta::minutes(1));
        // The history of stars holds a week.
        assert_eq!(collect_by_api_trigger(&fixture).await.requests, 9);
        assert_eq!(fixture.days(anvil).await, true_days("2026-11-06", "2026-11-20"));
        // "Not modified" holds for the new day as well.
        let page = fixture.page("acme/anvil").await;
        let referrers = page.report.referrers.expect("referrers");
        assert_eq!(referrers.window.to.to_string(), "2026-11-20");
        assert_eq!(referrers.rows.len(), 2);
        assert_eq!(page.report.popularity.expect("popularity").stars, Some(42));
    }

    async fn what_failed_is_asked_again_on_the_same_day(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        collect_by_api_trigger(&fixture).await;
        let paths = Scope::everywhere().endpoint(Endpoint::Paths);
        fixture.github.control().fault(Fault::ServerError, paths);
        // By hand, since nothing else would ask for them today.
        assert_eq!(fixture.collect().await.status, RunStatus::Partial);
        fixture.github.control().stop_faults();
        let run = collect_by_api_trigger(&fixture).await;
        assert_eq!((run.requests, fixture.github.control().requests_to(Endpoint::Paths)), (3, 1));
        assert_eq!(fixture.repository(anvil).await.failure, None);
    }

    async fn another_token_asks_for_everything_anew(database) {
        let (fixture, _) = Fixture::with_anvil(database).await;
        let github = fixture.github.control();
        fixture.collect_well().await;
        github.forget_requests();
        fixture.collect_well().await;
        assert_eq!((github.answers_with(304), github.answers_with(200)), (10, 0));

        github.add_token(Token::classic("ghp_next", "octocat", ["repo"]));
        let id = fixture.connection().await.id;
        let replace = async |token: &str| {
            let credential = Credential::Token(token.into());
            let replaced = fixture.engine.replace_credential(&OPERATOR, fixture.tenant, id, credential);
            replaced.await.expect("replaced");
            github.forget_requests();
            fixture.collect_well().await;
            (github.answers_with(304), github.answers_with(200))
        };
        assert_eq!(replace("ghp_next").await, (0, 10));
        // The former one's tags are gone, too.
        assert_eq!(replace(TOKEN).await, (0, 10));
    }

    async fn a_history_that_was_deleted_comes_back_whole(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        fixture.collect_well().await;
        let deleted = fixture
            .engine
            .untrack(&OPERATOR, fixture.tenant, anvil, domain::report::History::Delete)
            .await;
        deleted.expect("deleted");
        let anvil = fixture.track("acme/anvil").await;
        collect_by_api_trigger(&fixture).await;
        assert_eq!(fixture.github.control().answers_with(304), 0);
        assert_eq!(fixture.days(anvil).await, true_days("2026-11-06", "2026-11-19"));
    }

    async fn a_repository_that_vanishes_during_the_day_is_noticed_on_that_day(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        collect_by_api_trigger(&fixture).await;
        fixture.github.control().hide_repository("acme/anvil", true).expect("hidden");
        let run = fixture.engine.start_run(&OPERATOR, fixture.tenant, Trigger::Api, None).await;
        let run = fixture.wait(run.expect("started")).await;
        assert_eq!((run.status, run.failures.len(), run.requests), (RunStatus::Failed, 1, 4));
        assert!(run.failures[0].reason.contains("no longer shows"));
        let found = fixture.repository(anvil).await;
        assert_eq!(found.status, domain::RepositoryStatus::Unreachable);
    }
}
