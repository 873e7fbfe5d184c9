//! What fails at GitHub: it is reported, the rest is stored, and nothing is lost.

use std::time::Duration;

use domain::report::History;
use domain::{Endpoint as E, RepositoryId, RepositoryStatus, RunStatus};
use simulator::{Endpoint, Fault, Scope};

use crate::databases::TestDatabase;
use crate::fixture::{Fixture, OPERATOR, REQUESTS, TOKEN, failed, repository, true_days};

const OF_TRAFFIC: [E; 6] = [
    E::Views,
    E::WeeklyViews,
    E::Clones,
    E::WeeklyClones,
    E::Referrers,
    E::Paths,
];

/// What the simulator's endpoints are called in a run's record.
const COLLECTED: [(Endpoint, &[E]); 5] = [
    (Endpoint::Repository, &[E::Repository]),
    (Endpoint::Views, &[E::Views, E::WeeklyViews]),
    (Endpoint::Clones, &[E::Clones, E::WeeklyClones]),
    (Endpoint::Referrers, &[E::Referrers]),
    (Endpoint::Paths, &[E::Paths]),
];

/// Each endpoint in turn fails in this way while the others answer, and the next run makes up
/// for it.
async fn each_endpoint_fails_alone(database: TestDatabase, fault: Fault, words: &str) {
    let fixture = Fixture::new(database, |github| {
        github.repository(repository(1, "acme/anvil"))
    })
    .await;
    for (endpoint, collected) in COLLECTED {
        let anvil = fixture.track("acme/anvil").await;
        fixture
            .github
            .control()
            .fault(fault.clone(), Scope::everywhere().endpoint(endpoint));
        let run = fixture.collect().await;
        fixture.github.control().stop_faults();
        assert_eq!(
            (run.status, failed(&run).as_slice()),
            (RunStatus::Partial, collected)
        );
        // What fails is asked three times, and three times again in a second round.
        let requests = 7 + 5 * u32::try_from(collected.len()).expect("a few");
        assert_eq!(
            (run.repositories_done, run.repositories_failed, run.requests),
            (1, 1, requests)
        );
        for failure in &run.failures {
            assert_eq!(failure.repository, "acme/anvil");
            assert!(
                failure.reason.contains(words),
                "{endpoint:?}: {}",
                failure.reason
            );
            assert!(!failure.reason.contains(TOKEN) && !failure.reason.contains('<'));
        }
        assert_all_but(&fixture, anvil, endpoint).await;
        let found = fixture.repository(anvil).await;
        assert_eq!(found.failure.as_ref(), Some(&run.failures[0].reason));
        assert_eq!(
            (found.status, found.last_collected_at),
            (RepositoryStatus::Active, None)
        );

        fixture.collect_well().await;
        assert_eq!(
            fixture.days(anvil).await,
            true_days("2026-11-06", "2026-11-19")
        );
        assert_eq!(fixture.repository(anvil).await.failure, None);
        let forgotten = fixture
            .engine
            .untrack(&OPERATOR, fixture.tenant, anvil, History::Delete)
            .await;
        forgotten.expect("deleted");
    }
}

/// Everything is stored but what this endpoint would have told.
async fn assert_all_but(fixture: &Fixture, anvil: RepositoryId, missing: Endpoint) {
    let expected: Vec<_> = true_days("2026-11-06", "2026-11-19")
        .into_iter()
        .map(|(day, mut traffic)| {
            traffic.views = traffic.views.filter(|_| missing != Endpoint::Views);
            traffic.clones = traffic.clones.filter(|_| missing != Endpoint::Clones);
            (day, traffic)
        })
        .collect();
    assert_eq!(fixture.days(anvil).await, expected, "without {missing:?}");
    let page = fixture.page("acme/anvil").await;
    let stored = [
        (page.report.popularity.is_some(), Endpoint::Repository),
        (page.report.window_views.is_some(), Endpoint::Views),
        (page.report.window_clones.is_some(), Endpoint::Clones),
        (page.report.referrers.is_some(), Endpoint::Referrers),
        (page.report.paths.is_some(), Endpoint::Paths),
    ];
    for (stored, endpoint) in stored {
        assert_eq!(
            stored,
            endpoint != missing,
            "{endpoint:?} without {missing:?}"
        );
    }
}

on_both! {
    async fn a_server_error_on_one_endpoint(database) {
        each_endpoint_fails_alone(database, Fault::ServerError, "having problems (HTTP 500)").await;
    }

    async fn a_page_in_place_of_json_on_one_endpoint(database) {
        each_endpoint_fails_alone(database, Fault::BadGateway, "having problems (HTTP 502)").await;
    }

    async fn a_gateway_timeout_on_one_endpoint(database) {
        each_endpoint_fails_alone(database, Fault::GatewayTimeout, "having problems (HTTP 504)").await;
    }

    async fn a_body_that_breaks_off_on_one_endpoint(database) {
        each_endpoint_fails_alone(database, Fault::TruncatedBody, "was lost").await;
    }

    async fn half_a_json_on_one_endpoint(database) {
        each_endpoint_fails_alone(database, Fault::MalformedJson, "unexpected response").await;
    }

    async fn a_connection_that_is_reset_on_one_endpoint(database) {
        each_endpoint_fails_alone(database, Fault::ConnectionReset, "could not be reached").await;
    }

    /// Waits for the real deadline of fifteen seconds.
    async fn no_answer_is_not_the_last_word(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        let stall = Fault::Stall(Duration::from_secs(40));
        let clones = Scope::everywhere().endpoint(Endpoint::Clones);
        fixture.github.control().fault(stall, clones.next(2));
        let run = fixture.collect_well().await;
        // The connections that lie idle give up after the same time, and may take a retry along.
        assert!((12..=14).contains(&run.requests), "{}", run.requests);
        assert_eq!(fixture.days(anvil).await, true_days("2026-11-06", "2026-11-19"));
    }

    async fn what_fails_at_first_is_asked_again_and_the_run_succeeds(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        for fault in [
            Fault::ServerError,
            Fault::BadGateway,
            Fault::GatewayTimeout,
            Fault::TruncatedBody,
            Fault::MalformedJson,
            Fault::ConnectionReset,
        ] {
            // Two rounds of three attempts for each of two questions. A new day has new answers,
            // which a fault can strike.
            fixture.clock.advance(chrono::TimeDelta::days(1));
            let views = Scope::everywhere().endpoint(Endpoint::Views).next(5);
            fixture.github.control().fault(fault, views);
            let run = fixture.collect_well().await;
            assert_eq!((run.requests, run.repositories_failed), (15, 0));
        }
        assert_eq!(fixture.repository(anvil).await.failure, None);
    }

    async fn what_cannot_succeed_is_asked_once(database) {
        let (fixture, _) = Fixture::with_anvil(database).await;
        for (fault, requests) in [
            (Fault::MissingPushAccess, 7),
            (Fault::ResourceNotAccessible, 7),
            (Fault::NoTrafficApi, 7),
            (Fault::Blocked, 7),
            // Once more without a token: whether everybody sees it.
            (Fault::NotFound, 8),
            (Fault::NotFound, 7),
            (Fault::BadCredentials, 1),
        ] {
            fixture.github.control().fault(fault.clone(), Scope::everywhere());
            let run = fixture.collect().await;
            fixture.github.control().stop_faults();
            assert_eq!(run.requests, requests, "{fault:?}");
        }
    }

    async fn traffic_that_the_token_may_not_read(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        for (fault, words) in [
            (Fault::MissingPushAccess, "push access"),
            (Fault::ResourceNotAccessible, "“Administration: read”"),
            (Fault::NeedsPaidPlan, "paid plan"),
            (Fault::NoTrafficApi, "does not offer traffic"),
        ] {
            fixture.github.control().fault(fault, Scope::everywhere());
            let run = fixture.collect().await;
            fixture.github.control().stop_faults();
            assert_eq!((run.status, failed(&run).as_slice()), (RunStatus::Partial, &OF_TRAFFIC[..]));
            assert!(run.failures.iter().all(|failure| failure.reason.contains(words)));
            assert_eq!(fixture.repository(anvil).await.status, RepositoryStatus::Active);
        }
        fixture.collect_well().await;
        assert_eq!(fixture.days(anvil).await, true_days("2026-11-06", "2026-11-19"));
    }

    async fn a_hidden_repository_is_unreachable_until_it_is_back_and_keeps_its_history(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        fixture.collect_well().await;
        fixture.github.control().hide_repository("acme/anvil", true).expect("hidden");
        fixture.clock.advance(chrono::TimeDelta::days(1));
        let run = fixture.collect().await;
        assert_eq!((run.status, failed(&run).as_slice()), (RunStatus::Failed, &[E::Repository][..]));
        assert!(run.failures[0].reason.contains("no longer shows"));
        let found = fixture.repository(anvil).await;
        assert_eq!(found.status, RepositoryStatus::Unreachable);
        assert_eq!(fixture.days(anvil).await, true_days("2026-11-06", "2026-11-19"));

        fixture.github.control().hide_repository("acme/anvil", false).expect("shown");
        fixture.collect_well().await;
        let found = fixture.repository(anvil).await;
        assert_eq!((found.status, found.failure), (RepositoryStatus::Active, None));
        assert_eq!(fixture.days(anvil).await, true_days("2026-11-06", "2026-11-20"));
    }

    async fn a_blocked_repository_says_so_once_and_keeps_its_history(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        fixture.collect_well().await;
        fixture.github.control().fault(Fault::Blocked, Scope::everywhere());
        let run = fixture.collect().await;
        assert_eq!((run.status, failed(&run).as_slice()), (RunStatus::Failed, &[E::Repository][..]));
        assert!(run.failures[0].reason.contains("legal reasons"));
        assert_eq!(fixture.repository(anvil).await.status, RepositoryStatus::Active);
        assert_eq!(fixture.days(anvil).await, true_days("2026-11-06", "2026-11-19"));
    }

    async fn a_repository_that_fails_altogether_stops_no_other(database) {
        let fixture = Fixture::new(database, |github| {
            (1..=6).fold(github, |github, id| github.repository(repository(id, &format!("acme/r{id}"))))
        })
        .await;
        let mut ids = Vec::new();
        for number in 1..=6 {
            ids.push(fixture.track(&format!("acme/r{number}")).await);
        }
        // The first one, which is asked before all others, and one in the midst of them.
        for (name, fault) in [("acme/r1", Fault::BadGateway), ("acme/r4", Fault::ConnectionReset)] {
            fixture.github.control().fault(fault, Scope::everywhere().repository(name));
        }
        let run = fixture.collect().await;
        assert_eq!(run.status, RunStatus::Partial);
        assert_eq!((run.repositories_total, run.repositories_done, run.repositories_failed), (6, 6, 2));
        // Three attempts, and at most three more while the server is believed to be there.
        assert_eq!(run.failures.len(), 14);
        // Four repositories with all that is asked of them, and what the traffic of two fails at.
        let requests = 4 * REQUESTS + 2 * 7;
        assert!((requests + 2 * 14..=requests + 5 * 14).contains(&run.requests), "{}", run.requests);
        for (id, number) in ids.iter().zip(1..) {
            let stored = fixture.days(*id).await;
            let failed = matches!(number, 1 | 4);
            let whole = true_days("2026-11-06", "2026-11-19");
            assert_eq!(stored, if failed { Vec::new() } else { whole }, "acme/r{number}");
        }
    }
}
