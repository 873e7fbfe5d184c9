//! Connecting a tenant to a GitHub server.

use domain::report::{Connection, ConnectionKind, ConnectionsReport, Warning};
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
    /// How it proves itself to GitHub.
    pub credential: Credential,
}

/// How a connection proves itself to GitHub.
#[derive(Clone, Debug)]
pub enum Credential {
    /// A personal access token, classic or fine-grained.
    Token(SecretString),
    /// An installation of a GitHub App.
    App {
        /// The app's id.
        app_id: i64,
        /// The installation's id.
        installation_id: i64,
        /// The app's private key, as GitHub gives it (PEM).
        private_key: SecretString,
    },
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
        let Credential::Token(token) = input.credential else {
            return Err(not_yet());
        };
        let client = Client::new(&api_url, &token, self.0.clock.clone())?;
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
        let sealed = self.0.vault.seal(&token, &place_of_token(id))?;
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
            untried: true,
            refusal: None,
            checked_at: None,
            budget: None,
            repositories: 0,
        })
    }

    /// Asks GitHub about a connection now, and stores what it learns.
    ///
    /// # Errors
    /// Where the viewer may not, there is no such connection, or GitHub does not answer.
    pub async fn check_connection(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        _id: ConnectionId,
    ) -> Result<Connection> {
        authorize(viewer, tenant, Permission::ManageConnections)?;
        Err(not_yet())
    }

    /// Gives a connection another token or key of the same kind, checked first.
    ///
    /// # Errors
    /// Where the viewer may not, the kind differs, or GitHub refuses it.
    pub async fn replace_credential(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        _id: ConnectionId,
        _credential: Credential,
    ) -> Result<Connection> {
        authorize(viewer, tenant, Permission::ManageConnections)?;
        Err(not_yet())
    }

    /// Gives a connection another name.
    ///
    /// # Errors
    /// Where the viewer may not, there is no such connection, or the name is taken.
    pub async fn rename_connection(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        _id: ConnectionId,
        _name: &str,
    ) -> Result<()> {
        authorize(viewer, tenant, Permission::ManageConnections)?;
        Err(not_yet())
    }

    /// Takes a connection away and erases its secret.
    ///
    /// # Errors
    /// Where the viewer may not, or tracked repositories use it and no other connection is named.
    pub async fn disconnect(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        _id: ConnectionId,
        _move_to: Option<ConnectionId>,
    ) -> Result<()> {
        authorize(viewer, tenant, Permission::ManageConnections)?;
        Err(not_yet())
    }

    /// What a tenant's owners must know of its connections; nothing for anybody else.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn warnings(&self, _viewer: &Viewer, _tenant: TenantId) -> Result<Vec<Warning>> {
        Ok(Vec::new())
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

fn not_yet() -> Error {
    Error::invalid("This version of Tidemark cannot do that yet.")
}
