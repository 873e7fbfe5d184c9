//! What a token or an installation is, and which permission it lacks to read traffic.

use chrono::{DateTime, Utc};
use domain::Measure;

use super::access;
use super::client::{Client, Per};
use super::error::GithubError;
use super::listing::Page;
use super::session::{AppKey, Session};

/// So many listed repositories are tried: a fine-grained token may list public ones that it was
/// not given.
const TRIED: usize = 5;
/// So many pages of the list are looked through for them.
const PAGES: u32 = 3;

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Findings {
    /// The token's user, or the account that the app is installed on.
    pub(crate) login: String,
    /// Its id.
    pub(crate) id: i64,
    /// When the token expires, where GitHub says so.
    pub(crate) expires_at: Option<DateTime<Utc>>,
    /// A classic token's scopes, or an installation's permissions.
    pub(crate) scopes: Option<String>,
    /// What it lacks to read traffic.
    pub(crate) lack: Lack,
}

/// What is missing to read traffic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lack {
    /// Nothing.
    Nothing,
    /// This permission, by GitHub's name.
    Permission(String),
    /// Nobody knows: no repository is listed that could be tried.
    Unknown,
}

/// Whether a classic token with these scopes may read the traffic of a repository, public or
/// private, that its user may push to:
/// <https://docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps>
pub(crate) fn scopes_suffice(scopes: &str, private: bool) -> bool {
    let mut scopes = scopes.split(',').map(str::trim);
    scopes.any(|scope| scope == "repo" || (scope == "public_repo" && !private))
}

impl Client {
    /// Asks who this is, and what it may do.
    pub(crate) async fn examine(&self) -> Result<Findings, GithubError> {
        match &*self.session {
            Session::Fixed(_) => self.examine_token().await,
            Session::Installation(installation) => {
                self.examine_installation(&installation.key).await
            }
        }
    }

    async fn examine_token(&self) -> Result<Findings, GithubError> {
        let owner = self.token_owner().await?;
        let lack = match owner.scopes.as_deref() {
            Some(scopes) if scopes_suffice(scopes, false) => Lack::Nothing,
            Some(_) => Lack::Permission("repo".to_owned()),
            // Fine-grained tokens do not tell what they may.
            None => self.probe().await?,
        };
        Ok(Findings {
            login: owner.login,
            id: owner.id,
            expires_at: owner.expires_at,
            scopes: owner.scopes,
            lack,
        })
    }

    /// An installation tells its permissions itself.
    async fn examine_installation(&self, key: &AppKey) -> Result<Findings, GithubError> {
        let path = format!("/app/installations/{}", key.installation_id);
        let answer = self.get_as_app(key, &path).await?;
        let installation = access::installation(&answer.body)?;
        // Proves that tokens are given out, and tells the budget; itself it costs nothing.
        self.get("/rate_limit").await?;
        Ok(Findings {
            login: installation.login,
            id: installation.account_id,
            expires_at: None,
            scopes: Some(installation.permissions),
            lack: if installation.administration {
                Lack::Nothing
            } else {
                Lack::Permission("Administration: read".to_owned())
            },
        })
    }

    /// Only asking for the traffic of a repository tells whether the token may read it.
    async fn probe(&self) -> Result<Lack, GithubError> {
        let mut lack = Lack::Unknown;
        let mut absent = false;
        let mut tried = 0;
        for number in 1..=PAGES {
            let Page {
                repositories, more, ..
            } = self.page(number).await?;
            for listed in repositories.into_iter().filter(|listed| listed.pushes) {
                tried += 1;
                match self
                    .traffic(listed.github_id, Measure::Views, Per::Day, None)
                    .await
                {
                    Ok(_) => return Ok(Lack::Nothing),
                    Err(GithubError::MissingPermission(name)) => lack = Lack::Permission(name),
                    // It is listed, so it is the traffic that is not there.
                    Err(GithubError::NotFound) => absent = true,
                    // These are the repository's, not the token's.
                    Err(
                        GithubError::NoPushAccess
                        | GithubError::PaidPlan
                        | GithubError::SingleSignOn
                        | GithubError::Blocked,
                    ) => {}
                    Err(error) => return Err(error),
                }
                if tried == TRIED {
                    break;
                }
            }
            if !more || tried == TRIED {
                break;
            }
        }
        if absent && lack == Lack::Unknown {
            return Err(GithubError::NoTraffic);
        }
        Ok(lack)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repo_reads_all_and_public_repo_what_is_public() {
        for (scopes, public, private) in [
            ("repo, read:org", true, true),
            ("read:org,public_repo", true, false),
            ("repo:status, repo_deployment", false, false),
            ("", false, false),
        ] {
            assert_eq!(scopes_suffice(scopes, false), public, "{scopes}");
            assert_eq!(scopes_suffice(scopes, true), private, "{scopes}");
        }
    }
}
