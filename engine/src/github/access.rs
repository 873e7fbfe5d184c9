//! GitHub's JSON about who asks, and what they were given: users, installations, repositories.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use domain::RepositoryName;
use http::HeaderMap;
use secrecy::SecretString;
use serde::Deserialize;

use super::error::GithubError;
use super::wire::{name, parse};

/// Whom a token belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TokenOwner {
    pub(crate) login: String,
    pub(crate) id: i64,
    /// When the token expires, where GitHub says so.
    pub(crate) expires_at: Option<DateTime<Utc>>,
    /// A classic token's scopes.
    pub(crate) scopes: Option<String>,
    /// The user's name, where they tell it.
    pub(crate) name: Option<String>,
    /// The user's public address, where they have one.
    pub(crate) email: Option<String>,
}

/// A repository as GitHub lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "GitHub describes a repository by flags"
)]
pub(crate) struct Listed {
    pub(crate) github_id: i64,
    pub(crate) full_name: RepositoryName,
    pub(crate) private: bool,
    pub(crate) archived: bool,
    pub(crate) fork: bool,
    pub(crate) stars: u32,
    /// Whether the token's user may push; said of no installation.
    pub(crate) pushes: bool,
}

/// A new token of an installation.
pub(super) struct Minted {
    pub(super) token: SecretString,
    pub(super) expires_at: DateTime<Utc>,
}

/// An installation of an app.
pub(super) struct Installation {
    pub(super) login: String,
    pub(super) account_id: i64,
    /// Its permissions, such as `administration: read, metadata: read`.
    pub(super) permissions: String,
    /// Whether they let it read traffic.
    pub(super) administration: bool,
}

#[derive(Deserialize)]
struct UserAnswer {
    login: String,
    id: i64,
    name: Option<String>,
    email: Option<String>,
}

#[derive(Deserialize)]
struct ListedAnswer {
    id: i64,
    full_name: String,
    private: bool,
    #[serde(default)]
    archived: bool,
    #[serde(default)]
    fork: bool,
    stargazers_count: u32,
    #[serde(default)]
    permissions: PermissionsAnswer,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PermissionsAnswer {
    admin: bool,
    maintain: bool,
    push: bool,
}

#[derive(Deserialize)]
struct InstalledAnswer {
    repositories: Vec<ListedAnswer>,
}

#[derive(Deserialize)]
struct MintedAnswer {
    token: String,
    expires_at: DateTime<Utc>,
}

#[derive(Deserialize)]
struct InstallationAnswer {
    account: UserAnswer,
    permissions: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct MetaAnswer {
    installed_version: Option<String>,
    /// Of all that GitHub tells of itself, the one field that every kind of it has.
    #[serde(rename = "verifiable_password_authentication")]
    _verifiable: bool,
}

pub(super) fn token_owner(body: &[u8], headers: &HeaderMap) -> Result<TokenOwner, GithubError> {
    let user: UserAnswer = parse(body, "about the token's user")?;
    Ok(TokenOwner {
        login: user.login,
        id: user.id,
        expires_at: expiry(headers),
        scopes: headers
            .get("x-oauth-scopes")
            .and_then(|scopes| scopes.to_str().ok())
            .map(|scopes| scopes.trim().to_owned()),
        name: user.name,
        email: user.email,
    })
}

pub(super) fn listed(body: &[u8]) -> Result<Vec<Listed>, GithubError> {
    let listed: Vec<ListedAnswer> = parse(body, "about the token's repositories")?;
    listed.into_iter().map(of_list).collect()
}

pub(super) fn installed(body: &[u8]) -> Result<Vec<Listed>, GithubError> {
    let answer: InstalledAnswer = parse(body, "about the installation's repositories")?;
    answer.repositories.into_iter().map(of_list).collect()
}

fn of_list(answer: ListedAnswer) -> Result<Listed, GithubError> {
    let may = answer.permissions;
    Ok(Listed {
        github_id: answer.id,
        full_name: name(&answer.full_name)?,
        private: answer.private,
        archived: answer.archived,
        fork: answer.fork,
        stars: answer.stargazers_count,
        pushes: may.push || may.maintain || may.admin,
    })
}

pub(super) fn minted(body: &[u8]) -> Result<Minted, GithubError> {
    let answer: MintedAnswer = parse(body, "about the installation's token")?;
    Ok(Minted {
        token: answer.token.into(),
        expires_at: answer.expires_at,
    })
}

pub(super) fn installation(body: &[u8]) -> Result<Installation, GithubError> {
    let answer: InstallationAnswer = parse(body, "about the installation")?;
    let permissions: Vec<_> = answer
        .permissions
        .iter()
        .map(|(name, access)| format!("{name}: {access}"))
        .collect();
    let administration = answer
        .permissions
        .get("administration")
        .is_some_and(|access| matches!(access.as_str(), "read" | "write"));
    Ok(Installation {
        login: answer.account.login,
        account_id: answer.account.id,
        permissions: permissions.join(", "),
        administration,
    })
}

pub(super) fn is_enterprise(body: &[u8]) -> Result<bool, GithubError> {
    serde_json::from_slice::<MetaAnswer>(body)
        .map(|meta| meta.installed_version.is_some())
        .map_err(|_| GithubError::NotGithub)
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
        tracing::warn!("the token's expiry is written in an unknown way, so it is not shown");
    }
    expiry
}

#[cfg(test)]
mod tests {
    use super::*;

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
