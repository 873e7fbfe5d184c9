//! Installations of GitHub Apps: their tokens live an hour, and renew themselves.

use std::time::Duration;

use chrono::TimeDelta;
use domain::report::{Connection, ConnectionKind};
use domain::{FailureKind, ProblemKind, RunStatus};
use engine::{Clock, Credential, NewConnection, RepositorySelection};
use simulator::{App, Endpoint, Installation, other_test_keys, test_keys};

use crate::databases::TestDatabase;
use crate::fixture::{Fixture, OPERATOR, eventually, problem, repository};

const APP: i64 = 42;
const INSTALLATION: i64 = 7;
const REPOSITORIES: u64 = 12;

fn credential() -> Credential {
    Credential::App {
        app_id: APP,
        installation_id: INSTALLATION,
        private_key: test_keys().private_pem.into(),
    }
}

async fn connect(fixture: &Fixture, credential: Credential) -> engine::Result<Connection> {
    let input = NewConnection {
        name: "App".into(),
        api_url: None,
        credential,
    };
    fixture
        .engine
        .connect(&OPERATOR, fixture.tenant, input)
        .await
}

/// An app that is installed on `acme`, whose repositories nothing else may read.
async fn fixture(database: TestDatabase) -> Fixture {
    Fixture::new(database, |github| {
        let app = App::new(42, "tidemark", test_keys().public_pem).expect("a key");
        let github = github
            .app(app)
            .installation(Installation::new(7, "acme").administration());
        (1..=REPOSITORIES).fold(github, |github, id| {
            github.repository(repository(id, &format!("acme/r{id}")))
        })
    })
    .await
}

/// The same, connected, with everything tracked, and with the token's connection taken away.
async fn collecting(database: TestDatabase) -> Fixture {
    let fixture = fixture(database).await;
    let first = fixture.connection().await.id;
    let app = connect(&fixture, credential()).await.expect("connected");
    fixture
        .engine
        .disconnect(&OPERATOR, fixture.tenant, first, None)
        .await
        .expect("gone");
    let tracked = fixture
        .engine
        .track_many(&OPERATOR, fixture.tenant, app.id, RepositorySelection::All)
        .await;
    assert_eq!(u64::from(tracked.expect("tracked").tracked), REPOSITORIES);
    fixture
}

fn tokens_created(fixture: &Fixture) -> u64 {
    fixture
        .github
        .control()
        .requests_to(Endpoint::InstallationToken)
}

on_both! {
    async fn an_installation_says_where_it_is_and_what_it_may(database) {
        let fixture = fixture(database).await;
        let connection = connect(&fixture, credential()).await.expect("connected");
        assert_eq!((connection.kind, connection.login.as_str()), (ConnectionKind::App, "acme"));
        assert_eq!(
            connection.scopes.as_deref(),
            Some("administration: read, contents: read, metadata: read")
        );
        assert_eq!((connection.missing_permission, connection.untried), (None, false));
        assert_eq!(connection.token_expires_at, None);
        assert_eq!(connection.budget.expect("a budget").total, 5_000);

        let github = fixture.github.control();
        github.set_permission(7, "administration", None).expect("taken");
        let checked = fixture.engine.check_connection(&OPERATOR, fixture.tenant, connection.id).await;
        assert_eq!(checked.expect("checked").missing_permission.as_deref(), Some("Administration: read"));
        let page = fixture.engine.available_repositories(&OPERATOR, fixture.tenant, connection.id, "").await;
        let page = page.expect("a page");
        assert_eq!((u64::from(page.total), page.trackable), (REPOSITORIES, 0));
    }

    async fn one_token_serves_runs_for_an_hour_and_is_then_renewed(database) {
        let fixture = collecting(database).await;
        let before = tokens_created(&fixture);
        fixture.collect_well().await;
        fixture.collect_well().await;
        assert_eq!(tokens_created(&fixture), before, "the token is kept");
        fixture.clock.advance(TimeDelta::minutes(54));
        fixture.collect_well().await;
        assert_eq!(tokens_created(&fixture), before);
        fixture.clock.advance(TimeDelta::minutes(2));
        fixture.collect_well().await;
        assert_eq!(tokens_created(&fixture), before + 1, "of many requests one renews it");
        assert_eq!(fixture.github.control().answers_with(401), 0);
    }

    async fn a_token_that_goes_in_the_midst_of_a_run_is_renewed_within_it(database) {
        let fixture = collecting(database).await;
        let github = fixture.github.control();
        github.forget_requests();
        github.set_latency(Duration::from_millis(40));
        let run = fixture.start().await;
        eventually("asked", async || github.requests() > 20).await;
        // The check's, and the one that the run began with.
        assert_eq!(github.revoke_installation_tokens(7), 2);
        let run = fixture.wait(run).await;
        assert_eq!((run.status, run.failures.as_slice()), (RunStatus::Succeeded, &[][..]));
        assert_eq!(tokens_created(&fixture), 1);
        assert!(github.answers_with(401) > 0, "GitHub did refuse the revoked token");
    }

    async fn an_app_that_is_refused_says_why(database) {
        let fixture = fixture(database).await;
        let app = |app_id, installation_id, private_key: &str| Credential::App {
            app_id,
            installation_id,
            private_key: private_key.into(),
        };
        let key = test_keys().private_pem;
        let half = &key[..key.len() / 2];
        for (credential, words) in [
            (app(APP, INSTALLATION, "not a key"), "not a private key"),
            (app(APP, INSTALLATION, half), "not a private key"),
            (app(APP, INSTALLATION, test_keys().public_pem), "not a private key"),
            (app(APP, INSTALLATION, other_test_keys().private_pem), "refused the app"),
            (app(APP + 1, INSTALLATION, key), "refused the app"),
            (app(APP, INSTALLATION + 1, key), "no such installation"),
        ] {
            let refused = problem(connect(&fixture, credential).await);
            assert_eq!(refused.kind, ProblemKind::Invalid, "{words}");
            assert!(refused.message.contains(words), "{}", refused.message);
        }
        assert_eq!(fixture.engine.connections(&OPERATOR, fixture.tenant).await.expect("a report").connections.len(), 1);
    }

    async fn a_suspended_or_removed_installation_is_refused_as_a_whole(database) {
        let fixture = collecting(database).await;
        let github = fixture.github.control();
        github.suspend_installation(7, true).expect("suspended");
        github.forget_requests();
        let run = fixture.collect().await;
        assert_eq!((run.status, run.failures.len()), (RunStatus::Failed, 12));
        assert!(github.requests() <= 2, "GitHub is not bothered for each repository");
        let suspended = FailureKind::InstallationSuspended;
        assert!(run.failures.iter().all(|failure| failure.kind == suspended));
        let refusal = async || fixture.connection().await.refusal.unwrap_or_default();
        assert!(refusal().await.contains("suspended"), "{}", refusal().await);
        github.suspend_installation(7, false).expect("resumed");
        fixture.collect_well().await;
        assert_eq!(refusal().await, "");

        github.remove_installation(7).expect("removed");
        fixture.clock.advance(TimeDelta::hours(2));
        let run = fixture.collect().await;
        assert_eq!(run.status, RunStatus::Failed);
        assert!(run.failures.iter().all(|failure| failure.kind == FailureKind::InstallationGone));
        assert!(refusal().await.contains("no such installation"), "{}", refusal().await);
    }

    async fn an_apps_key_is_replaced_by_its_next_one(database) {
        let fixture = collecting(database).await;
        let id = fixture.connection().await.id;
        let next = App::new(42, "tidemark", other_test_keys().public_pem).expect("a key");
        fixture.github.control().add_app(next);
        fixture.clock.advance(TimeDelta::hours(2));
        assert_eq!(fixture.collect().await.status, RunStatus::Failed);
        let credential = Credential::App {
            app_id: APP,
            installation_id: INSTALLATION,
            private_key: other_test_keys().private_pem.into(),
        };
        let replaced = fixture.engine.replace_credential(&OPERATOR, fixture.tenant, id, credential).await;
        assert_eq!(replaced.expect("replaced").refusal, None);
        fixture.collect_well().await;
        let token = Credential::Token(crate::fixture::TOKEN.into());
        let refused = fixture.engine.replace_credential(&OPERATOR, fixture.tenant, id, token).await;
        assert!(problem(refused).message.contains("uses a GitHub App"));
        assert!(fixture.clock.now() > fixture.connection().await.checked_at.expect("checked") - TimeDelta::hours(1));
    }
}
