//! The server itself: whether it offers traffic, and what time it has.

use chrono::TimeDelta;
use http::StatusCode;
use serde::Deserialize;

use crate::github::client::Client;
use crate::github::edge::{Body, clock_ahead};
use crate::github::error::GithubError;

/// GitHub Enterprise Server states its version with every response.
const ENTERPRISE: &str = "x-github-enterprise-version";

#[derive(Deserialize)]
struct MetaJson {
    installed_version: Option<String>,
    /// The one field that every kind of GitHub server returns.
    #[serde(rename = "verifiable_password_authentication")]
    _verifiable: bool,
}

impl Client {
    /// Checks that this GitHub offers traffic; requested without a token.
    ///
    /// <https://docs.github.com/enterprise-server/rest/meta/meta#get-github-enterprise-server-meta-information>:
    /// GitHub Enterprise Server states its `installed_version`, or nothing without a token, but
    /// then a header does.
    pub(crate) async fn offers_traffic(&self) -> Result<(), GithubError> {
        let response = self.get_any_status("/meta").await?;
        if response.headers.contains_key(ENTERPRISE) {
            return Err(GithubError::NoTraffic);
        }
        match response.status {
            StatusCode::OK if is_enterprise(&response.body)? => Err(GithubError::NoTraffic),
            StatusCode::OK => Ok(()),
            status if status.is_server_error() => Err(GithubError::ServerError(status.as_u16())),
            _ => Err(GithubError::NotGithub),
        }
    }
    /// How far this machine's clock is ahead of the server's, by the `Date` header of a response,
    /// whatever its status; negative if it is behind.
    pub(crate) async fn clock_difference(&self) -> Result<TimeDelta, GithubError> {
        let response = self.get_any_status("/").await?;
        clock_ahead(&response.headers, self.transport.now())
            .ok_or(GithubError::Malformed("no date"))
    }
}

fn is_enterprise(body: &Body) -> Result<bool, GithubError> {
    let meta: MetaJson = body
        .read("server metadata")
        .map_err(|_| GithubError::NotGithub)?;
    Ok(meta.installed_version.is_some())
}
