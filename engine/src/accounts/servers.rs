//! The GitHub servers that connections may use, and the one that people sign in with.

use domain::report::GithubServer;
use domain::{Access, OutsideIdentity, ServerId, SystemPermission, Viewer};
use secrecy::SecretString;

use crate::{Engine, Error, Result};

impl Engine {
    /// The GitHub servers that connections may use, the configured one first.
    ///
    /// # Errors
    /// Where the viewer may not know of them.
    pub async fn servers(&self, viewer: &Viewer) -> Result<Vec<GithubServer>> {
        authorize_system(viewer)?;
        Ok(vec![GithubServer {
            id: None,
            api_url: self.0.github_api_url.to_string(),
            connections: 0,
        }])
    }

    /// Allows connections to a further GitHub server, after asking whether it offers traffic.
    ///
    /// # Errors
    /// Where the viewer may not, or the server has no traffic.
    pub async fn add_server(&self, viewer: &Viewer, _api_url: &str) -> Result<GithubServer> {
        authorize_system(viewer)?;
        Err(Error::invalid(
            "This version of Tidemark cannot do that yet.",
        ))
    }

    /// Allows no further connections to a GitHub server.
    ///
    /// # Errors
    /// Where the viewer may not, there is none, or connections use it.
    pub async fn remove_server(&self, viewer: &Viewer, _id: ServerId) -> Result<()> {
        authorize_system(viewer)?;
        Err(Error::invalid(
            "This version of Tidemark cannot do that yet.",
        ))
    }

    /// Whom an OAuth token of the configured GitHub server belongs to.
    ///
    /// # Errors
    /// Where GitHub refuses the token or does not answer.
    pub async fn github_identity(&self, token: &SecretString) -> Result<OutsideIdentity> {
        let client =
            crate::github::Client::new(&self.0.github_api_url, token, self.0.clock.clone())?;
        let owner = client.token_owner().await?;
        Ok(OutsideIdentity {
            issuer: domain::web_url(self.0.github_api_url.as_str()),
            subject: owner.id.to_string(),
            label: owner.login,
            name: None,
            email: None,
        })
    }
}

fn authorize_system(viewer: &Viewer) -> Result<()> {
    match viewer.system_access(SystemPermission::ManageServers) {
        Access::Granted => Ok(()),
        Access::Forbidden | Access::Hidden => Err(Error::not_found()),
    }
}
