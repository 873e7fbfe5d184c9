//! The GitHub servers that connections may use, and the one for signing in.

use domain::report::GithubServer;
use domain::{
    AuditAction, ExternalIdentity, Problem, ProblemKind, ServerId, SystemPermission, Viewer,
    secure_url,
};
use secrecy::SecretString;
use url::Url;

use crate::github::{Client, GithubError};
use crate::store::{SERVER_KNOWN, Transaction};
use crate::{Engine, Error, Result, authorize_system};

impl Engine {
    /// The GitHub servers that connections may use, the configured one first.
    ///
    /// # Errors
    /// When the viewer may not see them.
    pub async fn servers(&self, viewer: &Viewer) -> Result<Vec<GithubServer>> {
        authorize_system(viewer, SystemPermission::ManageServers)?;
        let store = &self.0.store;
        let address = self.0.github_api_url.as_str();
        let configured = GithubServer {
            id: None,
            api_url: address.to_owned(),
            connections: store.unscoped_connections_to(plain(address)).await?,
        };
        Ok(std::iter::once(configured)
            .chain(store.unscoped_servers().await?)
            .collect())
    }

    /// Allows connections to another GitHub server, after checking that it counts traffic.
    ///
    /// # Errors
    /// When the viewer may not, the address is not valid or not encrypted, the server is known
    /// already, or it has no traffic, like GitHub Enterprise Server.
    pub async fn add_server(&self, viewer: &Viewer, api_url: &str) -> Result<GithubServer> {
        authorize_system(viewer, SystemPermission::ManageServers)?;
        let url = secure_url(api_url).map_err(GithubError::Insecure)?;
        let address = plain(url.as_str());
        let known = || Error::conflict(format!("{address} is already allowed."));
        if address == plain(self.0.github_api_url.as_str()) {
            return Err(known());
        }
        // GHE.com has no traffic either, but responds like GitHub itself:
        // <https://docs.github.com/enterprise-cloud@latest/admin/data-residency/feature-overview-for-github-enterprise-cloud-with-data-residency>
        if url
            .host_str()
            .is_some_and(|host| host.ends_with(".ghe.com"))
        {
            return Err(GithubError::NoTraffic.into());
        }
        let client = Client::anonymous(&url, self.0.clock.clone())?;
        client.offers_traffic().await?;

        let mut transaction = self.0.store.begin().await?;
        let id = transaction
            .unscoped_insert_server(address, self.0.clock.now())
            .await
            .map_err(|error| {
                if error.violates(SERVER_KNOWN) {
                    known()
                } else {
                    error.into()
                }
            })?;
        let action = AuditAction::ServerAdded;
        self.log(&mut transaction, viewer, action, None, address)
            .await?;
        transaction.commit().await?;
        Ok(GithubServer {
            id: Some(id),
            api_url: address.to_owned(),
            connections: self.0.store.unscoped_connections_to(address).await?,
        })
    }

    /// Disallows new connections to a GitHub server.
    ///
    /// # Errors
    /// When the viewer may not, there is no such server, or connections use it.
    pub async fn remove_server(&self, viewer: &Viewer, id: ServerId) -> Result<()> {
        authorize_system(viewer, SystemPermission::ManageServers)?;
        let mut transaction = self.0.store.begin().await?;
        let address = transaction
            .unscoped_delete_server(id)
            .await?
            .ok_or_else(Error::not_found)?;
        let connections = transaction.unscoped_connections_to(&address).await?;
        if connections > 0 {
            return Err(Error::conflict(format!(
                "Some connections use {address} ({connections}). Their tenants must remove them \
                 first."
            )));
        }
        let action = AuditAction::ServerRemoved;
        self.log(&mut transaction, viewer, action, None, &address)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// The owner of an OAuth token of the configured GitHub server.
    ///
    /// # Errors
    /// When GitHub refuses the token or does not answer.
    pub async fn github_identity(&self, token: &SecretString) -> Result<ExternalIdentity> {
        let api_url = &self.0.github_api_url;
        let client = Client::new(api_url, token, self.0.clock.clone())?;
        let user = client.token_owner().await?;
        Ok(ExternalIdentity {
            issuer: domain::web_url(api_url.as_str()),
            subject: user.id.to_string(),
            label: user.login,
            name: user.name.filter(|name| !name.trim().is_empty()),
            email: user.email.and_then(|email| email.parse().ok()),
        })
    }

    /// The server for a new connection: the configured one unless another is named.
    pub(super) async fn server_for(&self, viewer: &Viewer, named: Option<Url>) -> Result<Url> {
        let configured = &self.0.github_api_url;
        let Some(url) = named else {
            return Ok(configured.clone());
        };
        let address = plain(url.as_str());
        let allowed = *viewer == Viewer::Operator
            || address == plain(configured.as_str())
            || self
                .0
                .store
                .unscoped_servers()
                .await?
                .iter()
                .any(|server| server.api_url == address);
        if allowed { Ok(url) } else { Err(not_allowed()) }
    }

    /// Ensures that an allowed server stays allowed until the transaction ends.
    pub(super) async fn hold_server(
        &self,
        transaction: &mut Transaction,
        viewer: &Viewer,
        api_url: &Url,
    ) -> Result<()> {
        let address = plain(api_url.as_str());
        let held = *viewer == Viewer::Operator
            || address == plain(self.0.github_api_url.as_str())
            || transaction.unscoped_lock_server(address).await?;
        if held { Ok(()) } else { Err(not_allowed()) }
    }
}

/// An address for comparison, without trailing slashes.
pub(super) fn plain(api_url: &str) -> &str {
    api_url.trim_end_matches('/')
}

fn not_allowed() -> Error {
    Problem::new(
        ProblemKind::Forbidden,
        "This GitHub server is not allowed. Ask an administrator to allow it.",
    )
    .into()
}
