//! The credential check: whose it is, and which permission it lacks to read traffic.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use domain::Measure;

use super::repository_list::ListedRepository;
use super::traffic::Per;
use crate::github::auth::{AppKey, Auth};
use crate::github::client::Client;
use crate::github::error::GithubError;

/// How many listed repositories are tried: a fine-grained token also lists public ones that it was
/// not given access to, and one repository's refusal says nothing about the others.
const MAX_TRIED: usize = 8;
/// How many pages of the list are searched for them.
const MAX_PAGES: u32 = 3;

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CheckResult {
    /// The token's user, or the account that the app is installed on.
    pub(crate) login: String,
    /// Its id.
    pub(crate) id: i64,
    /// When the token expires, if GitHub says so.
    pub(crate) expires_at: Option<DateTime<Utc>>,
    /// A classic token's scopes, or an installation's permissions.
    pub(crate) scopes: Option<String>,
    /// What it lacks to read traffic.
    pub(crate) missing: MissingPermission,
    /// Other findings, as sentences: refusals, and what GitHub left out of its list.
    pub(crate) notice: Option<String>,
}

/// What requests for some of the listed repositories showed.
struct TrafficAccess {
    missing: MissingPermission,
    notices: Vec<String>,
}

/// What is missing to read traffic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MissingPermission {
    /// Nothing.
    None,
    /// This permission, by GitHub's name.
    Named(String),
    /// Unknown: no listed repository could be tried.
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
    /// Checks whose credential this is, and what it may do.
    pub(crate) async fn check(&self) -> Result<CheckResult, GithubError> {
        match &*self.auth {
            Auth::Token(_) => self.check_token().await,
            Auth::Installation(installation) => self.check_installation(&installation.key).await,
        }
    }

    async fn check_token(&self) -> Result<CheckResult, GithubError> {
        let owner = self.token_owner().await?;
        let TrafficAccess { missing, notices } = match owner.scopes.as_deref() {
            Some(scopes) if scopes_suffice(scopes, false) => TrafficAccess {
                missing: MissingPermission::None,
                notices: self.list_notice().await?.into_iter().collect(),
            },
            Some(_) => TrafficAccess {
                missing: MissingPermission::Named("repo".to_owned()),
                notices: Vec::new(),
            },
            // Fine-grained tokens do not tell what they may.
            None => self.try_traffic().await?,
        };
        Ok(CheckResult {
            login: owner.login,
            id: owner.id,
            expires_at: owner.expires_at,
            scopes: owner.scopes,
            missing,
            notice: Some(notices.join(" ")).filter(|notice| !notice.is_empty()),
        })
    }

    /// What is wrong with the list of repositories; `None` where it is whole.
    async fn list_notice(&self) -> Result<Option<String>, GithubError> {
        match self.page(1).await {
            Ok(page) => Ok(page.notice()),
            Err(error) if error.concerns_every_repository() => Err(error),
            Err(error) => Ok(Some(list_refused(&error))),
        }
    }

    /// An installation states its permissions.
    async fn check_installation(&self, key: &AppKey) -> Result<CheckResult, GithubError> {
        let installation = self.installation(key).await?;
        // Proves that tokens are issued, and states the rate limit; the request itself is free.
        self.get("/rate_limit").await?;
        Ok(CheckResult {
            login: installation.login,
            id: installation.account_id,
            expires_at: None,
            scopes: Some(installation.permissions),
            missing: if installation.administration {
                MissingPermission::None
            } else {
                MissingPermission::Named("Administration: read".to_owned())
            },
            notice: None,
        })
    }

    /// Only a request for a repository's traffic shows whether the token may read it. A refusal of
    /// the token ends the search; after any other refusal the next repository is tried.
    async fn try_traffic(&self) -> Result<TrafficAccess, GithubError> {
        let mut found = Refusals::default();
        for number in 1..=MAX_PAGES {
            let page = match self.page(number).await {
                Ok(page) => page,
                Err(error) if error.concerns_every_repository() => return Err(error),
                Err(error) => {
                    found.notices.push(list_refused(&error));
                    break;
                }
            };
            if number == 1 {
                found.notices.extend(page.notice());
            }
            for listed in page.repositories.iter().filter(|listed| listed.pushes) {
                if found.tried == MAX_TRIED {
                    break;
                }
                if found.is_refused(listed) {
                    continue;
                }
                let (id, per) = (listed.github_id, Per::Day);
                match self.traffic(id, Measure::Views, per, None).await {
                    Ok(_) => return Ok(found.reading()),
                    Err(error) if error.concerns_every_repository() => return Err(error),
                    Err(error) => found.add(listed, error),
                }
            }
            if !page.more || found.tried == MAX_TRIED {
                break;
            }
        }
        found.without_traffic()
    }
}

/// The refusals of the repositories that were tried.
#[derive(Default)]
struct Refusals {
    tried: usize,
    /// Listed repositories without traffic.
    absent: usize,
    missing: Option<String>,
    /// The owners that refuse the token for all of their repositories.
    owners: HashSet<String>,
    /// Why these owners refuse it.
    of_owners: Vec<String>,
    of_repositories: Vec<String>,
    notices: Vec<String>,
}

impl Refusals {
    fn is_refused(&self, listed: &ListedRepository) -> bool {
        let owner = listed.full_name.owner().to_ascii_lowercase();
        self.owners.contains(&owner)
    }

    fn add(&mut self, listed: &ListedRepository, error: GithubError) {
        self.tried += 1;
        let name = &listed.full_name;
        match error {
            GithubError::NotFound => self.absent += 1,
            GithubError::MissingPermission(permission) => self.missing = Some(permission),
            error if error.concerns_organization() => {
                self.owners.insert(name.owner().to_ascii_lowercase());
                self.of_owners.push(format!("{name}: {error}"));
            }
            error => self.of_repositories.push(format!("{name}: {error}")),
        }
    }

    /// A repository's traffic was read. Refusals of single repositories are reported once they are
    /// tracked; those of a whole organization are reported now.
    fn reading(mut self) -> TrafficAccess {
        self.notices.extend(self.of_owners);
        TrafficAccess {
            missing: MissingPermission::None,
            notices: self.notices,
        }
    }

    fn without_traffic(mut self) -> Result<TrafficAccess, GithubError> {
        if self.absent > 0 && self.absent == self.tried {
            return Err(GithubError::NoTraffic);
        }
        self.notices.extend(self.of_owners);
        self.notices.extend(self.of_repositories);
        Ok(TrafficAccess {
            missing: self
                .missing
                .map_or(MissingPermission::Unknown, MissingPermission::Named),
            notices: self.notices,
        })
    }
}

fn list_refused(error: &GithubError) -> String {
    format!("GitHub did not list the token’s repositories. {error}")
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
