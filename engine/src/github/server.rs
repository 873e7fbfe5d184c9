//! What kind of server is at an address: GitHub itself has traffic, GitHub Enterprise has not.

use http::StatusCode;

use super::access;
use super::client::Client;
use super::error::GithubError;

/// GitHub Enterprise Server says its version with every answer.
const ENTERPRISE: &str = "x-github-enterprise-version";

impl Client {
    /// Whether this is a GitHub that counts traffic; asked without a token.
    ///
    /// <https://docs.github.com/enterprise-server/rest/meta/meta#get-github-enterprise-server-meta-information>:
    /// GitHub Enterprise Server names its `installed_version`, or nothing without a token, but
    /// then a header does.
    pub(crate) async fn offers_traffic(&self) -> Result<(), GithubError> {
        let answer = self.get_any("/meta").await?;
        if answer.headers.contains_key(ENTERPRISE) {
            return Err(GithubError::NoTraffic);
        }
        match answer.status {
            StatusCode::OK if access::is_enterprise(&answer.body)? => Err(GithubError::NoTraffic),
            StatusCode::OK => Ok(()),
            status if status.is_server_error() => Err(GithubError::ServerError(status.as_u16())),
            _ => Err(GithubError::NotGithub),
        }
    }
}
