//! What holds for a whole connection: refused tokens and rate limits end the asking at once.

use chrono::TimeDelta;
use domain::report::Run;
use domain::{Endpoint as E, RunStatus};
use engine::Clock;
use simulator::{Fault, LimitStatus, RetryAfter, Scope};

use crate::databases::TestDatabase;
use crate::lab::{Lab, OPERATOR, TOKEN, failed, repository, true_days};

const REPOSITORIES: u32 = 12;

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

/// Every repository failed once, for the connection's reason, and none of them was lost.
fn assert_each_failed_once(run: &Run, words: &str) {
    assert_eq!(run.status, RunStatus::Failed);
    assert_eq!(
        (run.repositories_done, run.repositories_failed),
        (REPOSITORIES, REPOSITORIES)
    );
    assert_eq!(failed(run), vec![E::Repository; 12]);
    let mut names: Vec<_> = run
        .failures
        .iter()
        .map(|failure| &failure.repository)
        .collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 12);
    for failure in &run.failures {
        assert!(failure.reason.contains(words), "{}", failure.reason);
    }
}

on_both! {
    async fn a_revoked_token_is_tried_once(database) {
        let lab = lab_of_many(database).await;
        lab.github.control().revoke_token(TOKEN);
        let run = lab.collect().await;
        assert_each_failed_once(&run, "refused the token");
        assert_eq!((run.requests, lab.github.control().requests()), (1, 1));
    }

    async fn a_token_that_is_revoked_in_the_midst_of_a_run_ends_the_asking(database) {
        let lab = lab_of_many(database).await;
        let github = lab.github.control();
        github.set_latency(std::time::Duration::from_millis(20));
        let run = lab.start().await;
        crate::lab::eventually("a repository done", async || {
            let run = lab.engine.run(&OPERATOR, lab.tenant, run).await.expect("a run");
            run.repositories_done > 0
        })
        .await;
        github.revoke_token(TOKEN);
        let run = lab.wait(run).await;
        assert_eq!(run.status, RunStatus::Partial);
        assert_eq!(run.repositories_done, REPOSITORIES);
        // Only what was in flight met the refusal: eight at most.
        assert!((1..=8).contains(&github.answers_with(401)), "{}", github.answers_with(401));
        assert_eq!(u64::from(run.requests), github.requests());
        assert!(run.failures.iter().all(|failure| failure.reason.contains("refused the token")));
        let failures = u32::try_from(run.failures.len()).expect("a few");
        assert_eq!(failures, run.repositories_failed);

        // A new token of the same user brings what is missing.
        github.add_token(simulator::Token::classic(TOKEN, "octocat", ["repo"]));
        lab.collect_well().await;
    }

    async fn a_locked_out_user_is_left_alone(database) {
        let lab = lab_of_many(database).await;
        lab.github.control().fault(Fault::Lockout, Scope::everywhere());
        let run = lab.collect().await;
        assert_each_failed_once(&run, "locked the token's user out");
        assert_eq!(run.requests, 1);
    }

    async fn a_secondary_limit_is_heeded_for_as_long_as_github_asks(database) {
        let lab = lab_of_many(database).await;
        let github = lab.github.control();
        for (status, retry_after, seconds) in [
            (LimitStatus::Forbidden, RetryAfter::Seconds(90), 90),
            (LimitStatus::TooManyRequests, RetryAfter::Seconds(90), 90),
            (LimitStatus::Forbidden, RetryAfter::Absent, 60),
            (LimitStatus::TooManyRequests, RetryAfter::Absent, 60),
            (LimitStatus::Forbidden, RetryAfter::Blank, 60),
        ] {
            github.forget_requests();
            github.fault(Fault::SecondaryLimit { status, retry_after }, Scope::everywhere().next(1));
            let run = lab.collect().await;
            assert_each_failed_once(&run, "slow down");
            assert_eq!((run.requests, github.requests()), (1, 1), "{status:?} {retry_after:?}");

            // Until then other runs send nothing either.
            lab.clock.advance(TimeDelta::seconds(seconds - 1));
            let run = lab.collect().await;
            assert_each_failed_once(&run, "slow down");
            assert_eq!((run.requests, github.requests()), (0, 1), "{status:?} {retry_after:?}");
            lab.clock.advance(TimeDelta::seconds(1));
            lab.collect_well().await;
        }
    }

    async fn a_primary_limit_is_heeded_until_the_reset(database) {
        let lab = lab_of_many(database).await;
        let github = lab.github.control();
        for status in [LimitStatus::Forbidden, LimitStatus::TooManyRequests] {
            github.fault(Fault::PrimaryLimit { status }, Scope::everywhere().next(1));
            let reset = lab.clock.now() + TimeDelta::hours(1);
            let run = lab.collect().await;
            assert_each_failed_once(&run, &reset.format("used up until %F %T UTC").to_string());
            assert_eq!(run.requests, 1);
            lab.clock.advance(TimeDelta::hours(1));
            lab.collect_well().await;
        }
    }

    async fn what_the_budget_allowed_is_stored_and_the_rest_comes_after_the_reset(database) {
        let lab = lab_of_many(database).await;
        let github = lab.github.control();
        github.leave_budget("octocat", 30).expect("a user");
        let run = lab.collect().await;
        assert_eq!(run.status, RunStatus::Partial);
        assert_eq!(github.answers_with(200), 30);
        assert!((1..=8).contains(&github.answers_with(403)), "{}", github.answers_with(403));
        assert_eq!(u64::from(run.requests), github.requests());
        assert!(run.failures.iter().all(|failure| failure.reason.contains("are used up")));

        lab.clock.advance(TimeDelta::hours(1));
        lab.collect_well().await;
        for repository in lab.engine.repositories(&OPERATOR, lab.tenant).await.expect("all").repositories {
            assert_eq!(lab.days(repository.id).await, true_days("2026-11-06", "2026-11-19"));
        }
    }

    async fn githubs_secondary_limits_are_not_met_by_a_run(database) {
        let lab = Lab::new(database, |github| {
            let github = (1..=60).fold(github, |github, number| {
                github.repository(repository(number, &format!("acme/r{number}")))
            });
            github.secondary_limits()
        })
        .await;
        for number in 1..=60 {
            lab.track(&format!("acme/r{number}")).await;
            lab.clock.advance(TimeDelta::seconds(2));
        }
        lab.clock.advance(TimeDelta::minutes(1));
        let run = lab.collect_well().await;
        assert_eq!(run.requests, 420);
    }
}
