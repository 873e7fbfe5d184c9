//! GitHub's JSON about who asks, and what they were given: users, installations, repositories.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use domain::RepositoryName;
use http::HeaderMap;
use secrecy::SecretString;
use serde::Deserialize;

use super::edge::{Body, Entries, Field, Number, clean};
use super::error::GithubError;
use super::wire::name;

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
pub(crate) struct ListedRepository {
    pub(crate) github_id: i64,
    pub(crate) full_name: RepositoryName,
    pub(crate) private: bool,
    pub(crate) archived: bool,
    pub(crate) fork: bool,
    pub(crate) stars: u32,
    /// Whether the token's user may push; said of no installation.
    pub(crate) pushes: bool,
}

/// What a page of a list of repositories tells.
pub(super) struct ListedPage {
    pub(super) repositories: Vec<ListedRepository>,
    pub(super) left_out: LeftOutOfList,
}

/// How many repositories of a list are left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct LeftOutOfList {
    /// Those with a name that is none.
    unnamed: usize,
    /// Those that could not be read at all.
    unread: usize,
    /// How many are listed.
    of: usize,
}

impl LeftOutOfList {
    /// Adds another page of the same list.
    pub(super) const fn add(&mut self, page: Self) {
        self.unnamed += page.unnamed;
        self.unread += page.unread;
        self.of += page.of;
    }

    /// What is left out, as sentences; `None` where nothing is.
    pub(super) fn notice(self) -> Option<String> {
        let of = self.of;
        let repositories = if of == 1 {
            "repository"
        } else {
            "repositories"
        };
        let unnamed = match self.unnamed {
            0 => None,
            1 => Some(format!(
                "1 of {of} {repositories} has a name that Tidemark does not know and is left out."
            )),
            many => Some(format!(
                "{many} of {of} {repositories} have names that Tidemark does not know and are left out."
            )),
        };
        let unread = match self.unread {
            0 => None,
            1 => Some(format!(
                "1 of {of} {repositories} in GitHub’s list could not be read and is left out."
            )),
            many => Some(format!(
                "{many} of {of} {repositories} in GitHub’s list could not be read and are left out."
            )),
        };
        let said: Vec<String> = unnamed.into_iter().chain(unread).collect();
        (!said.is_empty()).then(|| said.join(" "))
    }
}

/// A new token of an installation.
pub(super) struct AccessToken {
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
struct UserJson {
    login: String,
    id: Number<i64>,
    #[serde(default)]
    name: Field<String>,
    #[serde(default)]
    email: Field<String>,
}

#[derive(Deserialize)]
struct ListedJson {
    id: Number<i64>,
    full_name: String,
    private: bool,
    #[serde(default)]
    archived: Field<bool>,
    #[serde(default)]
    fork: Field<bool>,
    #[serde(default)]
    stargazers_count: Field<Number<u32>>,
    #[serde(default)]
    permissions: Field<PermissionsJson>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PermissionsJson {
    admin: Field<bool>,
    maintain: Field<bool>,
    push: Field<bool>,
}

#[derive(Deserialize)]
struct InstalledJson {
    repositories: Entries<ListedJson>,
}

#[derive(Deserialize)]
struct AccessTokenJson {
    token: String,
    expires_at: DateTime<Utc>,
}

#[derive(Deserialize)]
struct InstallationJson {
    account: UserJson,
    permissions: BTreeMap<String, Field<String>>,
}

#[derive(Deserialize)]
struct MetaJson {
    installed_version: Option<String>,
    /// Of all that GitHub tells of itself, the one field that every kind of it has.
    #[serde(rename = "verifiable_password_authentication")]
    _verifiable: bool,
}

pub(super) fn token_owner(body: &Body, headers: &HeaderMap) -> Result<TokenOwner, GithubError> {
    let user: UserJson = body.read("about the token's user")?;
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

pub(super) fn listed(body: &Body) -> Result<ListedPage, GithubError> {
    body.read("about the token's repositories").map(of_list)
}

pub(super) fn installed(body: &Body) -> Result<ListedPage, GithubError> {
    let answer: InstalledJson = body.read("about the installation's repositories")?;
    Ok(of_list(answer.repositories))
}

fn of_list(listed: Entries<ListedJson>) -> ListedPage {
    let unread = listed.unread;
    let named = listed.filter_map(of_answer);
    ListedPage {
        left_out: LeftOutOfList {
            unread,
            unnamed: named.unread - unread,
            of: named.len(),
        },
        repositories: named.read,
    }
}

/// `None` where its name is none that is known: it goes into addresses.
fn of_answer(answer: ListedJson) -> Option<ListedRepository> {
    let may = answer.permissions.0.unwrap_or_default();
    let may = [may.push, may.maintain, may.admin];
    Some(ListedRepository {
        github_id: answer.id.0,
        full_name: name(&answer.full_name)?,
        private: answer.private,
        archived: answer.archived.0.unwrap_or_default(),
        fork: answer.fork.0.unwrap_or_default(),
        stars: answer.stargazers_count.0.map_or(0, |Number(stars)| stars),
        pushes: may.contains(&Field(Some(true))),
    })
}

pub(super) fn access_token(body: &Body) -> Result<AccessToken, GithubError> {
    let answer: AccessTokenJson = body.read_secret("about the installation's token")?;
    Ok(AccessToken {
        token: answer.token.into(),
        expires_at: answer.expires_at,
    })
}

pub(super) fn installation(body: &Body) -> Result<Installation, GithubError> {
    let answer: InstallationJson = body.read("about the installation")?;
    let permissions: Vec<_> = (answer.permissions.iter())
        .filter_map(|(name, access)| Some(format!("{name}: {}", access.0.as_ref()?)))
        .collect();
    let administration = answer.permissions.get("administration");
    let administration = administration
        .and_then(|access| access.0.as_deref())
        .is_some_and(|access| matches!(access, "read" | "write"));
    Ok(Installation {
        login: answer.account.login,
        account_id: answer.account.id.0,
        permissions: clean(&permissions.join(", ")),
        administration,
    })
}

pub(super) fn is_enterprise(body: &Body) -> Result<bool, GithubError> {
    let meta: MetaJson = body
        .read("about the server")
        .map_err(|_| GithubError::NotGithub)?;
    Ok(meta.installed_version.is_some())
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

    fn notice(full_names: &[&str]) -> Option<String> {
        let entries: Vec<_> = (full_names.iter())
            .map(|name| {
                format!(r#"{{"id":1,"full_name":"{name}","private":true,"permissions":null}}"#)
            })
            .collect();
        let list = format!(r#"{{"repositories":[{}]}}"#, entries.join(","));
        let page = installed(&Body::new(list.into_bytes())).expect("a list");
        assert!(page.repositories.iter().all(|listed| !listed.pushes));
        page.left_out.notice()
    }

    #[test]
    fn a_name_that_is_none_is_left_out_of_the_list_and_told() {
        assert_eq!(notice(&["octo/one", "octo/two"]), None);
        for name in ["octo/naïve", "octo/x.wiki/y", "octo", "a b/c", "../user"] {
            assert_eq!(
                notice(&["octo/one", name]).as_deref(),
                Some("1 of 2 repositories has a name that Tidemark does not know and is left out."),
                "{name}"
            );
        }
        let two = notice(&["octo/naïve", "octo/é"]).expect("told");
        assert!(two.starts_with("2 of 2 repositories have names"), "{two}");
    }

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
