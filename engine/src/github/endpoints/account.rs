//! The user that a token belongs to, and the account that an app is installed on.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use http::HeaderMap;
use serde::Deserialize;

use crate::github::auth::AppKey;
use crate::github::client::Client;
use crate::github::edge::{Body, Field, Number, clean};
use crate::github::error::GithubError;

/// The user that a token belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TokenOwner {
    pub(crate) login: String,
    pub(crate) id: i64,
    /// When the token expires, if GitHub says so.
    pub(crate) expires_at: Option<DateTime<Utc>>,
    /// A classic token's scopes.
    pub(crate) scopes: Option<String>,
    /// The user's name, if it is set.
    pub(crate) name: Option<String>,
    /// The user's public email address, if there is one.
    pub(crate) email: Option<String>,
}

/// An installation of an app.
pub(super) struct Installation {
    pub(super) login: String,
    pub(super) account_id: i64,
    /// Its permissions, such as `administration: read, metadata: read`.
    pub(super) permissions: String,
    /// Whether these include reading traffic.
    pub(super) administration: bool,
}

#[derive(Deserialize)]
struct UserJson {
    login: String,
    id: Number<i64>,
    #[serde(default)]
    name: Field<String>,
    #[serde(default)]
    email: Field<String>,
}

#[derive(Deserialize)]
struct InstallationJson {
    account: UserJson,
    permissions: BTreeMap<String, Field<String>>,
}

impl Client {
    /// The user that the token belongs to, which proves that GitHub accepts it.
    /// <https://docs.github.com/rest/users/users#get-the-authenticated-user>
    pub(crate) async fn token_owner(&self) -> Result<TokenOwner, GithubError> {
        let response = self.get("/user").await?;
        token_owner(&response.body, &response.headers)
    }

    /// The installation that the key is for, with its permissions.
    /// <https://docs.github.com/rest/apps/apps#get-an-installation-for-the-authenticated-app>
    pub(super) async fn installation(&self, key: &AppKey) -> Result<Installation, GithubError> {
        let path = format!("/app/installations/{}", key.installation_id);
        let response = self.get_as_app(key, &path).await?;
        installation(&response.body)
    }
}

fn token_owner(body: &Body, headers: &HeaderMap) -> Result<TokenOwner, GithubError> {
    let user: UserJson = body.read("token user")?;
    Ok(TokenOwner {
        login: user.login,
        id: user.id.0,
        expires_at: expiry(headers),
        scopes: headers
            .get("x-oauth-scopes")
            .and_then(|scopes| scopes.to_str().ok())
            .map(|scopes| clean(scopes.trim())),
        name: user.name.0,
        email: user.email.0,
    })
}

fn installation(body: &Body) -> Result<Installation, GithubError> {
    let json: InstallationJson = body.read("installation")?;
    let permissions: Vec<_> = (json.permissions.iter())
        .filter_map(|(name, access)| Some(format!("{name}: {}", access.0.as_ref()?)))
        .collect();
    let administration = json.permissions.get("administration");
    let administration = administration
        .and_then(|access| access.0.as_deref())
        .is_some_and(|access| matches!(access, "read" | "write"));
    Ok(Installation {
        login: json.account.login,
        account_id: json.account.id.0,
        permissions: clean(&permissions.join(", ")),
        administration,
    })
}

/// `2025-02-25 04:28:56 UTC`, or with an offset such as `-0700` in place of `UTC`.
fn expiry(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    let text = headers
        .get("github-authentication-token-expiration")?
        .to_str()
        .ok()?
        .trim();
    let in_utc = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S UTC");
    let expiry = match in_utc {
        Ok(time) => Some(time.and_utc()),
        Err(_) => DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S %z")
            .ok()
            .map(Into::into),
    };
    if expiry.is_none() {
        tracing::warn!("the token expiry has an unknown format and is not shown");
    }
    expiry
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_headers_and_logins_are_bounded() {
        let mut headers = HeaderMap::new();
        let scopes = "repo, ".repeat(1_000);
        headers.insert("x-oauth-scopes", scopes.parse().expect("a header"));
        let login = "x".repeat(2_000);
        let body = Body::new(format!(r#"{{"login":"{login}","id":1.0,"name":7}}"#).into_bytes());
        let owner = token_owner(&body, &headers).expect("a user");
        assert_eq!((owner.login.len(), owner.id, owner.name), (1_000, 1, None));
        assert_eq!(owner.scopes.map(|scopes| scopes.len()), Some(1_000));
    }

    #[test]
    fn an_expiry_is_read_in_both_ways_github_writes_it() {
        let expiry_of = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(
                "github-authentication-token-expiration",
                text.parse().expect("text"),
            );
            expiry(&headers).map(|time| time.to_rfc3339())
        };
        let expected = Some("2025-02-25T04:28:56+00:00".to_owned());
        assert_eq!(expiry_of("2025-02-25 04:28:56 UTC"), expected);
        assert_eq!(expiry_of("2025-02-24 21:28:56 -0700"), expected);
        assert_eq!(expiry_of("soon"), None);
    }
}
