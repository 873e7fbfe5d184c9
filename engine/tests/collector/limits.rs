//! What holds for a whole connection: refused tokens end the asking, rate limits are waited for.

use chrono::{DateTime, TimeDelta, Utc};
use domain::report::{Run, ScheduleInput};
use domain::{Endpoint as E, RunId, RunStatus, Trigger};
use engine::Clock;
use simulator::{Fault, LimitStatus, RetryAfter, Scope};

use crate::databases::TestDatabase;
use crate::lab::{Lab, OPERATOR, REQUESTS, TOKEN, eventually, failed, repository, true_days};

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

/// The run goes on, and says until when it waits and for what.
async fn assert_waits(lab: &Lab, run: RunId, until: DateTime<Utc>, words: &str) {
    eventually("the run waits", async || {
        let run = lab
            .engine
            .run(&OPERATOR, lab.tenant, run)
            .await
            .expect("a run");
        let what = run.waiting_for.unwrap_or_default();
        run.status == RunStatus::Running && run.waiting_until == Some(until) && what.contains(words)
    })
    .await;
}

fn assert_went_well(run: &Run, requests: u32) {
    assert_eq!((run.status, run.requests), (RunStatus::Succeeded, requests));
    assert_eq!((run.waiting_until, run.waiting_for.as_ref()), (None, None));
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

    async fn a_secondary_limit_is_waited_for_as_long_as_github_asks(database) {
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
            let until = lab.clock.now() + TimeDelta::seconds(seconds);
            let ids = lab.ids().await;
            let run = lab.start_of(&ids[..1]).await;
            assert_waits(&lab, run, until, "slow down").await;
            // Other runs send nothing either.
            let other = lab.start_of(&ids[1..]).await;
            assert_waits(&lab, other, until, "slow down").await;
            lab.clock.set(until - TimeDelta::seconds(1));
            assert_waits(&lab, run, until, "slow down").await;
            assert_eq!(github.requests(), 1, "{status:?} {retry_after:?}");

            lab.clock.set(until);
            assert_went_well(&lab.wait(run).await, 1 + REQUESTS);
            assert_went_well(&lab.wait(other).await, REQUESTS * (REPOSITORIES - 1));
        }
    }

    async fn a_limit_that_stays_is_tried_by_one_request_after_ever_longer_pauses(database) {
        let lab = lab_of_many(database).await;
        let github = lab.github.control();
        let limit = Fault::SecondaryLimit {
            status: LimitStatus::Forbidden,
            retry_after: RetryAfter::Absent,
        };
        github.fault(limit, Scope::everywhere());
        let run = lab.start().await;
        for (tried, minutes) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 16)] {
            let until = lab.clock.now() + TimeDelta::minutes(minutes);
            assert_waits(&lab, run, until, "slow down").await;
            assert_eq!(github.requests(), tried);
            lab.clock.set(until);
        }
        let until = lab.clock.now() + TimeDelta::minutes(16);
        assert_waits(&lab, run, until, "slow down").await;
        github.stop_faults();
        lab.clock.set(until);
        assert_went_well(&lab.wait(run).await, 7 + REQUESTS * REPOSITORIES);
    }

    async fn a_primary_limit_is_waited_for_until_the_reset(database) {
        let lab = lab_of_many(database).await;
        let github = lab.github.control();
        for status in [LimitStatus::Forbidden, LimitStatus::TooManyRequests] {
            github.forget_requests();
            github.fault(Fault::PrimaryLimit { status }, Scope::everywhere().next(1));
            let reset = lab.clock.now() + TimeDelta::hours(1);
            let run = lab.start().await;
            assert_waits(&lab, run, reset, "are used up").await;
            assert_eq!(github.requests(), 1);
            lab.clock.set(reset);
            assert_went_well(&lab.wait(run).await, 1 + REQUESTS * REPOSITORIES);
        }
    }

    async fn a_run_stops_before_the_budget_is_spent_and_goes_on_after_the_reset(database) {
        let lab = lab_of_many(database).await;
        let github = lab.github.control();
        github.leave_budget("octocat", 80).expect("a user");
        let reset = lab.clock.now() + TimeDelta::hours(1);
        let run = lab.start().await;
        assert_waits(&lab, run, reset, "used up but for a few").await;
        // Fifty are left for people.
        assert!((23..=30).contains(&github.requests()), "{}", github.requests());
        assert_eq!(github.answers_with(403), 0);
        assert!(lab.connection().await.budget.is_some());

        lab.clock.set(reset);
        let run = lab.wait(run).await;
        // What is asked beside the traffic waits for the next run, where it could not be asked.
        assert!((7 * REPOSITORIES..=REQUESTS * REPOSITORIES).contains(&run.requests));
        assert_went_well(&run, run.requests);
        assert_eq!(github.answers_with(403), 0);
        for repository in lab.engine.repositories(&OPERATOR, lab.tenant).await.expect("all").repositories {
            assert_eq!(lab.days(repository.id).await, true_days("2026-11-06", "2026-11-19"));
        }
    }

    async fn all_connections_of_a_user_share_the_budget_and_the_pauses(database) {
        let lab = lab_of_many(database).await;
        let github = lab.github.control();
        github.add_token(simulator::Token::classic("ghp_second", "octocat", ["repo"]));
        let second = engine::NewConnection {
            name: "Second".into(),
            api_url: None,
            credential: engine::Credential::Token("ghp_second".into()),
        };
        let second = lab.engine.connect(&OPERATOR, lab.tenant, second).await.expect("connected").id;
        let first = lab.connection().await.id;
        let moved = lab.engine.disconnect(&OPERATOR, lab.tenant, first, Some(second));
        github.forget_requests();
        let limit = Fault::PrimaryLimit { status: LimitStatus::Forbidden };
        github.fault(limit, Scope::everywhere().next(1));
        let reset = lab.clock.now() + TimeDelta::hours(1);
        let ids = lab.ids().await;
        let run = lab.start_of(&ids[..1]).await;
        assert_waits(&lab, run, reset, "are used up").await;
        // Another token of the same user is limited as well, and so not even tried.
        moved.await.expect("moved");
        let other = lab.start_of(&ids[1..]).await;
        assert_waits(&lab, other, reset, "are used up").await;
        assert_eq!(github.requests(), 1);
        lab.clock.set(reset);
        assert_went_well(&lab.wait(other).await, REQUESTS * (REPOSITORIES - 1));
        lab.wait(run).await;
    }

    async fn who_has_no_time_to_wait_says_why_and_asks_no_more(database) {
        let lab = lab_of_many(database).await;
        let github = lab.github.control();
        let limit = Fault::PrimaryLimit { status: LimitStatus::Forbidden };
        github.fault(limit, Scope::everywhere().next(1));
        let reset = lab.clock.now() + TimeDelta::hours(1);
        let settings = engine::Settings {
            collect_patience: std::time::Duration::from_mins(59),
            ..lab.settings("host:2")
        };
        let hasty = engine::Engine::open(settings, std::sync::Arc::new(lab.clock.clone())).await;
        let hasty = hasty.expect("opened");
        let run = hasty.start_run(&OPERATOR, lab.tenant, Trigger::Manual, None).await.expect("started");
        let run = lab.wait(run).await;
        assert_each_failed_once(&run, &reset.format("used up until %F %T UTC").to_string());
        assert_eq!((run.requests, github.requests()), (1, 1));
        assert_eq!((run.waiting_until, run.waiting_for), (None, None));
    }

    async fn no_run_waits_beyond_its_schedules_next_time(database) {
        let lab = lab_of_many(database).await;
        let often = ScheduleInput {
            name: "Often".into(),
            cron: "*/20 * * * *".into(),
            timezone: "UTC".into(),
            enabled: true,
            accept_loss: false,
        };
        let often = lab.engine.create_schedule(&OPERATOR, lab.tenant, often).await;
        let report = lab.engine.repositories(&OPERATOR, lab.tenant).await.expect("repositories");
        let all: Vec<_> = report.repositories.iter().map(|repository| repository.id).collect();
        let often = often.expect("a schedule").id;
        let moved = lab.engine.follow_schedule(&OPERATOR, lab.tenant, &all, often).await;
        assert_eq!(moved.expect("moved"), all.len());
        lab.clock.advance(TimeDelta::minutes(21));
        let limit = Fault::PrimaryLimit { status: LimitStatus::Forbidden };
        lab.github.control().fault(limit, Scope::everywhere().next(1));
        let server = lab.process("host:2").await;
        server.start().await.expect("started");
        let runs = lab.engine.runs(&OPERATOR, lab.tenant, 1).await.expect("runs");
        assert_each_failed_once(&lab.wait(runs[0].id).await, "are used up");
        server.shutdown().await;
    }

    async fn a_process_that_ends_does_not_wait(database) {
        let lab = lab_of_many(database).await;
        let limit = Fault::PrimaryLimit { status: LimitStatus::Forbidden };
        lab.github.control().fault(limit, Scope::everywhere().next(1));
        let reset = lab.clock.now() + TimeDelta::hours(1);
        let run = lab.start().await;
        assert_waits(&lab, run, reset, "are used up").await;
        let stopping = lab.engine.shutdown();
        tokio::time::timeout(std::time::Duration::from_secs(5), stopping).await.expect("at once");
        let run = lab.wait(run).await;
        assert_eq!((run.status, run.repositories_done), (RunStatus::Interrupted, 0));
        assert_eq!((run.waiting_until, run.failures.len()), (None, 0));
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
        assert_eq!(run.requests, 60 * REQUESTS);
    }
}
