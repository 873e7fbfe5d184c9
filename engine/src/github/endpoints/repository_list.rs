//! The repositories that a token's user, or an installation, has access to.

use std::collections::HashSet;

use domain::RepositoryName;
use futures::{StreamExt, TryStreamExt, stream};
use http::HeaderMap;
use serde::Deserialize;

use super::pages::linked_page;
use crate::github::auth::Auth;
use crate::github::client::Client;
use crate::github::edge::{Body, Entries, Field, Number};
use crate::github::error::GithubError;

/// How many pages are requested at once.
const MAX_CONCURRENT_PAGES: usize = 6;
/// The most pages of a hundred that are read: 50,000 repositories.
const MAX_PAGES: u32 = 500;

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
    /// Whether the token's user may push; not stated for installations.
    pub(crate) pushes: bool,
}

/// What a page of the list contains.
pub(super) struct ListedPage {
    pub(super) repositories: Vec<ListedRepository>,
    pub(super) left_out: LeftOutOfList,
}

/// How many repositories of a list are left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct LeftOutOfList {
    /// Those with an invalid name.
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

    /// What is left out, as sentences; `None` if nothing is.
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
                "1 of {of} {repositories} has an unsupported name and was skipped."
            )),
            many => Some(format!(
                "{many} of {of} {repositories} have unsupported names and were skipped."
            )),
        };
        let unread = match self.unread {
            0 => None,
            1 => Some(format!(
                "1 of {of} {repositories} in GitHub’s list could not be read and was skipped."
            )),
            many => Some(format!(
                "{many} of {of} {repositories} in GitHub’s list could not be read and were skipped."
            )),
        };
        let sentences: Vec<String> = unnamed.into_iter().chain(unread).collect();
        (!sentences.is_empty()).then(|| sentences.join(" "))
    }
}

/// One page of the list.
pub(super) struct Page {
    pub(super) repositories: Vec<ListedRepository>,
    /// The number of the last page, if GitHub names it.
    last: Option<u32>,
    /// Whether another page follows.
    pub(super) more: bool,
    /// What single sign-on hides from the list, as a sentence.
    pub(super) sso: Option<String>,
    /// What is left out of this page.
    pub(super) left_out: LeftOutOfList,
}

impl Page {
    /// What is left out of it, as sentences; `None` if nothing is.
    pub(super) fn notice(&self) -> Option<String> {
        let sentences: Vec<String> = (self.sso.clone().into_iter())
            .chain(self.left_out.notice())
            .collect();
        (!sentences.is_empty()).then(|| sentences.join(" "))
    }
}

/// A whole list of repositories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RepositoryList {
    pub(crate) repositories: Vec<ListedRepository>,
    /// What is left out of it, as sentences.
    pub(crate) notice: Option<String>,
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

impl Client {
    /// Every repository that the token's user has access to, or that the app is installed on;
    /// sorted by name.
    pub(crate) async fn repository_list(&self) -> Result<RepositoryList, GithubError> {
        self.repository_list_counted(|| ()).await
    }

    /// The same, calling `sends` before each request.
    pub(crate) async fn repository_list_counted(
        &self,
        sends: impl Fn(),
    ) -> Result<RepositoryList, GithubError> {
        let page = |number| {
            sends();
            self.page(number)
        };
        let first = page(1).await?;
        let last = first.last.unwrap_or(1);
        if last > MAX_PAGES {
            return Err(GithubError::Malformed("more than 50,000 repositories"));
        }
        let mut more = first.more && first.last.is_none();
        let mut found = first.repositories;
        let mut left_out = first.left_out;
        let pages: Vec<Page> = stream::iter(2..=last)
            .map(&page)
            .buffered(MAX_CONCURRENT_PAGES)
            .try_collect()
            .await?;
        let mut number = last;
        for page in pages {
            // Repositories may have been added while the pages were read.
            more = page.more;
            left_out.add(page.left_out);
            found.extend(page.repositories);
        }
        while more && number < MAX_PAGES {
            number += 1;
            let page = page(number).await?;
            more = page.more;
            left_out.add(page.left_out);
            found.extend(page.repositories);
        }
        // A repository that moved between pages meanwhile is listed twice.
        let mut seen = HashSet::new();
        found.retain(|listed| seen.insert(listed.github_id));
        found.sort_by_cached_key(|listed| listed.full_name.to_string().to_lowercase());
        let notices: Vec<String> = first.sso.into_iter().chain(left_out.notice()).collect();
        Ok(RepositoryList {
            repositories: found,
            notice: (!notices.is_empty()).then(|| notices.join(" ")),
        })
    }

    /// Uses only the page numbers of GitHub's links, so that the token is sent nowhere else.
    pub(super) async fn page(&self, number: u32) -> Result<Page, GithubError> {
        let as_app_error = matches!(*self.auth, Auth::Installation(_));
        let list = if as_app_error {
            "installation/repositories"
        } else {
            "user/repos"
        };
        let response = self
            .get(&format!("/{list}?per_page=100&page={number}"))
            .await?;
        let ListedPage {
            repositories,
            left_out,
        } = if as_app_error {
            installed(&response.body)?
        } else {
            listed(&response.body)?
        };
        Ok(Page {
            repositories,
            last: linked_page(&response.headers, "last"),
            more: linked_page(&response.headers, "next").is_some(),
            sso: left_out_by_sso(&response.headers),
            left_out,
        })
    }
}

fn listed(body: &Body) -> Result<ListedPage, GithubError> {
    body.read("repositories of the token").map(of_list)
}

fn installed(body: &Body) -> Result<ListedPage, GithubError> {
    let json: InstalledJson = body.read("repositories of the installation")?;
    Ok(of_list(json.repositories))
}

fn of_list(listed: Entries<ListedJson>) -> ListedPage {
    let unread = listed.unread;
    let named = listed.filter_map(from_json);
    ListedPage {
        left_out: LeftOutOfList {
            unread,
            unnamed: named.unread - unread,
            of: named.len(),
        },
        repositories: named.read,
    }
}

/// `None` if its name is not valid: it becomes part of addresses.
fn from_json(json: ListedJson) -> Option<ListedRepository> {
    let may = json.permissions.0.unwrap_or_default();
    let may = [may.push, may.maintain, may.admin];
    Some(ListedRepository {
        github_id: json.id.0,
        full_name: json.full_name.parse().ok()?,
        private: json.private,
        archived: json.archived.0.unwrap_or_default(),
        fork: json.fork.0.unwrap_or_default(),
        stars: json.stargazers_count.0.map_or(0, |Number(stars)| stars),
        pushes: may.contains(&Field(Some(true))),
    })
}

/// What a list leaves out until the token is authorized for single sign-on; `None` if it is
/// complete: `X-GitHub-SSO: partial-results; organizations=21955855,20582480`.
/// <https://docs.github.com/rest/authentication/authenticating-to-the-rest-api#personal-access-tokens-and-saml-sso>
fn left_out_by_sso(headers: &HeaderMap) -> Option<String> {
    let header = headers.get("x-github-sso")?.to_str().ok()?;
    let (_, ids) = header
        .strip_prefix("partial-results")?
        .split_once("organizations=")?;
    let organizations = match ids.split(',').count() {
        1 => "1 organization".to_owned(),
        number => format!("{number} organizations"),
    };
    Some(format!(
        "GitHub’s list omits the repositories of {organizations} until the token is authorized for single sign-on. Authorize it at https://github.com/settings/tokens."
    ))
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
                Some("1 of 2 repositories has an unsupported name and was skipped."),
                "{name}"
            );
        }
        let two = notice(&["octo/naïve", "octo/é"]).expect("a notice");
        assert!(
            two.starts_with("2 of 2 repositories have unsupported names"),
            "{two}"
        );
    }

    #[test]
    fn a_list_that_single_sign_on_shortens_says_so() {
        let sso_notice = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-github-sso", value.parse().expect("a header"));
            left_out_by_sso(&headers)
        };
        let two = sso_notice("partial-results; organizations=21955855,20582480").expect("a notice");
        assert!(
            two.contains("of 2 organizations") && two.contains("https://github.com/"),
            "{two}"
        );
        let one = sso_notice("partial-results; organizations=21955855").expect("a notice");
        assert!(one.contains("of 1 organization "), "{one}");
        assert_eq!(
            sso_notice("required; url=https://github.com/orgs/acme/sso"),
            None
        );
        assert_eq!(left_out_by_sso(&HeaderMap::new()), None);
    }
}
