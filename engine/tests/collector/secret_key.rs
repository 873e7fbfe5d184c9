//! The key that encrypts all secrets: a wrong one stops the start, and it can be replaced.

use std::sync::Arc;

use domain::report::AuditQuery;
use domain::{AuditAction, ProblemKind, RunStatus, Trigger};
use engine::{Credential, Engine, NewConnection, OpenError, SecretKey};

use crate::fixture::{Fixture, OPERATOR, TOKEN, administrator, problem};

fn connection(name: &str) -> NewConnection {
    NewConnection {
        name: name.into(),
        api_url: None,
        credential: Credential::Token(TOKEN.into()),
    }
}

async fn open(fixture: &Fixture, key: &SecretKey) -> Result<Engine, OpenError> {
    let settings = engine::Settings {
        secret_key: key.clone(),
        ..fixture.settings("lab:2")
    };
    Engine::open(settings, Arc::new(fixture.clock.clone())).await
}

on_both! {
    async fn a_wrong_key_stops_the_start(database) {
        let (fixture, _) = Fixture::with_anvil(database).await;
        fixture.process("lab:2").await;
        let wrong = SecretKey::generate().expect("a key");
        let error = open(&fixture, &wrong).await.err().expect("refused");
        assert!(matches!(error, OpenError::WrongKey));
        assert!(error.to_string().contains("TIDEMARK_SECRET_KEY"), "{error}");
    }

    async fn all_secrets_go_under_the_new_key_at_once(database) {
        let (fixture, _) = Fixture::with_anvil(database).await;
        fixture.engine.connect(&OPERATOR, fixture.tenant, connection("Second")).await.expect("connected");
        let old = fixture.process("lab:old").await;
        let new = SecretKey::generate().expect("a key");
        let refused = fixture.engine.rotate_key(&administrator(), new.clone()).await;
        assert_eq!(problem(refused).kind, ProblemKind::Forbidden);
        assert_eq!(fixture.engine.rotate_key(&OPERATOR, new.clone()).await.expect("rotated"), 2);
        let log = fixture.engine.system_log(&OPERATOR, &AuditQuery::default()).await.expect("a page");
        assert_eq!((log.entries[0].action, log.entries[0].subject.as_str()), (AuditAction::KeyRotated, "2 secrets"));

        // This process keeps working, another one needs the new key, and the old key decrypts nothing.
        fixture.collect_well().await;
        let after = open(&fixture, &new).await.expect("opened");
        let run = after.start_run(&OPERATOR, fixture.tenant, Trigger::Manual, None).await.expect("started");
        let run = after.wait_for_run(&OPERATOR, fixture.tenant, run).await.expect("a run");
        assert_eq!(run.status, RunStatus::Succeeded);
        assert!(matches!(open(&fixture, &fixture.settings("x").secret_key).await, Err(OpenError::WrongKey)));

        // A process that still has the old key stores nothing that the new one could not read.
        let stale = old.connect(&OPERATOR, fixture.tenant, connection("Third")).await;
        assert_eq!(problem(stale).kind, ProblemKind::Conflict);
        let again = old.rotate_key(&OPERATOR, SecretKey::generate().expect("a key")).await;
        assert_eq!(problem(again).kind, ProblemKind::Conflict);
        fixture.engine.connect(&OPERATOR, fixture.tenant, connection("Third")).await.expect("connected");
    }

    async fn a_lost_key_costs_the_secrets_and_nothing_else(database) {
        let (fixture, _) = Fixture::with_anvil(database).await;
        fixture.engine.connect(&OPERATOR, fixture.tenant, connection("Second")).await.expect("connected");
        let found = SecretKey::generate().expect("a key");
        let settings = || engine::Settings { secret_key: found.clone(), ..fixture.settings("lab:2") };
        let clock: engine::SharedClock = Arc::new(fixture.clock.clone());
        assert_eq!(Engine::discard_secrets(settings(), &clock).await.expect("erased"), 2);

        let after = open(&fixture, &found).await.expect("opened");
        let log = after.system_log(&OPERATOR, &AuditQuery::default()).await.expect("a page");
        assert_eq!((log.entries[0].action, log.entries[0].subject.as_str()), (AuditAction::KeyRotated, "2 secrets erased"));
        let known = after.connections(&OPERATOR, fixture.tenant).await.expect("a report").connections;
        assert!(known.iter().all(|known| known.refusal.as_ref().is_some_and(|why| why.contains("Replace it"))));
        let checked = problem(after.check_connection(&OPERATOR, fixture.tenant, known[0].id).await);
        assert_eq!(checked.kind, ProblemKind::Conflict);
        assert!(checked.message.contains("Replace it"), "{}", checked.message);

        // What is entered again counts; the other one hinders no rotation, and nothing is erased twice.
        let token = Credential::Token(TOKEN.into());
        let replaced = after.replace_credential(&OPERATOR, fixture.tenant, known[0].id, token).await.expect("replaced");
        assert_eq!(replaced.refusal, None);
        assert_eq!(Engine::discard_secrets(settings(), &clock).await.expect("nothing to erase"), 0);
        let run = after.start_run(&OPERATOR, fixture.tenant, Trigger::Manual, None).await.expect("started");
        let run = after.wait_for_run(&OPERATOR, fixture.tenant, run).await.expect("a run");
        assert_eq!(run.status, RunStatus::Succeeded);
        let new = SecretKey::generate().expect("a key");
        assert_eq!(after.rotate_key(&OPERATOR, new).await.expect("rotated"), 1);
    }
}
