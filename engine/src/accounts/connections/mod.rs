//! Connecting a tenant to a GitHub server.

mod check;
mod credential;
mod removal;
mod warnings;

use domain::report::{Connection, ConnectionsReport};
use domain::{AuditAction, ConnectionId, Limit, PendingAppId, Permission, TenantId, Viewer};
use url::Url;

pub use credential::Credential;

use super::named;
use crate::store::{CONNECTION_NAME_TAKEN, NewConnectionRecord, StoreError};
use crate::{Engine, Error, Result, authorize};
use check::record_of;

/// A new connection of a tenant to a GitHub server.
#[derive(Debug)]
pub struct NewConnection {
    /// Its name.
    pub name: String,
    /// The API base URL of the server; `None` for the configured one.
    ///
    /// Only the command line may name one that is neither configured nor allowed by an
    /// administrator, so that no tenant can make this server call arbitrary addresses.
    pub api_url: Option<Url>,
    /// Its credential.
    pub credential: Credential,
}

impl Engine {
    /// A tenant's connections, and the servers that a new one may use.
    ///
    /// # Errors
    /// When the viewer may not see them.
    pub async fn connections(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
    ) -> Result<ConnectionsReport> {
        authorize(viewer, tenant, Permission::ManageConnections)?;
        let allowed = self.0.store.unscoped_servers().await?;
        let configured = self.0.github_api_url.to_string();
        Ok(ConnectionsReport {
            connections: self.0.store.connections(tenant).await?,
            pending_apps: self
                .0
                .store
                .pending_apps(tenant, self.0.clock.now())
                .await?,
            servers: std::iter::once(configured)
                .chain(allowed.into_iter().map(|server| server.api_url))
                .collect(),
        })
    }

    /// Connects a tenant to GitHub, after checking the credential. A connection that lacks a
    /// permission is stored and shows what is missing. The credential is stored encrypted.
    ///
    /// # Errors
    /// When the viewer may not, the server is not allowed, GitHub refuses the credential, the name
    /// is taken, or the tenant is at its limit.
    pub async fn connect(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        input: NewConnection,
    ) -> Result<Connection> {
        authorize(viewer, tenant, Permission::ManageConnections)?;
        let name = named("connection", &input.name)?;
        let api_url = self.server_for(viewer, input.api_url).await?;
        self.connect_as(viewer, tenant, name, api_url, input.credential, None)
            .await
    }

    /// The same with a checked name and server. For the key of a pending app, the connection
    /// replaces the app.
    pub(super) async fn connect_as(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        name: &str,
        api_url: Url,
        credential: Credential,
        pending: Option<PendingAppId>,
    ) -> Result<Connection> {
        let client = self.client_of(&api_url, &credential)?;
        let checked = client.check().await?;

        let record = NewConnectionRecord {
            name,
            api_url: api_url.as_str(),
            login: &checked.login,
            github_user_id: checked.id,
            token_expires_at: checked.expires_at,
        };
        let now = self.0.clock.now();
        let mut transaction = self.0.store.begin().await?;
        let limits = self.hold_limits(&mut transaction, tenant).await?;
        self.hold_server(&mut transaction, viewer, &api_url).await?;
        let id = transaction
            .insert_connection(tenant, &record, now)
            .await
            .map_err(|error| name_taken(error, name))?;
        self.keep_within(&mut transaction, tenant, &limits, Limit::Connections)
            .await?;
        let sealed = self
            .store_credential(&mut transaction, tenant, id, &credential)
            .await?;
        if let Some(pending) = pending
            && transaction
                .delete_pending_app(tenant, pending)
                .await?
                .is_none()
        {
            return Err(Error::conflict(
                "This GitHub App has been connected or deleted in the meantime. Check the \
                 Connections page.",
            ));
        }
        let check = record_of(&checked, client.rate_limit());
        transaction
            .record_check(tenant, id, &sealed, &check, now)
            .await?;
        let subject = format!("{name}, as {}", checked.login);
        self.log(
            &mut transaction,
            viewer,
            AuditAction::ConnectionAdded,
            Some(tenant),
            &subject,
        )
        .await?;
        transaction.commit().await?;
        self.one_connection(tenant, id).await
    }

    /// Renames a connection.
    ///
    /// # Errors
    /// When the viewer may not, there is no such connection, or the name is taken.
    pub async fn rename_connection(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: ConnectionId,
        name: &str,
    ) -> Result<()> {
        authorize(viewer, tenant, Permission::ManageConnections)?;
        let name = named("connection", name)?;
        let mut transaction = self.0.store.begin().await?;
        let (former, _) = transaction
            .lock_connection(tenant, id)
            .await?
            .ok_or_else(Error::not_found)?;
        transaction
            .rename_connection(tenant, id, name)
            .await
            .map_err(|error| name_taken(error, name))?;
        self.log(
            &mut transaction,
            viewer,
            AuditAction::ConnectionRenamed,
            Some(tenant),
            &format!("{name} (was {former})"),
        )
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Drops what this process caches of a removed connection, above all its secret.
    pub(super) fn forget_connection(&self, id: ConnectionId) {
        self.0.clients.forget(id);
        self.0.collector.forget(id);
        self.0.repository_lists.forget(id);
    }

    /// One connection of a tenant.
    pub(crate) async fn one_connection(
        &self,
        tenant: TenantId,
        id: ConnectionId,
    ) -> Result<Connection> {
        let found = self.0.store.connection(tenant, id).await?;
        found.ok_or_else(Error::not_found)
    }
}

fn name_taken(error: StoreError, name: &str) -> Error {
    if error.violates(CONNECTION_NAME_TAKEN) {
        Error::conflict(format!(
            "A connection named “{name}” already exists. Choose another name."
        ))
    } else {
        error.into()
    }
}
