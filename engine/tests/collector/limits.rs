//! What holds for a whole connection: refused tokens end the asking, rate limits are waited for.

use chrono::{DateTime, TimeDelta, Utc};
use domain::report::{Run, ScheduleInput};
use domain::{Endpoint as E, RunId, RunStatus, Trigger};
use engine::Clock;
use simulator::{Fault, LimitStatus, RetryAfter, Scope};

use crate::databases::TestDatabase;
use crate::fixture::{
    Fixture, OPERATOR, REQUESTS, TOKEN, eventually, failed, repository, true_days,
};

const REPOSITORIES: u32 = 12;

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

/// The run continues, and says until when it waits and for what.
async fn assert_waits(fixture: &Fixture, run: RunId, until: DateTime<Utc>, words: &str) {
    eventually("the run waits", async || {
        let run = fixture
            .engine
            .run(&OPERATOR, fixture.tenant, run)
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
        let fixture = lab_of_many(database).await;
        fixture.github.control().revoke_token(TOKEN);
        let run = fixture.collect().await;
        assert_each_failed_once(&run, "refused the token");
        assert_eq!((run.requests, fixture.github.control().requests()), (1, 1));
    }

    async fn a_token_that_is_revoked_in_the_midst_of_a_run_ends_the_asking(database) {
        let fixture = lab_of_many(database).await;
        let github = fixture.github.control();
        github.set_latency(std::time::Duration::from_millis(20));
        let run = fixture.start().await;
        crate::fixture::eventually("a repository done", async || {
            let run = fixture.engine.run(&OPERATOR, fixture.tenant, run).await.expect("a run");
            run.repositories_done > 0
        })
        .await;
        github.revoke_token(TOKEN);
        let run = fixture.wait(run).await;
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
        fixture.collect_well().await;
    }

    async fn a_locked_out_user_is_left_alone(database) {
        let fixture = lab_of_many(database).await;
        fixture.github.control().fault(Fault::Lockout, Scope::everywhere());
        let run = fixture.collect().await;
        assert_each_failed_once(&run, "locked out the token’s user");
        assert_eq!(run.requests, 1);
    }

    async fn a_secondary_limit_is_waited_for_as_long_as_github_asks(database) {
        let fixture = lab_of_many(database).await;
        let github = fixture.github.control();
        for (status, retry_after, seconds) in [
            (LimitStatus::Forbidden, RetryAfter::Seconds(90), 90),
            (LimitStatus::TooManyRequests, RetryAfter::Seconds(90), 90),
            (LimitStatus::Forbidden, RetryAfter::Absent, 60),
            (LimitStatus::TooManyRequests, RetryAfter::Absent, 60),
            (LimitStatus::Forbidden, RetryAfter::Blank, 60),
        ] {
            github.forget_requests();
            github.fault(Fault::SecondaryLimit { status, retry_after }, Scope::everywhere().next(1));
            let until = fixture.clock.now() + TimeDelta::seconds(seconds);
            let ids = fixture.ids().await;
            let run = fixture.start_of(&ids[..1]).await;
            assert_waits(&fixture, run, until, "secondary rate limit").await;
            // Other runs send nothing either.
            let other = fixture.start_of(&ids[1..]).await;
            assert_waits(&fixture, other, until, "secondary rate limit").await;
            fixture.clock.set(until - TimeDelta::seconds(1));
            assert_waits(&fixture, run, until, "secondary rate limit").await;
            assert_eq!(github.requests(), 1, "{status:?} {retry_after:?}");

            fixture.clock.set(until);
            assert_went_well(&fixture.wait(run).await, 1 + REQUESTS);
            assert_went_well(&fixture.wait(other).await, REQUESTS * (REPOSITORIES - 1));
        }
    }

    async fn a_limit_that_stays_is_tried_by_one_request_after_ever_longer_pauses(database) {
        let fixture = lab_of_many(database).await;
        let github = fixture.github.control();
        let limit = Fault::SecondaryLimit {
            status: LimitStatus::Forbidden,
            retry_after: RetryAfter::Absent,
        };
        github.fault(limit, Scope::everywhere());
        let run = fixture.start().await;
        for (tried, minutes) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 16)] {
            let until = fixture.clock.now() + TimeDelta::minutes(minutes);
            assert_waits(&fixture, run, until, "secondary rate limit").await;
            assert_eq!(github.requests(), tried);
            fixture.clock.set(until);
        }
        let until = fixture.clock.now() + TimeDelta::minutes(16);
        assert_waits(&fixture, run, until, "secondary rate limit").await;
        github.stop_faults();
        fixture.clock.set(until);
        assert_went_well(&fixture.wait(run).await, 7 + REQUESTS * REPOSITORIES);
    }

    async fn a_primary_limit_is_waited_for_until_the_reset(database) {
        let fixture = lab_of_many(database).await;
        let github = fixture.github.control();
        for status in [LimitStatus::Forbidden, LimitStatus::TooManyRequests] {
            github.forget_requests();
            github.fault(Fault::PrimaryLimit { status }, Scope::everywhere().next(1));
            let reset = fixture.clock.now() + TimeDelta::hours(1);
            let run = fixture.start().await;
            assert_waits(&fixture, run, reset, "are used up").await;
            assert_eq!(github.requests(), 1);
            fixture.clock.set(reset);
            assert_went_well(&fixture.wait(run).await, 1 + REQUESTS * REPOSITORIES);
        }
    }

    async fn a_run_pauses_before_the_rate_limit_is_exhausted_and_continues_after_the_reset(database) {
        let fixture = lab_of_many(database).await;
        let github = fixture.github.control();
        github.leave_budget("octocat", 80).expect("a user");
        let reset = fixture.clock.now() + TimeDelta::hours(1);
        let run = fixture.start().await;
        assert_waits(&fixture, run, reset, "Nearly all GitHub API requests").await;
        // Fifty are left for people.
        assert!((23..=30).contains(&github.requests()), "{}", github.requests());
        assert_eq!(github.answers_with(403), 0);
        assert!(fixture.connection().await.budget.is_some());

        fixture.clock.set(reset);
        let run = fixture.wait(run).await;
        // What is asked beside the traffic waits for the next run, where it could not be asked.
        assert!((7 * REPOSITORIES..=REQUESTS * REPOSITORIES).contains(&run.requests));
        assert_went_well(&run, run.requests);
        assert_eq!(github.answers_with(403), 0);
        for repository in fixture.engine.repositories(&OPERATOR, fixture.tenant).await.expect("all").repositories {
            assert_eq!(fixture.days(repository.id).await, true_days("2026-11-06", "2026-11-19"));
        }
    }

    async fn all_connections_of_a_user_share_the_budget_and_the_pauses(database) {
        let fixture = lab_of_many(database).await;
        let github = fixture.github.control();
        github.add_token(simulator::Token::classic("ghp_second", "octocat", ["repo"]));
        let second = engine::NewConnection {
            name: "Second".into(),
            api_url: None,
            credential: engine::Credential::Token("ghp_second".into()),
        };
        let second = fixture.engine.connect(&OPERATOR, fixture.tenant, second).await.expect("connected").id;
        let first = fixture.connection().await.id;
        let moved = fixture.engine.disconnect(&OPERATOR, fixture.tenant, first, Some(second));
        github.forget_requests();
        let limit = Fault::PrimaryLimit { status: LimitStatus::Forbidden };
        github.fault(limit, Scope::everywhere().next(1));
        let reset = fixture.clock.now() + TimeDelta::hours(1);
        let ids = fixture.ids().await;
        let run = fixture.start_of(&ids[..1]).await;
        assert_waits(&fixture, run, reset, "are used up").await;
        // Another token of the same user is limited as well, and so not even tried.
        moved.await.expect("moved");
        let other = fixture.start_of(&ids[1..]).await;
        assert_waits(&fixture, other, reset, "are used up").await;
        assert_eq!(github.requests(), 1);
        fixture.clock.set(reset);
        assert_went_well(&fixture.wait(other).await, REQUESTS * (REPOSITORIES - 1));
        fixture.wait(run).await;
    }

    async fn who_has_no_time_to_wait_says_why_and_asks_no_more(database) {
        let fixture = lab_of_many(database).await;
        let github = fixture.github.control();
        let limit = Fault::PrimaryLimit { status: LimitStatus::Forbidden };
        github.fault(limit, Scope::everywhere().next(1));
        let reset = fixture.clock.now() + TimeDelta::hours(1);
        let settings = engine::Settings {
            collect_max_wait: std::time::Duration::from_mins(59),
            ..fixture.settings("host:2")
        };
        let hasty = engine::Engine::open(settings, std::sync::Arc::new(fixture.clock.clone())).await;
        let hasty = hasty.expect("opened");
        let run = hasty.start_run(&OPERATOR, fixture.tenant, Trigger::Manual, None).await.expect("started");
        let run = fixture.wait(run).await;
        assert_each_failed_once(&run, &reset.format("used up until %F %T UTC").to_string());
        assert_eq!((run.requests, github.requests()), (1, 1));
        assert_eq!((run.waiting_until, run.waiting_for), (None, None));
    }

    async fn no_run_waits_beyond_its_schedules_next_time(database) {
        let fixture = lab_of_many(database).await;
        let often = ScheduleInput {
            name: "Often".into(),
            cron: "*/20 * * * *".into(),
            timezone: "UTC".into(),
            enabled: true,
            accept_loss: false,
        };
        let often = fixture.engine.create_schedule(&OPERATOR, fixture.tenant, often).await;
        let report = fixture.engine.repositories(&OPERATOR, fixture.tenant).await.expect("repositories");
        let all: Vec<_> = report.repositories.iter().map(|repository| repository.id).collect();
        let often = often.expect("a schedule").id;
        let moved = fixture.engine.follow_schedule(&OPERATOR, fixture.tenant, &all, often).await;
        assert_eq!(moved.expect("moved"), all.len());
        fixture.clock.advance(TimeDelta::minutes(21));
        let limit = Fault::PrimaryLimit { status: LimitStatus::Forbidden };
        fixture.github.control().fault(limit, Scope::everywhere().next(1));
        let server = fixture.process("host:2").await;
        server.start().await.expect("started");
        let runs = fixture.engine.runs(&OPERATOR, fixture.tenant, 1).await.expect("runs");
        assert_each_failed_once(&fixture.wait(runs[0].id).await, "are used up");
        server.shutdown().await;
    }

    async fn a_process_that_ends_does_not_wait(database) {
        let fixture = lab_of_many(database).await;
        let limit = Fault::PrimaryLimit { status: LimitStatus::Forbidden };
        fixture.github.control().fault(limit, Scope::everywhere().next(1));
        let reset = fixture.clock.now() + TimeDelta::hours(1);
        let run = fixture.start().await;
        assert_waits(&fixture, run, reset, "are used up").await;
        let stopping = fixture.engine.shutdown();
        tokio::time::timeout(std::time::Duration::from_secs(5), stopping).await.expect("at once");
        let run = fixture.wait(run).await;
        assert_eq!((run.status, run.repositories_done), (RunStatus::Interrupted, 0));
        assert_eq!((run.waiting_until, run.failures.len()), (None, 0));
    }

    async fn githubs_secondary_limits_are_not_met_by_a_run(database) {
        let fixture = Fixture::new(database, |github| {
            let github = (1..=60).fold(github, |github, number| {
                github.repository(repository(number, &format!("acme/r{number}")))
            });
            github.secondary_limits()
        })
        .await;
        for number in 1..=60 {
            fixture.track(&format!("acme/r{number}")).await;
            fixture.clock.advance(TimeDelta::seconds(2));
        }
        fixture.clock.advance(TimeDelta::minutes(1));
        let run = fixture.collect_well().await;
        assert_eq!(run.requests, 60 * REQUESTS);
    }
}
