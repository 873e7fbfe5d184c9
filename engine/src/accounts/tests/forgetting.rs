//! Connections that are removed: their secrets are in this process's memory no more.

use std::sync::Weak;

use domain::report::{ConnectionKind, History};
use domain::{ConnectionId, Trigger};

use super::*;
use crate::clients::CachedClient;
use crate::secrets::credential_associated_data;
use crate::store::SealedCredential;

impl House {
    /// A tenant's connection that was used by a run, and the repository over it.
    async fn used(&self, tenant: TenantId) -> (ConnectionId, RepositoryId, Weak<CachedClient>) {
        let engine = &self.engine;
        let repository = self.repository(tenant, 1).await;
        let known = engine.connections(&OPERATOR, tenant).await;
        let id = known.expect("a report").connections[0].id;
        let sealed = engine
            .0
            .vault
            .seal(&"ghp_secret".into(), &credential_associated_data(id));
        let credential = SealedCredential {
            kind: ConnectionKind::Token,
            app: None,
            sealed: sealed.expect("sealed"),
        };
        let mut transaction = engine.0.store.begin().await.expect("begun");
        let set = transaction.set_credential(tenant, id, &credential).await;
        assert!(set.expect("set"));
        transaction.commit().await.expect("committed");

        let run = engine.start_run(&OPERATOR, tenant, Trigger::Manual, None);
        let run = run.await.expect("started");
        let ended = engine.wait_for_run(&OPERATOR, tenant, run).await;
        ended.expect("ended");
        let opened = engine.0.clients.open(tenant, id).await.expect("a client");
        assert!(Arc::strong_count(&opened) > 2, "its line keeps it, too");
        (id, repository, Arc::downgrade(&opened))
    }
}

#[tokio::test]
async fn a_removed_connection_is_forgotten() {
    for house in houses().await {
        let engine = &house.engine;
        let (id, repository, opened) = house.used(house.lab).await;
        let gone = engine.untrack(&OPERATOR, house.lab, repository, History::Delete);
        gone.await.expect("untracked");
        assert!(opened.upgrade().is_some());
        let gone = engine.disconnect(&OPERATOR, house.lab, id, None).await;
        gone.expect("disconnected");
        assert!(opened.upgrade().is_none());
    }
}

#[tokio::test]
async fn a_deleted_tenants_connections_are_forgotten() {
    for house in houses().await {
        let (_, _, opened) = house.used(house.rival).await;
        assert!(opened.upgrade().is_some());
        let deleted = house.engine.delete_tenant(&OPERATOR, house.rival, "Rival");
        deleted.await.expect("deleted");
        assert!(opened.upgrade().is_none());
    }
}
