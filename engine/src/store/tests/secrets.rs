//! Secrets: which key opens a database, and that what an old secret learned is not said of a new.

use domain::ConnectionId;
use domain::report::{Connection, ConnectionKind};

use super::*;
use crate::SecretKey;
use crate::accounts::verify_key;
use crate::secrets::{Vault, credential_associated_data};

fn vault() -> Vault {
    Vault::new(SecretKey::generate().expect("a key"))
}

async fn seal(store: &Store, tenant: TenantId, id: ConnectionId, sealed: Vec<u8>) {
    let credential = SealedCredential {
        kind: ConnectionKind::Token,
        app: None,
        sealed,
    };
    let mut transaction = store.begin().await.expect("begun");
    let set = transaction.set_credential(tenant, id, &credential).await;
    assert!(set.expect("set"));
    transaction.commit().await.expect("committed");
}

async fn first(store: &Store, tenant: TenantId) -> Connection {
    let mut connections = store.connections(tenant).await.expect("the connections");
    connections.swap_remove(0)
}

/// As an earlier version left it, which wrote no proof of the key.
#[tokio::test]
async fn one_readable_secret_proves_the_key_and_unreadable_ones_are_refused() {
    for Fixture { store, tenant, .. } in &fixtures().await {
        let (right, lost) = (vault(), vault());
        a_repository(store, "lab", 2).await;
        let known = store.connections(*tenant).await.expect("the connections");
        let [one, two] = [known[0].id, known[1].id];
        let sealed = |by: &Vault, id| {
            let sealed = by.seal(&"ghp_secret".into(), &credential_associated_data(id));
            sealed.expect("sealed")
        };
        seal(store, *tenant, one, sealed(&lost, one)).await;
        seal(store, *tenant, two, sealed(&lost, two)).await;
        let wrong = verify_key(store, &right).await;
        assert!(matches!(wrong, Err(OpenError::WrongKey)), "{wrong:?}");

        seal(store, *tenant, two, sealed(&right, two)).await;
        verify_key(store, &right).await.expect("the right key");
        let refusals: Vec<bool> = store
            .connections(*tenant)
            .await
            .expect("the connections")
            .into_iter()
            .map(|connection| connection.refusal.is_some())
            .collect();
        assert_eq!(refusals, [true, false]);
        verify_key(store, &right).await.expect("now it is proved");
        let wrong = verify_key(store, &lost).await;
        assert!(matches!(wrong, Err(OpenError::WrongKey)), "{wrong:?}");
    }
}

#[tokio::test]
async fn what_an_old_token_learned_is_not_said_of_the_new_one() {
    for Fixture { store, tenant, .. } in &fixtures().await {
        let id = first(store, *tenant).await.id;
        let (old, new) = (b"old".as_slice(), b"new".as_slice());
        seal(store, *tenant, id, new.to_vec()).await;
        let refused = Some("GitHub refused the token.");
        let before = first(store, *tenant).await;
        let check = CheckRecord {
            login: "octocat",
            github_user_id: 2,
            token_expires_at: Some(now()),
            scopes: Some("repo"),
            missing_permission: Some("repo"),
            notice: None,
            budget: None,
        };
        for (sealed, is_current) in [(old, false), (new, true)] {
            let recorded = store.record_connection_health(*tenant, id, sealed, refused, None);
            recorded.await.expect("recorded");
            let connection_now = first(store, *tenant).await;
            assert_eq!(connection_now.refusal.is_some(), is_current);

            let checked = store.record_refused_check(*tenant, id, sealed, "No.", now());
            checked.await.expect("recorded");
            let connection_now = first(store, *tenant).await;
            assert_eq!(connection_now.checked_at.is_some(), is_current);

            let mut transaction = store.begin().await.expect("begun");
            let checked = transaction.record_check(*tenant, id, sealed, &check, now());
            checked.await.expect("recorded");
            transaction.commit().await.expect("committed");
            let connection_now = first(store, *tenant).await;
            assert_eq!(connection_now.login == "octocat", is_current);
            assert_eq!(connection_now == before, !is_current);
        }
    }
}
