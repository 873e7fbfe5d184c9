//! Connecting a tenant to a GitHub server.

use domain::report::{Connection, ConnectionKind, ConnectionsReport};
use domain::{ConnectionId, Permission, TenantId, Viewer};
use secrecy::SecretString;
use url::Url;

use super::named;
use crate::github::Client;
use crate::secrets::{SecretsError, place_of_token};
use crate::store::{CONNECTION_NAME_TAKEN, NewConnectionRecord};
use crate::{Engine, Error, Result, authorize};

/// A new connection of a tenant to a GitHub server.
#[derive(Debug)]
pub struct NewConnection {
    /// Its name.
    pub name: String,
    /// The base address of the server's interface; `None` for the configured default.
    ///
    /// Only whoever has the command line may name one: nobody else can make this server call
    /// arbitrary addresses.
    pub api_url: Option<Url>,
    /// A personal access token.
    pub token: SecretString,
}

impl Engine {
    /// A tenant's connections, and the servers that a new one may use.
    ///
    /// # Errors
    /// Where the viewer may not know of them.
    pub async fn connections(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
    ) -> Result<ConnectionsReport> {
        authorize(viewer, tenant, Permission::ManageConnections)?;
        Ok(ConnectionsReport {
            connections: self.0.store.connections(tenant).await?,
            servers: vec![self.0.github_api_url.to_string()],
        })
    }

    /// Connects a tenant to GitHub; the token is checked first, and stored encrypted.
    ///
    /// # Errors
    /// Where the viewer may not, GitHub refuses the token, or the name is taken.
    pub async fn connect(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        input: NewConnection,
    ) -> Result<Connection> {
        authorize(viewer, tenant, Permission::ManageConnections)?;
        if input.api_url.is_some() && *viewer != Viewer::Operator {
            return Err(Error::forbidden());
        }
        let name = named("connection", &input.name)?;
        let api_url = input
            .api_url
            .unwrap_or_else(|| self.0.github_api_url.clone());
        let client = Client::new(&api_url, &input.token, self.0.clock.clone())?;
        let owner = client.token_owner().await?;

        let record = NewConnectionRecord {
            name,
            api_url: api_url.as_str(),
            login: &owner.login,
            github_user_id: owner.id,
            token_expires_at: owner.expires_at,
        };
        let mut transaction = self.0.store.begin().await?;
        let id = transaction
            .insert_connection(tenant, &record, self.0.clock.now())
            .await
            .map_err(|error| {
                if error.violates(CONNECTION_NAME_TAKEN) {
                    Error::conflict(format!(
                        "The tenant has a connection named “{name}”: choose another name."
                    ))
                } else {
                    error.into()
                }
            })?;
        let sealed = self.0.vault.seal(&input.token, &place_of_token(id))?;
        transaction.set_sealed_token(tenant, id, &sealed).await?;
        transaction.commit().await?;
        Ok(Connection {
            id,
            name: name.to_owned(),
            api_url: api_url.into(),
            login: owner.login,
            token_expires_at: owner.expires_at,
            kind: ConnectionKind::Token,
            scopes: None,
            missing_permission: None,
            refusal: None,
            checked_at: None,
            budget: None,
            repositories: 0,
        })
    }

    /// A client with a connection's token.
    pub(crate) async fn client(&self, tenant: TenantId, id: ConnectionId) -> Result<Client> {
        let secret = self
            .0
            .store
            .connection_secret(tenant, id)
            .await?
            .ok_or_else(Error::not_found)?;
        let token = self
            .0
            .vault
            .open(&secret.sealed_token, &place_of_token(id))?;
        let api_url = Url::parse(&secret.api_url).map_err(|_| SecretsError::Unreadable)?;
        Ok(Client::new(&api_url, &token, self.0.clock.clone())?)
    }
}
