//! GitHub Apps from a manifest: from the first form to the first collection.

use chrono::TimeDelta;
use domain::report::{AuditQuery, Connection, ConnectionKind, PendingApp};
use domain::{AuditAction, Origin, ProblemKind, UserId, Viewer};
use engine::{
    AppAddresses, Engine, InstallationAnswer, ManifestForm, NewApp, NextStep, RepositorySelection,
    SecretKey,
};
use secrecy::ExposeSecret;
use simulator::{Endpoint, Fault, Scope};
use url::Url;

use crate::databases::TestDatabase;
use crate::fixture::{Fixture, OPERATOR, problem, repository};

const SESSION: &str = "a session";

/// GitHub with octocat signed in, and an organization with repositories.
async fn fixture(database: TestDatabase) -> (Fixture, Viewer) {
    let fixture = Fixture::new(database, |github| {
        (1..=3).fold(github.signed_in("octocat"), |github, id| {
            github.repository(repository(id, &format!("acme/r{id}")))
        })
    })
    .await;
    let person = fixture
        .engine
        .person(UserId::new(1), Origin::default())
        .await;
    let person = person.expect("looked up").expect("an account");
    (fixture, Viewer::Person(person))
}

fn input(name: &str) -> NewApp {
    NewApp {
        name: name.into(),
        api_url: None,
        organization: Some("acme".into()),
        contents: true,
    }
}

fn back() -> AppAddresses {
    let url = |path| Url::parse(&format!("http://127.0.0.1:3000{path}")).expect("an address");
    AppAddresses {
        home: url("/"),
        created: url("/created"),
        installed: url("/installed"),
    }
}

async fn begin(fixture: &Fixture, who: &Viewer, name: &str) -> engine::Result<ManifestForm> {
    fixture
        .engine
        .begin_app(who, fixture.tenant, SESSION, input(name), &back())
        .await
}

/// A browser that follows no redirect.
fn browser() -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a browser")
}

fn query_value(address: &Url, name: &str) -> String {
    let mut query_value = address.query_pairs();
    let query_value = query_value.find(|(known, _)| known == name);
    query_value
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

/// Posts a form to GitHub's pages, and gives where that leads.
async fn post(address: &Url, fields: &[(&str, &str)]) -> Url {
    let answer = browser().post(address.clone()).form(fields).send().await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.status(), 302);
    let location = answer.headers()["location"].to_str().expect("text");
    Url::parse(location).expect("an address")
}

/// Presses “Create GitHub App” on GitHub; the state and the code that come back.
async fn accepted(form: &ManifestForm, name: &str) -> (String, String) {
    let action = Url::parse(form.action.expose_secret()).expect("an address");
    let state = query_value(&action, "state");
    assert_eq!(form.origin, action.origin().ascii_serialization());
    let shown = browser().post(action.clone());
    let shown = shown.form(&[("manifest", &form.manifest)]).send().await;
    assert_eq!(shown.expect("a page").status(), 200);
    let mut button = action;
    button.set_path("/organizations/acme/settings/apps/manifest");
    let fields = [
        ("manifest", form.manifest.as_str()),
        ("name", name),
        ("state", &state),
    ];
    let back = post(&button, &fields).await;
    assert_eq!(back.path(), "/created");
    (query_value(&back, "state"), query_value(&back, "code"))
}

/// Presses “Install” on GitHub; what comes back.
async fn installed(address: &str) -> Url {
    let mut address = Url::parse(address).expect("an address");
    let state = query_value(&address, "state");
    address.set_path(address.path().trim_end_matches("/new").to_owned().as_str());
    post(&address, &[("state", &state)]).await
}

/// An app that GitHub created; where it is installed.
async fn created(fixture: &Fixture, who: &Viewer, name: &str) -> String {
    let form = begin(fixture, who, name).await.expect("a form");
    let (state, code) = accepted(&form, name).await;
    let next = fixture
        .engine
        .create_app(who, fixture.tenant, SESSION, &state, &code);
    next.await.expect("created").expose_secret().to_owned()
}

async fn arrive(
    engine: &Engine,
    fixture: &Fixture,
    who: &Viewer,
    session: &str,
    back: &Url,
) -> engine::Result<Connection> {
    let (state, action) = (
        query_value(back, "state"),
        query_value(back, "setup_action"),
    );
    let answer = InstallationAnswer {
        state: &state,
        installation_id: query_value(back, "installation_id").parse().ok(),
        action: &action,
    };
    engine
        .install_app(who, fixture.tenant, session, answer)
        .await
}

async fn pending(fixture: &Fixture) -> Vec<PendingApp> {
    let report = fixture.engine.connections(&OPERATOR, fixture.tenant).await;
    report.expect("a report").pending_apps
}

async fn logged(fixture: &Fixture) -> Vec<AuditAction> {
    let log = fixture
        .engine
        .system_log(&OPERATOR, &AuditQuery::default())
        .await;
    let entries = log.expect("a page").entries;
    entries.iter().map(|entry| entry.action).collect()
}

on_both! {
    async fn an_app_is_created_installed_connected_and_collects(database) {
        let (fixture, mona) = fixture(database).await;
        let install = created(&fixture, &mona, "Tidemark").await;
        assert!(install.contains("/apps/tidemark/installations/new?state="), "{install}");
        let waiting = pending(&fixture).await;
        assert_eq!((waiting.len(), waiting[0].slug.as_str(), waiting[0].requested), (1, "tidemark", false));

        let back = installed(&install).await;
        let connection = arrive(&fixture.engine, &fixture, &mona, SESSION, &back).await.expect("connected");
        assert_eq!((connection.kind, connection.login.as_str()), (ConnectionKind::App, "acme"));
        assert_eq!(connection.name, "Tidemark");
        assert_eq!(connection.scopes.as_deref(), Some("administration: read, contents: read, metadata: read"));
        assert_eq!(pending(&fixture).await, []);
        assert_eq!(logged(&fixture).await[..2], [AuditAction::ConnectionAdded, AuditAction::GithubAppCreated]);

        let tracked = fixture.engine.track_many(&mona, fixture.tenant, connection.id, RepositorySelection::All).await;
        assert_eq!(tracked.expect("tracked").tracked, 3);
        fixture.collect_well().await;
    }

    async fn a_state_is_used_once_in_its_session_by_its_person_and_within_the_hour(database) {
        let (fixture, mona) = fixture(database).await;
        let refused = async |session: &str, who: &Viewer, state: &str, code: &str| {
            let next = fixture.engine.create_app(who, fixture.tenant, session, state, code).await;
            let refused = problem(next);
            assert_eq!(refused.kind, ProblemKind::Conflict, "{}", refused.message);
            assert!(refused.message.contains("has expired, was already \
                                              used"), "{}", refused.message);
        };
        let form = begin(&fixture, &mona, "One").await.expect("a form");
        let (state, code) = accepted(&form, "One").await;
        refused("another session", &mona, &state, &code).await;
        refused(SESSION, &mona, "another state", &code).await;
        let Viewer::Person(person) = mona.clone() else { unreachable!("a person") };
        let other = Viewer::Person(domain::Person { id: UserId::new(99), ..person });
        refused(SESSION, &other, &state, &code).await;
        let next = fixture.engine.create_app(&mona, fixture.tenant, SESSION, &state, &code).await;
        let install = next.expect("created").expose_secret().to_owned();
        refused(SESSION, &mona, &state, &code).await;
        // The state of the installation is no state of the creation.
        let again = query_value(&Url::parse(&install).expect("an address"), "state");
        refused(SESSION, &mona, &again, &code).await;

        let form = begin(&fixture, &mona, "Two").await.expect("a form");
        let (state, code) = accepted(&form, "Two").await;
        fixture.clock.advance(TimeDelta::minutes(61));
        refused(SESSION, &mona, &state, &code).await;
    }

    async fn what_github_did_not_do_is_said_in_a_sentence(database) {
        let (fixture, mona) = fixture(database).await;
        let github = fixture.github.control();
        let form = begin(&fixture, &mona, "Declined").await.expect("a form");
        let action = Url::parse(form.action.expose_secret()).expect("an address");
        let declined = fixture.engine.create_app(&mona, fixture.tenant, SESSION, &query_value(&action, "state"), "").await;
        assert!(problem(declined).message.contains("did not create the app"));

        github.fault(Fault::ExpiredManifestCode, Scope::everywhere().next(1));
        let form = begin(&fixture, &mona, "Expired").await.expect("a form");
        let (state, code) = accepted(&form, "Expired").await;
        let expired = problem(fixture.engine.create_app(&mona, fixture.tenant, SESSION, &state, &code).await);
        assert_eq!(expired.kind, ProblemKind::Invalid);
        assert!(expired.message.contains("has expired"), "{}", expired.message);

        let conversions = github.requests_to(Endpoint::ManifestConversion);
        let form = begin(&fixture, &mona, "Shape").await.expect("a form");
        let (state, _) = accepted(&form, "Shape").await;
        let wrong = fixture.engine.create_app(&mona, fixture.tenant, SESSION, &state, "../../user").await;
        assert!(problem(wrong).message.contains("has expired"));
        assert_eq!(github.requests_to(Endpoint::ManifestConversion), conversions, "GitHub is not asked");
        assert_eq!(pending(&fixture).await, []);
        for name in ["", "a name of more than thirty-four letters"] {
            assert_eq!(problem(begin(&fixture, &mona, name).await).kind, ProblemKind::Invalid);
        }
    }

    async fn a_code_that_github_could_not_take_is_good_for_another_try(database) {
        let (fixture, mona) = fixture(database).await;
        let github = fixture.github.control();
        let form = begin(&fixture, &mona, "Tidemark").await.expect("a form");
        let (state, code) = accepted(&form, "Tidemark").await;
        let conversion = Scope::everywhere().endpoint(Endpoint::ManifestConversion);
        github.fault(Fault::BadGateway, conversion.next(1));
        let create = || fixture.engine.create_app(&mona, fixture.tenant, SESSION, &state, &code);
        assert_eq!(problem(create().await).kind, ProblemKind::Unavailable);
        create().await.expect("the page was loaded again");
        assert_eq!(pending(&fixture).await.len(), 1);
    }

    async fn two_apps_begun_in_two_tabs_are_both_created(database) {
        let (fixture, mona) = fixture(database).await;
        let one = begin(&fixture, &mona, "One").await.expect("a form");
        let two = begin(&fixture, &mona, "Two").await.expect("a form");
        for (form, name) in [(one, "One"), (two, "Two")] {
            let (state, code) = accepted(&form, name).await;
            let created = fixture.engine.create_app(&mona, fixture.tenant, SESSION, &state, &code);
            created.await.expect(name);
        }
        assert_eq!(pending(&fixture).await.len(), 2);
    }

    async fn an_installation_that_awaits_approval_is_finished_later(database) {
        let (fixture, mona) = fixture(database).await;
        let github = fixture.github.control();
        let install = created(&fixture, &mona, "Tidemark").await;
        github.fault(Fault::InstallationNeedsApproval, Scope::everywhere().next(1));
        let back = installed(&install).await;
        let conversions = problem(arrive(&fixture.engine, &fixture, &mona, SESSION, &back).await);
        assert!(conversions.message.contains("must approve"), "{}", conversions.message);
        let waiting = pending(&fixture).await;
        assert!(waiting[0].requested);

        // Until it is approved, the next step is on GitHub's page.
        let next = fixture.engine.finish_app(&mona, fixture.tenant, "new session", waiting[0].id).await;
        assert!(matches!(next.expect("a step"), NextStep::Install(_)));
        github.install_app("tidemark").expect("approved");
        let next = fixture.engine.finish_app(&mona, fixture.tenant, "new session", waiting[0].id).await;
        let Ok(NextStep::Connected(connection)) = next else { panic!("{next:?}") };
        assert_eq!(connection.login, "acme");
        let again = fixture.engine.finish_app(&mona, fixture.tenant, "new session", waiting[0].id).await;
        assert_eq!(problem(again).kind, ProblemKind::Conflict);
    }

    async fn an_installation_of_another_app_is_not_connected(database) {
        let (fixture, mona) = fixture(database).await;
        let github = fixture.github.control();
        github.add_installation(simulator::Installation::new(77, "acme").of_app(5));
        let install = created(&fixture, &mona, "Tidemark").await;
        let mut back = Url::parse("http://127.0.0.1/installed?installation_id=77&setup_action=install").expect("an address");
        let state = query_value(&Url::parse(&install).expect("an address"), "state");
        back.query_pairs_mut().append_pair("state", &state);
        let refused = problem(arrive(&fixture.engine, &fixture, &mona, SESSION, &back).await);
        assert!(refused.message.contains("no such installation"), "{}", refused.message);
        assert_eq!(pending(&fixture).await.len(), 1, "it can still be finished");
    }

    async fn a_key_that_waits_is_deleted_in_time_or_by_hand_and_rotated(database) {
        let (fixture, mona) = fixture(database).await;
        created(&fixture, &mona, "One").await;
        created(&fixture, &mona, "Two").await;
        let waiting = pending(&fixture).await;
        fixture.engine.discard_app(&mona, fixture.tenant, waiting[0].id).await.expect("deleted");
        assert_eq!(logged(&fixture).await[0], AuditAction::GithubAppDeleted);
        let again = fixture.engine.discard_app(&mona, fixture.tenant, waiting[0].id).await;
        assert_eq!(problem(again).kind, ProblemKind::Conflict);

        let rotated = fixture.engine.rotate_key(&OPERATOR, SecretKey::generate().expect("a key")).await;
        assert_eq!(rotated.expect("rotated"), 2, "the connection's token and the waiting key");
        let next = fixture.engine.finish_app(&mona, fixture.tenant, SESSION, waiting[1].id).await;
        assert!(matches!(next.expect("a step"), NextStep::Install(_)));

        fixture.clock.advance(TimeDelta::days(30));
        assert_eq!(pending(&fixture).await, []);
        fixture.engine.delete_expired_apps().await.expect("deleted");
        let rotated = fixture.engine.rotate_key(&OPERATOR, SecretKey::generate().expect("a key")).await;
        assert_eq!(rotated.expect("rotated"), 1);
    }
}
