//! Every failure has a name and a remedy, and what cannot succeed is not asked in vain.

use chrono::TimeDelta;
use domain::report::{Repository, Run};
use domain::{FailureKind as Kind, Place, RepositoryId, RunStatus, Trigger};
use engine::{Clock, Credential};
use simulator::{Endpoint, Fault, LimitStatus, RetryAfter, Scope, Token};

use crate::lab::{Lab, NOW, OPERATOR, TOKEN, repository, true_days};

/// What goes wrong at GitHub, what it is called, where it is mended, and how many requests ten
/// runs of the first day and two runs on each of the nineteen days after it take.
struct Case {
    fault: Fault,
    kind: Kind,
    place: Option<Place>,
    of_a_day: u32,
    of_the_others: u32,
}

/// The question about the repository, and six about its traffic.
const ASKED: u32 = 7;

/// A repository that cannot be collected until somebody does something about it: asked daily for
/// the first fortnight, and from then on weekly.
const fn hopeless(fault: Fault, kind: Kind, place: Place) -> Case {
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
        hopeless(
            Fault::MissingPushAccess,
            Kind::NoPushAccess,
            Place::Connections,
        ),
        hopeless(
            Fault::ResourceNotAccessible,
            Kind::PermissionMissing,
            Place::Connections,
        ),
        hopeless(Fault::NeedsPaidPlan, Kind::PaidPlan, Place::Repositories),
        hopeless(Fault::NoTrafficApi, Kind::NoTraffic, Place::Repositories),
        hopeless(Fault::Blocked, Kind::Blocked, Place::Github),
        hopeless(Fault::NotFound, Kind::Gone, Place::Github),
        // A connection is tried once a day, with one request.
        Case {
            fault: Fault::BadCredentials,
            kind: Kind::TokenRefused,
            place: Some(Place::Connections),
            of_a_day: 1,
            of_the_others: 19,
        },
        // GitHub forgives within an hour, so each run tries.
        Case {
            fault: Fault::Lockout,
            kind: Kind::LockedOut,
            place: Some(Place::Connections),
            of_a_day: 10,
            of_the_others: 38,
        },
    ]
}

/// Collects as a schedule does.
async fn collect(lab: &Lab) -> Run {
    let run = lab
        .engine
        .start_run(&OPERATOR, lab.tenant, Trigger::Schedule, None)
        .await;
    lab.wait(run.expect("started")).await
}

/// Ten runs, an hour from each other.
async fn a_day_of_runs(lab: &Lab) -> Vec<Run> {
    let mut runs = Vec::new();
    for hour in 0..10 {
        lab.clock.set(moment(0, hour));
        runs.push(collect(lab).await);
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
async fn assert_told(lab: &Lab, id: RepositoryId, kind: Kind, place: Option<Place>) -> Repository {
    let found = lab.repository(id).await;
    assert_eq!(found.failure_kind, Some(kind));
    assert_eq!(found.failing_since, Some(moment(0, 0)), "{kind}");
    let page = lab.page(&found.full_name.to_string()).await;
    let trouble = page.trouble.expect("a trouble");
    assert_eq!((trouble.name, trouble.place), (kind.heading(), place));
    assert_eq!(trouble.remedy, kind.remedy().sentence);
    assert_eq!(
        (trouble.since, trouble.rest_until),
        (found.failing_since, found.rest_until)
    );
    assert!(
        trouble
            .reason
            .starts_with(&found.failure.clone().expect("a reason"))
    );
    found
}

on_both! {
    async fn each_failure_has_a_name_and_a_remedy_and_what_is_hopeless_is_seldom_asked(database) {
        let lab = Lab::new(database, |github| github.repository(repository(1, "acme/anvil"))).await;
        for case in cases() {
            lab.clock.set(moment(0, 0));
            let anvil = lab.track("acme/anvil").await;
            lab.github.control().fault(case.fault.clone(), Scope::everywhere());
            let first_day = a_day_of_runs(&lab).await;
            assert_eq!(requests(&first_day), case.of_a_day, "{:?}", case.fault);
            assert!(first_day[0].failures.iter().all(|failure| failure.kind == case.kind));
            let found = assert_told(&lab, anvil, case.kind, case.place).await;
            assert!(found.rest_until.is_some(), "{}", case.kind);

            let mut others = Vec::new();
            for day in 1..20 {
                for hour in [0, 6] {
                    lab.clock.set(moment(day, hour));
                    others.push(collect(&lab).await);
                }
            }
            assert_eq!(requests(&others), case.of_the_others, "{:?}", case.fault);

            // Who asks by hand, or by name, is not kept waiting.
            lab.github.control().stop_faults();
            let named = lab.engine
                .start_run(&OPERATOR, lab.tenant, Trigger::Api, Some(vec![anvil]))
                .await;
            let named = lab.wait(named.expect("started")).await;
            assert_eq!(named.status, RunStatus::Succeeded);
            assert!(named.requests >= ASKED);
            let found = lab.repository(anvil).await;
            assert_eq!((found.failure_kind, found.failing_since, found.rest_until), (None, None, None));
            assert_eq!(lab.page("acme/anvil").await.trouble, None);
            lab.engine
                .untrack(&OPERATOR, lab.tenant, anvil, domain::report::History::Delete)
                .await
                .expect("deleted");
        }
    }

    async fn what_passes_by_itself_has_a_name_and_is_asked_in_each_run(database) {
        let lab = Lab::new(database, |github| github.repository(repository(1, "acme/anvil"))).await;
        for (fault, kind) in [
            (Fault::ServerError, Kind::GithubDown),
            (Fault::BadGateway, Kind::GithubDown),
            (Fault::GatewayTimeout, Kind::GithubDown),
            (Fault::TruncatedBody, Kind::GithubDown),
            (Fault::ConnectionReset, Kind::GithubDown),
            (Fault::MalformedJson, Kind::NotUnderstood),
        ] {
            lab.clock.set(moment(0, 0));
            let anvil = lab.track("acme/anvil").await;
            let views = Scope::everywhere().endpoint(Endpoint::Views);
            lab.github.control().fault(fault.clone(), views);
            for run in a_day_of_runs(&lab).await {
                // Three attempts in each of two rounds, once the weekly figures are due no more.
                assert!(run.requests >= 6, "{fault:?}: {}", run.requests);
                assert!(run.failures.iter().all(|failure| failure.kind == kind), "{fault:?}");
            }
            let found = assert_told(&lab, anvil, kind, None).await;
            assert_eq!(found.rest_until, None);
            lab.github.control().stop_faults();
            assert_eq!(collect(&lab).await.status, RunStatus::Succeeded);
            assert_eq!(lab.repository(anvil).await.failure_kind, None);
            lab.engine
                .untrack(&OPERATOR, lab.tenant, anvil, domain::report::History::Delete)
                .await
                .expect("deleted");
        }
    }

    async fn a_limit_that_cannot_be_waited_for_has_a_name_and_is_asked_again(database) {
        let (lab, anvil) = Lab::with_anvil(database).await;
        for (hour, fault) in (0..).zip([
            Fault::PrimaryLimit { status: LimitStatus::Forbidden },
            Fault::PrimaryLimit { status: LimitStatus::TooManyRequests },
            Fault::SecondaryLimit { status: LimitStatus::Forbidden, retry_after: RetryAfter::Blank },
            Fault::SecondaryLimit {
                status: LimitStatus::TooManyRequests,
                retry_after: RetryAfter::Seconds(90),
            },
        ]) {
            lab.clock.set(moment(0, hour * 2));
            lab.github.control().fault(fault.clone(), Scope::everywhere());
            let clock = std::sync::Arc::new(lab.clock.clone());
            let mut settings = lab.settings("impatient:1");
            settings.collect_patience = std::time::Duration::ZERO;
            let engine = engine::Engine::open(settings, clock).await.expect("opened");
            let run = engine.start_run(&OPERATOR, lab.tenant, Trigger::Schedule, None).await;
            let run = engine.wait_for_run(&OPERATOR, lab.tenant, run.expect("started")).await;
            lab.github.control().stop_faults();
            let run = run.expect("a run");
            assert_eq!((run.requests, run.failures.len()), (1, 1), "{fault:?}");
            assert_eq!(run.failures[0].kind, Kind::RateLimited);
            let found = assert_told(&lab, anvil, Kind::RateLimited, Some(Place::Collection)).await;
            assert_eq!(found.rest_until, None);
        }
    }

    async fn where_something_comes_the_schedules_go_on(database) {
        let (lab, anvil) = Lab::with_anvil(database).await;
        let paths = Scope::everywhere().endpoint(Endpoint::Paths);
        lab.github.control().fault(Fault::ResourceNotAccessible, paths);
        for run in a_day_of_runs(&lab).await {
            assert_eq!(run.status, RunStatus::Partial);
        }
        let found = lab.repository(anvil).await;
        assert_eq!((found.failure_kind, found.rest_until), (Some(Kind::PermissionMissing), None));
        assert_eq!(lab.days(anvil).await, true_days("2026-11-06", "2026-11-19"));
    }

    async fn a_connection_that_is_mended_is_collected_with_the_next_run(database) {
        let (lab, anvil) = Lab::with_anvil(database).await;
        let connection = lab.connection().await.id;
        lab.github.control().revoke_token(TOKEN);
        assert_eq!(collect(&lab).await.requests, 1);
        assert_told(&lab, anvil, Kind::TokenRefused, Some(Place::Connections)).await;
        lab.clock.set(moment(0, 1));
        assert_eq!((collect(&lab).await.requests, lab.repository(anvil).await.failure_kind),
            (0, Some(Kind::TokenRefused)));

        lab.github.control().add_token(Token::classic("ghp_new", "octocat", ["repo"]));
        let replaced = lab.engine
            .replace_credential(&OPERATOR, lab.tenant, connection, Credential::Token("ghp_new".into()))
            .await;
        replaced.expect("replaced");
        assert_eq!(collect(&lab).await.status, RunStatus::Succeeded);

        // What was mended on GitHub shows when the connection is checked.
        lab.github.control().fault(Fault::ResourceNotAccessible, Scope::everywhere());
        lab.clock.set(moment(0, 2));
        assert_eq!(collect(&lab).await.status, RunStatus::Failed);
        lab.github.control().stop_faults();
        lab.clock.set(moment(0, 3));
        assert_eq!(collect(&lab).await.repositories_total, 0);
        let checked = lab.engine.check_connection(&OPERATOR, lab.tenant, connection).await;
        checked.expect("checked");
        assert_eq!(collect(&lab).await.status, RunStatus::Succeeded);
    }

    async fn what_is_left_alone_is_at_risk_all_the_same(database) {
        let (lab, _) = Lab::with_anvil(database).await;
        let input = domain::report::ScheduleInput {
            name: "Hourly".into(),
            cron: "0 * * * *".into(),
            timezone: "UTC".into(),
            enabled: true,
            accept_loss: false,
        };
        lab.engine.create_schedule(&OPERATOR, lab.tenant, input).await.expect("made");
        assert_eq!(collect(&lab).await.status, RunStatus::Succeeded);
        lab.github.control().fault(Fault::MissingPushAccess, Scope::everywhere());
        let query = domain::report::OverviewQuery::default;
        for (day, told) in [(1, false), (9, false), (11, true), (30, true)] {
            lab.clock.set(moment(day, 0));
            collect(&lab).await;
            let overview = lab.engine.overview(&OPERATOR, lab.tenant, query()).await;
            let warning = overview.expect("an overview").at_risk;
            assert_eq!(warning.is_some(), told, "{day}: {warning:?}");
            if let Some(warning) = warning {
                assert!(warning.contains("(no push access)"), "{warning}");
            }
        }
    }

    async fn who_lost_access_to_what_everybody_sees_is_told_so(database) {
        let (lab, anvil) = Lab::with_anvil(database).await;
        lab.collect_well().await;
        let of_octocat = Scope::everywhere().user("octocat");
        lab.github.control().fault(Fault::NotFound, of_octocat);
        for day in 1..4 {
            lab.clock.set(moment(day, 0));
            // Whether everybody sees it is asked when the trouble begins.
            let asked = if day == 1 { ASKED + 1 } else { ASKED };
            let run = collect(&lab).await;
            assert_eq!((run.requests, run.failures.len()), (asked, 1));
            assert_eq!(run.failures[0].kind, Kind::AccessLost);
            assert!(run.failures[0].reason.contains("Everybody sees"));
        }
        lab.github.control().stop_faults();
        lab.github.control().make_private("acme/anvil", true).expect("private");
        lab.github.control().set_access("acme/anvil", "octocat", simulator::Role::Admin).expect("access");
        lab.collect_well().await;
        // Of what only a few see, nobody else need be asked.
        lab.github.control().hide_repository("acme/anvil", true).expect("hidden");
        lab.clock.set(moment(5, 0));
        let run = collect(&lab).await;
        assert_eq!((run.requests, run.failures[0].kind), (ASKED, Kind::Gone));
        assert!(lab.repository(anvil).await.failing_since == Some(lab.clock.now()));
    }
}
