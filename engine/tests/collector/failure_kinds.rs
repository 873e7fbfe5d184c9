//! Every failure has a name and a remedy, and what cannot succeed is not asked in vain.

use chrono::TimeDelta;
use domain::report::{Repository, RiskCause, Run};
use domain::{FailureKind as Kind, FixTarget, RepositoryId, RunStatus, Trigger};
use engine::{Clock, Credential};
use simulator::{Endpoint, Fault, LimitStatus, RetryAfter, Scope, Token};

use crate::fixture::{Fixture, NOW, OPERATOR, TOKEN, repository, true_days};

/// What goes wrong at GitHub, what it is called, where it is mended, and how many requests ten
/// runs of the first day and two runs on each of the nineteen days after it take.
struct Case {
    fault: Fault,
    kind: Kind,
    place: Option<FixTarget>,
    of_a_day: u32,
    of_the_others: u32,
}

/// The question about the repository, and six about its traffic.
const ASKED: u32 = 7;

/// A repository that cannot be collected until a person fixes it: asked daily for
/// the first fortnight, and from then on weekly.
const fn permanent(fault: Fault, kind: Kind, place: FixTarget) -> Case {
    Case {
        fault,
        kind,
        place: Some(place),
        of_a_day: ASKED,
        of_the_others: 14 * ASKED,
    }
}

fn cases() -> Vec<Case> {
    vec![
        permanent(
            Fault::MissingPushAccess,
            Kind::NoPushAccess,
            FixTarget::Connections,
        ),
        permanent(
            Fault::ResourceNotAccessible,
            Kind::PermissionMissing,
            FixTarget::Connections,
        ),
        permanent(
            Fault::NeedsPaidPlan,
            Kind::PaidPlan,
            FixTarget::Repositories,
        ),
        permanent(
            Fault::NoTrafficApi,
            Kind::NoTraffic,
            FixTarget::Repositories,
        ),
        permanent(Fault::Blocked, Kind::Blocked, FixTarget::Github),
        permanent(Fault::NotFound, Kind::Gone, FixTarget::Github),
        // A connection is tried once a day, with one request.
        Case {
            fault: Fault::BadCredentials,
            kind: Kind::TokenRefused,
            place: Some(FixTarget::Connections),
            of_a_day: 1,
            of_the_others: 19,
        },
        // GitHub forgives within an hour, so each run tries.
        Case {
            fault: Fault::Lockout,
            kind: Kind::LockedOut,
            place: Some(FixTarget::Connections),
            of_a_day: 10,
            of_the_others: 38,
        },
    ]
}

/// Collects as a schedule does.
async fn collect(fixture: &Fixture) -> Run {
    let run = fixture
        .engine
        .start_run(&OPERATOR, fixture.tenant, Trigger::Schedule, None)
        .await;
    fixture.wait(run.expect("started")).await
}

/// Ten runs, an hour from each other.
async fn a_day_of_runs(fixture: &Fixture) -> Vec<Run> {
    let mut runs = Vec::new();
    for hour in 0..10 {
        fixture.clock.set(moment(0, hour));
        runs.push(collect(fixture).await);
    }
    runs
}

fn moment(day: i64, hour: i64) -> chrono::DateTime<chrono::Utc> {
    let first: chrono::DateTime<chrono::Utc> = NOW.parse().expect("a time");
    first + TimeDelta::days(day) + TimeDelta::hours(hour)
}

fn requests(runs: &[Run]) -> u32 {
    runs.iter().map(|run| run.requests).sum()
}

/// The repository says what is wrong, since when, and what to do; its page says the same.
async fn assert_reported(
    fixture: &Fixture,
    id: RepositoryId,
    kind: Kind,
    place: Option<FixTarget>,
) -> Repository {
    let found = fixture.repository(id).await;
    assert_eq!(found.failure_kind, Some(kind));
    assert_eq!(found.failing_since, Some(moment(0, 0)), "{kind}");
    let page = fixture.page(&found.full_name.to_string()).await;
    let problem = page.problem.expect("a trouble");
    assert_eq!((problem.failure.kind, problem.place), (kind, place));
    assert_eq!(
        (problem.since, problem.paused_until),
        (found.failing_since, found.paused_until)
    );
    assert!(
        problem
            .failure
            .reason
            .starts_with(&found.failure.clone().expect("a reason"))
    );
    found
}

on_both! {
    async fn each_failure_has_a_name_and_a_remedy_and_what_is_hopeless_is_seldom_asked(database) {
        let fixture = Fixture::new(database, |github| github.repository(repository(1, "acme/anvil"))).await;
        for case in cases() {
            fixture.clock.set(moment(0, 0));
            let anvil = fixture.track("acme/anvil").await;
            fixture.github.control().fault(case.fault.clone(), Scope::everywhere());
            let first_day = a_day_of_runs(&fixture).await;
            assert_eq!(requests(&first_day), case.of_a_day, "{:?}", case.fault);
            assert!(first_day[0].failures.iter().all(|failure| failure.kind == case.kind));
            let found = assert_reported(&fixture, anvil, case.kind, case.place).await;
            assert!(found.paused_until.is_some(), "{}", case.kind);

            let mut others = Vec::new();
            for day in 1..20 {
                for hour in [0, 6] {
                    fixture.clock.set(moment(day, hour));
                    others.push(collect(&fixture).await);
                }
            }
            assert_eq!(requests(&others), case.of_the_others, "{:?}", case.fault);

            // Who asks by hand, or by name, is not kept waiting.
            fixture.github.control().stop_faults();
            let named = fixture.engine
                .start_run(&OPERATOR, fixture.tenant, Trigger::Api, Some(vec![anvil]))
                .await;
            let named = fixture.wait(named.expect("started")).await;
            assert_eq!(named.status, RunStatus::Succeeded);
            assert!(named.requests >= ASKED);
            let found = fixture.repository(anvil).await;
            assert_eq!((found.failure_kind, found.failing_since, found.paused_until), (None, None, None));
            assert_eq!(fixture.page("acme/anvil").await.problem, None);
            fixture.engine
                .untrack(&OPERATOR, fixture.tenant, anvil, domain::report::History::Delete)
                .await
                .expect("deleted");
        }
    }

    async fn a_temporary_failure_has_a_kind_and_is_retried_in_each_run(database) {
        let fixture = Fixture::new(database, |github| github.repository(repository(1, "acme/anvil"))).await;
        for (fault, kind) in [
            (Fault::ServerError, Kind::GithubDown),
            (Fault::BadGateway, Kind::GithubDown),
            (Fault::GatewayTimeout, Kind::GithubDown),
            (Fault::TruncatedBody, Kind::GithubDown),
            (Fault::ConnectionReset, Kind::GithubDown),
            (Fault::MalformedJson, Kind::NotUnderstood),
        ] {
            fixture.clock.set(moment(0, 0));
            let anvil = fixture.track("acme/anvil").await;
            let views = Scope::everywhere().endpoint(Endpoint::Views);
            fixture.github.control().fault(fault.clone(), views);
            for run in a_day_of_runs(&fixture).await {
                // Three attempts in each of two rounds, once the weekly figures are due no more.
                assert!(run.requests >= 6, "{fault:?}: {}", run.requests);
                assert!(run.failures.iter().all(|failure| failure.kind == kind), "{fault:?}");
            }
            let found = assert_reported(&fixture, anvil, kind, None).await;
            assert_eq!(found.paused_until, None);
            fixture.github.control().stop_faults();
            assert_eq!(collect(&fixture).await.status, RunStatus::Succeeded);
            assert_eq!(fixture.repository(anvil).await.failure_kind, None);
            fixture.engine
                .untrack(&OPERATOR, fixture.tenant, anvil, domain::report::History::Delete)
                .await
                .expect("deleted");
        }
    }

    async fn a_limit_that_cannot_be_waited_for_has_a_name_and_is_asked_again(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        for (hour, fault) in (0..).zip([
            Fault::PrimaryLimit { status: LimitStatus::Forbidden },
            Fault::PrimaryLimit { status: LimitStatus::TooManyRequests },
            Fault::SecondaryLimit { status: LimitStatus::Forbidden, retry_after: RetryAfter::Blank },
            Fault::SecondaryLimit {
                status: LimitStatus::TooManyRequests,
                retry_after: RetryAfter::Seconds(90),
            },
        ]) {
            fixture.clock.set(moment(0, hour * 2));
            fixture.github.control().fault(fault.clone(), Scope::everywhere());
            let clock = std::sync::Arc::new(fixture.clock.clone());
            let mut settings = fixture.settings("impatient:1");
            settings.collect_max_wait = std::time::Duration::ZERO;
            let engine = engine::Engine::open(settings, clock).await.expect("opened");
            let run = engine.start_run(&OPERATOR, fixture.tenant, Trigger::Schedule, None).await;
            let run = engine.wait_for_run(&OPERATOR, fixture.tenant, run.expect("started")).await;
            fixture.github.control().stop_faults();
            let run = run.expect("a run");
            assert_eq!((run.requests, run.failures.len()), (1, 1), "{fault:?}");
            assert_eq!(run.failures[0].kind, Kind::RateLimited);
            let found = assert_reported(&fixture, anvil, Kind::RateLimited, Some(FixTarget::Collection)).await;
            assert_eq!(found.paused_until, None);
        }
    }

    async fn where_something_comes_the_schedules_go_on(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        let paths = Scope::everywhere().endpoint(Endpoint::Paths);
        fixture.github.control().fault(Fault::ResourceNotAccessible, paths);
        for run in a_day_of_runs(&fixture).await {
            assert_eq!(run.status, RunStatus::Partial);
        }
        let found = fixture.repository(anvil).await;
        assert_eq!((found.failure_kind, found.paused_until), (Some(Kind::PermissionMissing), None));
        assert_eq!(fixture.days(anvil).await, true_days("2026-11-06", "2026-11-19"));
    }

    async fn a_connection_that_is_mended_is_collected_with_the_next_run(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        let connection = fixture.connection().await.id;
        fixture.github.control().revoke_token(TOKEN);
        assert_eq!(collect(&fixture).await.requests, 1);
        assert_reported(&fixture, anvil, Kind::TokenRefused, Some(FixTarget::Connections)).await;
        fixture.clock.set(moment(0, 1));
        assert_eq!((collect(&fixture).await.requests, fixture.repository(anvil).await.failure_kind),
            (0, Some(Kind::TokenRefused)));

        fixture.github.control().add_token(Token::classic("ghp_new", "octocat", ["repo"]));
        let replaced = fixture.engine
            .replace_credential(&OPERATOR, fixture.tenant, connection, Credential::Token("ghp_new".into()))
            .await;
        replaced.expect("replaced");
        assert_eq!(collect(&fixture).await.status, RunStatus::Succeeded);

        // What was mended on GitHub shows when the connection is checked.
        fixture.github.control().fault(Fault::ResourceNotAccessible, Scope::everywhere());
        fixture.clock.set(moment(0, 2));
        assert_eq!(collect(&fixture).await.status, RunStatus::Failed);
        fixture.github.control().stop_faults();
        fixture.clock.set(moment(0, 3));
        assert_eq!(collect(&fixture).await.repositories_total, 0);
        let checked = fixture.engine.check_connection(&OPERATOR, fixture.tenant, connection).await;
        checked.expect("checked");
        assert_eq!(collect(&fixture).await.status, RunStatus::Succeeded);
    }

    async fn what_is_left_alone_is_at_risk_all_the_same(database) {
        let (fixture, _) = Fixture::with_anvil(database).await;
        let input = domain::report::ScheduleInput {
            name: "Hourly".into(),
            cron: "0 * * * *".into(),
            timezone: "UTC".into(),
            enabled: true,
            accept_loss: false,
        };
        fixture.engine.create_schedule(&OPERATOR, fixture.tenant, input).await.expect("made");
        assert_eq!(collect(&fixture).await.status, RunStatus::Succeeded);
        fixture.github.control().fault(Fault::MissingPushAccess, Scope::everywhere());
        let query = domain::report::OverviewQuery::default;
        for (day, expected) in [(1, false), (9, false), (11, true), (30, true)] {
            fixture.clock.set(moment(day, 0));
            collect(&fixture).await;
            let overview = fixture.engine.overview_page(&OPERATOR, fixture.tenant, query()).await;
            let warnings = overview.expect("an overview").overview.warnings.at_risk;
            let causes: Vec<_> = warnings.iter().map(|warning| warning.cause).collect();
            let kind = Kind::NoPushAccess;
            let failing = expected.then_some(RiskCause::Failing { kind });
            assert_eq!(causes, Vec::from_iter(failing), "{day}");
        }
    }

    async fn lost_access_to_a_public_repository_is_named(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        fixture.collect_well().await;
        let of_octocat = Scope::everywhere().user("octocat");
        fixture.github.control().fault(Fault::NotFound, of_octocat);
        for day in 1..4 {
            fixture.clock.set(moment(day, 0));
            // Whether everybody sees it is asked when the trouble begins.
            let requests = if day == 1 { ASKED + 1 } else { ASKED };
            let run = collect(&fixture).await;
            assert_eq!((run.requests, run.failures.len()), (requests, 1));
            assert_eq!(run.failures[0].kind, Kind::AccessLost);
            assert!(run.failures[0].reason.contains("The repository is public"));
        }
        fixture.github.control().stop_faults();
        fixture.github.control().make_private("acme/anvil", true).expect("private");
        fixture.github.control().set_access("acme/anvil", "octocat", simulator::Role::Admin).expect("access");
        fixture.collect_well().await;
        // A private repository needs no check of its public visibility.
        fixture.github.control().hide_repository("acme/anvil", true).expect("hidden");
        fixture.clock.set(moment(5, 0));
        let run = collect(&fixture).await;
        assert_eq!((run.requests, run.failures[0].kind), (ASKED, Kind::Gone));
        assert!(fixture.repository(anvil).await.failing_since == Some(fixture.clock.now()));
    }
}
